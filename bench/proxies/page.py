"""docs/benchmarks.md: what was measured last, as tables, with the command that made it."""

import os
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_PEERS = ("verdaccio", "devpi-server", "proxpi")
#: What the project promises: how many times the requests a second of each.
PROMISED = {"verdaccio": 2.0, "devpi-server": 3.0}
_LIMIT = 400e6


def write_page(path: Path, results: dict[str, Any]) -> None:
    """Write the page from the parts that have been measured."""
    lines = [_HEAD.format(cores=os.cpu_count(), model=_processor(), kernel=platform.system())]
    if stated := results.get("versions"):
        lines += ["Measured: " + ", ".join(f"{name} {version}" for name, version in stated.items()) + ".", ""]
    for part, write in (("requests", _requests), ("installs", _installs), ("memory", _memory), ("pair", _pair)):
        if found := results.get(part):
            lines += [f"## {_TITLES[part]}", "", f"{found['date']}; {found['how']}.", "", *write(found["result"]), ""]
    path.write_text("\n".join(lines).rstrip() + "\n", "utf-8")


_TITLES = {
    "requests": "Requests a second",
    "installs": "Whole installs",
    "memory": "Memory",
    "pair": "Two instances on one PostgreSQL",
}
_HEAD = """# Benchmarks

`make bench` measures all that the project promises; this page has what its gateway part found when it was last run:

    python bench/run.py gateway

The machine: {cores} cores ({model}), {kernel}, shared with other work, so that seconds are noisy and ratios are what to
read: each compares runs that followed each other within seconds, and is the median over the rounds. The load generator
(wrk, one thread) and the upstream share the cores with the server that is measured. Every proxy runs as one process
with its usual production settings, without request logs, in front of the same upstream on loopback; devpi-server
without the nginx that its makers put before it.
"""


_CELLS = (
    "Each cell: requests a second; milliseconds at p50 and p99; CPU seconds of the server a thousand requests. "
    "The factor is our requests a second over theirs."
)


