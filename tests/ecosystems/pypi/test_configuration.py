"""Precedence as pip and uv themselves have it, and credentials that go only where they are meant to."""

import base64
import os
import subprocess
import sysconfig
import venv

import pytest

from customhouse.ecosystems.pypi import configuration as module
from customhouse.ecosystems.pypi.configuration import last_resort, read_pypi_configuration
from customhouse.model.errors import CustomhouseError


@pytest.fixture
def place(tmp_path):
    for name in ("home/.config/pip", "home/.config/uv", "home/.pip", "project", "xdg/pip", "venv"):
        (tmp_path / name).mkdir(parents=True)
    return tmp_path


def environment(place, **more):
    return {
        "HOME": str(place / "home"),
        "PATH": os.environ["PATH"],
        "XDG_CONFIG_DIRS": str(place / "xdg"),
        "VIRTUAL_ENV": str(place / "venv"),
        **more,
    }


FILES = {
    "global": "xdg/pip/pip.conf",
    "legacy": "home/.pip/pip.conf",
    "install": "home/.config/pip/pip.conf",
    "user": "home/.config/pip/pip.conf",
    "site": "venv/pip.conf",
    "named": "named.conf",
    "uv-user": "home/.config/uv/uv.toml",
    "uv": "project/uv.toml",
    "pyproject": "project/pyproject.toml",
    "lock": "project/uv.lock",
}


def write(place, **files):
    for name, text in files.items():
        (place / FILES[name.replace("_", "-")]).write_text(text)


def conf(name, section="global"):
    return f"[{section}]\nindex-url = https://{name}.example/simple\n"


CASES = [
    (["global"], {}),
    (["global", "legacy"], {}),
    (["global", "legacy", "user"], {}),
    (["global", "legacy", "user", "site"], {}),
    (["global", "user", "named"], {"PIP_CONFIG_FILE": "named"}),
    (["global", "user", "site", "named"], {"PIP_CONFIG_FILE": "named"}),
    (["global", "user"], {"PIP_CONFIG_FILE": "missing"}),
    (["global", "user", "site"], {"PIP_CONFIG_FILE": os.devnull}),
    (["global", "user", "site"], {"PIP_INDEX_URL": "https://env.example/simple"}),
    (["install", "site"], {}),
]


@pytest.mark.parametrize(("files", "environ"), CASES, ids=range(len(CASES)))
def test_precedence_is_pips(place, files, environ):
    write(place, **{name: conf(name, "install" if name == "install" else "global") for name in files})
    given = environment(place, **environ)
    if (named := given.get("PIP_CONFIG_FILE")) and named != os.devnull:
        given["PIP_CONFIG_FILE"] = str(place / f"{named}.conf")
    given["PYTHONPATH"] = sysconfig.get_path("purelib")
    venv.create(place / "venv", with_pip=False, symlinks=True)
    program = (
        "from pip._internal.commands import create_command\n"
        "print(create_command('install').parser.get_default_values().index_url)"
    )
    python = [str(place / "venv/bin/python"), "-c", program]
    done = subprocess.run(python, cwd=place, env=given, capture_output=True, text=True, check=True)
    ours = read_pypi_configuration(place / "project", given)
    assert ours.indexes == (done.stdout.strip().rstrip("/") + "/",)


def test_our_own_options_are_the_only_index(place):
    write(place, user=conf("user") + "extra-index-url = https://extra.example/\ncert = /ca.pem\n")
    given = environment(place, CUSTOMHOUSE_PYPI_INDEX="http://ours.example/simple")
    found = read_pypi_configuration(place / "project", given)
    assert (found.indexes, found.source) == (("http://ours.example/simple/",), "CUSTOMHOUSE_PYPI_INDEX")
    assert found.cafile == "/ca.pem"
    found = read_pypi_configuration(place / "project", given, "http://option.example/")
    assert (found.indexes, found.source) == (("http://option.example/",), "--pypi-index")


