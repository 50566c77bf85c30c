"""Whole installs by npm and pip with empty caches: direct, and through each proxy, in interleaved rounds."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from customhouse.ecosystems.npm.configuration import last_resort
from measure import median, run
from peers import ROOT
from proxies.relay import Relay, relay
from proxies.servers import Proxy, customhouse, devpi, emptied, proxpi, verdaccio

#: The npm project is verdaccio itself: a server of over 300 packages that this repository has a lock of anyway.
PROJECT = Path(__file__).resolve().parent / "verdaccio"
#: How many wheels of the PyPI peers' pinned requirements are installed.
WHEELS = 30
#: Seconds that a registry over the network takes to its first byte, roughly; the copy on loopback waits as long.
DISTANCE = 0.03
_QUIET = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel", "error"]
Install = Callable[[str], float]


class InstallError(RuntimeError):
    """An install failed; the text is the end of what it printed."""


def npm_install(scratch: Path, *, addresses: bool) -> Install:
    """Return a function that runs `npm ci` against a registry and returns wall seconds.

    With `addresses` the lock names the tarballs as npm writes them, under its default registry, and npm asks for
    nothing else; without, as in a lock that is written to be free of them, it asks for every package's document too.
    """
    lock = json.loads((PROJECT / "package-lock.json").read_text("utf-8"))
    if addresses:
        for place, entry in lock["packages"].items():
            if place:
                name = entry.get("name") or place.rpartition("node_modules/")[2]
                file = f"{name.rpartition('/')[2]}-{entry['version']}.tgz"
                entry["resolved"] = f"{last_resort()}{name}/-/{file}"

    def install(registry: str) -> float:
        with tempfile.TemporaryDirectory(dir=scratch) as folder:
            place = Path(folder)
            shutil.copy(PROJECT / "package.json", place)
            (place / "package-lock.json").write_text(json.dumps(lock))
            command = ["npm", "ci", *_QUIET, "--registry", f"{registry}/", "--cache", str(place / "cache")]
            seconds = _timed(command, place, {"HOME": folder})
            missing = [
                at for at, one in lock["packages"].items() if not one.get("optional") and not (place / at).exists()
            ]
            if missing:
                raise InstallError(f"npm left out {missing[:3]}")
        return seconds

    return install


def npm_packages() -> int:
    """How many packages the npm project has."""
    return len(json.loads((PROJECT / "package-lock.json").read_text("utf-8"))["packages"]) - 1


def pip_install(scratch: Path) -> Install:
    """Return a function that runs `pip install` of pinned wheels against an index and returns wall seconds."""
    requirements = scratch / "requirements.txt"
    requirements.write_text(_first_wheels((ROOT / "requirements" / "peers-pypi.txt").read_text("utf-8")))

    def install(index: str) -> float:
        with tempfile.TemporaryDirectory(dir=scratch) as folder:
            command = [sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", "--quiet"]
            command += ["--no-input", "install", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
            command += ["--index-url", index, "--cache-dir", f"{folder}/cache", "--target", f"{folder}/site"]
            return _timed([*command, "-r", str(requirements)], Path(folder), {"HOME": folder})

    return install


def _first_wheels(text: str) -> str:
    """Return the first requirements that every platform installs, with their hashes."""
    entries = [entry for entry in text.replace("\\\n", "\\\x00").splitlines() if "==" in entry.partition("\x00")[0]]
    kept = [entry for entry in entries if " ; " not in entry.partition("\\")[0]][:WHEELS]
    return "\n".join(kept).replace("\x00", "\n") + "\n"


def _timed(command: list[str], place: Path, environment: dict[str, str]) -> float:
    done = run(command, cwd=place, env={"PATH": os.environ["PATH"], **environment})
    if done.code:
        shown = subprocess.run(
            command, cwd=place, env={"PATH": os.environ["PATH"], **environment}, check=False, capture_output=True
        )
        raise InstallError(f"{' '.join(command[:4])} exited with {done.code}:\n{shown.stderr.decode()[-3000:]}")
    return done.wall


def measure_installs(folder: Path, *, rounds: int) -> Iterator[dict[str, Any]]:
    """Measure all; yield what there is after each kind of install: medians and ratios by what it was (`_summary`)."""
    found: dict[str, Any] = {"packages": npm_packages(), "wheels": WHEELS, "distance": DISTANCE}
    scratch = emptied(folder / "scratch")
    by_address, by_document = npm_install(scratch, addresses=True), npm_install(scratch, addresses=False)
    by_pip = pip_install(scratch)
    with relay(folder / "copy") as copy:
        _record(folder, copy, (by_address, by_document), by_pip)
        for distance in (0.0, DISTANCE):
            copy.distance = distance
            away = f"{distance * 1000:.0f} ms"
            with _proxies(folder, copy) as (npm, pypi):
                addresses = {"direct": copy.upstream.npm} | {proxy.name: proxy.npm for proxy in npm}
                for title, install in (("lock with addresses", by_address), ("lock without", by_document)):
                    found[f"npm ci, {title}, warm, {away}"] = _compared(install, addresses, rounds)
                    yield found
                addresses = {"direct": copy.upstream.pypi} | {proxy.name: proxy.pypi for proxy in pypi}
                found[f"pip install, warm, {away}"] = _compared(by_pip, addresses, rounds)
                yield found
            for title, install, kind in (("npm ci", by_address, "npm"), ("pip install", by_pip, "pypi")):
                found[f"{title}, cold, {away}"] = _cold(folder, copy, install, kind, max(2, rounds // 2))
                yield found


def _record(folder: Path, copy: Relay, npm: tuple[Install, ...], pip: Install) -> None:
    """Install everything once in every way, so that the copy is whole and every later answer comes from it."""
    if (copy.folder / ".whole").exists():
        return
    for install in npm:
        install(copy.upstream.npm)
    pip(copy.upstream.pypi)
    with customhouse(emptied(folder / "recording"), copy.upstream) as proxy:
        for install in npm:
            install(proxy.npm)
        pip(proxy.pypi)
    (copy.folder / ".whole").touch()


@contextmanager
def _proxies(folder: Path, copy: Relay) -> Iterator[tuple[list[Proxy], list[Proxy]]]:
    """Start all proxies; they are warm after the first, unmeasured, install of `_compared`."""
    with ExitStack() as stack:
        started = [
            stack.enter_context(start(emptied(folder / f"{start.__name__}-installs"), copy.upstream))
            for start in (customhouse, verdaccio, devpi, proxpi)
        ]
        yield [one for one in started if one.npm], [one for one in started if one.pypi]


def _compared(install: Install, addresses: dict[str, str], rounds: int) -> dict[str, Any]:
    """Install from each address in turn; seconds by name, and each one's ratio to the direct install."""
    seconds: dict[str, list[float]] = {name: [] for name in addresses}
    for number in range(rounds + 1):
        for name, address in addresses.items():
            took = install(address)
            if number:  # the first warms
                seconds[name].append(took)
    return _summary(seconds)


def _cold(folder: Path, copy: Relay, install: Install, kind: str, rounds: int) -> dict[str, Any]:
    """Install through proxies that have just been made, and directly, in turn."""
    starts = {"npm": (verdaccio,), "pypi": (devpi, proxpi)}[kind]
    seconds: dict[str, list[float]] = {}
    for _ in range(rounds):
        seconds.setdefault("direct", []).append(install(getattr(copy.upstream, kind)))
        for start in (customhouse, *starts):
            with start(emptied(folder / f"{start.__name__}-cold"), copy.upstream) as proxy:
                seconds.setdefault(proxy.name, []).append(install(getattr(proxy, kind)))
    return _summary(seconds)


def _summary(seconds: dict[str, list[float]]) -> dict[str, Any]:
    ratios = {
        name: median([mine / direct for mine, direct in zip(each, seconds["direct"], strict=True)])
        for name, each in seconds.items()
    }
    said = {name: {"seconds": median(each), "ratio": ratios[name]} for name, each in seconds.items()}
    print(" | ".join(f"{name} {one['seconds']:.2f} s {one['ratio']:.2f}x" for name, one in said.items()), flush=True)
    return said
