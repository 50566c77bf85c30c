"""Precedence as npm itself tells it, and credentials that go only where they are meant to."""

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from customhouse.ecosystems.npm.configuration import last_resort, read_npm_configuration
from customhouse.model.errors import CustomhouseError

NPM = Path(shutil.which("npm")).resolve()


@pytest.fixture
def place(tmp_path):
    for name in ("home", "project", "prefix/etc"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "project/package.json").write_text("{}")
    return tmp_path


def environment(place, **more):
    return {"HOME": str(place / "home"), "PATH": os.environ["PATH"], "PREFIX": str(place / "prefix"), **more}


def write(place, **files):
    where = {"user": "home/.npmrc", "project": "project/.npmrc", "globally": "prefix/etc/npmrc"}
    for name, text in files.items():
        (place / where[name]).write_text(text)


def npm_says(place, environ, *keys):
    done = subprocess.run(
        [str(NPM), "config", "get", *keys],
        cwd=place / "project",
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.strip().splitlines()
    return dict(line.split("=", 1) for line in lines) if len(keys) > 1 else {keys[0]: lines[0]}


LEVELS = {
    "globally": "registry=https://global.example/\n@a:registry=https://global-a.example/\ncafile=/global.pem\n",
    "user": "registry=https://user.example/x\n@a:registry=https://user-a.example\nreplace-registry-host=never\n",
    "project": "registry=https://project.example/\n@b:registry=https://project-b.example/npm/\n",
}


@pytest.mark.parametrize(
    ("files", "environ"),
    [
        ((), {}),
        (("globally",), {}),
        (("globally", "user"), {}),
        (("globally", "user", "project"), {}),
        (("globally", "user", "project"), {"npm_config_registry": "https://env.example/"}),
        (
            ("user", "project"),
            {"NPM_CONFIG_REGISTRY": "https://upper.example", "npm_config_@a:registry": "https://e.example/"},
        ),
        (("user",), {"npm_config_registry": ""}),
        (("user",), {"npm_config_userconfig": "/nonexistent/npmrc"}),
        (("globally",), {"npm_config_globalconfig": "/nonexistent/npmrc"}),
        (("globally",), {"npm_config_prefix": "/nonexistent"}),
    ],
)
def test_precedence_is_npms(place, files, environ):
    write(place, **{name: LEVELS[name] for name in files})
    given = environment(place, **environ)
    theirs = npm_says(place, given, "registry", "@a:registry", "@b:registry", "cafile", "replace-registry-host")
    ours = read_npm_configuration(place / "project", given)
    assert ours.registry.rstrip("/") == theirs["registry"].rstrip("/")
    for scope in ("@a", "@b"):
        stated = theirs[f"{scope}:registry"]
        assert ours.scopes.get(scope, "undefined").rstrip("/") == stated.rstrip("/")
    assert (ours.cafile or "null") == theirs["cafile"]
    assert ours.replaced_host == theirs["replace-registry-host"]


def test_the_workspace_root_speaks_for_its_members(place):
    (place / "project/package.json").write_text('{"workspaces": ["packages/*"]}')
    member = place / "project/packages/one"
    member.mkdir(parents=True)
    (member / "package.json").write_text("{}")
    (member / ".npmrc").write_text("registry=https://member.example/")
    write(place, project="registry=https://root.example/")
    assert read_npm_configuration(member, environment(place)).registry == "https://root.example/"
    assert read_npm_configuration(member / "src", environment(place)).registry == "https://root.example/"


def test_our_own_options_come_first(place):
    write(place, **LEVELS)
    given = environment(place, npm_config_registry="https://env.example/")
    given["CUSTOMHOUSE_NPM_REGISTRY"] = "https://ours.example/npm"
    found = read_npm_configuration(place / "project", given)
    assert (found.registry, found.source) == ("https://ours.example/npm/", "CUSTOMHOUSE_NPM_REGISTRY")
    found = read_npm_configuration(place / "project", given, "https://option.example")
    assert (found.registry, found.source) == ("https://option.example/", "--npm-registry")
    assert found.registry_for("@a/x") == "https://user-a.example/"
    assert found.registry_for("x") == "https://option.example/"


def test_without_npm_and_configuration_there_is_still_a_registry(place):
    found = read_npm_configuration(place / "project", {"HOME": str(place / "home"), "PATH": ""})
    assert found.registry == last_resort()
    assert found.registry.startswith("https://")


SETTINGS = {
    "//registry.example/:_authToken": "root",
    "//registry.example/deep/path/:_authToken": "deep",
    "//registry.example:8443/:_authToken": "port",
    "//basic.example/:_auth": base64.b64encode(b"u:p").decode(),
    "//pair.example/:username": "user",
    "//pair.example/:_password": base64.b64encode(b"pass").decode(),
    "//bare.example:_authToken": "bare",
    "//prefix.example/a/:_authToken": "a",
}
ADDRESSES = [
    "https://registry.example/axios",
    "https://registry.example/deep/path/axios/-/axios-1.0.0.tgz",
    "https://registry.example/deep/pathology",
    "https://registry.example/deep",
    "https://registry.example:8443/axios",
    "https://registry.example:9999/axios",
    "https://other.example/axios",
    "https://evil.registry.example/axios",
    "https://registry.example.evil.test/axios",
    "https://basic.example/x",
    "https://pair.example/x",
    "https://bare.example/x",
    "https://prefix.example/a/x",
    "https://prefix.example/b/x",
]


def test_credentials_are_those_npm_would_send(place):
    write(place, user="registry=https://prefix.example/a/\n" + "".join(f"{k}={v}\n" for k, v in SETTINGS.items()))
    program = (
        "const [file, addresses, opts] = JSON.parse(process.argv[1]); const getAuth = require(file);"
        "console.log(JSON.stringify(addresses.map(a => { const x = getAuth(a, opts);"
        "return x.token ? 'Bearer ' + x.token : x.auth ? 'Basic ' + x.auth : null })))"
    )
    file = str(NPM.parents[1] / "node_modules/npm-registry-fetch/lib/auth.js")
    opts = {**SETTINGS, "registry": "https://prefix.example/a/"}
    arguments = json.dumps([file, ADDRESSES, opts])
    done = subprocess.run(["node", "-e", program, arguments], capture_output=True, text=True, check=True)
    found = read_npm_configuration(place / "project", environment(place))
    ours = [found.authorise(address, found.registry) for address in ADDRESSES]
    assert [secret and secret.reveal() for secret in ours] == json.loads(done.stdout)


@pytest.mark.parametrize(
    "address",
    [
        "http://registry.example/axios",
        "https://prefix.example/a/../b",
        "https://prefix.example/a/%2e%2E/b",
    ],
)
def test_credentials_are_held_back_where_npm_is_careless(place, address):
    write(place, user="".join(f"{k}={v}\n" for k, v in SETTINGS.items()))
    assert read_npm_configuration(place / "project", environment(place)).authorise(address) is None


def test_an_unencrypted_registry_gets_its_own_credential(place):
    write(place, user="registry=http://127.0.0.1:4873/\n//127.0.0.1:4873/:_authToken=t\n")
    found = read_npm_configuration(place / "project", environment(place))
    assert found.authorise("http://127.0.0.1:4873/axios").reveal() == "Bearer t"
    assert found.authorise("http://127.0.0.1:4874/axios") is None


def test_user_information_in_an_address_becomes_a_credential(place):
    write(place, user="registry=https://user:p%40ss@registry.example/npm\n")
    found = read_npm_configuration(place / "project", environment(place))
    assert found.registry == "https://registry.example/npm/"
    assert found.authorise("https://registry.example/npm/axios") is not None
    assert found.authorise("https://registry.example/other") is None
    assert "p%40ss" not in repr(found)


def test_nothing_prints_a_token(place):
    write(place, user="//registry.example/:_authToken=s3cret\n//r.example/:_auth=czNjcmV0\n")
    found = read_npm_configuration(place / "project", environment(place))
    assert "s3cret" not in repr(found)
    assert "czNjcmV0" not in repr(found)


def test_a_token_from_the_environment(place):
    write(place, user="//registry.example/:_authToken=${NPM_KEY}\n")
    found = read_npm_configuration(place / "project", environment(place, NPM_KEY="t"))
    assert found.authorise("https://registry.example/x").reveal() == "Bearer t"
    missing = read_npm_configuration(place / "project", environment(place))
    assert missing.authorise("https://registry.example/x") is None
    assert "needs $NPM_KEY, which is not set" in missing.warnings[0]


def test_a_project_may_use_the_users_token_at_the_users_registry(place):
    write(place, user="@acme:registry=https://npm.acme.example/", project="//npm.acme.example/:_authToken=${KEY}")
    found = read_npm_configuration(place / "project", environment(place, KEY="t"))
    assert found.authorise("https://npm.acme.example/x").reveal() == "Bearer t"


@pytest.mark.parametrize(
    "text",
    [
        "registry=https://evil.test/\n//evil.test/:_authToken=${KEY}",
        "registry=https://evil.test/${KEY}/",
        "@acme:registry=https://evil.test/a/${KEY}",
        "registry=${NOTHING?}https://evil.test/${KEY}",
    ],
)
def test_a_project_cannot_send_the_users_environment_to_a_host_of_its_own(place, text):
    write(place, project=text)
    given = environment(place, KEY="s3cret")
    found = read_npm_configuration(place / "project", given)
    assert "$KEY to evil.test, which only the project names" in " ".join(found.warnings)
    everything = [found.registry, *found.scopes.values(), *(secret.reveal() for secret in found.credentials.values())]
    assert "s3cret" not in " ".join(everything)
    trusting = read_npm_configuration(place / "project", {**given, "CUSTOMHOUSE_PROJECT_CREDENTIALS": "1"})
    everything = [trusting.registry, *trusting.scopes.values(), *(s.reveal() for s in trusting.credentials.values())]
    assert "s3cret" in " ".join(everything)


def test_a_project_may_take_its_registry_from_the_environment_whole(place):
    write(place, project="registry=${NPM_REGISTRY}\n//npm.acme.example/:_authToken=${KEY}")
    given = environment(place, NPM_REGISTRY="https://npm.acme.example/", KEY="t")
    found = read_npm_configuration(place / "project", given)
    assert found.registry == "https://npm.acme.example/"
    assert found.authorise("https://npm.acme.example/x").reveal() == "Bearer t"


def test_a_project_does_not_choose_whom_we_trust(place):
    write(place, project="cafile=./mine.pem\nstrict-ssl=false\n")
    found = read_npm_configuration(place / "project", environment(place))
    assert found.cafile == ""
    assert len(found.warnings) == 2


@pytest.mark.parametrize("address", ["registry.example", "file:///srv", "https://", "https://h:99999/", "javascript:1"])
def test_an_address_that_is_none_is_an_error_of_ours(place, address):
    with pytest.raises(CustomhouseError, match=r"npm registry .* \(from --npm-registry\) is not"):
        read_npm_configuration(place / "project", environment(place), address)


def test_an_unreadable_file_is_an_error_of_ours(place):
    (place / "home/.npmrc").mkdir()
    with pytest.raises(CustomhouseError, match="cannot be read"):
        read_npm_configuration(place / "project", environment(place))
