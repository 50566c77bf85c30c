"""`customhouse respond` from outside."""

import json
import re
from pathlib import Path

import jsonschema
import msgspec
import pytest
from click.testing import CliRunner

from customhouse.cli.hunt import command as hunt
from customhouse.cli.respond import command
from customhouse.indicators.pack import write_pack
from customhouse.model.errors import CustomhouseError
from customhouse.report.response import ResponseDocument
from customhouse.respond import checklist as kept
from customhouse.storage.case_folder import CaseFolder
from respond.cases import NOW, SECRET, WIPER, everything, hit, hunted, shop

_SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "response-1.json"
_PLAN = ("plan.md", "plan.html", "plan.json", "checklist.json")


def run(*arguments):
    return CliRunner().invoke(command, [str(each) for each in arguments], catch_exceptions=False)


@pytest.fixture
def case(tmp_path):
    home = tmp_path / "home"
    (home / ".aws").mkdir(parents=True)
    (home / ".npmrc").write_text(f"//registry.example/:_authToken={SECRET}\n")
    (home / ".aws" / "credentials").write_text(SECRET)
    folder = tmp_path / "case"
    CaseFolder(folder).keep(everything(shop(tmp_path), home), now=NOW)
    return folder


def test_every_form_tells_the_plan_and_none_a_value(case):
    for form in ("plain", "markdown", "html", "json"):
        done = run(case, "--format", form)
        assert done.exit_code == 0
        assert "rebuild-pin-" in done.stdout
        assert SECRET not in done.stdout
    plain = run(case).stdout
    assert plain.index("SCRIPT-RAN") < plain.index("FETCHED") < plain.index("RESOLVED")
    assert "A reminder, and no advice" in plain
    assert "npm cache clean --force" in plain


def test_json_is_as_its_schema_says(case):
    document = json.loads(run(case, "--format", "json").stdout)
    jsonschema.validate(document, json.loads(_SCHEMA.read_text()))
    assert msgspec.convert(document, ResponseDocument).schema == "customhouse/response/1"
    assert "before" not in document["fixes"][0]


def test_written_plans_are_in_the_chain_of_custody(case):
    assert run(case, "--write").exit_code == 0
    assert CaseFolder(case).problems() == ()
    for name in _PLAN:
        assert SECRET not in (case / name).read_text()
    acts = [json.loads(line)["file"] for line in (case / "custody.jsonl").read_text().splitlines()]
    assert acts[-4:] == list(_PLAN)
    run(case, "--write")
    assert CaseFolder(case).problems() == ()


def test_states_survive(case):
    assert run(case, "--done", "triage-freeze", "--by", "Ada\x1b[2J").exit_code == 0
    status = run(case, "--status").stdout
    assert "[x] triage-freeze" in status
    assert "done by Ada\\x1b[2J" in status
    assert "[ ] triage-sources" in status
    run(case, "--write")
    assert "[x] triage-freeze" in run(case, "--status").stdout
    assert "- [x] **triage" in (case / "plan.md").read_text()
    assert run(case, "--undo", "triage-freeze", "--by", "Eve").exit_code == 0
    assert "[ ] triage-freeze" in run(case, "--status").stdout
    changes = json.loads((case / "checklist.json").read_text())["checklist"]["changes"]
    assert [(each["done"], each["by"][:3]) for each in changes] == [(True, "Ada"), (False, "Eve")]
    acts = [json.loads(line)["act"] for line in (case / "custody.jsonl").read_text().splitlines()]
    assert any(each.startswith("done: triage-freeze, said Ada") for each in acts)
    assert CaseFolder(case).problems() == ()
    CaseFolder(case).keep(CaseFolder(case).read(), now=NOW)
    assert len(json.loads((case / "checklist.json").read_text())["checklist"]["changes"]) == 2


def test_wrong_items_are_told(case):
    with pytest.raises(CustomhouseError, match="did you mean triage-freeze"):
        run(case, "--done", "triage-freez")
    with pytest.raises(CustomhouseError, match="is not done"):
        run(case, "--undo", "triage-freeze")
    run(case, "--done", "triage-freeze")
    with pytest.raises(CustomhouseError, match="done already"):
        run(case, "--done", "triage-freeze")
    assert run(case, "--done", "a", "--undo", "b").exit_code == 2
    assert run(case, "--only", "x").exit_code == 2


