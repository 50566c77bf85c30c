"""What calls say, read: whatever is sent is a purl, a page or a day, or refused with a hint."""

import string
from datetime import date
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.gateway.interface import Call, Client
from customhouse.gateway.management import asking
from customhouse.gateway.management.replies import RefusedError
from customhouse.model.purl import Purl, make_purl

WORD = st.text(string.ascii_letters + string.digits + "-._~+", min_size=1, max_size=20).filter(
    lambda each: each.strip(".") == each
)
PURLS = st.builds(
    make_purl,
    st.just("npm"),
    st.one_of(WORD, st.builds("@{}/{}".format, WORD, WORD)),
    st.one_of(st.none(), WORD),
) | st.builds(make_purl, st.just("pypi"), WORD.filter(lambda each: each.strip("-_.")), st.one_of(st.none(), WORD))


@given(PURLS)
def test_a_purl_is_read_back_from_every_spelling(purl):
    for written in (
        str(purl),
        quote(str(purl), safe=""),
        quote(str(purl)),
        quote(str(purl), safe="").replace("%3A", "%3a"),
    ):
        assert asking.purl_in_path(written) == purl


@given(
    st.one_of(
        st.text(),
        st.text().map("pkg:npm/{}".format),
        st.text().map(lambda each: f"pkg%3A{quote(each, errors='replace')}"),
    )
)
def test_anything_else_is_refused_or_a_name_that_a_registry_may_have(text):
    try:
        purl = asking.purl_in_path(text)
    except RefusedError as error:
        refused = error
    else:
        refused = None
    if refused is not None:
        assert (refused.status, bool(refused.hint)) == (400, True)
        return
    assert isinstance(purl, Purl)
    told = f"{purl.name}{purl.version or ''}"
    assert not any(ord(each) <= 0x20 or 0x7F <= ord(each) < 0xA0 or each == "\\" for each in told)
    assert ".." not in purl.name.split("/")
    assert purl.name.count("/") == (1 if purl.name.startswith("@") else 0)


@given(st.text())
def test_a_day_is_a_day(text):
    try:
        found = asking.day(text)
    except RefusedError:
        return
    assert text == found.isoformat()


@given(st.text(max_size=60))
def test_queries_never_fail_otherwise(text):
    call = Call("GET", "/", {}, Client("192.0.2.1"), "http://gateway.example/", query=text)
    try:
        found = asking.query(call, "after")
    except RefusedError as error:
        found, status = {}, error.status
    else:
        status = 400
    assert (set(found) <= {"after"}, status) == (True, 400)


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        ("", False),
        ("*/*", False),
        ("application/json", False),
        ("text/html", True),
        ("text/*", True),
        ("text/html;q=0.5, application/json", False),
        ("text/html, application/json", False),
        ("application/json;q=0.1, text/html;q=0.2", True),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("text/html;q=nonsense", False),
        ("text/html;q=0", False),
    ],
)
def test_who_prefers_a_page(accept, page):
    assert asking.prefers_page(accept) is page


@given(st.text())
def test_accept_never_fails(accept):
    assert asking.prefers_page(accept) in {True, False}


@given(st.text())
def test_what_is_said_is_one_line(text):
    try:
        said = asking.said(text, "reason", 100)
    except RefusedError:
        return
    assert 0 < len(said) <= 100
    assert said == " ".join(said.split())
    assert not any(ord(each) < 0x20 or 0xD800 <= ord(each) <= 0xDFFF for each in said)


def test_a_year_ahead_and_no_further():
    today = date(2027, 3, 1)
    assert asking.last_day("2028-03-01", today) == date(2028, 3, 1)
    for wrong in ("2028-03-03", "2027-02-28"):
        with pytest.raises(RefusedError):
            asking.last_day(wrong, today)
