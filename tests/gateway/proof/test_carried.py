"""Which of a project's settings reach a client that is asked: where registries are, and nobody's secrets."""

import json
import tomllib

import pytest
import rtoml

from customhouse.ecosystems.npm.npmrc import parse_npmrc
from customhouse.gateway.proof import npm_settings, python_settings
from customhouse.gateway.proof.carried import gateway_at, read_text
from customhouse.gateway.proof.questions import QUESTIONS

URL = "http://gateway.test:8642"
INDEX = f"{URL}/pypi/simple"
NAME = "customhouse-canary-0123456789abcdef"


@pytest.fixture
def home(tmp_path):
    (tmp_path / "home").mkdir()
    return {"HOME": str(tmp_path / "home"), "PATH": ""}


@pytest.fixture
def project(tmp_path):
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


def at(environ=None):
    return gateway_at(URL, environ or {})


@pytest.mark.parametrize(
    ("address", "is_it"),
    [
        (f"{URL}/npm/", True),
        ("HTTP://token:secret@GATEWAY.test:8642/npm", True),
        (URL, True),
        ("http://gateway.test:8643/npm/", False),
        ("https://gateway.test:8642/npm/", False),
        ("http://gateway.test:8642@evil.test/npm/", False),
        ("http://evil.test/http://gateway.test:8642/", False),
        ("http://gateway.test.evil.test:8642/", False),
        ("http://[gateway.test", False),
        ("", False),
    ],
)
def test_what_is_the_gateways(address, is_it):
    assert at().has(address) is is_it


def test_a_gateway_below_a_path():
    gateway = gateway_at("https://tools.test/registry", {})
    assert gateway.has("https://tools.test/registry/npm/")
    assert gateway.has("https://tools.test:443/registry")
    assert not gateway.has("https://tools.test/other/npm/")
    assert not gateway.has("https://tools.test/registry-other/npm/")


def test_an_npmrc_is_carried_without_secrets_and_hooks(project, home):
    (project / ".npmrc").write_text(
        "registry=https://npm.corp.test/\n"
        "@acme:registry=https://acme.test/${TENANT}/\n"
        "//acme.test/:_authToken=${NPM_TOKEN}\n"
        "//gateway.test:8642/npm/:_authToken=${GATEWAY_TOKEN}\n"
        "_authToken=abc\n"
        "script-shell=./evil\n"
        "node-options=--require ./evil.js\n"
        "https-proxy=http://${SECRET}.evil.test/\n"
        "strict-ssl=false\n"
    )
    carried = npm_settings.npmrc(project, at(), home)
    assert parse_npmrc(carried.files[".npmrc"]) == {
        "registry": "https://npm.corp.test/",
        "//gateway.test:8642/npm/:_authToken": "${GATEWAY_TOKEN}",
        "strict-ssl": "false",
    }
    assert carried.named == ("https://npm.corp.test/",)
    (note,) = carried.notes
    assert "@acme:registry refers to the environment" in note
    everything = npm_settings.npmrc(project, at({"CUSTOMHOUSE_PROJECT_CREDENTIALS": "1"}), home)
    assert parse_npmrc(everything.files[".npmrc"])["//acme.test/:_authToken"] == "${NPM_TOKEN}"
    assert everything.notes == ()


def test_a_registry_that_is_one_variable_is_the_users_own(project, home):
    (project / ".npmrc").write_text("registry=${NPM_REGISTRY}\n")
    carried = npm_settings.npmrc(project, at(), home | {"NPM_REGISTRY": f"{URL}/npm/"})
    assert carried.files == {".npmrc": "registry=${NPM_REGISTRY}\n"}
    assert carried.named == (f"{URL}/npm/",)


def test_scopes_that_go_elsewhere_are_told_whoever_names_them(project, home):
    (project / ".npmrc").write_text(f"@ours:registry={URL}/npm/\n@acme:registry=https://user:pw@acme.test/npm/\n")
    (project.parent / "home" / ".npmrc").write_text("@mine:registry=https://mine.test/\n")
    carried = npm_settings.npmrc(project, at(), home)
    assert sorted(carried.beside) == ["@acme: https://acme.test/npm/", "@mine: https://mine.test/"]