def test_what_comes_too_early_is_warned_of(tmp_path):
    pack = tmp_path / "wiper-2026.toml"
    pack.write_text(write_pack(WIPER))
    case = tmp_path / "case"
    CaseFolder(case).keep(hunted(hit("m", "host", "contacted", "/x", "wiper-2026", "y"), campaigns=("wiper-2026",)))
    assert "is not here, so its dangers are not known" in run(case).stdout
    text = run(case, "--pack", pack).stdout
    assert "DANGER (wiper-2026): Do not revoke a stolen token before you stop the monitors" in text
    assert text.index("watchers-wiper-2026:") < text.index("isolate-m-")
    name = re.search(r"isolate-m-[0-9a-f]{8}", text).group()
    done = run(case, "--pack", pack, "--done", name, "--by", "me")
    assert "warning: watchers-wiper-2026 comes first and is not done" in done.stderr


def test_apply(case, tmp_path):
    with pytest.raises(CustomhouseError, match="no manifest"):
        run(case, "--apply", "--only", tmp_path / "elsewhere")
    done = run(case, "--apply", "--only", tmp_path / "shop")
    assert "on the new branch customhouse/respond-axios-2026-03" in done.stdout
    assert "npm install --package-lock-only --ignore-scripts" in done.stdout
    assert "take it back: git -C" in done.stdout
    assert json.loads((tmp_path / "shop" / "package.json").read_text())["overrides"] == {"axios": "1.14.0"}


def test_a_case_that_was_changed_is_refused(case):
    (case / "case.json").write_text("{}")
    with pytest.raises(CustomhouseError, match="not as it was kept"):
        run(case)


def test_from_the_hunt_to_the_plan(tmp_path, monkeypatch):
    home = tmp_path / "home"
    for name in (".npmrc", ".pypirc", ".bash_history", "app/.env", ".aws/credentials", ".ssh/id_ed25519"):
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"//registry.example/:_authToken={SECRET}\nAPI_TOKEN={SECRET}\n")
    tree = home / "app" / "node_modules"
    tree.mkdir()
    packages = {"node_modules/axios": {"version": "1.14.1"}}
    (tree / ".package-lock.json").write_text(json.dumps({"lockfileVersion": 3, "packages": packages}))
    folder, case = shop(tmp_path), tmp_path / "case"
    monkeypatch.setattr(Path, "home", lambda: home)
    monkeypatch.chdir(home)
    looked = [str(folder), str(home), "--pack", "axios-2026-03", "--case", str(case), "--jobs", "1"]
    assert CliRunner().invoke(hunt, looked, catch_exceptions=False).exit_code == 20
    run(case, "--write")
    plan = json.loads((case / "plan.json").read_text())
    assert {each["grade"] for each in plan["assets"]} >= {"resolved", "fetched"}
    secrets = {each["kind"] for asset in plan["assets"] for each in asset["reach"] if asset["asset"] == str(folder)}
    assert {"npm-token", "github-token"} <= secrets
    machine = next(each for each in plan["assets"] if each["asset"] == str(home / "app"))
    assert {each["kind"] for each in machine["reach"]} >= {"npm-token", "pypi-token", "aws", "ssh", "histories"}
    assert plan["fixes"][0]["pins"][0]["safe"] == "1.14.0"
    for path in case.rglob("*"):
        assert path.is_dir() or SECRET not in path.read_text()


def test_two_who_mark_items_at_once_are_both_kept(case, monkeypatch):
    """The one reads the checklist before the other has written it."""
    stale = kept.current

    def meanwhile(folder, response):
        before = stale(folder, response)
        monkeypatch.setattr(kept, "current", stale)
        assert run(case, "--done", "triage-freeze", "--by", "b").exit_code == 0
        return before

    monkeypatch.setattr(kept, "current", meanwhile)
    assert run(case, "--done", "preserve-case", "--by", "a").exit_code == 0
    text = run(case, "--status").stdout
    assert "[x] triage-freeze" in text
    assert "[x] preserve-case" in text


def test_an_end_that_was_cut_off_is_refused_by_the_digest_that_was_told(case):
    kept = (case / "custody.jsonl").read_bytes()
    told = run(case, "--done", "triage-freeze", "--by", "me").stderr.split()[-1]
    assert run(case, "--status", "--custody", told).exit_code == 0
    (case / "custody.jsonl").write_bytes(kept)
    (case / "checklist.json").unlink()
    assert run(case, "--status").exit_code == 0
    with pytest.raises(CustomhouseError, match="cut off"):
        run(case, "--status", "--custody", told)
