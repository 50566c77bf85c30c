"""A plan as text, Markdown and a page: nothing of a case becomes markup, escapes or a line of its own."""

import base64
import hashlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.model.response import (
    AffectedAsset,
    Change,
    Checklist,
    Clock,
    Draft,
    Edit,
    Item,
    Order,
    Party,
    Pin,
    ProjectFix,
    Reach,
    Response,
    Rotation,
)
from customhouse.report.response import response_json, response_text, status_text
from customhouse.report.response_html import response_html
from customhouse.report.response_markdown import response_markdown
from report.audits import HOSTILE
from report.test_html import Reader, told
from respond.cases import NOW


def response(text="plain"):
    """A plan whose every field of a stranger's is the text."""
    items = (
        Item("triage-a", "triage", text, text, (text,) * 50, (text,), text, text, ("x",)),
        Item("revoke-b", "revoke", text, text),
    )
    fix = ProjectFix(
        text, text, text, "npm", (Pin("npm", text, text, text, text, text), Pin("npm", text, text, text)),
        (Edit(text, "SECRET-BEFORE", "SECRET-AFTER"),), ((text, f"{text}\nb"),), f"+{text}\n", (text,), (text,), text,
    )  # fmt: skip
    return Response(
        text, NOW, NOW, "script-ran", ((text, text),),
        (AffectedAsset(text, "machine", "script-ran", (text,), (text,), NOW, NOW, (Reach("aws", (text,), "now"),), reach_known=True, clients=(text,), paths=(text,), owner=text),
         AffectedAsset(text, "repository", "resolved", (text,), (text,))),
        (Rotation("aws", text, text, "now", ((text, (text,)),)),), (Order(text, text, text, text, ("triage-a",), ("revoke-b",)),),
        items, (fix,), (Party("lead", text, text), Party("legal", "", text)), (Draft("internal", text, (text,)), Draft("customers", text, (text,))),
        (Clock("GDPR, Article 33", "72 hours", "when", NOW),), (text,),
    )  # fmt: skip


def checklist(text="plain"):
    return Checklist(response(text).items, (Change("triage-a", True, text, NOW),))  # noqa: FBT003


def page(text="plain"):
    reader = Reader()
    reader.feed(response_html(response(text), checklist(text)))
    reader.close()
    assert reader.open == []
    return reader


def test_the_page_runs_nothing_and_loads_nothing():
    reader = page()
    policy = next(value for name, value in reader.attributes if name == "content" and "default-src" in value)
    digest = base64.b64encode(hashlib.sha256(reader.raw["style"].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "script-src 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not {"script", "img", "iframe", "object", "embed", "form", "base", "a"} & set(reader.tags)
    names = {name for name, _ in reader.attributes}
    assert not any(name.startswith("on") or name in ("src", "style", "action") for name in names)
    assert [value for name, value in reader.attributes if name == "href"] == ["data:,"]


def test_the_page_says_everything():
    text = told(page())
    for part in ("Affected", "To rotate, in this order", "Triage", "Revoke and rotate", "1/2 done", "and 10 more",
                 "As a patch", "To tell", "Deadlines that may run", "A reminder, and no advice", "name one",
                 "Draft for customers", "First plain; then isolate the machines; then revoke"):  # fmt: skip
        assert part in text, part


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(), max_size=30))
def test_hostile_text_stays_text(text):
    tags = set(page().tags)
    for strange in (text, f"</script>{text}", f"'\"><script>{text}", f"</pre></style>{text}", HOSTILE):
        reader = page(strange)
        assert set(reader.tags) == tags
        whole = "".join(reader.text)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\ud800-\udfff]", whole)


@pytest.mark.parametrize("write", [response_text, response_markdown, response_json])
def test_no_escape_reaches_a_terminal_and_no_text_of_manifests_the_plan(write):
    text = write(response("a\x1b[2J\nb\u202e```\n# x"), checklist("a\x1b\n## y"))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)
    assert "SECRET" not in text


def test_markdown_is_not_a_stranger_s():
    text = response_markdown(response("# x <b> @someone | [a](b)\n- [x] done"), checklist())
    body = re.sub(r"`[^`]*`", "", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    assert "<b>" not in body
    assert "@someone" not in body
    assert not re.search(r"^# x", body, re.MULTILINE)


def test_text_and_status():
    text = response_text(response(), checklist())
    assert "[x] triage-a: plain (done by plain, 2026-04-01T09:00:00Z)" in text
    assert "DANGER (plain): Do not plain before you plain: plain." in text
    status = status_text(checklist())
    assert "[ ] revoke-b" in status
    assert "1 of 2 items done" in status


def test_a_plan_without_traces():
    empty = Response("case", NOW, NOW, None, (), (), (), (), (), (), (), (), (), ("note",))
    assert "No asset of this case" in response_text(empty, Checklist())
    assert "No asset of this case" in response_markdown(empty, Checklist())
    assert "No asset of this case" in response_html(empty, Checklist())
