"""Counts add up, whoever counts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from msgspec.structs import replace

from customhouse.model.gateway import Downgrade
from customhouse.storage.gateway.database import open_database
from customhouse.storage.gateway.downgrades import Downgrades

DAY = date(2026, 11, 30)
AXIOS = Downgrade(DAY, "npm", "axios", "1.14.1", "1.14.0", "cooldown")
HELD = replace(AXIOS, ground="verdict")


def test_counts_of_the_same_add_up_and_others_stay_apart(database):
    downgrades = Downgrades(database)
    downgrades.count([AXIOS, HELD, AXIOS, replace(AXIOS, count=5)])
    downgrades.count([AXIOS, replace(AXIOS, day=date(2026, 12, 1))])
    downgrades.count([])
    assert downgrades.of(DAY) == (replace(AXIOS, count=8), HELD)
    assert downgrades.of(date(2026, 12, 1)) == (replace(AXIOS, day=date(2026, 12, 1)),)
    assert downgrades.of(date(2026, 12, 2)) == ()


def test_days_are_forgotten(database):
    downgrades = Downgrades(database)
    downgrades.count([AXIOS, HELD, replace(AXIOS, day=date(2026, 12, 1))])
    assert downgrades.forget_before(date(2026, 12, 1)) == 2
    assert downgrades.of(DAY) == ()
    assert len(downgrades.of(date(2026, 12, 1))) == 1


def test_an_overlong_version_disturbs_no_other(database):
    downgrades = Downgrades(database)
    downgrades.count([AXIOS, replace(AXIOS, newest="1" * 10_000)])
    assert {len(each.newest) for each in downgrades.of(DAY)} == {6, 512}


def test_instances_that_count_at_once_lose_nothing(url):
    batch = [replace(AXIOS, name=f"p{number}") for number in range(20)]
    with open_database(url) as one, open_database(url) as other, ThreadPoolExecutor(4) as pool:
        orders = [batch if turn % 2 else batch[::-1] for turn in range(20)]
        list(pool.map(lambda pair: Downgrades((one, other)[pair[0] % 2]).count(pair[1]), enumerate(orders)))
        assert [each.count for each in Downgrades(one).of(DAY)] == [20] * 20
