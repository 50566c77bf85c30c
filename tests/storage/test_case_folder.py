"""A case is kept whole, and whatever is done to it afterwards shows."""

import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import msgspec
import pytest

from customhouse.model.errors import CustomhouseError
from customhouse.model.hunt import Hit, Hunted, Moment, Place
from customhouse.storage.case_folder import CaseFolder

_NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)


def hunted(*excerpts):
    hits = tuple(
        Hit("axios-2026-03", "shop", "install", "script-ran", "pkg:npm/axios@1.14.1", f"said {number}", Place("a.json"),
            when=Moment(_NOW), excerpt=excerpt)
        for number, excerpt in enumerate(excerpts)
    )  # fmt: skip
    return Hunted(("axios-2026-03",), None, None, _NOW, 1.5, hits)


@pytest.fixture
def case(tmp_path):
    folder = CaseFolder(tmp_path / "case")
    folder.keep(hunted("one", "two\nlines \x1b[31m", "one"), now=_NOW)
    return folder


def test_what_was_kept_comes_back_whole(case):
    assert case.read() == hunted("one", "two\nlines \x1b[31m", "one")
    assert case.problems() == ()
    assert len(list((case.path / "evidence").iterdir())) == 2, "the same excerpt once"


def test_a_name_in_no_known_encoding_is_kept_as_text(tmp_path):
    case = CaseFolder(tmp_path / "case")
    hit = Hit(
        "a", "b\udcff", "host", "fetched", "s", "m \udc80", Place("/p/\udcfe", member="x\udc81"), excerpt="e\udc82"
    )
    case.keep(Hunted(("a",), None, None, _NOW, 1.0, (hit,)), now=_NOW)
    assert case.problems() == ()
    assert case.read().hits[0].place.path == "/p/\\udcfe"


def test_it_ends_with_the_digest_that_was_told(tmp_path):
    told = CaseFolder(tmp_path / "case").keep(hunted("one"), now=_NOW)
    last = (tmp_path / "case" / "custody.jsonl").read_bytes().splitlines()[-1]
    assert hashlib.sha256(last).hexdigest() == told


def test_a_case_that_is_kept_again_goes_on_with_its_chain(case):
    case.keep(hunted("one", "three"), now=_NOW)
    acts = [json.loads(line)["act"] for line in (case.path / "custody.jsonl").read_text().splitlines()]
    first = ["kept evidence", "kept evidence", "wrote the case"]
    assert acts == [*first, "kept evidence", "kept the hunt before", "wrote the case anew"]
    assert case.read() == hunted("one", "three")


def _change_case(case):
    path = case.path / "case.json"
    path.write_bytes(path.read_bytes().replace(b"script-ran", b"declared"))


def _change_evidence(case):
    next(iter((case.path / "evidence").iterdir())).write_text("another")


def _drop_evidence(case):
    next(iter((case.path / "evidence").iterdir())).unlink()


def _drop_record(case):
    path = case.path / "custody.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))


def _change_record(case):
    path = case.path / "custody.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0].replace(b"2026-04-01", b"2026-03-01") + b"".join(lines[1:]))


def _swap_records(case):
    path = case.path / "custody.jsonl"
    one, two, *rest = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join((two, one, *rest)))


@pytest.mark.parametrize(
    "act", [_change_case, _change_evidence, _drop_evidence, _drop_record, _change_record, _swap_records]
)
def test_whatever_is_done_to_it_shows(case, act):
    act(case)
    assert case.problems()
    with pytest.raises(CustomhouseError, match="not as it was kept"):
        case.read()


def test_a_record_that_was_cut_off_is_dropped_when_the_case_is_kept_again(case):
    path = case.path / "custody.jsonl"
    path.write_bytes(path.read_bytes() + b'{"number":4,"at":"20')
    assert case.problems()
    case.keep(hunted("one"), now=_NOW)
    assert case.problems() == ()


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(CustomhouseError, match="other things"):
        CaseFolder(tmp_path).keep(hunted("one"))
    assert [each.name for each in tmp_path.iterdir()] == ["notes.txt"]


def test_no_case(tmp_path):
    with pytest.raises(CustomhouseError, match="no custody"):
        CaseFolder(tmp_path).read()


def test_a_disk_that_is_full_is_said(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CustomhouseError, match="No space left"):
        CaseFolder(tmp_path / "case").keep(hunted("one"))
    assert not list((tmp_path / "case").glob("**/.part-*"))