def test_extra_indexes_come_first_and_what_is_no_index_is_named(place):
    write(
        place,
        user="[global]\nindex-url = https://main.example/simple/\nextra-index-url =\n    https://a.example/simple\n"
        "    file:///srv/simple\nfind-links = /wheels\ntrusted-host = main.example\nno_index = false\n",
    )
    found = read_pypi_configuration(place / "project", environment(place))
    assert found.indexes == ("https://a.example/simple/", "https://main.example/simple/")
    assert len(found.warnings) == 3
    assert any("file:///srv/simple is not asked" in warning for warning in found.warnings)
    assert any("find-links" in warning for warning in found.warnings)
    assert any("trusted-host" in warning for warning in found.warnings)


UV = """
[[tool.uv.index]]
name = "private"
url = "https://private.example/simple"

[[tool.uv.index]]
name = "only-for-torch"
url = "https://torch.example/whl/"
explicit = true

[[tool.uv.index]]
url = "https://mirror.example/simple"
default = true

[tool.uv.sources]
Torch_Vision = { index = "only-for-torch" }
torch = [{ index = "only-for-torch", marker = "sys_platform == 'linux'" }, { index = "private" }]
local = { path = "x" }
"""


def test_a_project_of_uvs_is_read_as_uv_reads_it(place):
    write(place, pyproject=UV, user=conf("user"))
    found = read_pypi_configuration(place / "project", environment(place))
    assert found.indexes == ("https://private.example/simple/", "https://mirror.example/simple/")
    assert found.indexes_for("torch-vision") == ("https://torch.example/whl/",)
    assert found.indexes_for("torch") == ("https://torch.example/whl/", "https://private.example/simple/")
    assert found.indexes_for("requests") == found.indexes
    assert "https://torch.example/whl/" in found.homes


def test_uv_takes_its_environment_then_the_project_then_the_user(place):
    write(place, lock="", uv_user='index-url = "https://user.example/"\nextra-index-url = ["https://extra.example/"]\n')
    given = environment(place)
    assert read_pypi_configuration(place / "project", given).indexes == (
        "https://extra.example/",
        "https://user.example/",
    )
    write(place, uv='index-url = "https://project.example/"\n')
    assert read_pypi_configuration(place / "project", given).indexes[-1] == "https://project.example/"
    more = {
        "UV_DEFAULT_INDEX": "main=https://env.example/",
        "UV_INDEX": "https://one.example/ two=https://two.example/",
    }
    found = read_pypi_configuration(place / "project", {**given, **more}).indexes
    assert found == ("https://one.example/", "https://two.example/", "https://extra.example/", "https://env.example/")
    found = read_pypi_configuration(
        place / "project", {**given, "UV_NO_CONFIG": "1", "UV_INDEX_URL": "https://o.example"}
    )
    assert found.indexes == ("https://o.example/",)


def test_the_other_client_counts_when_the_first_names_no_index(place):
    write(place, lock="", user=conf("user"))
    assert read_pypi_configuration(place / "project", environment(place)).indexes == ("https://user.example/simple/",)
    write(place, user="[global]\nfind-links = /wheels\nextra-index-url = file:///x\n")
    given = environment(place, UV_DEFAULT_INDEX="https://env.example/")
    (place / "project/uv.lock").unlink()
    found = read_pypi_configuration(place / "project", given)
    assert found.indexes == ("https://env.example/",)
    assert any("find-links" in warning for warning in found.warnings)


def test_credentials_in_addresses_and_variables(place):
    write(place, pyproject=UV)
    names = {"UV_INDEX_PRIVATE_USERNAME": "me", "UV_INDEX_PRIVATE_PASSWORD": "s3cret"}
    given = environment(place, UV_DEFAULT_INDEX="https://u%40x:p%3Aw@env.example/simple", **names)
    found = read_pypi_configuration(place / "project", given)
    assert found.indexes == ("https://private.example/simple/", "https://env.example/simple/")
    assert basic(found.authorise("https://private.example/simple/x/")) == "me:s3cret"
    assert basic(found.authorise("https://private.example/files/x.whl")) == "me:s3cret"
    assert basic(found.authorise("https://env.example/simple/x/")) == "u@x:p:w"
    for address in (
        "http://private.example/simple/x/",
        "https://private.example:8443/simple/x/",
        "https://private.example.evil.test/simple/",
        "https://files.example/x.whl",
    ):
        assert found.authorise(address) is None
    assert "s3cret" not in repr(found)