def test_pnpm_workspaces(project, home):
    (project / "pnpm-workspace.yaml").write_text(
        "packages: ['packages/*']\npnpmfile: evil.cjs\nconfigDependencies:\n  evil: 1.0.0\n"
        "registries:\n  default: https://npm.corp.test/\n  '@acme': https://acme.test/\n  '@x': 'https://x.test/${SECRET}'\n"
    )
    carried = npm_settings.pnpm(project, at(), home)
    assert json.loads(carried.files["pnpm-workspace.yaml"]) == {
        "packages": ["."],
        "registries": {"default": "https://npm.corp.test/", "@acme": "https://acme.test/"},
    }
    assert (carried.named, carried.beside) == (("https://npm.corp.test/",), ("@acme: https://acme.test/",))
    assert len(carried.notes) == 1


def test_yarn_1(project, home):
    (project / ".yarnrc").write_text(
        'yarn-path "./evil.js"\nregistry "https://npm.corp.test"\n"@acme:registry" "https://acme.test/"\n--install.x true\n'
    )
    carried = npm_settings.yarn_1(project, at(), home)
    assert carried.files[".yarnrc"] == '"registry" "https://npm.corp.test"\n"@acme:registry" "https://acme.test/"\n'
    assert (carried.named, carried.beside) == (("https://npm.corp.test",), ("@acme: https://acme.test/",))


def test_yarn_4(project, home):
    told = (
        "yarnPath: .yarn/releases/yarn.cjs\nplugins: [./evil.cjs]\nnpmAuthToken: '${NPM_TOKEN}'\n"
        "npmScopes:\n  acme:\n    npmRegistryServer: https://acme.test\n    npmAuthToken: '${ACME}'\n"
    )
    (project / ".yarnrc.yml").write_text(f"{told}npmRegistryServer: https://npm.corp.test\n")
    carried = npm_settings.yarn_4(project, at(), home)
    assert json.loads(carried.files[".yarnrc.yml"]) == {
        "npmRegistryServer": "https://npm.corp.test",
        "npmScopes": {"acme": {"npmRegistryServer": "https://acme.test"}},
    }
    assert carried.beside == ("@acme: https://acme.test",)
    assert "yarnPath" in carried.notes[0]
    (project / ".yarnrc.yml").write_text(f"{told}npmRegistryServer: {URL}/npm\n")
    assert json.loads(npm_settings.yarn_4(project, at(), home).files[".yarnrc.yml"])["npmAuthToken"] == "${NPM_TOKEN}"


def test_bun_by_whatever_is_strongest(project, home):
    (project / ".npmrc").write_text("registry=https://by-npmrc.test/\n")
    assert npm_settings.bun(project, at(), home).named == ("https://by-npmrc.test/",)
    (project / "bunfig.toml").write_text(
        'preload = ["./evil.ts"]\n[install]\nregistry = { url = "https://by-bunfig.test/", token = "$TOKEN" }\n'
        '[install.scopes]\nacme = "https://acme.test/"\nx = "https://x.test/$SECRET"\n'
    )
    carried = npm_settings.bun(project, at(), home)
    assert rtoml.loads(carried.files["bunfig.toml"]) == {
        "install": {"registry": "https://by-bunfig.test/", "scopes": {"acme": "https://acme.test/"}}
    }
    assert (carried.named, carried.beside) == (("https://by-bunfig.test/",), ("@acme: https://acme.test/",))
    assert len(carried.notes) == 1
    assert npm_settings.bun(project, at(), home | {"BUN_CONFIG_REGISTRY": URL}).named == (URL,)


def test_uv_indexes_are_carried_under_names_that_no_credential_has(project, home):
    (project / "pyproject.toml").write_text(
        f'[[tool.uv.index]]\nname = "gateway"\nurl = "{INDEX}"\ndefault = true\n'
        '[[tool.uv.index]]\nname = "corp"\nurl = "https://corp.test/simple"\nexplicit = true\n'
        '[tool.uv]\nconstraint-dependencies = ["x"]\nno-build-isolation = true\n'
    )
    carried = python_settings.uv(project, at(), home, NAME)
    assert tomllib.loads(carried.files["uv.toml"]) == {
        "index": [
            {"name": "gateway", "url": INDEX, "default": True},
            {"name": "index-2", "url": "https://corp.test/simple", "explicit": True},
        ]
    }