def test_what_is_added_goes_into_the_chain(case):
    told = case.add("plan.md", b"# Plan", "wrote the plan", now=_NOW)
    lines = (case.path / "custody.jsonl").read_bytes().splitlines()
    assert hashlib.sha256(lines[-1]).hexdigest() == told
    assert json.loads(lines[-1])["act"] == "wrote the plan"
    assert case.added("plan.md") == b"# Plan"
    assert case.added("checklist.json") is None
    case.add("plan.md", b"# Another", "wrote the plan anew", now=_NOW)
    assert (case.added("plan.md"), case.problems()) == (b"# Another", ())
    case.keep(hunted("four"), now=_NOW)
    assert case.read() == hunted("four")
    (case.path / "plan.md").write_bytes(b"changed")
    with pytest.raises(CustomhouseError, match=r"plan\.md was changed"):
        case.added("plan.md")
    with pytest.raises(CustomhouseError, match="not as it was kept"):
        case.add("more.md", b"", "wrote more")
    assert not (case.path / "more.md").exists()


@pytest.mark.parametrize("name", ["case.json", "custody.jsonl", "evidence", "../out.md", "a/b", ".hidden", "", "a\nb"])
def test_nothing_is_added_over_the_case_or_outside_of_it(case, name):
    with pytest.raises(ValueError, match=r".*"):
        case.add(name, b"x", "did")
    assert case.problems() == ()


def test_writers_at_once_break_no_chain(case):
    with ThreadPoolExecutor(8) as pool:
        for each in [pool.submit(case.add, "state.json", str(n).encode(), f"change {n}") for n in range(24)]:
            each.result()
    assert case.problems() == ()
    assert len((case.path / "custody.jsonl").read_bytes().splitlines()) == 3 + 24


def _cut_the_end(case):
    path = case.path / "custody.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def _put_evidence_in(case):
    (case.path / "evidence" / f"{'0' * 64}.txt").write_text("planted")


def _lead_elsewhere(case):
    path = case.path / "custody.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"case.json"', b'"../case.json"'))


def _pipe(case):
    (case.path / "case.json").unlink()
    os.mkfifo(case.path / "case.json")


@pytest.mark.parametrize("act", [_cut_the_end, _put_evidence_in, _lead_elsewhere, _pipe])
def test_what_no_record_answers_for_shows(case, act):
    act(case)
    assert case.problems()
    with pytest.raises(CustomhouseError, match="not as it was kept"):
        case.read()


def test_an_end_that_was_cut_shows_against_the_digest_that_was_told(case):
    before = case.add("checklist.json", b"1", "done: a", now=_NOW)
    kept = (case.path / "custody.jsonl").read_bytes()
    after = case.add("checklist.json", b"2", "done: b", now=_NOW)
    assert case.holds(before)
    assert case.holds(after)
    (case.path / "custody.jsonl").write_bytes(kept)
    (case.path / "checklist.json").write_bytes(b"1")
    assert case.problems() == (), "by itself nobody can tell"
    assert case.holds(before)
    assert not case.holds(after)


def test_a_case_that_was_changed_is_not_made_good_by_keeping_it_again(case):
    _change_case(case)
    with pytest.raises(CustomhouseError, match="not as it was kept"):
        case.keep(hunted("one"), now=_NOW)
    assert case.problems()


def test_the_hunt_before_stays_in_the_case(case):
    case.keep(hunted("four"), now=_NOW)
    case.keep(hunted("five"), now=_NOW)
    assert case.problems() == ()
    earlier = [msgspec.json.decode((case.path / f"earlier-{n}.json").read_bytes(), type=Hunted) for n in (1, 2)]
    assert earlier == [hunted("one", "two\nlines \x1b[31m", "one"), hunted("four")]
    (case.path / "earlier-1.json").write_text("{}")
    assert case.problems() == ("earlier-1.json was changed",)


def test_a_writer_that_is_killed_between_record_and_file_is_made_good(case, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(type(case.path), "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            case.add("plan.md", b"# Plan", "wrote the plan", now=_NOW)
    case.add("more.md", b"more", "wrote more", now=_NOW)
    assert case.problems() == ()
    assert case.added("plan.md") == b"# Plan"


def test_changes_at_once_are_all_kept(case):
    def more(before):
        return (before or b"") + b"x"

    with ThreadPoolExecutor(8) as pool:
        for each in [pool.submit(case.change, "state.json", more, "a change") for _ in range(24)]:
            each.result()
    assert case.added("state.json") == b"x" * 24
    assert case.problems() == ()
