"""Memory of the gateway's processes: 64 connections over 100,000 requests, and while a 200 MB wheel is handed out."""

import hashlib
import json
import random
import subprocess
import time
import urllib.request
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from measure import median
from proxies.assortment import VERSION, publish
from proxies.load import wrk
from proxies.processes import MemorySampler, Watched, memory
from proxies.servers import Proxy, Upstream, customhouse, emptied
from proxies.traffic import dated
from simulator import RegistrySimulator, wheel

REQUESTS, CONNECTIONS = 100_000, 64
_WHEEL = 200_000_000
_MIX = Path(__file__).with_name("mix.lua")
_PAGE = "application/vnd.pypi.simple.v1+json"


def measure_endurance(folder: Path, *, requests: int = REQUESTS) -> dict[str, Any]:
    """Return what both took, in bytes and seconds."""
    with RegistrySimulator() as registry:
        wheels = publish(registry)
        registry.misbehave("/packages/", dated)
        big = _publish_big(registry)
        upstream = Upstream(registry.npm_url, registry.pypi_url)
        with customhouse(emptied(folder / "endurance"), upstream) as proxy:
            paths = [f"/npm/bench-{size}" for size in ("small", "medium", "large")]
            paths += [f"/npm/bench-{size}/-/bench-{size}-{VERSION}.tgz" for size in ("small", "medium", "large")]
            paths += [f"/pypi/simple/{wheel.project}/" for wheel in wheels]
            found = {"many": _many(proxy, paths, requests)}
        with customhouse(emptied(folder / "endurance"), upstream) as proxy:
            found["wheel"] = _stream(proxy, *big)
    return found


def _many(proxy: Proxy, paths: list[str], requests: int) -> dict[str, Any]:
    """Ask for a mix until there were so many requests; memory in tenths of the way."""
    root = proxy.npm.removesuffix("/npm")
    for path in paths:
        with urllib.request.urlopen(f"{root}{path}", timeout=120) as answer:  # noqa: S310 - loopback
            answer.read()
    idle = {role: asdict(each) for role, each in memory(proxy.process.pid).items()}
    done, failed = 0, 0
    way: list[tuple[int, int]] = []
    with MemorySampler(proxy.process.pid) as watched:
        while done < requests:
            command = [wrk(), "-t", "1", "-c", str(CONNECTIONS), "-d", "5s", "--timeout", "20s", "-s", str(_MIX)]
            out = subprocess.run([*command, root, "--", *paths], check=True, capture_output=True, text=True).stdout
            count, bad = map(int, next(line for line in out.splitlines() if line.startswith("MIX")).split()[1:])
            done, failed = done + count, failed + bad
            way.append((done, sum(each.resident for each in memory(proxy.process.pid).values())))
            print(f"{done} requests, {way[-1][1] / 1e6:.0f} MB", flush=True)
    return {"idle": idle, "done": done, "failed": failed, "way": way, **_seen(watched)}


def _seen(watched: Watched) -> dict[str, Any]:
    return {
        "peak": watched.peak,
        "peak_anonymous": watched.peak_anonymous,
        "roles": {role: asdict(each) for role, each in watched.peaks.items()},
    }


def _publish_big(registry: RegistrySimulator) -> tuple[str, str, str]:
    """Publish a wheel of 200 MB, most of it data that does not pack; return project, file name and sha256."""
    name = "bench_heavy"
    noise = random.Random("heavy")  # noqa: S311 - the same bytes in every run
    files: dict[str, str | bytes] = {f"{name}/__init__.py": "VALUE = 1\n"}
    for number in range(20):
        files[f"{name}/data/part_{number}.npy"] = b"\x93NUMPY\x01\x00" + noise.randbytes(_WHEEL // 20)
    data = wheel(name, VERSION, files)
    filename = f"{name}-{VERSION}-py3-none-any.whl"
    registry.pypi.publish("bench-heavy", VERSION, raw={filename: data})
    return "bench-heavy", filename, hashlib.sha256(data).hexdigest()


def _stream(proxy: Proxy, project: str, filename: str, sha256: str) -> dict[str, Any]:
    """Fetch the wheel for the first time, and again, and by 8 clients at once; seconds and memory."""
    address = _address(proxy, project, filename)
    with MemorySampler(proxy.process.pid) as first:
        cold = _fetch(address, sha256)
    with MemorySampler(proxy.process.pid) as second:
        warm = [_fetch(address, sha256) for _ in range(3)]
    with MemorySampler(proxy.process.pid) as together:
        command = ["curl", "--silent", "--fail", "--output", "/dev/null", address]
        running = [subprocess.Popen(command) for _ in range(8)]
        codes = [each.wait() for each in running]
    return {
        "bytes": cold["bytes"],
        "cold": cold,
        "warm": {key: median([one[key] for one in warm]) for key in ("first_byte", "whole")},
        "codes": codes,
        "first": _seen(first),
        "again": _seen(second),
        "eight": _seen(together),
    }


def _address(proxy: Proxy, project: str, filename: str) -> str:
    page = f"{proxy.pypi}{project}/"
    request = urllib.request.Request(page, headers={"Accept": _PAGE})  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
        files = json.loads(answer.read())["files"]
    return urljoin(page, next(file["url"] for file in files if file["filename"] == filename)).partition("#")[0]


def _fetch(address: str, sha256: str) -> dict[str, float]:
    """Fetch a file; seconds to the first byte and to the last. Raises RuntimeError when it is another file."""
    began = time.perf_counter()
    digest, count, first = hashlib.sha256(), 0, 0.0
    with urllib.request.urlopen(address, timeout=300) as answer:  # noqa: S310 - loopback
        while piece := answer.read(1 << 20):
            first = first or time.perf_counter() - began
            digest.update(piece)
            count += len(piece)
    if digest.hexdigest() != sha256:
        raise RuntimeError("the gateway handed out another file")
    return {"first_byte": first, "whole": time.perf_counter() - began, "bytes": count}
