"""The HTML report in a real browser: no error, no request, and nothing hostile comes alive."""

import time

import pytest

from browser.chromium import Page, executable
from customhouse.report.formats import Format, render_audit
from report.audits import HOSTILE, NOW, audit, everything, gap, hostile, judged, package, verdict
from report.inventories import express, listed

pytestmark = pytest.mark.browser

ATTACKS = (
    "</script><script>window.owned = 1</script>",
    "<img src=x onerror='window.owned = 1'>",
    "\"><svg onload='window.owned = 1'>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:window.owned = 1",
    "<style>body { display: none }</style>",
    "<!--",
)


@pytest.fixture(scope="module", autouse=True)
def _browser():
    if executable() is None:
        pytest.fail("no Chromium is installed; on Debian: apt-get install chromium")


@pytest.fixture
def opened(tmp_path):
    pages = []

    def open_page(of, name="shop"):
        path = tmp_path / f"report-{len(pages)}.html"
        path.write_text(render_audit(of, Format.HTML, when=NOW, name=name), encoding="utf-8")
        pages.append(Page(path))
        return pages[-1]

    yield open_page
    for page in pages:
        page.close()


@pytest.mark.parametrize(
    "page",
    [
        "<script>console.error('x')</script>",
        "<script>undefined_function()</script>",
        "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'\"><script>1</script>",
        "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'\"><p style='color: red'>x</p>",
        "<img src='http://127.0.0.1:9/x.png'>",
    ],
)
def test_the_oracle_sees_what_is_wrong(tmp_path, page):
    path = tmp_path / "wrong.html"
    path.write_text(f"<!DOCTYPE html><html><body>{page}</body></html>")
    with Page(path) as wrong:
        wrong.settle()
        assert wrong.problems


def test_a_page_opens_without_a_word_in_the_console(opened):
    page = opened(listed(everything()))
    page.settle()
    assert page.problems == []
    assert page.evaluate("document.title") == "block: shop · Customhouse"
    assert page.evaluate("document.querySelector('h1').textContent.trim()") == "blockshop"
    assert page.evaluate("getComputedStyle(document.body).margin") == "0px"


def test_filter_and_sort_work(opened):
    page = opened(listed(everything()))
    rows = "[...document.querySelectorAll('#packages tbody tr')].filter((row) => !row.hidden)"
    names = f"{rows}.map((row) => row.cells[1].textContent).join(' ')"
    assert page.evaluate(names) == "axios@1.0.0 left-pad@1.0.0 fine@1.0.0 esbuild@1.0.0"
    page.evaluate("document.querySelectorAll('#packages th button')[1].click()")
    assert page.evaluate(names) == "axios@1.0.0 esbuild@1.0.0 fine@1.0.0 left-pad@1.0.0"
    page.evaluate("document.querySelectorAll('#packages th button')[1].click()")
    assert page.evaluate(names) == "left-pad@1.0.0 fine@1.0.0 esbuild@1.0.0 axios@1.0.0"
    assert page.evaluate("document.querySelectorAll('#packages th')[1].getAttribute('aria-sort')") == "descending"
    page.evaluate("words.value = 'PAD lock'; words.dispatchEvent(new Event('input'))")
    assert page.evaluate(names) == "left-pad@1.0.0"
    assert page.evaluate("count.textContent") == "1 of 4 rows"
    page.evaluate("words.value = ''; verdict.value = 'allow'; verdict.dispatchEvent(new Event('change'))")
    assert page.evaluate(names) == "fine@1.0.0 esbuild@1.0.0"
    assert page.problems == []


@pytest.mark.parametrize("attack", [*ATTACKS, HOSTILE])
def test_nothing_hostile_comes_alive(opened, attack):
    page = opened(listed(hostile(attack)), name=attack)
    page.settle()
    assert page.problems == []
    assert page.evaluate("window.owned") is None
    assert page.evaluate("document.scripts.length") == 1
    assert page.evaluate("document.querySelectorAll('img, svg, style + style, a[href]').length") == 0
    assert page.evaluate("getComputedStyle(document.body).display") == "block"


def test_a_stopped_package_says_what_brings_it_in(opened):
    source = express()
    judgement = verdict("qs", "hold", [judged("hold", name="qs")])
    of = audit(*(package(judgement) for _ in range(1)), decision="hold", sources=(source,))
    entry = next(one for one in source.packages if one.name == "qs")
    held = type(of.packages[0])(source.path, entry, judgement)
    page = opened(audit(held, decision="hold", sources=(source,)))
    told = page.evaluate("document.querySelector('.card').textContent")
    assert "brought in by storefront-api → express@4.19.2 → qs@6.11.0, and 2 more paths" in told


def test_two_thousand_packages_open_at_once(opened):
    entries = [
        package(verdict(f"package-{n}", "hold", [judged("hold", name=f"package-{n}")], [gap()]), n)
        if n % 20 == 0
        else package(verdict(f"package-{n}"), n)
        for n in range(2000)
    ]
    of = listed(audit(*entries, decision="hold"))
    assert len(render_audit(of, Format.HTML, when=NOW).encode()) < 3_000_000
    started = time.monotonic()
    page = opened(of)
    assert page.evaluate("document.querySelectorAll('#packages tbody tr').length") == 2000
    assert page.evaluate("performance.timing.loadEventEnd - performance.timing.navigationStart") < 3000
    assert time.monotonic() - started < 20
    assert page.problems == []
