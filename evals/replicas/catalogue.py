"""Every replica. A new family costs one line here."""

from evals.replicas.families import (
    dependency_confusion,
    dropper_dependency,
    gyp,
    hidden_whitespace,
    import_time_npm,
    import_time_pypi,
    install_script,
    native_drop,
    protestware,
    pth,
    wallet_swap,
    worm,
)
from evals.replicas.replica import Replica

REPLICAS: tuple[Replica, ...] = (
    *dropper_dependency.REPLICAS,
    *install_script.REPLICAS,
    *native_drop.REPLICAS,
    *gyp.REPLICAS,
    *worm.REPLICAS,
    *wallet_swap.REPLICAS,
    *hidden_whitespace.REPLICAS,
    *import_time_npm.REPLICAS,
    *import_time_pypi.REPLICAS,
    *pth.REPLICAS,
    *dependency_confusion.REPLICAS,
    *protestware.REPLICAS,
)
