"""Replicas through the real command: `customhouse inspect` in a process of its own, against the registry simulator."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from evals.replicas.packing import publish
from evals.replicas.replica import Replica
from simulator import RegistrySimulator

#: The cooldown alone would hold every release that is an hour old.
_POLICY = '[cooldown]\nminimum_age = "0"\n'
_AGO = timedelta(hours=1)
#: Exit codes of `inspect` that mean: this may not come in.
STOPPED = (10, 20)


@dataclass(frozen=True)
class Inspected:
    """What the command said of a replica: its exit code, and the first finding's rule and message."""

    replica: Replica
    code: int
    rule: str
    message: str


def inspect(replica: Replica) -> Inspected:
    """Publish the replica as if it had come out an hour ago, and inspect it."""
    replica = as_of_now(replica)
    with RegistrySimulator() as registry, tempfile.TemporaryDirectory() as folder:
        publish(replica, registry)
        (Path(folder) / "customhouse.toml").write_text(_POLICY)
        command = [sys.executable, "-m", "customhouse", "inspect", str(replica.purl), "--format", "json"]
        places = [
            "--npm-registry",
            registry.npm_url,
            "--pypi-index",
            registry.pypi_url,
            "--cache-dir",
            f"{folder}/cache",
        ]
        environ = {**os.environ, "HOME": folder, "PYTHONPATH": os.pathsep.join(sys.path)}
        ran = subprocess.run([*command, *places], cwd=folder, env=environ, capture_output=True, text=True, check=False)
    told = json.loads(ran.stdout) if ran.stdout else {"findings": []}
    first = next(iter(told["findings"]), {"rule": "", "message": ran.stderr.strip()})
    return Inspected(replica, ran.returncode, first["rule"], first["message"])


def as_of_now(replica: Replica) -> Replica:
    """Move all its times, so that the release came out an hour ago."""
    by = datetime.now(UTC) - _AGO - replica.after.published
    return replace(
        replica,
        before=replace(replica.before, published=replica.before.published + by) if replica.before else None,
        after=replace(replica.after, published=replica.after.published + by),
        others=tuple(replace(it, published=it.published + by) for it in replica.others),
    )
