"""What was admitted and is no longer is withdrawn by whoever notices first, once, with the names of those who had it."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from managed_gateway import ManagedGateway

OLD = datetime.now(UTC) - timedelta(days=400)
FILE = "left-pad-1.0.0.tgz"
ADDRESS = f"/npm/left-pad/-/{FILE}"


@pytest.fixture
def served(registry, tmp_path):
    registry.npm.publish("left-pad", "1.0.0", published=OLD)
    with ManagedGateway(tmp_path, registry) as gateway:
        yield gateway


def test_a_request_that_notices_withdraws(served, tmp_path):
    assert served.ask("GET", ADDRESS, headers={"customhouse-project": "shop"}).status_code == 200
    time.sleep(0.1)
    served.state.policy = "p2"
    served.desk.words[FILE] = ("block", "new-rule", "it steals")
    served.watch.forget()
    for _ in range(3):
        assert served.ask("GET", ADDRESS).status_code == 403
    (entry,) = [each for each in served.state.ledger.entries() if each.act == "withdraw"]
    assert "it steals" in entry.reason
    assert not [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]


def test_a_policy_that_allows_it_still_withdraws_nothing(served):
    assert served.ask("GET", ADDRESS).status_code == 200
    served.state.policy = "p2"
    served.watch.forget()
    assert served.ask("GET", ADDRESS).status_code == 200
    assert not [each for each in served.state.ledger.entries() if each.act == "withdraw"]
