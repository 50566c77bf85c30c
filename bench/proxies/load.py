"""Load on one address by wrk, which is written in C: a generator in Python would measure itself."""

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

_REPORT = Path(__file__).with_name("report.lua")


@dataclass(frozen=True)
class Load:
    """One run: requests a second, milliseconds, the server's CPU seconds a thousand requests, bytes an answer."""

    rate: float
    p50: float
    p99: float
    cpu: float
    size: float
    failed: int


def run_load(
    address: str, *, connections: int, seconds: int, headers: Mapping[str, str], cpu: Callable[[], float]
) -> Load:
    """Ask for an address as fast as it answers. `cpu` tells the CPU seconds that the server has used."""
    command = [wrk(), "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--timeout", "10s"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    before = cpu()
    done = subprocess.run([*command, "-s", str(_REPORT), address], check=True, capture_output=True, text=True)
    used = cpu() - before
    said = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("REPORT"))[7:])
    count = max(1, said["requests"])
    return Load(
        rate=said["requests"] / said["microseconds"] * 1e6,
        p50=said["p50"] / 1000,
        p99=said["p99"] / 1000,
        cpu=used / count * 1000,
        size=said["bytes"] / count,
        failed=said["failed"],
    )


def wrk() -> str:
    """Return wrk. Raises SystemExit with what to do where it is missing."""
    found = shutil.which("wrk")
    if found is None:
        raise SystemExit("bench/gateway.py needs wrk.\n\nhint: apt-get install wrk")
    return found
