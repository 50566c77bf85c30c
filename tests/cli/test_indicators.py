"""`customhouse indicators` from outside."""

import json

import pytest
from click.testing import CliRunner

from customhouse.cli.indicators import command
from customhouse.indicators.pack import read_pack
from customhouse.model.errors import CustomhouseError


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(command, [str(each) for each in arguments], catch_exceptions=False)


def test_list_and_show(run):
    assert "axios-2026-03" in run("list").stdout
    listed = json.loads(run("list", "--format", "json").stdout)
    assert listed["schema"] == "customhouse/indicators/1"
    assert {"id", "title", "releases", "facts"} <= set(listed["campaigns"][0])
    page = run("show", "chaindrop").stdout
    assert "DANGER: do not revoke a stolen token before you stop the monitors" in page
    shown = json.loads(run("show", "axios-2026-03", "--format", "json").stdout)
    assert shown["campaign"]["facts"][0]["kind"] == "digest"


def test_a_pack_that_is_not_there_is_told_with_a_hint(run):
    with pytest.raises(CustomhouseError, match="no pack is called axios"):
        run("show", "axios")
    with pytest.raises(CustomhouseError, match="cannot be read"):
        run("show", "missing.toml")


def test_check_names_what_would_never_match(run, tmp_path):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("type,indicator\ndomain,c2[.]evil[.]invalid\n")
    bad.write_text("type,indicator\nsha1," + "a" * 39 + "\n")
    assert run("check", good).exit_code == 0
    outcome = run("check", good, bad)
    assert outcome.exit_code == 2
    assert f"refused: {bad}:2: " in outcome.stderr
    assert "has 39 digits" in outcome.stderr
    pack = tmp_path / "p.toml"
    pack.write_text('id = "evil"\ntitel = "Evil"\n')
    outcome = run("check", pack, good)
    assert outcome.exit_code == 2
    assert f"{pack}:2: `titel`: unknown key" in outcome.stderr
    assert "good.csv: 0 packages and 1 fact" in outcome.stdout


def test_export_and_import_lead_back_to_the_same_pack(run, tmp_path):
    whole = None
    for form in ("stix", "misp", "osv"):
        exported, pack = tmp_path / f"{form}.json", tmp_path / f"{form}.toml"
        run("export", "litellm-2026-03", "--format", form, "-o", exported)
        outcome = run("import", exported, "-o", pack)
        assert outcome.exit_code == 0, outcome.stderr
        whole = whole or read_pack(pack)
        assert read_pack(pack) == whole
    assert whole.id == "litellm-2026-03"


def test_several_files_become_one_pack(run, tmp_path):
    first, second = tmp_path / "a.csv", tmp_path / "b.txt"
    first.write_text("type,indicator\ndomain,c2.evil.invalid\nipv4,10.0.0.1\n")
    second.write_text("203.0.113.7\nevil@1.0.0\n")
    pack = tmp_path / "evil.toml"
    arguments = ("import", first, second, "-o", pack, "--id", "evil-2026", "--title", "Evil", "--tlp", "AMBER")
    refused = run(*arguments)
    assert (refused.exit_code, pack.exists()) == (2, False)
    assert "is private" in refused.stderr
    assert "hint: " in refused.stderr
    done = run(*arguments, "--lenient")
    assert done.exit_code == 0, done.stderr
    campaign = read_pack(pack)
    assert (campaign.id, campaign.title, campaign.tlp) == ("evil-2026", "Evil", "amber")
    assert [each.value for each in campaign.facts] == ["c2.evil.invalid", "203.0.113.7"]
    with pytest.raises(CustomhouseError, match="exists already"):
        run(*arguments, "--lenient")
    assert run(*arguments, "--lenient", "--force").exit_code == 0


def test_a_marking_of_the_users_goes_before_the_packs(run):
    bundle = json.loads(run("export", "cline", "--format", "stix", "--tlp", "amber+strict").stdout)
    assert bundle["objects"][0]["name"] == "TLP:AMBER+STRICT"


@pytest.mark.parametrize("form", ["sigma", "yara", "csv"])
def test_other_forms_go_to_standard_output(run, form):
    outcome = run("export", "axios-2026-03", "--format", form)
    assert "sfrclak.com" in outcome.stdout


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.json", "{}", "neither a STIX bundle, a MISP event nor an OSV record"),
        ("a.json", "[", "no JSON object"),
        ("a.json", "[" * 100_000, "no JSON object"),
        ("a.dat", "x", "no ending that says what it is"),
        ("a.yml", "x: 1", "sigma is written and not read"),
        ("a.toml", "x = 1", "is a pack already"),
    ],
)
def test_what_is_of_no_form_is_told_with_a_hint(run, tmp_path, name, text, told):
    (tmp_path / name).write_text(text)
    with pytest.raises(CustomhouseError, match=told) as refused:
        run("import", tmp_path / name, "-o", tmp_path / "out.toml")
    assert refused.value.hint
    assert not (tmp_path / "out.toml").exists()


def test_the_form_may_be_said(run, tmp_path):
    (tmp_path / "list.dat").write_text("203.0.113.7\n")
    outcome = run("import", tmp_path / "list.dat", "--from", "csv", "-o", tmp_path / "out.toml")
    assert outcome.exit_code == 0, outcome.stderr
