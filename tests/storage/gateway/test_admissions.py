"""Admissions come back as they were put, and are found by every question that is asked about them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from customhouse.model.gateway import Admission, Reason
from customhouse.model.purl import Purl
from customhouse.storage.gateway.admissions import Admissions
from customhouse.storage.gateway.errors import NotKeepableError
from customhouse.storage.gateway.revisions import Revisions

NOW = datetime(2026, 11, 30, 9, 30, 15, 123456, tzinfo=UTC)


def admission(name="axios", version="1.14.0", filename="axios-1.14.0.tgz", **fields):
    defaults = {"sha256": "a" * 64, "size": 9, "decision": "allow", "judged": NOW, "policy": "p1"}
    return Admission(Purl("npm", name, version), filename, **{**defaults, **fields})


@pytest.fixture
def admissions(database):
    return Admissions(database)


def test_what_was_put_comes_back_whole(admissions):
    put = admission(
        size=3 * 2**31,
        decision="hold",
        reasons=(Reason("risky-new-dependency", 'says "why"\n\x00 \ud800 \\', "high"), Reason("gap:content", "b")),
        recheck=NOW + timedelta(days=3),
        verdict=b'{"verdict":"hold"}' * 100,
    )
    admissions.put(put)
    assert admissions.one(put.purl, put.filename) == put
    assert admissions.of(Purl("npm", "axios")) == (put,)
    assert admissions.of(Purl("npm", "axios"), verdicts=False) == (replace(put, verdict=b""),)


def test_another_word_takes_the_place_of_the_one_before(admissions):
    admissions.put(admission(decision="hold", reasons=(Reason("a", "b"),), recheck=NOW, verdict=b"1"))
    admissions.put(admission(decision="allow", policy="p2"))
    assert admissions.of(Purl("npm", "axios")) == (admission(decision="allow", policy="p2"),)


def test_the_last_of_a_batch_holds(admissions):
    admissions.put(admission(decision="hold"), admission("other"), admission(decision="block"))
    assert [each.decision for each in admissions.of(Purl("npm", "axios"))] == ["block"]
    assert len(admissions.of(Purl("npm", "other"))) == 1


def test_a_package_has_its_own_files_and_no_others(admissions):
    files = [admission(version=version, filename=f"{name}.whl") for version in ("1.0", "2.0") for name in "ab"]
    admissions.put(*files, admission("axios-retry"), admission("Axios"))
    assert admissions.of(Purl("npm", "axios")) == tuple(files)
    assert admissions.of(Purl("npm", "axios", "2.0")) == tuple(files[2:])
    assert admissions.of(Purl("pypi", "axios")) == ()
    assert admissions.one(Purl("npm", "axios", "2.0"), "c.whl") is None


@given(name=st.text(min_size=1, max_size=40), version=st.text(min_size=1, max_size=40))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_names_that_differ_never_meet(admissions, name, version):
    put = admission(name, version, name + version)
    admissions.put(put)
    assert admissions.one(put.purl, put.filename) == put
    others = (Purl("npm", name.replace("\x00", ""), version), Purl("npm", name + " ", version), Purl("npm", name))
    for other in others:
        assert other == put.purl or admissions.one(other, put.filename) is None


def test_a_name_that_is_too_long_for_a_key_is_refused_and_nothing_of_its_batch_is_kept(admissions):
    for field in ({"name": "é" * 257}, {"version": "1" * 513}, {"filename": "\\" * 200}):
        with pytest.raises(NotKeepableError):
            admissions.put(admission("fine"), admission(**field))
    assert admissions.all() == ()
    longest = admission("é" * 256, "1" * 512, "\\" * 102)
    admissions.put(longest)
    assert admissions.all() == (longest,)


def test_withdrawing_a_file_a_release_a_package(admissions):
    files = [admission(version=version, filename=f"{name}.whl") for version in ("1.0", "2.0") for name in "ab"]
    admissions.put(*files, admission("other"))
    package = Purl("npm", "axios")
    assert admissions.withdraw(files[0].purl, "a.whl") == (files[0],)
    assert admissions.withdraw(files[0].purl, "a.whl") == ()
    assert admissions.of(package) == tuple(files[1:])
    assert admissions.withdraw(files[2].purl) == tuple(files[2:])
    assert admissions.withdraw(package) == (files[1],)
    assert [each.purl.name for each in admissions.all()] == ["other"]


def test_what_is_due_and_what_was_judged_otherwise(admissions):
    early = admission(version="1", recheck=NOW - timedelta(days=1))
    late = admission(version="2", recheck=NOW, policy="p2")
    never, later = admission(version="3"), admission(version="4", recheck=NOW + timedelta(microseconds=1), policy="p0")
    admissions.put(never, later, late, early)
    assert admissions.due(NOW) == (early, late)
    assert admissions.due(NOW, limit=1) == (early,)
    assert set(admissions.stale("p1", 10)) == {late, later}
    assert len(admissions.stale("p1", 1)) == 1
    assert len(admissions.stale("p3", 10)) == 4


def test_bytes_are_found_under_every_name(admissions):
    admissions.put(admission(), admission("other"), admission("third", sha256="b" * 64))
    assert [each.purl.name for each in admissions.by_digest("a" * 64)] == ["axios", "other"]


def test_pages_hold_everything_once(admissions):
    everything = [admission(name, str(version)) for name in ("a", "B", "é") for version in range(7)]
    admissions.put(*everything)
    pages, after = [], None
    while page := admissions.all(after=after, limit=4):
        pages.append(page)
        after = page[-1]
    listed = [each for page in pages for each in page]
    assert listed == sorted(everything, key=lambda each: (each.purl.name.encode(), each.purl.version))
    assert admissions.all(decision="block") == ()


def test_the_revision_moves_with_every_change_and_names_the_packages(admissions, database):
    revisions = Revisions(database)
    before = revisions.revision()
    admissions.put(admission(), admission("other"))
    put = revisions.revision()
    assert put > before
    assert revisions.changed(before) == (put, {Purl("npm", "axios"), Purl("npm", "other")})
    admissions.withdraw(Purl("npm", "other"))
    assert revisions.changed(put) == (revisions.revision(), {Purl("npm", "other")})
    withdrawn = revisions.revision()
    assert withdrawn > put
    admissions.withdraw(Purl("npm", "other"))
    admissions.put()
    assert revisions.changed(withdrawn) == (withdrawn, frozenset())
