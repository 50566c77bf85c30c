"""Every replica. A new family costs one line here."""

from evals.replicas.families import dropper_dependency, gyp, install_script, pth, wallet_swap
from evals.replicas.replica import Replica

REPLICAS: tuple[Replica, ...] = (
    *dropper_dependency.REPLICAS,
    *install_script.REPLICAS,
    *wallet_swap.REPLICAS,
    *pth.REPLICAS,
    *gyp.REPLICAS,
)