def basic(secret):
    kind, _, value = secret.reveal().partition(" ")
    assert kind == "Basic"
    return base64.b64decode(value).decode()


def test_two_indexes_on_one_host_keep_their_own_credentials(place):
    text = "[global]\nindex-url = https://a:1@h.example/a\nextra-index-url = https://b:2@h.example/b\n"
    write(place, user=text)
    found = read_pypi_configuration(place / "project", environment(place))
    assert basic(found.authorise("https://h.example/a/x/")) == "a:1"
    assert basic(found.authorise("https://h.example/b/x/")) == "b:2"


NETRC = "machine index.example login me password s3cret\ndefault login d password everywhere\n"


@pytest.mark.parametrize("where", ["home", "named"])
def test_netrc_names_hosts(place, where):
    path = place / ("home/.netrc" if where == "home" else "somewhere")
    path.write_text(NETRC)
    path.chmod(0o600)
    given = environment(
        place, PIP_INDEX_URL="https://main.example/", **({} if where == "home" else {"NETRC": str(path)})
    )
    found = read_pypi_configuration(place / "project", given)
    assert basic(found.authorise("https://index.example/x")) == "me:s3cret"
    assert found.authorise("http://index.example/x") is None
    assert basic(found.authorise("https://main.example/x")) == "d:everywhere"
    assert found.authorise("https://elsewhere.example/x") is None
    assert "s3cret" not in repr(found)


def test_an_unencrypted_index_gets_its_own_netrc_entry(place):
    (place / "home/.netrc").write_text("machine 127.0.0.1 login me password s3cret\n")
    given = environment(place, PIP_INDEX_URL="http://127.0.0.1:3141/simple")
    found = read_pypi_configuration(place / "project", given)
    assert basic(found.authorise("http://127.0.0.1:3141/simple/x")) == "me:s3cret"
    assert found.authorise("http://127.0.0.1:9999/simple/x") is None


def test_a_netrc_that_does_not_read_is_told(place):
    (place / "home/.netrc").write_text("nonsense s3cret\n")
    found = read_pypi_configuration(place / "project", environment(place, PIP_INDEX_URL="https://main.example/"))
    assert found.netrc == {}
    assert "does not read" in found.warnings[0]


@pytest.mark.parametrize("address", ["index.example", "file:///srv", "https://", "https://h:99999/"])
def test_an_address_that_is_none_is_an_error_of_ours(place, address):
    with pytest.raises(CustomhouseError, match=r"Python index .* \(from --pypi-index\) is not"):
        read_pypi_configuration(place / "project", environment(place), address)


@pytest.mark.parametrize(
    ("name", "text"),
    [("user", "no section"), ("user", "[global]\n\xff"), ("uv-user", "= 1"), ("pyproject", "[tool.uv")],
)
def test_a_file_that_does_not_read_is_an_error_of_ours(place, name, text):
    (place / FILES[name]).write_bytes(text.encode("latin-1"))
    with pytest.raises(CustomhouseError, match="cannot be read"):
        read_pypi_configuration(place / "project", environment(place))


def test_the_last_resort_without_pip_beside_us(monkeypatch):
    usual = last_resort()
    assert usual.startswith("https://")
    assert usual.endswith("/simple/")
    find = module.importlib.util.find_spec
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: None if name == "pip" else find(name))
    last_resort.cache_clear()
    wheels = list(module._bundled())
    if wheels:
        assert last_resort() == usual
    last_resort.cache_clear()
    monkeypatch.setattr(module, "_bundled", lambda: iter(()))
    with pytest.raises(CustomhouseError, match="no Python index is configured") as caught:
        last_resort()
    assert "--pypi-index" in caught.value.hint
    last_resort.cache_clear()