def _processor() -> str:
    """Return the processor's model."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _requests(rows: list[dict[str, Any]]) -> Iterable[str]:
    """A summary, then a table a peer group: every case at every number of connections."""
    yield from summary(rows)
    for group, of in (("npm", ("verdaccio",)), ("PyPI", ("devpi-server", "proxpi"))):
        shown = [row for row in rows if any(name in row["of"] for name in of)]
        yield from ("", f"### {group}", "", _CELLS, "")
        yield "| What | Connections | customhouse | " + " | ".join(f"{name} | factor" for name in of) + " |"
        yield "|---|--:|" + "--:|" * (1 + 2 * len(of))
        for row in shown:
            cells = [_cell(row["of"]["customhouse"])]
            for name in of:
                cells += [_cell(row["of"][name]), _factor(row, name)]
            yield f"| {row['case']} | {row['connections']} | " + " | ".join(cells) + " |"


def summary(rows: list[dict[str, Any]]) -> Iterable[str]:
    """A line a peer: the factors, and what misses the promise."""
    yield (
        "| Beside | Cells | Factor, median | smallest | promised | CPU a request, theirs over ours, median "
        "| cells below the promise | cells where our p99 is later |"
    )
    yield "|---|--:|--:|--:|--:|--:|---|---|"
    for name in _PEERS:
        mine = [row for row in rows if name in row["ratios"] and row["of"][name]["rate"]]
        if not mine:
            continue
        factors = sorted(row["ratios"][name] for row in mine)
        processors = sorted(row["of"][name]["cpu"] / max(row["of"]["customhouse"]["cpu"], 1e-9) for row in mine)
        promised = PROMISED.get(name)
        below = [_named(row) for row in mine if promised and row["ratios"][name] < promised]
        later = [_named(row) for row in mine if row["of"]["customhouse"]["p99"] > row["of"][name]["p99"]]
        middle = len(mine) // 2
        yield (
            f"| {name} | {len(mine)} | {factors[middle]:.1f} | {factors[0]:.1f} | {promised or '-'} "
            f"| {processors[middle]:.1f} "
            f"| {'; '.join(below) or 'none'} | {'; '.join(later) or 'none'} |"
        )


def _named(row: dict[str, Any]) -> str:
    return f"{row['case']} at {row['connections']}"


def _cell(one: dict[str, Any]) -> str:
    if not one["rate"]:
        return "none within the time"
    failed = f"; {one['failed']} failed" if one["failed"] else ""
    return f"{one['rate']:,.0f}; {_short(one['p50'])}, {_short(one['p99'])}; {_short(one['cpu'])}{failed}"


def _factor(row: dict[str, Any], name: str) -> str:
    return f"{row['ratios'][name]:.1f}" if row["of"][name]["rate"] else "-"


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _installs(found: dict[str, Any]) -> Iterable[str]:
    """A table: seconds and the ratio to the direct install."""
    yield (
        f"`npm ci` of {found['packages']} packages and `pip install` of {found['wheels']} wheels, real ones, by npm "
        "and pip with empty caches. The registry is a copy on loopback, which waits as many milliseconds before each "
        "answer as the row says. Promised for the gateway: at most 1.10 warm "
        "and 2 cold (everything inspected for the first time). Seconds, and in brackets the median ratio to the direct "
        "install of the same round."
    )
    cases = {name: of for name, of in found.items() if isinstance(of, dict)}
    columns = ("direct", "customhouse", *_PEERS)
    yield from (
        "",
        "| Install, distance of the registry | " + " | ".join(columns) + " |",
        "|---|" + "--:|" * len(columns),
    )
    for name, of in cases.items():
        cells = [f"{of[who]['seconds']:.2f} ({of[who]['ratio']:.2f})" if who in of else "" for who in columns]
        yield f"| {name} | " + " | ".join(cells) + " |"


def _memory(found: dict[str, Any]) -> Iterable[str]:
    """Peaks by process, and the way to the last request."""
    many, wheel = found["many"], found["wheel"]
    yield (
        f"{many['done']:,} requests of a mix (packuments, tarballs, pages of all sizes) over 64 connections, "
        f"{many['failed']} failed. Promised: at most {_LIMIT / 1e6:.0f} MB, flat. Resident bytes count pages that "
        "processes share once for each; the gateway's own are the anonymous ones."
    )
    yield from (
        "",
        "| MB, peak | " + " | ".join(_ROLES) + " | all, resident | all, own |",
        "|---|" + "--:|" * (len(_ROLES) + 2),
    )
    yield _peaks("64 connections", many)
    size = wheel["bytes"] / 1e6
    yield _peaks(f"a wheel of {size:.0f} MB, first time", wheel["first"])
    yield _peaks("the same, kept", wheel["again"])
    yield _peaks("the same, by 8 clients at once", wheel["eight"])
    yield ""
    steps = many["way"][:: max(1, len(many["way"]) // 10)]
    yield (
        "Resident MB of all after so many requests: " + ", ".join(f"{n:,}: {size / 1e6:.0f}" for n, size in steps) + "."
    )
    yield ""
    yield (
        f"The wheel's first byte came after {wheel['cold']['first_byte']:.1f} s the first time (fetched, verified and "
        f"inspected before), its last after {wheel['cold']['whole']:.1f} s; once it is kept, after "
        f"{wheel['warm']['first_byte'] * 1000:.0f} ms and {wheel['warm']['whole']:.1f} s."
    )


_ROLES = ("front", "inspector", "reader 1", "reader 2")


def _peaks(title: str, seen: dict[str, Any]) -> str:
    cells = [
        f"{seen['roles'][role]['resident'] / 1e6:.0f} ({seen['roles'][role]['anonymous'] / 1e6:.0f} own)"
        if role in seen["roles"]
        else ""
        for role in _ROLES
    ]
    return f"| {title} | " + " | ".join(cells) + f" | {seen['peak'] / 1e6:.0f} | {seen['peak_anonymous'] / 1e6:.0f} |"


def _pair(found: dict[str, Any]) -> Iterable[str]:
    """What was inspected twice, and what a second instance adds."""
    one, two = found["cold"]
    yield (
        f"{found['packages']} tarballs, each asked for by four clients at once. Through one instance: "
        f"{one['seconds']:.1f} s, {one['files']} fetched from upstream, {one['twice']} of them twice. "
        f"Through two, two clients at each: {two['seconds']:.1f} s, {two['files']} fetched, "
        f"**{two['twice']} twice**. The file is fetched and inspected under one lock, so that what is fetched once "
        "is inspected once."
    )
    yield from (
        "",
        "| Warm, one connection | p50 of one instance alone | of one of two | added (promised: at most +10 %) |",
        "|---|--:|--:|--:|",
    )
    for title, of in found["warm"].items():
        yield f"| {title} | {of['alone']:.2f} ms | {of['of two']:.2f} ms | {of['added'] * 100:+.0f} % |"
