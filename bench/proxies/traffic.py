"""Requests a second of what is warm: the same addresses of each proxy in turn, in interleaved rounds."""

import gzip
import json
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from measure import median
from proxies.assortment import NPM, PYPI, VERSION, Wheel, publish
from proxies.load import Load, run_load
from proxies.servers import Proxy, Upstream, customhouse, devpi, emptied, proxpi, verdaccio
from simulator import RegistrySimulator, Request, Response

CONNECTIONS = (1, 8, 64)
_FULL, _ABBREVIATED = "application/json", "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*"
_SIMPLE = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"
_NPM_AGENT = {"User-Agent": "npm/11.0.0 node/v20.0.0 linux x64 workspaces/false"}
_PIP_AGENT = {"User-Agent": "pip/26.0"}
_GZIP = {"Accept-Encoding": "gzip"}


@dataclass(frozen=True)
class Case:
    """What is asked for, of whom, and with which headers."""

    title: str
    peers: tuple[str, ...]
    address: Callable[[Proxy], str]
    headers: Mapping[str, str]


def npm_cases() -> list[Case]:
    """Packuments of three sizes, full and abbreviated, packed and not; tarballs of three sizes."""
    found = []
    for size in NPM:

        def document(proxy: Proxy, size: str = size) -> str:
            return f"{proxy.npm}/bench-{size}"

        def tarball(proxy: Proxy, size: str = size) -> str:
            return f"{proxy.npm}/bench-{size}/-/bench-{size}-{VERSION}.tgz"

        for kind, accept in (("full", _FULL), ("abbreviated", _ABBREVIATED)):
            headers = {**_NPM_AGENT, "Accept": accept}
            found.append(Case(f"packument {size}, {kind}", ("verdaccio",), document, headers))
            found.append(Case(f"packument {size}, {kind}, gzip", ("verdaccio",), document, headers | _GZIP))
        found.append(Case(f"tarball {_size(NPM[size][1])}", ("verdaccio",), tarball, _NPM_AGENT))
    return found


def pypi_cases(wheels: Sequence[Wheel]) -> list[Case]:
    """Pages of two sizes as JSON, packed and not; a wheel."""
    peers, found = ("devpi-server", "proxpi"), []
    for wheel, (size, (files, _)) in zip(wheels, PYPI.items(), strict=True):

        def page(proxy: Proxy, project: str = wheel.project) -> str:
            return f"{proxy.pypi}{project}/"

        headers = {**_PIP_AGENT, "Accept": _SIMPLE}
        found.append(Case(f"page {size}, {files} files", peers, page, headers))
        found.append(Case(f"page {size}, {files} files, gzip", peers, page, headers | _GZIP))
    one = wheels[0]
    found.append(Case(f"wheel {_size(one.size)}", peers, lambda proxy: _listed(proxy, one), _PIP_AGENT))
    return found


def measure_traffic(
    folder: Path,
    *,
    rounds: int,
    seconds: int,
    connections: Sequence[int] = CONNECTIONS,
    only: str = "",
) -> list[dict[str, Any]]:
    """Measure every case; return a row a case and number of connections (see `_row`)."""
    rows = []
    with RegistrySimulator() as registry, ExitStack() as stack:
        wheels = publish(registry)
        registry.misbehave("/packages/", dated)
        upstream = Upstream(registry.npm_url, registry.pypi_url)
        proxies = {}
        for start in (customhouse, verdaccio, devpi, proxpi):
            proxy = stack.enter_context(start(emptied(folder / start.__name__), upstream))
            proxies[proxy.name] = proxy
        cases = [case for case in [*npm_cases(), *pypi_cases(wheels)] if only in case.title]
        for case in cases:
            asked = [proxies[name] for name in ("customhouse", *case.peers) if name in proxies]
            addresses = {proxy.name: _warmed(proxy, case) for proxy in asked}
            for count in connections:
                loads: dict[str, list[Load]] = {proxy.name: [] for proxy in asked}
                for _ in range(rounds):
                    for proxy in asked:
                        loads[proxy.name].append(
                            run_load(
                                addresses[proxy.name],
                                connections=count,
                                seconds=seconds,
                                headers=case.headers,
                                cpu=proxy.cpu,
                            )
                        )
                rows.append(_row(case, count, loads))
                print(_told(rows[-1]), flush=True)
    return rows


def dated(_: Request, response: Response) -> Response:
    """Say when a file was last modified, as file hosts do: devpi-server fetches a file again that has no such time."""
    return replace(response, headers={**response.headers, "Last-Modified": "Wed, 01 Jan 2025 00:00:00 GMT"})


def _row(case: Case, connections: int, loads: dict[str, list[Load]]) -> dict[str, Any]:
    """Return medians of each proxy, and of the rounds' ratios of our rate to each peer's."""
    of = {
        name: {key: median([asdict(one)[key] for one in each]) for key in ("rate", "p50", "p99", "cpu", "size")}
        | {"failed": sum(one.failed for one in each)}
        for name, each in loads.items()
    }
    ratios = {
        name: median(
            [mine.rate / max(other.rate, 1e-9) for mine, other in zip(loads["customhouse"], each, strict=True)]
        )
        for name, each in loads.items()
        if name != "customhouse" and "customhouse" in loads
    }
    return {"case": case.title, "connections": connections, "of": of, "ratios": ratios}


def _told(row: dict[str, Any]) -> str:
    parts = [f"{row['case']:36} {row['connections']:3}"]
    for name, one in row["of"].items():
        ratio = f" {row['ratios'][name]:.1f}x" if name in row["ratios"] else ""
        failed = f" {one['failed']} FAILED" if one["failed"] else ""
        parts.append(f"{name} {one['rate']:.0f}/s p99 {one['p99']:.1f} ms{ratio}{failed}")
    return " | ".join(parts)


def _warmed(proxy: Proxy, case: Case) -> str:
    """Ask a few times until all is at hand; return the address. Raises RuntimeError for an answer that is not it."""
    address = case.address(proxy)
    for _ in range(3):
        request = urllib.request.Request(address, headers=dict(case.headers))  # noqa: S310 - loopback
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
            body = answer.read()
            if answer.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            final = answer.url
    if final != address:
        raise RuntimeError(f"{proxy.name} sends {address} elsewhere: {final}")
    if "packument" in case.title and VERSION not in json.loads(body)["versions"]:
        raise RuntimeError(f"{proxy.name} leaves out what {case.title} is about")
    if "page" in case.title and not any(VERSION in file["filename"] for file in json.loads(body)["files"]):
        raise RuntimeError(f"{proxy.name} leaves out what {case.title} is about")
    return address


def _listed(proxy: Proxy, wheel: Wheel) -> str:
    """Return the address that the proxy's page gives for a wheel, without the fragment."""
    page = f"{proxy.pypi}{wheel.project}/"
    request = urllib.request.Request(page, headers={**_PIP_AGENT, "Accept": _SIMPLE})  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
        files = json.loads(answer.read())["files"]
    found = next(file["url"] for file in files if file["filename"] == wheel.filename)
    return urljoin(page, found).partition("#")[0]


def _size(count: int) -> str:
    return f"{count / 1e6:.0f} MB" if count >= 1_000_000 else f"{count / 1000:.0f} kB"
