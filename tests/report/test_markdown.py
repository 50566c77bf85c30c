import re

from hypothesis import given
from hypothesis import strategies as st

from customhouse.report.formats import Format, render_audit, render_inspection, render_rule_page
from customhouse.report.markdown import code, escape
from report.audits import PAGE, audit, everything, gap, hostile, inspection, judged, package, verdict

ROW = (
    "| 🛑 block | `axios@1.0.0` | `install-script`: runs node setup.js at install | `app/package-lock.json:7` |\n"
    "| ✋ hold | `left-pad@1.0.0` | not known: `publish-time`: the registry does not say when"
    " | `app/package-lock.json:11` |"
)


def test_audit_is_a_table_and_an_account_of_files():
    text = render_audit(everything(), Format.MARKDOWN)
    assert text.startswith("## Customhouse: 🛑 block\n\n1 block · 1 hold · 2 allow, of 4 packages in 4 files.")
    assert ROW in text
    assert "- npm view axios" in text
    assert "| `bun.lockb` | bun.lockb | unsupported | 0 | a binary format |" in text
    assert "<details open><summary>Files</summary>" in text
    assert "**Warning:** an exception is unused" in text


def test_inspection_names_the_policy_line():
    text = render_inspection(inspection(), Format.MARKDOWN)
    assert "Compared with `before.tgz`." in text
    where = "`package.json:12, lib/setup.js:3`"
    assert (
        f"| 🛑 block | `install-script`: runs node setup.js at install | {where} | policy.high.high = block |" in text
    )


def test_clean_inspection_says_so():
    text = render_inspection(inspection(verdict(), "pkg:npm/axios@1.0.0", ""), Format.MARKDOWN)
    assert "No rule found anything that policy acts on." in text


def test_rule_page():
    text = render_rule_page(PAGE, Format.MARKDOWN)
    assert "| Severity | high |" in text
    assert "## What to do now\n\nRead it." in text


def test_a_huge_audit_fits_a_comment_and_says_what_is_left_out():
    packages = [
        package(verdict(f"p{i}", "block", [judged(name=f"p{i}", hint=f"look at p{i}")], [gap()]), i + 1)
        for i in range(3000)
    ]
    text = render_audit(audit(*packages, decision="block"), Format.MARKDOWN)
    assert len(text) < 65_536
    assert re.search(r"… and \d+ more packages: the JSON report has them all\.", text)


def test_markup_mentions_and_links_are_broken():
    shown = escape("<img src=x onerror=y> [a](b) @team #12 https://evil.invalid www.evil.invalid GH-7 `x` **b** a|b")
    assert "<img" not in shown
    assert "\\[a\\]" in shown
    assert "@<!-- -->team" in shown
    assert "#<!-- -->12" in shown
    assert "https://<!-- -->evil" in shown
    assert "www.<!-- -->evil" in shown
    assert "GH-<!-- -->7" in shown
    assert "\\`x\\` \\*\\*b\\*\\* a\\|b" in shown


def test_a_text_cannot_start_a_list_or_a_heading():
    assert [escape(text)[:2] for text in ("- a", "# a", "+ a", "= a")] == ["\\-", "\\#", "\\+", "\\="]
    assert escape("1. a") == "1\\. a"


@given(st.text(st.characters()))
def test_code_holds_its_text_whatever_it_is(text):
    shown = code(text)
    fence = re.match("`+", shown).group()
    assert shown.endswith(fence)
    inside = shown[len(fence) : -len(fence)]
    assert fence not in re.findall("`+", inside)
    assert "\n" not in shown
    assert not re.search(r"(?<!\\)\|", inside)


@given(st.text(st.characters(), min_size=1))
def test_hostile_text_adds_no_cell_no_row_and_no_markup(text):
    shown = render_audit(hostile(text), Format.MARKDOWN)
    plain = render_audit(hostile("x"), Format.MARKDOWN)
    shown.encode()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u200b\ud800-\udfff]", shown)
    assert len(shown.splitlines()) == len(plain.splitlines())
    for mine, model in zip(shown.splitlines(), plain.splitlines(), strict=True):
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", mine)) == len(re.findall(r"\|", model))
    tags = re.sub(
        r"<!-- -->|</?details(?: open)?>|</?summary>|<br>", "", re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", shown)
    )
    assert "<" not in tags
