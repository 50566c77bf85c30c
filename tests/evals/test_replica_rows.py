"""The replicas' rows: one for each case, and the peer asked of the archives that were judged."""

import sys

from evals import measuring
from evals.judging import Places
from evals.replica_rows import judge_replicas
from evals.replicas.catalogue import REPLICAS

_PEER = """
import json, pathlib, sys
for line in sys.stdin:
    size = pathlib.Path(json.loads(line)).stat().st_size
    print(json.dumps({"score": 6.0 if size else 0.0, "cpu": 0.5}), flush=True)
"""
#: One whose payload comes in another package, so that two archives are asked of.
_DEPENDANT = next(replica for replica in REPLICAS if replica.carrier)


def test_every_case_has_a_row_and_the_peers_word_on_all_its_archives(tmp_path, monkeypatch):
    (tmp_path / "guarddog_worker.py").write_text(_PEER)
    monkeypatch.setattr(measuring, "HERE", tmp_path)
    places = Places(tmp_path / "kept")
    rows = judge_replicas(places, jobs=1, only=_DEPENDANT.id, peer=([sys.executable], "1"))
    assert [(row.set, row.variation) for row in rows if not row.variation] == [("replica", "")]
    assert rows[0].decision in ("hold", "block")
    assert {row.family for row in rows} == {_DEPENDANT.family}
    assert all(row.peer is not None and row.peer.held for row in rows)
    assert rows[0].peer.cpu == 1.0, "the release and the one that it brings"
