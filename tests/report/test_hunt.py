"""What a hunt tells: for people, for programs, and as an exit code."""

import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from customhouse.model.hunt import Hit, Hunted, Looked, Moment, Place, Unexamined, in_order
from customhouse.policy.hunt_exit_code import hunt_exit_code
from customhouse.report.hunt import hunt_json, hunt_text

_NOW = datetime(2026, 3, 31, 1, tzinfo=UTC)


def hit(asset="shop", grade="resolved", campaign="axios-2026-03", **parts):
    return Hit(campaign, asset, parts.pop("area", "project"), grade, "pkg:npm/axios@1.14.1", parts.pop("message", "found"),
               parts.pop("place", Place("shop/package-lock.json", 12)), **parts)  # fmt: skip


def hunted(*hits, looked=(), unexamined=(), campaigns=("axios-2026-03",)):
    return Hunted(campaigns, None, None, _NOW, 2.0, in_order(hits), looked, unexamined)


LOOKED = Looked("project", "shop", "shop/package-lock.json", "package-lock.json", (("entries", 164),))


def test_the_worst_comes_first_and_what_is_only_odd_last():
    odd = hit("zoo", "script-ran", campaign="", anomaly="unknown-pth")
    text = hunt_text(hunted(odd, hit(), hit("build-7", "contacted"), looked=(LOOKED,)))
    assert text.index("CONTACTED    build-7") < text.index("RESOLVED     shop") < text.index("ODD          zoo")
    assert "2 assets with traces of axios-2026-03, at worst contacted" in text
    assert "1 asset with something odd" in text


def test_not_found_says_where_it_was_looked_for():
    blind = Looked("log", "ci", "ci/42.log", "npm log", (("lines", 90),), control=False, note="names no transitives")
    text = hunt_text(
        hunted(looked=(LOOKED, blind), unexamined=(Unexamined("history", "shop/.git", "a broken object"),))
    )
    assert "no traces of axios-2026-03 where it was looked for" in text
    assert "lock files and manifests: 1 place (package-lock.json); 164 entries" in text
    assert "1 of them could not have shown it: ci/42.log (names no transitives)" in text
    assert "shop/.git: a broken object" in text


def test_the_campaigns_that_left_traces_are_named_and_not_all_that_were_asked_about():
    text = hunt_text(hunted(hit(), campaigns=("7nohe-2026-08", "axios-2026-03", "b", "c", "d", "e")))
    assert "1 asset with traces of axios-2026-03, at worst resolved" in text
    text = hunt_text(hunted(looked=(LOOKED,), campaigns=("a", "b", "c", "d", "e", "f")))
    assert "no traces of a, b, c, d and 2 more where it was looked for" in text
    assert "no campaign was asked about" in hunt_text(hunted(looked=(LOOKED,), campaigns=()))


def test_names_from_strangers_reach_no_terminal_as_they_are():
    text = hunt_text(
        hunted(hit("a\nb\x1b[2J", message="m\x1b[0m", place=Place("p\x07", member="q\x9b"), excerpt="e\u202e"))
    )
    assert not any(letter in text for letter in "\x1b\x07\x9b\u202e")
    assert "a\\nb\\x1b[2J" in text


def test_a_timeline_is_by_moments():
    hits = [
        hit(message=f"at {hours}", when=Moment(_NOW + timedelta(hours=hours), by="log line"), place=Place(str(hours)))
        for hours in (5, 1, 3)
    ]
    document = json.loads(hunt_json(hunted(*hits, hit(message="undated"))))
    assert [said for _, said in document["assets"][0]["timeline"]] == ["at 1", "at 3", "at 5"]
    assert document["assets"][0]["hits"] == 4
    assert document["grade"] == "resolved"
    assert document["schema"] == "customhouse/hunt/1"
    assert "first seen 2026-03-31T02:00:00Z, last seen 2026-03-31T06:00:00Z" in hunt_text(hunted(*hits))


def test_hits_come_back_from_the_document():
    one = hit(when=Moment(_NOW), excerpt="x", digest="sha256:ab")
    document = json.loads(hunt_json(hunted(one)))
    assert msgspec.convert(document["hits"][0], Hit) == one


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (hunted(hit(grade="fetched")), 20),
        (hunted(hit(grade="contacted"), unexamined=(Unexamined("host", "x", "y"),)), 20),
        (hunted(hit(grade="resolved")), 10),
        (hunted(hit(grade="script-ran", campaign="", anomaly="tree-changed")), 10),
        (hunted(looked=(LOOKED,), unexamined=(Unexamined("host", "x", "y"),)), 4),
        (hunted(looked=(LOOKED,), unexamined=(Unexamined("host", "x", "a socket", serious=False),)), 0),
        (hunted(looked=(LOOKED,)), 0),
        (hunted(), 3),
    ],
)
def test_the_exit_code_says_how_far_it_got(found, code):
    assert hunt_exit_code(found) == code
