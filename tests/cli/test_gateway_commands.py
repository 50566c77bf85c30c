"""The commands that speak to a gateway, run as they are against one on loopback."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from customhouse.cli.gateway import _announce, env
from customhouse.cli.gateway_client import _own_token
from customhouse.cli.gateway_tokens import token_commands
from customhouse.gateway.clients.environment import CLIENTS
from customhouse.model.errors import CustomhouseError, UpstreamError
from customhouse.model.gateway import Fetch
from customhouse.model.purl import Purl
from managed_gateway import ManagedGateway
from simulator import RegistrySimulator

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
OLD = datetime.now(UTC) - timedelta(days=400)


@pytest.fixture(scope="module")
def upstream():
    with RegistrySimulator() as registry:
        registry.npm.publish("axios", "1.0.0", published=OLD)
        registry.npm.publish("axios", "1.1.0", published=datetime.now(UTC) - timedelta(hours=2))
        registry.npm.publish("\N{LATIN SMALL LETTER A}-b", "1.0.0", published=OLD)
        yield registry


@pytest.fixture
def gateway(tmp_path, upstream):
    with ManagedGateway(tmp_path, upstream) as served:
        yield served


@pytest.fixture
def run(customhouse, gateway, tmp_path):
    def run(*arguments, role="approver", at=True):
        environment = {"CUSTOMHOUSE_GATEWAY_TOKEN": gateway.tokens[role]} if role else {}
        named = ["--gateway", gateway.url] if at else []
        return customhouse(*arguments, *named, cwd=tmp_path, environment=environment, against_simulator=False)

    return run


SAID = ("--reason", "we need it", "--owner", "ops@registry.example")


def valid(document, name):
    jsonschema.validate(document, json.loads((SCHEMAS / f"{name}.json").read_text()))
    return document


def test_explain_approve_block_release(run, gateway):
    hidden = run("explain", "pkg:npm/axios", role="")
    assert hidden.code == 0, hidden.stderr
    assert hidden.stdout.splitlines()[:3] == [
        "pkg:npm/axios  1 version shown, 1 hidden",
        "  shown: 1.0.0",
        "  the newest, 1.1.0, is hidden: clients get 1.0.0",
    ]
    assert "hold  1.1.0  too young" in hidden.stdout
    assert "release-too-young: was published on" in hidden.stdout
    assert "free from" in hidden.stdout
    held = run("explain", "pkg:npm/axios@1.1.0", "--format", "json")
    assert held.code == 10, held.stderr
    assert valid(held.json, "gateway-explain-1")["release"]["standing"]["ground"] == "cooldown"

    approved = run("approve", "pkg:npm/axios@1.1.0", *SAID, "--expires", "30d")
    assert approved.code == 0, approved.stderr
    last = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    assert approved.stderr.startswith(
        f"approved pkg:npm/axios@1.1.0 until {last} (entry 2 of the ledger, bound to sha256:"
    )
    assert run("explain", "pkg:npm/axios@1.1.0").code == 0

    purl = Purl("npm", "axios", "1.1.0")
    gateway.state.fetches.record([
        Fetch(datetime.now(UTC), purl, "axios-1.1.0.tgz", "", code, client) for code, client in ((200, "ci"), (403, "no"))
    ])  # fmt: skip
    blocked = run("block", "pkg:npm/axios", *SAID)
    assert blocked.code == 0
    assert "blocked pkg:npm/axios (entry 3 of the ledger)" in blocked.stderr
    assert (
        f"warning: already handed out to ci\n\nhint: customhouse explain pkg:npm/axios --gateway {gateway.url}"
        in blocked.stderr
    )
    told = run("explain", "pkg:npm/axios@1.1.0")
    assert told.code == 20
    assert told.stdout.startswith("block  pkg:npm/axios@1.1.0  blocked on this gateway\n  blocked-here: we need it\n")
    assert "ci had axios-1.1.0.tgz" in told.stdout
    assert "no was refused axios-1.1.0.tgz" in told.stdout
    assert run("release", "pkg:npm/axios", *SAID).code == 0
    again = run("release", "pkg:npm/axios", *SAID)
    assert again.code == 2
    assert "no approval or block of pkg:npm/axios is in force" in again.stderr
    assert "\n\nhint: " in again.stderr


def test_an_approval_by_digest(run, gateway):
    digest = "sha256:" + "0" * 64
    assert run("approve", "pkg:npm/axios@1.1.0", *SAID, "--digest", digest).code == 0
    assert [each.digests for each in gateway.state.ledger.entries()][-1] == (digest,)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("approve", "pkg:npm/axios", *SAID), "names no version"),
        (("approve", "pkg:npm/axios@1.1.0", *SAID, "--rule", "x"), "--gateway lets releases through as a whole"),
        (
            ("approve", "pkg:npm/axios@1.1.0", "pkg:npm/b@1.0.0", *SAID, "--digest", "sha256:" + "0" * 64),
            "one at a time",
        ),
        (("block", "axios", *SAID), "not a package URL"),
        (("block", "pkg:npm/axios", "--reason", " ", "--owner", "x"), "must say something"),
        (("block", "pkg:npm/axios", *SAID, "--expires", "3y"), "not a day or a duration"),
        (("block", "pkg:npm/axios", *SAID, "--expires", "400d"), "a year from now"),
        (("explain", "axios"), "not a package URL"),
        (("explain", "pkg:npm/axios", "--format", "markdown"), "plain and json"),
        (("ledger", "verify", "--file", "x"), "name one ledger"),
        (("ledger", "verify", "--head", "x"), "not the head of a ledger"),
    ],
)
def test_usage(run, arguments, word):
    outcome = run(*arguments)
    assert outcome.code == 2, outcome.stderr
    assert word in outcome.stderr


def test_who_may_not(run):
    refused = run("block", "pkg:npm/axios", *SAID, role="reader")
    assert refused.code == 2
    assert "is a reader's, and this needs approver" in refused.stderr
    anonymous = run("block", "pkg:npm/axios", *SAID, role="")
    assert anonymous.code == 2
    assert "CUSTOMHOUSE_GATEWAY_TOKEN" in anonymous.stderr


def test_what_is_not_there(run, customhouse, upstream):
    assert run("explain", "pkg:npm/nothing").code == 4
    closed = customhouse("explain", "pkg:npm/axios", "--gateway", "http://127.0.0.1:9", against_simulator=False)
    assert (closed.code, "is it running?" in closed.stderr) == (4, True)
    foreign = customhouse("explain", "pkg:npm/axios", "--gateway", upstream.npm_url, against_simulator=False)
    assert (foreign.code, "is no gateway of this version" in foreign.stderr) == (2, True)
    nonsense = customhouse("explain", "pkg:npm/axios", "--gateway", "gateway", against_simulator=False)
    assert (nonsense.code, "hint: " in nonsense.stderr) == (2, True)


def test_the_local_gateways_own_token_is_sent_to_its_address_alone(customhouse, gateway, tmp_path):
    state = tmp_path / "home" / "customhouse" / "gateway"
    state.mkdir(parents=True)
    (state / "admin-token").write_text(f"{gateway.admin}\n")
    environment = {"XDG_STATE_HOME": str(tmp_path / "home")}
    refused = customhouse(
        "block", "pkg:npm/axios", *SAID, "--gateway", gateway.url, environment=environment, against_simulator=False
    )
    assert refused.code == 2  # another port of this machine may be anybody's
    assert _own_token("http://127.0.0.1:8642/", environment) == gateway.admin
    assert _own_token("http://127.0.0.1:8643/", environment) == ""
    assert _own_token("http://gateway.example:8642/", environment) == ""


def test_the_ledger_is_shown_exported_and_verified(run, gateway, tmp_path):
    run("block", "pkg:npm/axios", *SAID)
    sound = run("ledger", "verify")
    assert sound.code == 0, sound.stderr
    head = sound.stdout.splitlines()[1].removeprefix("head  ")
    assert sound.stdout.startswith("2 entries, and the chain holds\nhead  2:")
    shown = run("ledger", "show")
    assert "2  " in shown.stdout
    assert "blocked pkg:npm/axios: we need it (ops@registry.example, by some-approver)" in shown.stdout
    assert valid(run("ledger", "show", "--format", "json").json, "ledger-1")["entries"][1]["act"] == "block"

    exported = run("ledger", "export").stdout
    copy = tmp_path / "ledger.jsonl"
    copy.write_text(exported)
    by_file = run("ledger", "verify", "--file", copy, "--head", head, "--format", "json", at=False)
    assert (by_file.code, valid(by_file.json, "ledger-verify-1")["sound"]) == (0, True)
    database = f"sqlite:///{gateway.folder}/state.sqlite"
    assert run("ledger", "verify", "--database", database, "--head", head, at=False).code == 0

    copy.write_text(exported.replace("we need it", "we want it"))
    changed = run("ledger", "verify", "--file", copy, at=False)
    assert changed.code == 20
    assert "changed  entry 2 is not as it was when it was written" in changed.stdout
    copy.write_text(exported.splitlines()[0] + "\n")
    assert run("ledger", "verify", "--file", copy, at=False).code == 0
    assert run("ledger", "verify", "--file", copy, "--head", head, at=False).code == 20


def test_a_ledger_longer_than_one_answer(run, gateway, monkeypatch):
    monkeypatch.setattr("customhouse.gateway.management.door.LEDGER_PAGE", 3)
    for number in range(7):
        gateway.state.ledger.append(
            "block", f"pkg:npm/x{number}", reason="r", owner="o", actor="a", now=datetime.now(UTC)
        )
    assert run("ledger", "verify").stdout.startswith("8 entries, and the chain holds")


def test_a_ledger_that_is_not_there(run, tmp_path):
    missing = run("ledger", "verify", "--database", f"sqlite:///{tmp_path}/typo.sqlite", at=False)
    assert (missing.code, (tmp_path / "typo.sqlite").exists()) == (2, False)
    (tmp_path / "no.jsonl").write_text("{}\n")
    assert run("ledger", "verify", "--file", tmp_path / "no.jsonl", at=False).code == 2
    assert run("ledger", "verify", "--file", tmp_path / "nothing", at=False).code == 2


def test_tokens(gateway):
    def run(*arguments, role="admin"):
        named = ["--gateway", gateway.url, "--token", gateway.tokens[role]]
        return CliRunner().invoke(token_commands, [*arguments, *named])

    created = run("create", "ci", "--role", "approver", "--expires", "30d")
    assert created.exit_code == 0, created.output
    gateway.tokens["ci"] = created.stdout.strip()
    assert created.stderr == "issued ci (approver); the secret is told this once\n"
    assert gateway.ask("GET", "/-/customhouse/ledger", role="ci").status_code == 200
    lines = run("list").stdout.splitlines()
    assert lines[0].split() == ["name", "role", "created", "ends"]
    assert lines[-1].split()[:2] == ["ci", "approver"]
    listed = json.loads(run("list", "--format", "json").stdout)
    assert [each["name"] for each in valid(listed, "gateway-tokens-1")["tokens"]][-1] == "ci"
    assert gateway.tokens["ci"] not in run("list").output
    assert run("revoke", "ci").exit_code == 0
    assert "revoked" in run("list").stdout.splitlines()[-1]
    for refused in (run("revoke", "ci"), run("revoke", "admin"), run("list", role="approver")):
        assert isinstance(refused.exception, (CustomhouseError, UpstreamError))
        assert refused.exception.hint


def test_help_names_the_commands_without_loading_them(customhouse):
    told = customhouse("--help", against_simulator=False).stdout
    for name in ("block", "release", "ledger"):
        assert f"  {name} " in told


@pytest.mark.parametrize("tokens", [False, True])
def test_what_a_started_gateway_says_can_be_pasted(tmp_path, capsys, tokens):
    """Each command is one of ours, and a shell reads it as it stands."""
    (tmp_path / "a folder").mkdir()
    secret = tmp_path / "a folder" / "admin-token"
    secret.write_text("cht_secret\n")
    _announce("https://packages.test:8443", secret.parent, tokens=tokens)
    said = capsys.readouterr().out
    assert "cht_secret" not in said
    shown = "".join(line + "\n" for line in said.splitlines() if line.startswith("  "))
    called = tmp_path / "called"
    script = f'customhouse() {{ echo "$@" >> {called}; echo A_VARIABLE=from-it; }}\n{shown}echo "$A_VARIABLE"\n'
    done = subprocess.run(["sh", "-e"], input=script, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "from-it"
    at = "--gateway https://packages.test:8443"
    given = " --token A_VARIABLE=from-it" if tokens else ""
    expected = [f"gateway env --all {at}{given}", f"doctor {at}{given}"]
    if tokens:
        expected.insert(0, f"gateway token create this-machine {at} --token cht_secret")
    assert called.read_text().splitlines() == expected


def test_the_help_names_every_client():
    help_ = " ".join(env.help.split())
    assert f"CLIENT is one or more of {', '.join(CLIENTS)}." in help_
