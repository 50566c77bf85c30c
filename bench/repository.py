"""A repository of 2,000 packages whose registry is the simulator, so that the whole command can be measured."""

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from advisories import package_name
from simulator import RegistrySimulator

PACKAGES = 2_000
_LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


@contextmanager
def two_thousand_packages(folder: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """Publish them, lock them in a project, and give its folder and the environment that points at their registry."""
    project = folder / "project"
    project.mkdir()
    with RegistrySimulator() as registry:
        wanted, entries = {}, {}
        for number in range(PACKAGES):
            name = package_name(number)
            code = {"index.js": f"module.exports = {number}\n"}
            data = registry.npm.publish(name, "12.1.0", files=code, published=_LONG_AGO)
            wanted[name] = "12.1.0"
            integrity = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
            entries[f"node_modules/{name}"] = {"version": "12.1.0", "integrity": integrity}
        root = {"name": "large", "version": "1.0.0", "dependencies": wanted}
        lock = {"name": "large", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": root, **entries}}
        (project / "package.json").write_text(json.dumps(root, indent=2))
        (project / "package-lock.json").write_text(json.dumps(lock, indent=2))
        yield (
            project,
            {
                "PATH": os.environ["PATH"],
                "HOME": str(folder),
                "XDG_CACHE_HOME": str(folder / "cache"),
                "CUSTOMHOUSE_NPM_REGISTRY": registry.npm_url,
            },
        )
