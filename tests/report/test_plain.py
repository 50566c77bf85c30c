import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.report.formats import Format, render_audit, render_inspection, render_rule_page
from report.audits import PAGE, audit, everything, gap, hostile, inspection, judged, package, verdict

EVERYTHING = """\
block  axios@1.0.0  (transitive, prod, app/package-lock.json:7)
  install-script: runs node setup.js at install (package.json:12, lib/setup.js:3)
  decided by policy.high.high = block
  1 lesser finding allowed by policy (--verbose lists all)

  hint: npm view axios

hold  left-pad@1.0.0  (transitive, dev, app/package-lock.json:11)
  not known: publish-time (metadata): the registry does not say when
  decided by gaps.default = hold (default)

  hint: ask again later

files
  parsed       app/package-lock.json (package-lock v3, 0 packages)
  skipped      docs/requirements.txt (requirements): excluded by --exclude docs
  unsupported  bun.lockb (bun.lockb): a binary format
               hint: commit bun.lock instead
  failed       uv.lock (uv.lock): not TOML
               hint: uv lock

warning: an exception is unused

block. 1 blocked, 1 held, 2 allowed (1 by exception) of 4 packages in 4 files in 1.2 s"""


def plain(of, **extra):
    return render_audit(of, Format.PLAIN, **extra)


def test_worst_first_with_reasons_files_and_count():
    assert plain(everything()) == EVERYTHING


def test_colour_only_adds_colour():
    assert re.sub(r"\x1b\[[0-9;]*m", "", plain(everything(), colour=True)) == EVERYTHING
    assert "\x1b[1;31mblock" in plain(everything(), colour=True)


def test_verbose_lists_what_is_allowed_and_every_policy_line():
    text = plain(everything(), verbose=True)
    assert "allow  fine@1.0.0" in text
    assert "allowed: size-jump: is larger" in text
    assert "excepted: install-script" in text
    assert "low severity, low confidence; policy.high.high = block" in text


def test_wrapping_keeps_every_word():
    wide, narrow = plain(everything()), plain(everything(), width=50)
    assert wide.split() == narrow.split()
    assert narrow.count("\n") > wide.count("\n")


def test_entries_of_one_release_are_told_once():
    of = verdict("axios", "block", [judged()])
    text = plain(audit(package(of, 7), package(of, 30), decision="block"))
    assert text.count("install-script:") == 1
    assert "app/package-lock.json:7, app/package-lock.json:30" in text
    assert "2 blocked" in text


def test_many_packages_with_the_same_gap_are_told_once():
    packages = [package(verdict(f"p{i}", "hold", [], [gap(message=f"no answer for p{i}")]), i + 1) for i in range(300)]
    text = plain(audit(*packages, decision="hold", incomplete=True))
    assert "hold  300 packages for the same reason:" in text
    assert "and 292 more" in text
    assert "for example, no answer for p0" in text
    assert len(text.splitlines()) < 20
    assert "evidence is missing, and policy does not guess. 300 held" in text
    assert "p299@1.0.0" in plain(audit(*packages, decision="hold", incomplete=True), verbose=True)


def test_a_different_way_out_is_not_folded_away():
    packages = [package(verdict(f"p{i}", "hold", [], [gap(hint=f"way {i}")]), i + 1) for i in range(9)]
    assert plain(audit(*packages, decision="hold")).count("hint: way") == 9


def test_allowed_gaps_are_noted_once():
    packages = [package(verdict(f"p{i}", "allow", [], [gap("allow", "no-advisory-source")]), i + 1) for i in range(9)]
    text = plain(audit(*packages))
    assert text.count("the registry does not say when") == 1
    assert "so for 9 packages, allowed by policy" in text


def test_no_file_is_said():
    assert "none that pins packages was found" in plain(audit(sources=()))


def test_inspection_says_why_and_against_what():
    text = render_inspection(inspection(), Format.PLAIN)
    assert text.startswith("block  axios@1.0.0  (after.tgz)\n  compared with before.tgz\n  install-script: runs node")
    assert text.endswith("\n\n  hint: npm view axios")


def test_verbose_inspection_is_the_explanation():
    text = render_inspection(inspection(), Format.PLAIN, verbose=True)
    assert "content       complete: 1 archive, collected 2026-11-21 12:00 UTC" in text
    assert "high severity, high confidence; policy.high.high = block" in text
    assert "archive       sha256:aaaa" in text


def test_clean_inspection_says_so():
    text = render_inspection(inspection(verdict(), "pkg:npm/axios@1.0.0", ""), Format.PLAIN)
    assert text == "allow  axios@1.0.0\n  no rule found anything"


def test_rule_page_in_order():
    text = render_rule_page(PAGE, Format.PLAIN)
    assert text.index("Severity  high") < text.index("What it looks for") < text.index("What to do now")


@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("width", [None, 40])
@given(text=st.text(st.characters()))
def test_hostile_text_never_reaches_the_terminal(verbose, width, text):
    for shown in (
        plain(hostile(text), verbose=verbose, width=width),
        render_inspection(inspection(hostile(text).packages[0].verdict, text, text), Format.PLAIN, verbose=verbose),
    ):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\u2028\ud800-\udfff]", shown)
        shown.encode()
