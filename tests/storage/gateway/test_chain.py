"""Whatever is done to a chain shows, and what holds is what the decisions say."""

import hashlib
import io
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec.structs import replace

from customhouse.model.errors import CustomhouseError
from customhouse.model.gateway import Act, LedgerEntry
from customhouse.storage.gateway.chain import Head, digest, holding, line, read_export, sealed, verify

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
_TEXT = st.text(st.characters() | st.sampled_from("\x00\ud800\\\n"), max_size=12)
_MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_FIELDS = {
    "number": st.integers(1, 2**62),
    "at": _MOMENTS,
    "act": st.sampled_from(get_args(Act)),
    "purl": _TEXT,
    "reason": _TEXT,
    "owner": _TEXT,
    "actor": _TEXT,
    "digests": st.lists(_TEXT, max_size=3).map(tuple),
    "expires": st.none() | st.dates(),
    "previous": _TEXT,
    "hash": _TEXT,
}
_SAID = st.fixed_dictionaries({name: _FIELDS[name] for name in _FIELDS if name not in {"number", "previous", "hash"}})


def chain(said):
    entries, last = [], Head()
    for fields in said:
        entries.append(sealed(LedgerEntry(number=last.number + 1, previous=last.hash, **fields)))
        last = Head(entries[-1].number, entries[-1].hash)
    return entries


_CHAINS = st.lists(_SAID, min_size=2, max_size=6).map(chain)


@given(_CHAINS)
def test_a_chain_as_it_was_written_has_no_problem_also_as_an_export(entries):
    assert verify(entries) == ()
    assert verify(entries, Head(entries[-1].number, entries[-1].hash)) == ()
    assert verify(entries, Head(1, entries[0].hash)) == ()
    written = b"".join(line(each) + b"\n" for each in entries)
    assert read_export(io.BytesIO(written)) == tuple(entries)


@given(_CHAINS, st.data())
def test_any_change_of_any_field_shows(entries, data):
    index = data.draw(st.integers(0, len(entries) - 1))
    name = data.draw(st.sampled_from(sorted(_FIELDS)))
    present = getattr(entries[index], name)
    entries[index] = replace(entries[index], **{name: data.draw(_FIELDS[name].filter(lambda value: value != present))})
    assert verify(entries)


@given(_CHAINS, st.data())
def test_a_change_with_a_hash_to_match_shows_at_the_next_entry_or_the_head(entries, data):
    head = Head(entries[-1].number, entries[-1].hash)
    index = data.draw(st.integers(0, len(entries) - 1))
    entries[index] = sealed(replace(entries[index], reason=entries[index].reason + "!"))
    kinds = {(each.number, each.kind) for each in verify(entries, head)}
    assert kinds == ({(index + 2, "broken")} if index + 1 < len(entries) else {(index + 1, "rewritten")})


@given(_CHAINS, st.data())
def test_dropped_reordered_and_inserted_entries_show(entries, data):
    head = Head(entries[-1].number, entries[-1].hash)
    index = data.draw(st.integers(0, len(entries) - 1))
    dropped = entries[:index] + entries[index + 1 :]
    assert verify(dropped, head)
    if index < len(entries) - 1:
        assert {each.kind for each in verify(dropped)} == {"missing", "broken"}
    twice = entries[: index + 1] + entries[index:]
    assert {each.kind for each in verify(twice)} >= {"misplaced", "broken"}
    moved = data.draw(st.permutations(entries).filter(lambda order: order != entries))
    assert verify(moved)


@given(_CHAINS, st.data())
def test_a_cut_tail_shows_only_against_a_head_that_was_kept(entries, data):
    head = Head(entries[-1].number, entries[-1].hash)
    cut = entries[: data.draw(st.integers(0, len(entries) - 1))]
    assert verify(cut) == ()
    assert [each.kind for each in verify(cut, head)] == ["cut"]


@given(_CHAINS)
def test_a_whole_new_chain_shows_only_against_a_head_that_was_kept(entries):
    head = Head(entries[-1].number, entries[-1].hash)
    forged = chain([{name: getattr(each, name) for name in _FIELDS if name not in {"number", "previous", "hash"}}
                    | {"owner": each.owner + "?"} for each in entries])  # fmt: skip
    assert verify(forged) == ()
    assert [each.kind for each in verify(forged, head)] == ["rewritten"]


def test_an_empty_ledger_is_whole_unless_there_was_one():
    assert verify([]) == ()
    assert verify([], Head()) == ()
    assert [each.kind for each in verify([], Head(3, "x"))] == ["cut"]


def test_how_an_entry_is_written_down_is_a_promise():
    """Whoever checks an export with other tools needs exactly these bytes."""
    entry = LedgerEntry(
        1, datetime(2026, 11, 30, 10, tzinfo=UTC), "approve", "pkg:npm/axios@1.14.0", "é", "ann", "ci",
        ("sha256:00",), date(2026, 12, 24),
    )  # fmt: skip
    covered = (
        b'{"act":"approve","actor":"ci","at":"2026-11-30T10:00:00.000000Z","digests":["sha256:00"],'
        b'"expires":"2026-12-24","number":1,"owner":"ann","previous":"","purl":"pkg:npm/axios@1.14.0",'
        b'"reason":"\\u00e9"}'
    )
    assert digest(entry) == hashlib.sha256(covered).hexdigest()
    hashed = f'"hash":"{digest(entry)}","number"'.encode()
    assert line(sealed(entry)) == covered.replace(b'"number"', hashed)


