"""What npm leaves of an install: node_modules with its hidden lock, as it was, or as a payload rewrote it."""

import json
from collections.abc import Sequence
from datetime import datetime

from customhouse.drill.layout.ground import Ground
from customhouse.drill.layout.packages import Release
from customhouse.drill.layout.projects import hidden_lock


def installed(ground: Ground, project: str, name: str, releases: Sequence[Release], at: datetime) -> str:
    """Lay out a node_modules below `project`; return the hidden lock's path. A release's script is an inert file."""
    for each in releases:
        folder = f"{project}/node_modules/{each.name}"
        own: dict[str, object] = {"name": each.name, "version": each.version, "main": "index.js"}
        if each.script:
            own["scripts"] = {each.script: f"node {each.program}"}
            ground.payload(f"{folder}/{each.program}", at, "//")
        if each.needs:
            own["dependencies"] = dict(each.needs)
        ground.write(f"{folder}/package.json", json.dumps(own, indent=2) + "\n", at)
        ground.write(f"{folder}/index.js", "module.exports = {};\n", at)
    return ground.write(f"{project}/node_modules/.package-lock.json", hidden_lock(name, releases), at)


def rewritten(ground: Ground, project: str, release: Release, shown: str, at: datetime) -> str:
    """Leave a package as a payload does that hides: its script gone, and a manifest of another version in place.

    Returns the package's folder.
    """
    folder = f"{project}/node_modules/{release.name}"
    ground.files.pop(f"{folder}/{release.program}", None)
    own = {"name": release.name, "version": shown, "main": "index.js"}
    ground.write(f"{folder}/package.json", json.dumps(own, indent=2) + "\n", at)
    return folder
