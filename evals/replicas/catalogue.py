"""Every replica. A new family costs one line here, in both places."""

from evals.replicas.families import (
    dependency_confusion,
    dropper_dependency,
    encrypted_dependency,
    git_dependency,
    gyp,
    hidden_whitespace,
    import_time_npm,
    import_time_pypi,
    install_script,
    miner,
    native_drop,
    protestware,
    pth,
    stealing_script,
    takeover,
    wallet_swap,
    worm,
)
from evals.replicas.replica import Replica

REPLICAS: tuple[Replica, ...] = (
    *dropper_dependency.REPLICAS,
    *encrypted_dependency.REPLICAS,
    *install_script.REPLICAS,
    *stealing_script.REPLICAS,
    *native_drop.REPLICAS,
    *gyp.REPLICAS,
    *git_dependency.REPLICAS,
    *worm.REPLICAS,
    *wallet_swap.REPLICAS,
    *hidden_whitespace.REPLICAS,
    *import_time_npm.REPLICAS,
    *import_time_pypi.REPLICAS,
    *miner.REPLICAS,
    *takeover.REPLICAS,
    *pth.REPLICAS,
    *dependency_confusion.REPLICAS,
    *protestware.REPLICAS,
)
