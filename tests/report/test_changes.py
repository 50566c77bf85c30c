"""What a change brings, in every format: complete, within a comment's bounds, and harmless whatever strangers wrote."""

import json
import re
from datetime import timedelta

import msgspec
import pytest
from jsonschema import Draft202012Validator

from customhouse.model.closure import Changes, ClosureGains, Gained, LockChange, LockComparison, Reviewed
from customhouse.model.content import InstallHook
from customhouse.model.locked import LockedPackage
from customhouse.model.purl import make_purl
from customhouse.model.release import Publisher
from customhouse.model.review import FoundCapability, ReviewFacts
from customhouse.report.annotations import audit_annotations, command
from customhouse.report.documents import CheckDocument
from customhouse.report.formats import Format, render_audit
from report.audits import HOSTILE, LOCK, NOW, audit, judged, package, verdict

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REVIEW = ReviewFacts(
    maintainers=("one", "two"),
    publisher=Publisher("one", trusted=False),
    published=NOW - timedelta(days=3),
    first_published=NOW - timedelta(days=100),
    last_published=NOW - timedelta(days=3),
    release_count=12,
    cadence_days=9.5,
    licence="MIT",
    repository="https://host.test/acme/new",
    size=1_200,
    unpacked_size=34_000,
    opened=True,
    hooks=(InstallHook("lifecycle-script", "postinstall", "node setup.js", "setup.js"),),
    capabilities=(FoundCapability("network", "import", "index.js", 3),),
    hosts=("host.test",),
)


def entry(name, version="1.0.0", **parts):
    return LockedPackage("npm", name, version, key=f"node_modules/{name}", line=7, **parts)


def changed(review=REVIEW, name="new", count=1, **parts):
    """One new package (or many), one upgraded, one removed."""
    held = [judged("hold", rule="new-dependency", name=name, message="is new", hint="customhouse approve it")]
    new = [package(verdict(f"{name}{number or ''}", "hold", held)) for number in range(count)]
    changes = [LockChange("added", LOCK, None, each.locked, "name") for each in new]
    up = package(verdict("up"))
    upgrade = LockChange("upgraded", LOCK, entry("up", "0.9.0"), up.locked)
    gone = LockChange("removed", LOCK, entry("gone"))
    reviewed = [Reviewed(each, review, 4, ("the project", "other@1.0.0")) for each in changes]
    gained = msgspec.structs.replace(
        review, compared_with="0.9.0", gained_capabilities=(FoundCapability("process", "call", "b.js", 9),)
    )
    reviewed += [Reviewed(upgrade, gained), Reviewed(gone)]
    purl = make_purl("npm", name, "1.0.0")
    found = Changes(
        base="main",
        commit=COMMIT,
        compared=NOW,
        locks=(
            LockComparison(LOCK, "package-lock", "moved", "old/" + LOCK, "package-lock", (*changes, upgrade, gone), 41),
        ),
        reviewed=tuple(reviewed),
        gains=ClosureGains(
            packages=(purl,),
            publishers=(Gained("one", (purl,)),),
            install_code=(Gained("postinstall: node setup.js", (purl,)),),
            unnamed=(purl,),
        ),
        unchanged=41,
        **parts,
    )
    return msgspec.structs.replace(audit(*new, up, decision="hold"), changes=found)


def test_plain_says_it_all():
    text = render_audit(changed(), Format.PLAIN)
    for said in (
        "changes since main (0123456789): 1 added, 1 upgraded, 1 removed; 41 unchanged and not inspected",
        "app/package-lock.json (package-lock) was old/app/package-lock.json",
        "added         new@1.0.0  (transitive, prod, app/package-lock.json:7)",
        "2 maintainers only (one, two); published by one with a token",
        "project 3 months old; this release 3 days old; 12 releases, one every 9.5 days, the latest 3 days ago",
        "licence MIT; source https://host.test/acme/new; 1.2 kB packed, 34.0 kB unpacked",
        "brings 4 packages along; needed by the project, other@1.0.0",
        "runs at install: postinstall: node setup.js",
        "can use: network at import (index.js:3)",
        "upgraded      up 0.9.0 → 1.0.0",
        "since 0.9.0 can use: process at call (b.js:9)",
        "removed       gone@1.0.0",
        "1 piece of install-time code: postinstall: node setup.js (new@1.0.0)",
        "of 1 release the registry does not name the publisher",
    ):
        assert said in text, said


def test_what_nobody_says_is_said_to_be_unknown():
    text = render_audit(changed(ReviewFacts()), Format.PLAIN)
    for said in (
        "maintainers unknown: the registry does not tell",
        "project of unknown age; this release of unknown age",
        "licence unknown; source unknown; size unknown",
        "not opened, so what its code does is unknown",
    ):
        assert said in text, said


