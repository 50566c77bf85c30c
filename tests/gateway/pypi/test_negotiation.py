"""Accept headers of real clients, and PEP 691's corners."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.gateway.pypi.negotiation import HTML, JSON, TEXT, content_type, form_of, prefers_json

PIP = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (None, TEXT),
        ("", TEXT),
        ("*/*", TEXT),
        ("text/*", TEXT),
        ("application/*", JSON),
        (PIP, JSON),
        ("application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html", JSON),
        ("application/vnd.pypi.simple.latest+json", JSON),
        ("application/vnd.pypi.simple.latest+html", HTML),
        ("application/vnd.pypi.simple.v1+html", HTML),
        ("text/html, application/vnd.pypi.simple.v1+json;q=0.5", TEXT),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", TEXT),
        ("application/vnd.pypi.simple.v1+json;q=0.4, */*", TEXT),
        ("application/vnd.pypi.simple.v1+json, */*;q=0.1", JSON),
        ("application/vnd.pypi.simple.v1+json;q=0, */*;q=0.1", TEXT),
        ("text/html;q=0, */*", JSON),
        ("TEXT/HTML", TEXT),
        (" text/html ; q=0.3 , application/vnd.pypi.simple.v1+json ; Q=0.2", TEXT),
        ("application/json", None),
        ("application/vnd.pypi.simple.v2+json", None),
        ("application/vnd.pypi.simple.v2+json, text/html;q=0.1", TEXT),
        ("*/*;q=0", None),
        ("text/html;q=2", None),
        ("text/html;q=nan", None),
        ("text/html;q=x", None),
    ],
)
def test_the_form(accept, answered):
    assert content_type(accept) == answered


@given(st.text(max_size=200))
def test_no_header_is_too_odd(accept):
    answered = content_type(accept)
    assert answered in (JSON, HTML, TEXT, None)
    if answered:
        assert form_of(answered) == ("json" if answered == JSON else "html")


def test_a_long_header_is_read_to_a_bound():
    assert content_type(", ".join(["image/png"] * 100_000 + [JSON])) is None


@pytest.mark.parametrize(
    ("accept", "told"),
    [
        ("application/json", True),
        ("application/problem+json, application/json;q=0.5", True),
        ("application/json;q=0", False),
        ("*/*", False),
        ("", False),
        (PIP, False),
        ("application/json, text/plain", False),
    ],
)
def test_who_reads_messages_as_json(accept, told):
    assert prefers_json(accept) == told
