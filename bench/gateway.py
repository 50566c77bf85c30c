"""The gateway beside verdaccio (npm), devpi-server and proxpi (PyPI): requests, installs, memory, two instances.

`python bench/gateway.py` measures everything and writes docs/benchmarks.md; parts can be named to measure them alone,
and the page then keeps the rest as it was last measured. It needs wrk (Debian: apt-get install wrk), npm, and for two
instances PostgreSQL's server.
"""

import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(path) for path in (ROOT / "tests", HERE) if str(path) not in sys.path]

from peers import WORK
from proxies.peers import install
from proxies.traffic import CONNECTIONS, measure_traffic

FOLDER = WORK / "gateway"


def main(arguments: list[str] | None = None) -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(prog="bench/gateway.py", description=__doc__)
    parser.add_argument("parts", nargs="*")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--only", default="")
    parser.add_argument("--connections", type=int, nargs="+", default=list(CONNECTIONS))
    parser.add_argument("--peers-alone", action="store_true")
    options = parser.parse_args(arguments)
    FOLDER.mkdir(parents=True, exist_ok=True)
    install()
    rows = measure_traffic(FOLDER, rounds=options.rounds, seconds=options.seconds, only=options.only, connections=options.connections, ours=not options.peers_alone)


if __name__ == "__main__":
    main()
