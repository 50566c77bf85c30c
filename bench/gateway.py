"""The gateway beside verdaccio (npm), devpi-server and proxpi (PyPI): requests, installs, memory, two instances.

`python bench/gateway.py` measures everything and writes docs/benchmarks.md; parts can be named to measure them alone,
and the page then keeps the rest as it was last measured. It needs wrk and curl (Debian: apt-get install wrk curl), npm,
the configured registries once (for the peers, and for the packages of the installs), and for two instances PostgreSQL's
server.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(path) for path in (ROOT / "tests", HERE) if str(path) not in sys.path]

from peers import WORK
from proxies.endurance import REQUESTS, measure_endurance
from proxies.installs import measure_installs
from proxies.page import write_page
from proxies.pair import measure_pair
from proxies.peers import install, versions
from proxies.traffic import CONNECTIONS, measure_traffic

FOLDER = WORK / "gateway"
RESULTS = FOLDER / "results.json"
PAGE = ROOT / "docs" / "benchmarks.md"


def main(arguments: list[str] | None = None) -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(prog="bench/gateway.py", description=__doc__)
    parser.add_argument("parts", nargs="*", help="requests, installs, memory, pair; all of them without any")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds that medians are taken of")
    parser.add_argument("--seconds", type=int, default=2, help="of load on one address of one proxy")
    parser.add_argument("--only", default="", help="requests: cases with this in their title, and no page is written")
    parser.add_argument("--connections", type=int, nargs="+", default=list(CONNECTIONS))
    options = parser.parse_args(arguments)
    rounds, seconds = options.rounds, options.seconds
    parts: dict[str, tuple[str, Callable[[], Iterable[Any]]]] = {
        "requests": (
            f"{rounds} interleaved rounds of {seconds} s each",
            lambda: [
                measure_traffic(
                    FOLDER, rounds=rounds, seconds=seconds, connections=options.connections, only=options.only
                )
            ],
        ),
        "installs": (f"{rounds} interleaved rounds", lambda: measure_installs(FOLDER, rounds=rounds)),
        "memory": (f"{REQUESTS:,} requests", lambda: [measure_endurance(FOLDER)]),
        "pair": (
            f"{rounds} interleaved rounds of {seconds} s each",
            lambda: [measure_pair(FOLDER, rounds=rounds, seconds=seconds)],
        ),
    }
    if unknown := set(options.parts) - set(parts):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    install()
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    for name in options.parts or list(parts):
        print(f"gateway: {name}", flush=True)
        how, measure = parts[name]
        for found in measure():
            if found is None or options.only:
                continue
            results[name] = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "how": how, "result": found}
            results["versions"] = versions()
            RESULTS.write_text(json.dumps(results, indent=1), "utf-8")
            write_page(PAGE, results)


if __name__ == "__main__":
    main()
