import base64
import hashlib
import re
import time
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.model.verdict import RepositoryVerdict
from customhouse.report.formats import Format, render_audit, render_inspection
from report.audits import HOSTILE, NOW, audit, everything, gap, hostile, inspection, judged, package, verdict
from report.inventories import listed

VOID = {"meta", "link", "br", "input"}


class Reader(HTMLParser):
    """A strict reader: every element is closed in order."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.text, self.raw = [], [], [], [], {}

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in ("style", "script"):
            self.raw[self.open[-1]] = data
        else:
            self.text.append(data)

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")


def page(of, name="shop"):
    text = render_audit(of, Format.HTML, when=NOW, name=name)
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


def told(reader):
    return " ".join(" ".join(reader.text).split())


def test_the_policy_names_the_page_s_own_style_and_script():
    reader = page(everything())
    policy = next(value for name, value in reader.attributes if name == "content" and "default-src" in value)
    for kind in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(reader.raw[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_it_loads_nothing_and_has_no_handlers():
    reader = page(everything())
    assert not {"img", "iframe", "object", "embed", "form", "base", "a"} & set(reader.tags)
    names = {name for name, _ in reader.attributes}
    assert not any(name.startswith("on") or name in ("src", "style", "action") for name in names)
    assert [value for name, value in reader.attributes if name == "href"] == ["data:,"]


def test_it_says_everything():
    of = everything()
    whole = type(of)(
        **{name: getattr(of, name) for name in of.__struct_fields__ if name != "repository"},
        repository=RepositoryVerdict("hold", (judged("hold", rule="lockfile-missing"),), (gap(),)),
    )
    text = told(page(listed(whole)))
    for part in (
        "Something here must not be installed.",
        "1 blocked 1 held 2 allowed 4 packages 4 files",
        "an exception is unused",
        "runs node setup.js at install",
        "hint: npm view axios",
        "package.json:12",
        "policy.high.high = block",
        "not known: publish-time",
        "The repository itself",
        "lockfile-missing",
        "excluded by --exclude docs",
        "hint: commit bun.lock instead",
        "install-script (excepted)",
        "Let in by exception",
        "exception of me until 2027-01-01",
    ):
        assert part in text, part


def test_a_project_with_nothing_wrong_is_a_page_too():
    text = told(page(audit(package(verdict("fine")))))
    assert "Nothing here is stopped by policy." in text
    assert "No package is stopped." in text


def test_an_inspection_is_a_page_and_a_suite():
    text = render_inspection(inspection(), Format.HTML, when=NOW)
    assert "compared with before.tgz" in text
    assert 'name="after.tgz"' in render_inspection(inspection(), Format.JUNIT, when=NOW)


def test_many_packages_stay_small_and_quick():
    of = listed(audit(*(package(verdict(f"p{n}", "hold", [judged("hold", name=f"p{n}")]), n) for n in range(7000))))
    render_audit(everything(), Format.HTML, when=NOW)
    started = time.process_time()
    text = render_audit(of, Format.HTML, when=NOW)
    assert time.process_time() - started < 3
    assert "2000 more packages" in text
    assert "And 6500 more" in text


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(), max_size=30))
def test_hostile_text_stays_text(text):
    tags = {*page(listed(everything())).tags, "details", "summary", "b", "code"}
    for strange in (text, f"</script>{text}", f"'\"><script>{text}", HOSTILE):
        reader = page(listed(hostile(strange)), name=strange)
        assert reader.tags.count("script") == 1
        assert set(reader.tags) <= tags
        whole = "".join(reader.text)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\ud800-\udfff]", whole)
