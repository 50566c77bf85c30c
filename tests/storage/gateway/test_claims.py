"""One holder at a time, whoever asks, and nobody waits for the dead."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from customhouse.storage.gateway.claims import Claims
from customhouse.storage.gateway.database import open_database
from customhouse.storage.gateway.errors import ClaimTimeoutError


def test_one_at_a_time_in_one_process(database):
    claims, inside, most = Claims(database), [], []

    def work(number):
        with claims.claim("pkg:npm/axios@1.14.1 axios.tgz", timeout=20):
            inside.append(number)
            most.append(len(inside))
            time.sleep(0.01)
            inside.remove(number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(16)))
    assert most == [1] * 16
    assert claims._locks == {}, "nothing is kept of claims that ended"


def test_one_at_a_time_across_instances(postgresql_url):
    with open_database(postgresql_url) as one, open_database(postgresql_url) as other:
        inside, most = [], []

        def work(number):
            with Claims((one, other)[number % 2]).claim("a \ud800", timeout=20):
                inside.append(number)
                most.append(len(inside))
                time.sleep(0.01)
                inside.remove(number)

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(work, range(12)))
    assert most == [1] * 12


def test_other_keys_do_not_wait(database):
    claims = Claims(database)
    with claims.claim("a"), claims.claim("b", timeout=0):
        pass


def test_who_waits_too_long_is_told(database):
    claims = Claims(database)
    with claims.claim("a"):
        for timeout in (0, 0.2):
            begun = time.monotonic()
            with pytest.raises(ClaimTimeoutError, match="a was held"), claims.claim("a", timeout=timeout):
                pytest.fail("held twice")
            assert timeout <= time.monotonic() - begun < timeout + 2
    with claims.claim("a", timeout=0):
        pass


def test_another_instance_waits_its_time_and_gets_it_when_it_is_free(postgresql_url):
    with open_database(postgresql_url) as one, open_database(postgresql_url) as other:
        with Claims(one).claim("a"):
            for timeout in (0, 0.2):
                with pytest.raises(ClaimTimeoutError), Claims(other).claim("a", timeout=timeout):
                    pytest.fail("held twice")
        entered = threading.Event()

        def wait():
            with Claims(other).claim("a", timeout=20):
                entered.set()

        with Claims(one).claim("a"):
            waiter = threading.Thread(target=wait)
            waiter.start()
            assert not entered.wait(0.3)
        assert entered.wait(5)
        waiter.join()


def test_it_ends_with_the_block_whatever_happens_in_it(database):
    claims = Claims(database)
    with pytest.raises(ZeroDivisionError), claims.claim("a"):
        raise ZeroDivisionError
    with claims.claim("a", timeout=0):
        pass


def test_it_may_end_in_another_thread(database):
    claim = Claims(database).claim("a")
    with ThreadPoolExecutor(1) as begins, ThreadPoolExecutor(1) as ends:
        begins.submit(claim.__enter__).result()
        ends.submit(claim.__exit__, None, None, None).result()
    with Claims(database).claim("a", timeout=0):
        pass


def test_who_waits_holds_no_connection(postgresql_server, postgresql_url):
    with open_database(postgresql_url) as database:
        claims = Claims(database)
        connected = "SELECT count(*) FROM pg_stat_activity WHERE state IS NOT NULL"
        with claims.claim("a"):
            before = postgresql_server.execute(connected)
            waiters = [threading.Thread(target=_hold, args=(claims,)) for _ in range(20)]
            for each in waiters:
                each.start()
            time.sleep(0.2)
            assert postgresql_server.execute(connected) == before
        for each in waiters:
            each.join()


def _hold(claims):
    with claims.claim("a", timeout=20):
        pass
