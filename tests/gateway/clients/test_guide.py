"""docs/gateway.md says what the code does: the table of clients, the links, the settings."""

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from customhouse.cli.main import cli
from customhouse.gateway.clients.environment import CLIENTS, environment
from customhouse.gateway.proof.questions import QUESTIONS
from customhouse.policy.configuration import GatewaySettings

DOCS = Path(__file__).parents[3] / "docs"
TEXT = (DOCS / "gateway.md").read_text()


def table(heading):
    """The rows of the first table below a heading, by each name in the first column."""
    lines = TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0].splitlines()
    rows = [line for line in lines if line.startswith("|")][2:]
    return {name: row for row in rows for name in row.split("|")[1].strip().split(", ")}


@pytest.mark.parametrize("client", CLIENTS)
def test_the_table_has_every_variable_of_every_client(client):
    row = table("Pointing clients at it")[client]
    said = set()
    for address in ("http://127.0.0.1:8642", "http://gateway.example:8642", "https://gateway.example"):
        for token in ("", "a-token"):
            said |= {each.name for each in environment(client, address, token).variables}
    # Of a uvx or npx nothing more is said than of the client that it belongs to.
    assert said == set(re.findall(r"`([A-Za-z]+_[A-Za-z_]+)`", row))


def test_every_client_that_is_asked_is_in_the_table_of_questions():
    rows = table("Do they? `customhouse doctor --gateway URL`")
    assert set(rows) == {each.client.replace("-", " ") for each in QUESTIONS}


def test_the_settings_are_those_that_hold():
    block = TEXT.partition("    [gateway]\n")[2].partition("\n\n")[0]
    assert tomllib.loads(block.replace("    ", "")) == msgspec.to_builtins(GatewaySettings())


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)", TEXT):
        assert (DOCS / target).exists(), target


def commands():
    """Every command of the guide, as words: from indented blocks and from examples with a prompt."""
    for line in TEXT.splitlines():
        found = re.match(r"(?:    |\$ )(?:eval \"\$\()?(customhouse [^#>)]*)", line)
        if found:
            yield found[1].split()


def test_every_command_and_option_that_is_shown_exists():
    shown = list(commands())
    assert len(shown) > 20
    for _, *words in shown:
        command = cli
        while hasattr(command, "get_command") and words and command.get_command(None, words[0]):
            command = command.get_command(None, words.pop(0))
        if command.name == "gateway":  # it serves by default
            command = command.get_command(None, "serve")
        known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
        assert {word for word in words if word.startswith("--")} <= known, words