_CHANGES = {
    "cut": lambda text: text[:-1],
    "space behind": lambda text: text + b" ",
    "space before": lambda text: b" " + text,
    "key twice": lambda text: text.replace(b'"act":"approve"', b'"act":"approve","act":"approve"'),
    "unknown act": lambda text: text.replace(b'"act":"approve"', b'"act":"welcome"'),
    "number with a point": lambda text: text.replace(b'"number":1', b'"number":1.0'),
    "number as text": lambda text: text.replace(b'"number":1', b'"number":"1"'),
    "time without fraction": lambda text: text.replace(b'.000000Z"', b'Z"'),
    "time without zone": lambda text: text.replace(b'.000000Z"', b'.000000"'),
    "key too many": lambda text: text.replace(b'"previous"', b'"extra":1,"previous"'),
    "key too few": lambda text: text.replace(b'"expires":null,', b""),
    "deep": lambda _: b"[" * 100_000,
    "null": lambda _: b"null",
    "not UTF-8": lambda _: b"\xff",
}


@pytest.mark.parametrize("change", _CHANGES.values(), ids=_CHANGES)
def test_a_line_that_was_not_written_so_is_named(change):
    (entry,) = chain([{"at": NOW, "act": "approve", "purl": "pkg:npm/a", "reason": "", "owner": "", "actor": ""}])
    good = line(entry)
    assert read_export([good + b"\r\n", b"\n"]) == (entry,)
    assert change(good) != good
    with pytest.raises(CustomhouseError, match="line 2"):
        read_export([good + b"\n", change(good) + b"\n"])


def entries_of(*said):
    return chain([
        {"at": at, "act": act, "purl": purl, "reason": "r", "owner": "o", "actor": "a", "expires": expires}
        for act, purl, at, expires in said
    ])  # fmt: skip


A, B = "pkg:npm/axios@1.14.0", "pkg:npm/axios"


def test_one_holds_through_its_last_day():
    entries = entries_of(("approve", A, NOW, date(2026, 12, 1)), ("block", B, NOW, date(2026, 12, 2)))
    assert [each.purl for each in holding(entries, datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC))] == [A, B]
    assert [each.purl for each in holding(entries, datetime(2026, 12, 2, tzinfo=UTC))] == [B]
    abroad = datetime.strptime("2026-12-02 05:00 +0600", "%Y-%m-%d %H:%M %z")
    assert [each.purl for each in holding(entries, abroad)] == [A, B], "days are UTC's"
    assert holding(entries, datetime(2026, 12, 3, tzinfo=UTC)) == ()


def test_a_release_ends_the_newest_of_exactly_its_purl():
    later = NOW + timedelta(minutes=1)
    entries = entries_of(
        ("block", A, NOW, None), ("approve", A, NOW, None), ("block", B, NOW, None), ("release", A, later, None)
    )
    assert [each.number for each in holding(entries, later)] == [1, 3]
    assert [each.number for each in holding(entries_of(("release", A, NOW, None), ("block", A, NOW, None)), NOW)] == [2]


def test_a_release_passes_over_what_had_ended_by_then():
    entries = entries_of(
        ("block", A, NOW, None), ("approve", A, NOW, NOW.date()), ("release", A, NOW + timedelta(days=5), None)
    )
    assert holding(entries, NOW) == (entries[1],)
    assert holding(entries, NOW + timedelta(days=6)) == ()


class WhatHolds(RuleBasedStateMachine):
    """Against a model that keeps, for each purl, the list of (number, last day), and forgets what is over."""

    def __init__(self):
        super().__init__()
        self.today = NOW
        self.said = []
        self.model = {A: [], B: []}

    def say(self, act, purl, expires=None):
        self.said.append({"at": self.today, "act": act, "purl": purl, "reason": "r", "owner": "o", "actor": "a",
                          "expires": expires})  # fmt: skip

    @rule(act=st.sampled_from(["approve", "block"]), purl=st.sampled_from([A, B]), days=st.none() | st.integers(-1, 4))
    def decide(self, act, purl, days):
        last = None if days is None else self.today.date() + timedelta(days=days)
        self.say(act, purl, last)
        if last is None or last >= self.today.date():
            self.model[purl].append((len(self.said), last))

    @rule(purl=st.sampled_from([A, B]))
    def release(self, purl):
        self.say("release", purl)
        if self.model[purl]:
            self.model[purl].pop()

    @rule(act=st.sampled_from(["withdraw", "alarm", "token"]), purl=st.sampled_from([A, B]))
    def mention(self, act, purl):
        self.say(act, purl)

    @rule(hours=st.integers(1, 60))
    def wait(self, hours):
        self.today += timedelta(hours=hours)
        for held in self.model.values():
            held[:] = [(number, last) for number, last in held if last is None or last >= self.today.date()]

    @invariant()
    def the_same_holds(self):
        found = [each.number for each in holding(chain(self.said), self.today)]
        assert found == sorted(number for held in self.model.values() for number, _ in held)


TestWhatHolds = WhatHolds.TestCase
TestWhatHolds.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
