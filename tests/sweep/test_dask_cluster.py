"""The same sweep on a Dask cluster of two workers, one of which is killed half-way."""

import os
import signal

import pytest

from customhouse.model.errors import UnreachableUpstream
from customhouse.sweep import evidence
from customhouse.sweep.dask_cluster import DaskCluster
from customhouse.sweep.local_pool import LocalPool
from sweep.stored import ask, fill

distributed = pytest.importorskip(
    "distributed", reason="dask.distributed is an extra: pip install 'customhouse[sweep]'"
)
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def cluster():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, protocol="tcp://"
    ) as cluster:
        yield cluster


def test_it_says_what_the_local_pool_says_and_survives_the_loss_of_a_worker(tmp_path, monkeypatch, cluster):
    monkeypatch.setattr(evidence, "_ITEMS", 2)
    fill(tmp_path, 300)
    pool = LocalPool(2)
    expected = ask(tmp_path, pool)
    pool.close()
    scheduler = DaskCluster(cluster.scheduler_address)
    killed = []

    def kill(done, total):
        if not killed:
            assert done < total
            killed.append(next(iter(cluster.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    done = ask(tmp_path, scheduler, progress=kill)
    scheduler.close()
    assert killed
    assert "2 workers" in done.workers or "1 worker" in done.workers
    assert (done.artifacts, done.releases, done.unswept) == (300, 300, ())
    assert done.told == expected.told
    assert len(done.told) == 30


def test_nobody_at_the_address_is_a_clear_error(monkeypatch):
    monkeypatch.setattr("customhouse.sweep.dask_cluster._CONNECT", 1.0)
    with pytest.raises(UnreachableUpstream, match="no Dask scheduler answers"):
        DaskCluster("tcp://127.0.0.1:9")


def test_a_cluster_without_workers_is_a_clear_error(monkeypatch):
    monkeypatch.setattr("customhouse.sweep.dask_cluster._CONNECT", 5.0)
    with (
        distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=None, protocol="tcp://") as cluster,
        pytest.raises(UnreachableUpstream, match="has no workers"),
    ):
        DaskCluster(cluster.scheduler_address, patience=0.5)
