"""Hunting in logs measured: some hundred MB of plausible log, searched for 10,000 indicators on one core.

python bench/hunt_logs.py [MEGABYTES]      prints JSON; the functions are for bench/run.py
"""

import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from customhouse.hunt.asked import Asked
from customhouse.hunt.logs.hunting import hunt_logs
from customhouse.hunt.matching.matcher import Matcher
from customhouse.hunt.network.hunting import hunt_network
from customhouse.hunt.notes import Notebook
from customhouse.hunt.streams.blocks import BLOCK
from customhouse.indicators.shipped import shipped_campaigns
from customhouse.model.campaign import AffectedReleases, Campaign, Fact, FactKind

MEGABYTES = 200
INDICATORS = 10_000
#: MB/s of a whole hunt on one core once it is set up, at least; and MB of memory, at most.
LEAST, MOST_MEMORY = 300, 400
#: Bytes that are made; a log repeats them, as builds repeat each other.
_MADE = 1 << 24
_WORDS_TEXT = """
fetch build compile install module resolve package cache linking error warning info debug running step docker image
layer node python test passed failed src lib index main utils http https com net org io service worker stream buffer
config json yaml webpack rollup vite esbuild typescript react angular lodash express chalk requests click flask
"""
_WORDS = _WORDS_TEXT.split()
_ENDS = ("com", "net", "org", "io", "cloud", "xyz")
#: Packages that campaigns are about too, in other versions, and that lines of every log name.
_COMMON = ("webpack", "rollup", "esbuild", "typescript", "react", "lodash", "express", "chalk")


def indicators(source: random.Random) -> tuple[Fact, ...]:
    """Make facts of the kinds that campaigns have, in their usual proportion."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789-"
    kinds: list[tuple[FactKind, int, Callable[[], str]]] = [
        ("domain", 4500, lambda: f"a{''.join(source.choices(letters, k=9))}z.{source.choice(_ENDS)}"),
        ("address", 2000, lambda: ".".join(str(source.randint(1, 254)) for _ in range(4))),
        ("digest", 2000, lambda: source.randbytes(32).hex()),
        ("url", 800, lambda: f"https://a{source.getrandbits(40):x}.example/{source.choice(_WORDS)}/x1"),
        ("path", 500, lambda: f"~/.{source.choice(_WORDS)}{source.getrandbits(24):x}"),
        ("process", 200, lambda: f"{source.choice(_WORDS)}{source.getrandbits(24):x}.exe"),
    ]  # fmt: skip
    return tuple(Fact(kind, make(), "contact") for kind, count, make in kinds for _ in range(count))


def campaign(common: tuple[str, ...] = _COMMON) -> Campaign:
    """Make the campaign that is hunted, about these packages and others that no log names."""
    source = random.Random(7)  # noqa: S311 - the same in every run
    names = (*common, *(f"{source.choice(_WORDS)}-odd{number}" for number in range(500 - len(common))))
    releases = tuple(AffectedReleases("npm", name, (f"{10 + number % 9}.1.2",)) for number, name in enumerate(names))
    return Campaign("bench", "", "", None, None, releases, indicators(source))


def build_log(source: random.Random, size: int) -> bytes:
    """Make lines as a build prints them: requests, compilers, tests, digests."""
    lines: list[str] = []
    made = number = 0
    while made < size:
        number += 1
        stamp = f"2026-03-31T03:{number // 60 % 60:02d}:{number % 60:02d}.{source.randrange(10**7):07d}Z "
        kind = source.random()
        name, word = source.choice(_WORDS), source.choice(_WORDS)
        if kind < 0.2:
            version = f"{source.randint(0, 9)}.{source.randint(0, 99)}.{source.randint(0, 9)}"
            text = f"npm http fetch GET 200 https://registry.example/{name}/-/{name}-{version}.tgz 42ms (cache miss)"
        elif kind < 0.3:
            text = f"sha256:{source.randbytes(32).hex()} {word}"
        else:
            text = " ".join(source.choices(_WORDS, k=source.randint(4, 16)))
        lines.append(stamp + text)
        made += len(lines[-1]) + 1
    return ("\n".join(lines) + "\n").encode()


def access_log(source: random.Random, size: int) -> bytes:
    """Make lines as web servers write them."""
    lines: list[str] = []
    made = number = 0
    while made < size:
        number += 1
        client = f"10.{source.randint(0, 255)}.{source.randint(0, 255)}.{source.randint(1, 254)}"
        at = f"31/Mar/2026:03:{number // 60 % 60:02d}:{number % 60:02d} +0000"
        target = f"/{source.choice(_WORDS)}/{source.choice(_WORDS)}.{source.choice(('js', 'css', 'json'))}"
        agent = '"https://www.example.org/" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"'
        lines.append(f'{client} - - [{at}] "GET {target} HTTP/1.1" 200 {source.randint(1, 99999)} {agent}')
        made += len(lines[-1]) + 1
    return ("\n".join(lines) + "\n").encode()


def hunting(hunt: Callable[..., None], path: Path, asked: Asked, notes: Notebook) -> float:
    """Return the seconds that a hunt takes, with what it makes ready."""
    started = time.process_time()
    hunt([path], asked, notes)
    return time.process_time() - started


def measure(megabytes: int = MEGABYTES) -> dict[str, Any]:
    """Measure the matcher alone, and hunts over files: made ready, whole, and what each further MB costs."""
    asked = Asked([campaign()])
    matcher = Matcher(asked)
    figures: dict[str, Any] = {"indicators": len(matcher.needles)}
    source = random.Random(11)  # noqa: S311 - the same in every run
    rounds = max(1, megabytes * 10**6 // _MADE)
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.log"
        empty.touch()
        for name, make, hunt in (("build", build_log, hunt_logs), ("access", access_log, hunt_network)):
            data = make(source, _MADE)
            path = Path(folder) / f"{name}.log"
            with path.open("wb") as file:
                for _ in range(rounds):
                    file.write(data)
            size = path.stat().st_size / 1e6
            blocks = [data[at : at + BLOCK] for at in range(0, len(data), BLOCK)]
            started = time.process_time()
            hits = sum(len(matcher.scan(block).matches) for _ in range(rounds) for block in blocks)
            figures[name] = {"matcher": size / (time.process_time() - started)}
            for which, what in (
                ("hunt", asked),
                ("unnamed", Asked([campaign(())])),
                ("shipped", Asked(shipped_campaigns())),
            ):
                notes = Notebook()
                ready, whole = hunting(hunt, empty, what, notes), hunting(hunt, path, what, notes)
                figures[name][which] = {"ready": ready, "whole": size / whole, "further": size / (whole - ready)}
                hits += len(notes.hits)
            figures[name]["hits"] = hits
            path.unlink()
    figures["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return figures


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else MEGABYTES), indent=2))
