"""The figures and the page: counted by hand here, and read back from the text."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from customhouse.ecosystems.npm.configuration import last_resort
from evals.figures import Rate, false_positives, recall, speed
from evals.held import held_text
from evals.hosts import without_registry_hosts
from evals.joining import with_costs
from evals.judging import Archive, Outcome, Told
from evals.measuring import Cost, PeerCost
from evals.page import Facts, page
from evals.result import Judged, PeerResult, Reason

_FACTS = Facts(
    day=date(2026, 9, 1),
    code="abc",
    python="3.11.9",
    cores=2,
    before=date(2026, 2, 15),
    after=date(2026, 8, 15),
    projects=("one", "two"),
)


def judged(  # noqa: PLR0913 - one keyword for each field that a test is about
    name, decision="allow", *, of="upgrade", gaps=None, peer=None, wall=0.0, cpu=0.0, family="one", why=()
):
    return Judged(
        of,
        family,
        "1.0.0" if of != "new-package" else "",
        f"pkg:npm/{name}",
        decision,
        gaps or decision,
        tuple(reason.rule for reason in why),
        wall,
        cpu,
        peer,
        tuple(why),
    )


def outcome(one, **told):
    return Outcome(one, (), (), Told(**told))


def test_rates_per_upgrade_per_new_package_and_per_package():
    rows = false_positives(
        [
            judged("a@1.1.0", peer=PeerResult(5.0, 1.0)),
            judged("a@2.1.0", "hold", peer=PeerResult(1.0, 1.0)),
            judged("b@1.1.0", "block"),
            judged("c@1.1.0", gaps="hold"),
            judged("d@1.0.0", "hold", of="new-package", peer=PeerResult(4.9, 1.0)),
        ]
    )
    told = {row.unit: (row.held, row.blocked, row.with_gaps, row.peer) for row in rows}
    assert told == {
        "upgrade": (Rate(2, 4), Rate(1, 4), Rate(3, 4), Rate(1, 2)),
        "package new to a project": (Rate(1, 1), Rate(0, 1), Rate(1, 1), Rate(0, 1)),
        "package": (Rate(3, 4), Rate(1, 4), Rate(4, 4), Rate(1, 2)),
    }


def test_upgrades_whose_dates_are_a_mirrors_are_counted_apart_too():
    noted = msgspec.structs.replace(judged("b@1.1.0", "block"), note="dates")
    rows = {row.unit: (row.held, row.blocked) for row in false_positives([judged("a@1.1.0"), noted])}
    assert rows["upgrade"] == (Rate(1, 2), Rate(1, 2))
    assert rows["upgrade, dated in order"] == (Rate(0, 1), Rate(0, 1))
    assert "  - note: dates" in page(_FACTS, [outcome(noted)], [], str)


def test_recall_counts_what_findings_stop_and_no_gap():
    rows = recall(
        [
            judged("a@1", "block", of="replica", family="worm", peer=PeerResult(9.0, 1.0)),
            judged("b@1", "hold", of="replica", family="worm"),
            judged("c@1", gaps="hold", of="replica", family="gyp"),
        ],
        lambda one: one.family,
    )
    assert [(row.name, row.held, row.blocked, row.peer) for row in rows] == [
        ("gyp", Rate(0, 1), Rate(0, 1), None),
        ("worm", Rate(2, 2), Rate(1, 2), Rate(1, 1)),
    ]


def test_speed_leaves_out_what_was_not_measured_and_what_the_peer_failed_at():
    told = speed(
        [
            judged("a@1", wall=0.1, cpu=0.1, peer=PeerResult(0.0, 1.0)),
            judged("b@1", wall=0.3, cpu=0.2, peer=PeerResult(0.0, 6.0)),
            judged("c@1", wall=0.2, cpu=0.2, peer=PeerResult(0.0, 0.0, failed=1)),
            judged("d@1"),
        ]
    )
    assert (told.releases, told.median, told.p95, told.slowest, told.slowest_purl) == (3, 0.2, 0.3, 0.3, "pkg:npm/b@1")
    assert told.median_ratio == pytest.approx(10)
    assert told.ratio_of_sums == pytest.approx(7 / 0.3)
    assert (told.compared, told.peer_failed) == (2, 1)
    assert speed([judged("d@1")]) is None


def test_costs_are_those_of_all_archives_and_the_peer_counts_only_where_asked_of_all():
    one = Outcome(judged("a@1"), (Archive("x", "d1"), Archive("y", "d2")))
    ours = {"d1": Cost(0.1, 0.2), "d2": Cost(0.3, 0.4)}
    theirs = {"d1": PeerCost(2.0, 3.0), "d2": PeerCost(6.0, 1.0)}
    joined = with_costs(one, ours, theirs).judged
    assert (joined.wall, joined.cpu) == (pytest.approx(0.4), pytest.approx(0.6))
    assert joined.peer == PeerResult(6.0, 4.0)
    assert joined.peer.held
    assert with_costs(one, ours, {"d1": PeerCost(9.0, 3.0)}).judged.peer is None
    assert with_costs(one, ours, None).judged.peer is None


def test_the_page_tells_everything_and_no_registrys_host():
    host = last_resort().partition("://")[2].rstrip("/")
    why = [
        Reason("hold", "new-host", f"names {host} | and <more>\nthan that", "index.js", 3, "high", "medium"),
        *[Reason("hold", "other-rule", "again", "x.js", None, "high", "low")] * 5,
    ]
    upgrades = [
        outcome(judged("a@1.1.0", "hold", why=why), published=datetime(2026, 3, 1, tzinfo=UTC), publisher=True),
        outcome(judged("b@1.1.0", gaps="hold", why=[Reason("hold", "gap:unread-code", "line 1 did not read")])),
        outcome(judged("c@1.0.0", of="new-package")),
    ]
    replicas = [
        judged("worm@1", "block", of="replica", family="worm"),
        judged("worm@1", of="variation", family="worm"),
    ]
    text = page(_FACTS, upgrades, replicas, without_registry_hosts())
    assert host not in text
    assert "Written by `make eval` on 2026-09-01" in text
    assert "| replicas | 1 | 100.0% (1) | 100.0% (1) | not asked |" in text
    assert "| variations | 1 | 0.0% (0) | 0.0% (0) | not asked |" in text
    assert "| worm | 1.0.0 | pkg:npm/worm@1 | nothing |" in text
    assert "2 upgrades of 2 distinct packages" in " ".join(text.split())
    assert "| upgrade | 2 | 50.00% (1 of 2; 9.45% to 90.55%) |" in text
    assert "- **hold** `pkg:npm/a@1.1.0` (was 1.0.0; one)" in text
    assert "  - `new-host` (high/medium): names the registry's host | and &lt;more> than that at `index.js:3`" in text
    assert "  - and 3 more of `other-rule`" in text
    assert "  - `gap:unread-code`: line 1 did not read" in text
    assert "a publish time of 1, a publisher of 1" in " ".join(text.split())
    assert "Not measured in this run" in text
    assert max(map(len, text.splitlines())) < 400


def test_the_page_of_nothing_stopped():
    text = page(_FACTS, [outcome(judged("a@1.1.0", wall=0.05, cpu=0.04))], [], str)
    assert "Nothing." in text
    assert "Replicas of incidents" not in text
    assert "| upgrades | 1 | 50 ms | 40 ms | 50 ms | 0.05 s (`pkg:npm/a@1.1.0`) | not asked | not asked |" in text
    assert "| upgrades, npm | 1 | 50 ms | 40 ms |" in text
    assert "upgrades, PyPI" not in text, "none was measured"


def test_the_list_for_those_who_tune_rules():
    quiet = Reason("allow", "size-jump", "grew", "package.json", None, "medium", "medium")
    stopped = Reason("hold", "new-host", "names a host", "index.js", 3, "high", "medium")
    text = held_text(
        [
            Outcome(judged("a@1.1.0", "hold", why=[stopped]), said=(stopped, quiet)),
            Outcome(judged("b@1.1.0", gaps="hold", why=[Reason("hold", "gap:unread-code", "no")])),
        ]
    )
    assert text.startswith("2 releases judged, 1 stopped by findings (0 of them blocked), 1 by gaps alone")
    assert "HOLD  pkg:npm/a@1.1.0  (was 1.0.0; one)\n    hold new-host [high/medium] names a host @ index.js:3" in text
