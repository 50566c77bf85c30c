"""Serve a described set on loopback until interrupted: `python -m simulator releases.json`.

The file holds `{"npm": [{"name": …, "version": …, …}], "pypi": […]}`; the keys of each entry are the keywords of
`publish`, times as ISO text. The addresses are printed as one line of JSON.
"""

import argparse
import json
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

from simulator.simulator import RegistrySimulator


def main() -> None:
    """Read the arguments, publish, wait."""
    parser = argparse.ArgumentParser(prog="simulator", description=__doc__)
    parser.add_argument("releases", type=Path, help="JSON file of what to publish")
    parser.add_argument("--npm-port", type=int, default=0)
    parser.add_argument("--pypi-port", type=int, default=0)
    options = parser.parse_args()
    with RegistrySimulator(npm_port=options.npm_port, pypi_port=options.pypi_port) as simulator:
        described = json.loads(options.releases.read_text("utf-8"))
        for store, entries in ((simulator.npm, described.get("npm", [])), (simulator.pypi, described.get("pypi", []))):
            for entry in entries:
                store.publish(**_typed(entry))
        print(json.dumps({"npm": simulator.npm_url, "pypi": simulator.pypi_url}), flush=True)  # noqa: T201 - its output
        threading.Event().wait()


def _typed(entry: dict[str, Any]) -> dict[str, Any]:
    """Turn JSON's text into what `publish` takes."""
    if "published" in entry:
        entry = {**entry, "published": datetime.fromisoformat(entry["published"])}
    if "publisher" in entry:
        entry = {**entry, "publisher": tuple(entry["publisher"])}
    return entry


if __name__ == "__main__":
    main()