@pytest.mark.parametrize("client", ["pip", "uv"])
def test_the_default_index_beside_the_gateway_is_told(client, project, home):
    """An extra index is asked as well, and does not replace the default."""
    variable = {"pip": "PIP_EXTRA_INDEX_URL", "uv": "UV_INDEX"}[client]
    carried = getattr(python_settings, client)(project, at(), home | {variable: INDEX}, NAME)
    assert carried.beside == (python_settings.usual_index(),)
    variable = {"pip": "PIP_INDEX_URL", "uv": "UV_DEFAULT_INDEX"}[client]
    carried = getattr(python_settings, client)(project, at(), home | {variable: INDEX}, NAME)
    assert carried.beside == ()


def test_poetry_asks_the_default_index_where_nothing_else_is_primary(project, home):
    def sources(*told):
        written = [{"name": f"s{number}", "url": url, "priority": kind} for number, (url, kind) in enumerate(told)]
        (project / "pyproject.toml").write_text(rtoml.dumps({"tool": {"poetry": {"source": written}}}))
        return python_settings.poetry(project, at(), home, NAME)

    usual = python_settings.usual_index()
    assert sources((INDEX, "primary")).beside == ()
    assert sources((INDEX, "supplemental")).beside == (usual,)
    assert sources((INDEX, "primary"), ("https://corp.test/simple", "explicit")).beside == ("https://corp.test/simple",)
    (project / "pyproject.toml").write_text(
        f'[[tool.poetry.source]]\nname = "gateway"\nurl = "{INDEX}"\n[[tool.poetry.source]]\nname = "PyPI"\n'
    )
    carried = python_settings.poetry(project, at(), home, NAME)
    assert carried.beside == (usual,)
    assert tomllib.loads(carried.files["pyproject.toml"])["tool"]["poetry"]["source"][1] == {"name": "PyPI"}


def test_pdm_asks_the_default_index_beside_sources_of_other_names(project, home):
    for name, adds in (("pypi", False), ("gateway", True)):
        (project / "pyproject.toml").write_text(f'[[tool.pdm.source]]\nname = "{name}"\nurl = "{INDEX}"\n')
        assert python_settings.pdm(project, at(), home, NAME).adds is adds
    (project / "pyproject.toml").write_text("")
    assert not python_settings.pdm(project, at(), home, NAME).adds


def test_sources_with_secrets_are_left_out(project, home):
    (project / "pyproject.toml").write_text(
        '[[tool.pdm.source]]\nname = "pypi"\nurl = "https://user:${TOKEN}@corp.test/simple"\n'
    )
    (project / "Pipfile").write_text('[[source]]\nname = "x"\nurl = "https://user:$TOKEN@corp.test/simple"\n')
    for read in (python_settings.pdm, python_settings.pipenv):
        carried = read(project, at(), home, NAME)
        assert "corp.test" not in json.dumps(dict(carried.files))
        assert "refers to the environment" in carried.notes[0]


def test_a_mirror_stands_in_the_place_of_a_pipfiles_first_source(project, home):
    (project / "Pipfile").write_text(
        '[[source]]\nname = "x"\nurl = "https://one.test/simple"\n[[source]]\nname = "y"\nurl = "https://two.test/simple"\n'
    )
    carried = python_settings.pipenv(project, at(), home | {"PIPENV_PYPI_MIRROR": INDEX}, NAME)
    assert (carried.named, carried.beside) == ((INDEX,), ("https://two.test/simple",))
    carried = python_settings.pipenv(project, at(), home, NAME)
    assert carried.beside == ("https://one.test/simple", "https://two.test/simple")


@pytest.mark.parametrize("text", ["", "\0", "[", "- [", "a: &a [*a]\n", "source = 1\n[tool]\nuv = 2\npdm = 3\n"])
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.client)
def test_files_that_are_nothing_of_the_kind(question, text, project, home):
    for name in (".npmrc", ".yarnrc", ".yarnrc.yml", "bunfig.toml", "pnpm-workspace.yaml", "Pipfile", "pdm.toml"):
        (project / name).write_text(text)
    if question.client != "uv":  # its reader refuses, as uv does
        (project / "pyproject.toml").write_text(text)
    assert question.carry(project, at(), home, NAME).notes == ()


def test_a_file_beyond_all_bounds_is_not_read(project):
    (project / "large").write_bytes(b"x" * (1024 * 1024 + 1))
    assert read_text(project / "large") == ""
    assert read_text(project) == ""
