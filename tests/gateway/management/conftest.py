"""A gateway for each module, over a registry with an old, a young and a bad release."""

from datetime import UTC, datetime, timedelta

import pytest

from managed_gateway import ManagedGateway
from simulator import RegistrySimulator

OLD = datetime.now(UTC) - timedelta(days=400)
YOUNG = datetime.now(UTC) - timedelta(hours=2)


def publish(registry):
    npm, pypi = registry.npm, registry.pypi
    npm.publish("left-pad", "1.0.0", published=OLD)
    npm.publish("left-pad", "1.1.0", published=OLD)
    npm.publish("left-pad", "1.2.0", published=YOUNG)
    npm.publish("@scope/name", "1.0.0", published=OLD)
    npm.publish("@scope/name", "1.1.0", published=YOUNG)
    npm.publish("bad", "1.0.0", published=OLD)
    npm.publish("bad", "1.0.1", published=OLD)
    pypi.publish("plain", "1.0.0", published=OLD)
    pypi.publish("plain", "1.1.0", published=YOUNG, wheels={
        "cp311-cp311-manylinux_2_17_x86_64": {"plain/__init__.py": "A = 1\n"},
        "cp312-cp312-manylinux_2_17_x86_64": {"plain/__init__.py": "A = 2\n"},
    })  # fmt: skip


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One gateway for all tests of a module that change nothing."""
    with RegistrySimulator() as registry:
        publish(registry)
        with ManagedGateway(tmp_path_factory.mktemp("gateway"), registry) as served:
            yield served


@pytest.fixture
def gateway(tmp_path):
    with RegistrySimulator() as registry:
        publish(registry)
        with ManagedGateway(tmp_path, registry) as served:
            yield served