def test_several_that_wait_are_approved_by_one_command():
    hint = "customhouse approve --all-new --base main --reason … --owner …"
    assert hint not in render_audit(changed(), Format.PLAIN)
    for form in (Format.PLAIN, Format.MARKDOWN):
        assert hint in render_audit(changed(count=2), form)


def test_markdown_folds_the_facts_of_each_new_package():
    text = render_audit(changed(), Format.MARKDOWN)
    assert "### Changes since `main (0123456789)`" in text
    assert text.count("<details") == text.count("</details>")
    block = text[text.index("<b>new") :].partition("</details>")[0]
    assert "2 maintainers only (one, two)" in block
    assert "| ✅ | upgraded | `up 0.9.0 → 1.0.0` | process at call" in text


def test_a_change_of_thousands_fits_into_a_comment():
    text = render_audit(changed(count=3000), Format.MARKDOWN)
    assert len(text) <= 65_536
    assert re.search(r"… and \d+ more new packages: the JSON report has them all", text)
    assert text.count("<details") == text.count("</details>")


@pytest.mark.parametrize("form", [Format.PLAIN, Format.MARKDOWN, Format.JSON, Format.SARIF])
def test_what_strangers_wrote_stays_text(form):
    hostile = msgspec.structs.replace(
        REVIEW,
        maintainers=(HOSTILE,),
        publisher=Publisher(HOSTILE),
        licence=HOSTILE,
        repository=HOSTILE,
        hosts=(HOSTILE,),
        hooks=(InstallHook("lifecycle-script", HOSTILE, HOSTILE, HOSTILE),),
        capabilities=(FoundCapability("network", "import", HOSTILE, 3),),
    )
    text = render_audit(changed(hostile, "n" + HOSTILE), form)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u200b\ud800\U000e0041]", text)
    if form is Format.MARKDOWN:
        outside = re.sub(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", "", text)  # of code spans, whatever their fence
        assert "<img" not in outside
        assert "@team" not in outside
        lines = [line for line in outside.split("\n") if not line.startswith("<details><summary>")]
        assert not re.search(r"(?<!\\)\]\(", "\n".join(lines))


def test_json_is_what_the_schema_says():
    schema = msgspec.json.schema(CheckDocument)
    document = json.loads(render_audit(changed(), Format.JSON))
    Draft202012Validator(schema).validate(document)
    new, upgraded, removed = document["changes"]["entries"]
    assert (new["kind"], new["verdict"], new["novelty"], new["weight"]) == ("added", "hold", "name", 4)
    assert (upgraded["before"], upgraded["review"]["compared_with"]) == ("pkg:npm/up@0.9.0", "0.9.0")
    assert (removed["kind"], removed["verdict"], removed["review"], removed["before"]) == ("removed", None, None, "")
    assert document["changes"]["locks"][0]["base_path"] == "old/app/package-lock.json"
    assert json.loads(render_audit(audit(), Format.JSON))["changes"] is None


def test_annotations_stand_at_the_lock_entry():
    (line,) = audit_annotations(changed()).split("\n")
    assert line == (
        "::warning file=app/package-lock.json,line=7,title=new@1.0.0%3A new-dependency::"
        "is new%0Ahint: customhouse approve it"
    )


def test_annotations_of_strangers_text_stay_one_command_a_line():
    text = audit_annotations(changed(name="n" + HOSTILE + "::error::x,y%0A"))
    (line,) = text.split("\n")
    head, message = line.removeprefix("::warning ").split("::", 1)
    assert ":" not in head
    assert "%250A" in head + message
    assert command("error", "50%\r\nmore", path="a,b:c", line=3, title="t:u") == (
        "::error file=a%2Cb%3Ac,line=3,title=t%3Au::50%25\\r%0Amore"
    )


def test_only_as_many_annotations_as_are_shown():
    lines = audit_annotations(changed(count=25)).split("\n")
    assert len(lines) == 11
    assert lines[-1] == "::notice::15 more of kind warning: the report has them all"
    assert audit_annotations(audit()) == ""


def test_many_that_wait_for_approval_are_told_as_one_and_each_in_the_verbose_report():
    text = render_audit(changed(count=30), Format.PLAIN)
    assert "hold  30 packages for the same reason:" in text
    assert "new-dependency: for example, is new" in text
    assert render_audit(changed(count=30), Format.PLAIN, verbose=True).count("new-dependency: is new") == 30


def test_the_last_line_counts_what_changed_and_what_did_not():
    assert "1 held, 1 allowed of 2 changed packages (41 unchanged) in 1 file" in render_audit(changed(), Format.PLAIN)
