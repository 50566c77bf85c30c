"""What the reports say of the repository itself."""

import json
import re

import msgspec
import pytest

from customhouse.model.evidence import Gap
from customhouse.model.finding import Finding, Location
from customhouse.model.locked import Source
from customhouse.model.verdict import AnsweredSource, GapJudgement, Judgement, RepositoryVerdict
from customhouse.report.formats import Format, render_audit
from report.audits import HOSTILE, audit, package, verdict

HELD = Finding(
    "lockfile-missing", "medium", "high", None, "no lock pins axios", (Location("a/package.json", 4),), "npm install"
)
TOLD = [
    Finding("ci-installs-unlocked", "medium", "medium", None, f"`npm install` {n}", (Location("ci.yml", n),), "npm ci")
    for n in (1, 2)
]
GAP = Gap("repository", "unread-workflow", "what b.yml installs is not known", "correct b.yml", "b.yml")
BINARY = Source("bun.lockb", "bun.lockb", "unsupported", (), "a binary format", digest="sha256:" + "a" * 64)


def audited(decision="hold"):
    about = RepositoryVerdict(
        decision,
        (Judgement(HELD, decision, "policy.medium.high = hold"), *(Judgement(one, "allow", "policy") for one in TOLD)),
        (GapJudgement(GAP, "allow", "gaps.unread-workflow = allow"),),
        (AnsweredSource("bun.lockb", 0, "exception of me until 2027-01-01 (customhouse.toml:3): read"),),
    )
    whole = audit(package(verdict("fine")), decision=decision, sources=(BINARY,))
    return msgspec.structs.replace(whole, repository=about)


def plain(**options):
    return render_audit(audited(**options), Format.PLAIN)


def test_plain_tells_what_holds_and_counts_the_rest():
    text = plain()
    assert "hold  the repository itself" in text
    assert "lockfile-missing: no lock pins axios (a/package.json:4)" in text
    assert "decided by policy.medium.high = hold" in text
    assert "hint: npm install" in text
    assert "lesser findings, allowed by policy: ci-installs-unlocked (2)" in text
    assert "noted: what b.yml installs is not known" in text
    assert "npm ci" not in text
    assert "excepted: bun.lockb was not read; exception of me" in text
    assert text.splitlines()[-1].startswith("hold. 1 allowed of 1 package in 1 file; 1 finding about the repository")


def test_plain_and_verbose_lists_all():
    text = render_audit(audited(), Format.PLAIN, verbose=True)
    assert "allowed: ci-installs-unlocked: `npm install` 2 (ci.yml:2)" in text
    assert "allowed: not known: unread-workflow (repository)" in text


def test_a_repository_of_which_nothing_is_said_has_no_section():
    whole = audit(package(verdict("fine")))
    for form in (Format.PLAIN, Format.MARKDOWN):
        assert "repository itself" not in render_audit(whole, form)


def test_markdown():
    text = render_audit(audited(), Format.MARKDOWN)
    assert "### The repository itself" in text
    assert "| ✋ hold | `lockfile-missing`: no lock pins axios | `a/package.json:4` |" in text
    assert "Allowed by policy: `ci-installs-unlocked` (2)." in text
    assert "`bun.lockb`: exception of me" in text


def test_json():
    document = json.loads(render_audit(audited(), Format.JSON))
    assert document["summary"]["repository_findings"] == 3
    assert document["summary"]["repository_held"] == 1
    assert document["gaps"][0]["path"] == "b.yml"
    assert document["sources"][0]["digest"] == BINARY.digest
    assert document["sources"][0]["because"].startswith("exception of me")


def test_sarif_points_at_the_files():
    run = json.loads(render_audit(audited(), Format.SARIF))["runs"][0]
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (result["ruleId"], result["level"]) == ("lockfile-missing", "warning")
    assert place["artifactLocation"]["uri"] == "a/package.json"
    assert place["region"]["startLine"] == 4
    assert "purl" not in result["properties"]
    notes = run["invocations"][0]["toolExecutionNotifications"]
    (note,) = [each for each in notes if each.get("descriptor") == {"id": "gap/unread-workflow"}]
    assert note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "b.yml"
    verbose = json.loads(render_audit(audited(), Format.SARIF, verbose=True))["runs"][0]
    prints = [one["partialFingerprints"]["customhouse/v1"] for one in verbose["results"]]
    assert len(set(prints)) == 3


@pytest.mark.parametrize("form", [Format.PLAIN, Format.MARKDOWN, Format.SARIF, Format.JSON])
def test_what_a_file_says_stays_harmless(form):
    strange = Finding("r", "medium", "high", None, HOSTILE, (Location(HOSTILE, 1),), HOSTILE)
    about = RepositoryVerdict("hold", (Judgement(strange, "hold", HOSTILE),))
    text = render_audit(msgspec.structs.replace(audit(package(verdict())), repository=about), form)
    assert "\x1b" not in text
    if form is Format.MARKDOWN:
        assert "<img" not in re.sub(r"(`+).*?\1", "", text)
