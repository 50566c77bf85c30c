"""The variables of every client, and as each shell takes them."""

import os
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.gateway.clients.environment import CLIENTS, ClientEnvironment, Variable, environment, environments
from customhouse.gateway.clients.shells import SHELLS, rendered
from customhouse.model.errors import CustomhouseError

NEAR, FAR, SAFE = "http://127.0.0.1:8080", "http://gateway.test:8080", "https://gateway.test"


def said(client, gateway=SAFE, token=""):
    return {each.name: each.value for each in environment(client, gateway, token).variables}


def test_every_client_is_told_of_its_own_ecosystem():
    found = {each.client: each.ecosystem for each in environments(SAFE)}
    assert tuple(found) == CLIENTS
    assert {client for client, ecosystem in found.items() if ecosystem == "npm"} == {
        *("npm", "npx", "pnpm", "yarn-1", "yarn-4", "bun")
    }
    for each in environments(SAFE):
        room = "npm" if each.ecosystem == "npm" else "pypi/simple"
        words = [variable.value for variable in each.variables] + list(each.notes)
        assert any(f"{SAFE}/{room}" in word for word in words), each.client
        assert each.notes


@pytest.mark.parametrize(
    ("client", "variables"),
    [
        ("npm", {"npm_config_registry": "https://gateway.test/npm/"}),
        ("pnpm", dict.fromkeys(("pnpm_config_registry", "npm_config_registry"), "https://gateway.test/npm/")),
        ("yarn-1", {"YARN_REGISTRY": "https://gateway.test/npm/"}),
        ("yarn-4", {"YARN_NPM_REGISTRY_SERVER": "https://gateway.test/npm"}),
        ("bun", {"BUN_CONFIG_REGISTRY": "https://gateway.test/npm/"}),
        ("pip", {"PIP_INDEX_URL": "https://gateway.test/pypi/simple"}),
        ("uvx", {"UV_DEFAULT_INDEX": "https://gateway.test/pypi/simple"}),
        ("pipenv", {"PIPENV_PYPI_MIRROR": "https://gateway.test/pypi/simple"}),
        ("pdm", {"PDM_PYPI_URL": "https://gateway.test/pypi/simple"}),
        ("poetry", {}),
    ],
)
def test_over_https(client, variables):
    assert said(client) == variables


def test_over_plain_http_some_must_be_told_that_it_is_meant():
    for client, name, value in (
        ("pip", "PIP_TRUSTED_HOST", "gateway.test:8080"),
        ("pipenv", "PIP_TRUSTED_HOST", "gateway.test:8080"),
        ("pdm", "PDM_PYPI_VERIFY_SSL", "false"),
        ("yarn-4", "YARN_UNSAFE_HTTP_WHITELIST", "gateway.test"),
    ):
        assert said(client, FAR)[name] == value
        assert name not in said(client, SAFE)
        # pip keeps files that it fetched over plain HTTP of a host that it trusts alone.
        assert (name in said(client, NEAR)) == (client != "pdm")


def test_a_token_goes_with_every_client_and_into_no_note():
    for each in environments(SAFE, "s3cret-token"):
        values = " ".join(variable.value for variable in each.variables)
        assert "s3cret-token" in values or "token:s3cret-token@gateway.test" in values, each.client
        assert "s3cret" not in " ".join(each.notes)


def test_poetry_is_told_the_command():
    assert "poetry source add --priority=primary gateway https://gateway.test/pypi/simple/" in (
        environment("poetry", SAFE).notes
    )


@pytest.mark.parametrize(
    ("client", "token"),
    [("pip3", ""), ("", ""), ("pip", "a b"), ("pip", "a\nb"), ("pip", "a/b"), ("pip", "a%b"), ("pip", "\u00e4")],
)
def test_what_is_refused(client, token):
    with pytest.raises(CustomhouseError) as caught:
        environment(client, SAFE, token)
    assert token == "" or token not in caught.value.message


def test_each_variable_stands_once():
    for shell in SHELLS:
        text = rendered(environments(FAR, "t"), shell)
        assert text.count("npm_config_registry") == 2  # pnpm's own name holds npm's
        assert text.count("PIP_TRUSTED_HOST") == 1
        assert ("#" in text) == (shell != "github")


AWKWARD = "a'b\"c$HOME`id`\\ d%e;f!g#h&i"


def one(value):
    return [ClientEnvironment("x", "npm", (Variable("CUSTOMHOUSE_TRIED", value),), ("a note: $(false) 'x",))]


@pytest.mark.parametrize(("shell", "program"), [("sh", "sh"), ("sh", "bash"), ("fish", "fish"), ("powershell", "pwsh")])
def test_shells_take_the_value_as_it_is(shell, program, tmp_path):
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    assert taken(shell, program, AWKWARD, tmp_path) == AWKWARD


@settings(deadline=None, max_examples=25)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30))
def test_the_shell_takes_any_value(tmp_path_factory, value):
    assert taken("sh", "sh", value, tmp_path_factory.mktemp("shell")) == value


def taken(shell, program, value, folder):
    script = folder / "script"
    show = "printenv CUSTOMHOUSE_TRIED" if program != "pwsh" else "$env:CUSTOMHOUSE_TRIED"
    script.write_text(rendered(one(value), shell) + show + "\n")
    arguments = [program, str(script)] if program != "pwsh" else [program, "-NoProfile", "-File", str(script)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]})
    return done.stdout.removesuffix("\n")


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30))
def test_what_cannot_be_run_here_is_quoted_by_its_own_rules(value):
    """PowerShell doubles quotes in a verbatim string; fish knows two escapes in one; dotenv expands in double alone."""
    _, powershell = rendered(one(value), "powershell").splitlines()[-1].split(" = ", 1)
    assert powershell[0] == powershell[-1] == "'"
    assert powershell[1:-1].replace("''", "\0").count("'") == 0
    assert powershell[1:-1].replace("''", "'") == value
    fish = rendered(one(value), "fish").splitlines()[-1].removeprefix("set -gx CUSTOMHOUSE_TRIED ")
    assert fish[1:-1].replace("\\\\", "\0").replace("\\'", "'").replace("\0", "\\") == value
    dotenv = rendered(one(value), "dotenv").splitlines()[-1].partition("=")[2]
    if "'" in value:
        assert dotenv[0] == dotenv[-1] == '"'
        unescaped = dotenv[1:-1].replace("\\\\", "\0").replace('\\"', '"').replace("\\$", "$").replace("\0", "\\")
        assert unescaped == value
    else:
        assert dotenv == f"'{value}'"
    assert rendered(one(value), "github") == f"CUSTOMHOUSE_TRIED={value}\n"
