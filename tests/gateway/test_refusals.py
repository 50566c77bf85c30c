"""What is said about a version that is not handed out."""

import shlex
import typing
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.gateway.interface import Refused
from customhouse.gateway.refusals import explained, header_value, nothing_shown, notice, reason, refusal
from customhouse.model.gateway import Ground, Listing, Reason, Standing
from customhouse.model.purl import Purl, parse_purl

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
GATEWAY = "http://gateway.test:8080/"
AXIOS = Purl("npm", "axios", "1.14.1")


def verdict(*reasons, **facts):
    return Standing("1.14.1", "block", "verdict", reasons=reasons, **facts)


def test_a_refusal_names_rules_times_and_the_command():
    young = Standing(
        "1.14.1",
        "hold",
        "cooldown",
        (Reason("release-cooldown", "published 2 hours ago; this policy asks for 3 days"),),
        since=NOW - timedelta(hours=2),
        until=datetime(2026, 12, 3, 11, tzinfo=timezone(timedelta(hours=1))),
        published=NOW - timedelta(hours=2),
    )
    assert refusal(Refused(AXIOS, "axios-1.14.1.tgz", young), GATEWAY) == (
        "axios@1.14.1 is held since 2026-11-30 10:00 UTC, until 2026-12-03 10:00 UTC: it is younger than the cooldown "
        "asks (published 2026-11-30 10:00 UTC): [release-cooldown] published 2 hours ago; this policy asks for 3 days. "
        "To answer for it: customhouse approve pkg:npm/axios@1.14.1 --gateway http://gateway.test:8080/ "
        "--reason ... --owner ..."
    )
    assert notice(AXIOS, young) == "customhouse: axios@1.14.1 is held until 2026-12-03 10:00 UTC (release-cooldown)"
    assert reason(young) == "decision=hold; ground=cooldown; rules=release-cooldown; until=2026-12-03T10:00:00Z"


def test_python_releases_are_named_as_python_does():
    text = explained(Purl("pypi", "requests", "2.32.3"), verdict(), GATEWAY)
    assert text.startswith("requests==2.32.3 is blocked, until somebody decides otherwise: its inspection found")
    assert "customhouse approve pkg:pypi/requests@2.32.3 --gateway" in text


def test_many_rules_are_counted_and_long_ones_cut():
    text = explained(AXIOS, verdict(*(Reason(f"rule-{number}", "x" * 1000) for number in range(9))), GATEWAY)
    assert "[rule-2]" in text
    assert "[rule-3]" not in text
    assert "and 6 more" in text
    assert len(text) < 1500


def test_an_approval_answers_for_what_advisories_hold():
    text = explained(AXIOS, Standing("1.14.1", "hold", "advisory"), GATEWAY)
    assert "customhouse approve" in text


@pytest.mark.parametrize("ground", typing.get_args(Ground))
def test_every_ground_has_words_and_a_command(ground):
    standing = Standing("1.14.1", "block", ground, owner="sec@corp.example")
    text = explained(AXIOS, standing, GATEWAY)
    verb = {"bytes-replaced": "explain", "internal-name": "explain", "blocked-here": "release"}.get(ground)
    if ground in ("cooldown", "verdict", "undated", "not-inspected"):  # nor does one answer for what advisories block
        verb = "approve"
    assert f"customhouse {verb or 'explain'} pkg:npm/axios@1.14.1 --gateway {GATEWAY}" in text
    assert f"[{ground}]" in text
    assert ("sec@corp.example" in text) == (ground == "blocked-here")
    assert f"rules={ground}" in reason(standing)


def test_first_sight_is_no_publication():
    standing = Standing("1.14.1", "hold", "cooldown", published=NOW, first_seen=True)
    assert "(first seen here 2026-11-30 12:00 UTC)" in explained(AXIOS, standing, GATEWAY)


def test_a_package_without_a_shown_version_names_the_newest():
    def at(version, days):
        return Standing(version, "hold", "cooldown", published=NOW - timedelta(days=days))

    hidden = {str(n): at(f"1.{n}.0", 9 - n) for n in range(5)}
    text = nothing_shown(Listing(Purl("npm", "@acme/pad"), hidden, NOW), GATEWAY)
    assert text == (
        "@acme/pad: all its 5 versions are hidden: 1.4.0 is held (cooldown); 1.3.0 is held (cooldown); "
        "1.2.0 is held (cooldown); and 2 more. To see why: customhouse explain pkg:npm/%40acme/pad --gateway "
        "http://gateway.test:8080/"
    )
    one = nothing_shown(Listing(Purl("npm", "pad"), {"1": Standing("1", "block", "undated")}, NOW), GATEWAY)
    assert "its only version is hidden: 1 is blocked (undated)" in one
    assert nothing_shown(Listing(Purl("npm", "pad"), {}, NOW), GATEWAY) == "pad has no version that could be installed"


@given(st.text(), st.text(), st.text(), st.text(), st.text())
def test_no_stranger_writes_more_than_a_line(name, version, rule, message, gateway):
    purl = Purl("npm", name or "x", version or "1")
    standing = Standing(version, "block", "blocked-here", (Reason(rule, message),), owner=message)
    for text in (
        explained(purl, standing, gateway),
        nothing_shown(Listing(purl, {version: standing}, NOW), gateway),
    ):
        assert text.isprintable()
        text.encode()
    for text in (notice(purl, standing), reason(standing), header_value(message)):
        assert text.isprintable()
        assert text.isascii()
        assert len(text) <= 1000


@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60), st.text(max_size=60))
def test_the_command_names_the_release_and_nothing_more(name, version, gateway):
    purl = Purl("npm", name, version)
    text = explained(purl, Standing(version, "hold", "cooldown"), gateway)
    words = shlex.split(text[text.rindex("customhouse approve pkg:") if "customhouse approve pkg:" in text else text.rindex("customhouse approve '") :])  # fmt: skip
    assert len(words) == 9
    assert words[:2] == ["customhouse", "approve"]
    if not any(part in ("", ".", "..") for part in name.split("/")) and name.isascii() and name.isprintable():
        assert str(parse_purl(words[2])) == str(purl)
