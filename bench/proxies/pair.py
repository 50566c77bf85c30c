"""Two gateways on one PostgreSQL: is anything inspected twice, and how much later does an answer come?"""

import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from measure import median
from postgresql.server import PostgresqlServer, binaries
from proxies.load import run_load
from proxies.servers import Proxy, Upstream, customhouse, emptied
from simulator import RegistrySimulator

#: Packages that both instances are asked for at once, each by two clients an instance.
PACKAGES = 150
_LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
_FULL = {"Accept": "application/json"}


def measure_pair(folder: Path, *, rounds: int, seconds: int) -> dict[str, Any] | None:
    """Return what was measured; None where PostgreSQL's server is not installed."""
    found = binaries()
    if found is None:
        print("no PostgreSQL here (Debian: apt-get install postgresql): two instances are not measured")
        return None
    server = PostgresqlServer(found)
    try:
        server.start()
        return {
            "packages": PACKAGES,
            "cold": [_cold(folder, server, count) for count in (1, 2)],
            "warm": _warm(folder, server, rounds, seconds),
        }
    finally:
        server.remove()


@contextmanager
def _instances(folder: Path, server: PostgresqlServer, count: int) -> Iterator[tuple[RegistrySimulator, list[Proxy]]]:
    """Start instances on a new database and one folder of blobs, before a registry of small packages."""
    with RegistrySimulator() as registry, ExitStack() as stack:
        for number in range(PACKAGES):
            code = {"index.js": f"module.exports = {number}\n" + "// nothing\n" * 200}
            registry.npm.publish(f"pair-{number}", "1.0.0", files=code, published=_LONG_AGO)
        upstream, home = Upstream(registry.npm_url, registry.pypi_url), emptied(folder / f"pair-{count}")
        shared = ["--database", server.url(server.new_database()), "--blobs", str(home / "blobs")]
        yield (
            registry,
            [
                stack.enter_context(customhouse(home / str(number), upstream, shared, f"instance {number + 1}"))
                for number in range(count)
            ],
        )


def _cold(folder: Path, server: PostgresqlServer, count: int) -> dict[str, Any]:
    """Ask for every tarball from every instance at once; how often upstream was asked for each, and seconds."""
    with _instances(folder, server, count) as (registry, proxies):
        wanted = [f"/pair-{number}/-/pair-{number}-1.0.0.tgz" for number in range(PACKAGES)]
        began = time.perf_counter()
        with ThreadPoolExecutor(8) as pool:
            clients = 4 // len(proxies)
            asked = [f"{proxy.npm}{path}" for path in wanted for proxy in proxies for _ in range(clients)]
            waits = list(pool.map(_ask, asked))
        took = time.perf_counter() - began
        fetched = Counter(request.path for request in registry.asked("npm") if request.path.endswith(".tgz"))
    return {
        "instances": count,
        "seconds": took,
        "wait": median(waits),
        "files": len(fetched),
        "twice": sum(times > 1 for times in fetched.values()),
    }


def _ask(address: str) -> float:
    """Fetch a tarball, again when told to come back (503), and return the seconds until it was there."""
    began = time.perf_counter()
    for _ in range(20):
        try:
            with urllib.request.urlopen(address, timeout=120) as answer:  # noqa: S310 - loopback
                answer.read()
            return time.perf_counter() - began
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise
            time.sleep(1)
    raise RuntimeError(f"{address} does not come")


def _warm(folder: Path, server: PostgresqlServer, rounds: int, seconds: int) -> dict[str, Any]:
    """Median milliseconds of a warm answer to one connection: of one instance alone, and of each of two."""
    with _instances(folder, server, 1) as (_, [alone]), _instances(folder, server, 2) as (_, pair):
        found: dict[str, dict[str, float]] = {}
        for title, path in (("packument", "/pair-0"), ("tarball", "/pair-0/-/pair-0-1.0.0.tgz")):
            waits: dict[str, list[float]] = {"alone": [], "of two": []}
            for proxy in (alone, *pair):
                _ask(f"{proxy.npm}{path}")
            for number in range(rounds):
                for name, proxy in (("alone", alone), ("of two", pair[number % 2])):
                    load = run_load(f"{proxy.npm}{path}", connections=1, seconds=seconds, headers=_FULL, cpu=proxy.cpu)
                    waits[name].append(load.p50)
            one, two = median(waits["alone"]), median(waits["of two"])
            found[title] = {"alone": one, "of two": two, "added": median([
                mine / other - 1 for mine, other in zip(waits["of two"], waits["alone"], strict=True)
            ])}  # fmt: skip
    return found
