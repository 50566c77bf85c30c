"""What `make eval` runs: replicas and their variations, real upgrades, and GuardDog beside both.

Prints the page and, where the run was a whole one, writes it to docs/evaluation.md. Progress goes to standard error.
"""

import argparse
import os
import platform
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "bench")]

from customhouse.model.errors import CustomhouseError
from evals.code_version import judging_code
from evals.held import write_held
from evals.hosts import without_registry_hosts
from evals.joining import with_costs
from evals.judging import Outcome, Places, judge_upgrades
from evals.measuring import largest_memory, measure_guarddog, measure_ours
from evals.page import Facts, page
from evals.progress import Progress
from evals.result import Judged
from evals.upgrades import PROJECTS, projects, steps
from peers import PYTHON, install_peers, without_network  # of bench/

PAGE = ROOT / "docs" / "evaluation.md"
#: Upgrades whose times are measured, ours and GuardDog's: to measure all takes the peer alone an hour.
SAMPLE = 400


def main() -> int:
    """Run what was asked for."""
    given = _arguments()
    places = Places(given.cache_dir or _cache_directory())
    try:
        upgrades = [] if given.only == "replicas" else _upgrades(given, places)
        replicas = [] if given.only == "upgrades" else _replicas(given, places)
    except CustomhouseError as error:
        print(f"{error.message}\n\nhint: {error.hint}", file=sys.stderr)
        return 1
    text = page(_facts(given, places), upgrades, replicas, without_registry_hosts())
    print(text)
    if given.held:
        write_held(given.held, upgrades)
    parts = (given.only, given.projects, given.project, given.limit, given.family, given.no_timing)
    whole = given.write or not any(parts)
    if whole:
        PAGE.write_text(text)
    print(f"{'wrote' if whole else 'left alone, since this was not a whole run:'} {PAGE}", file=sys.stderr)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", choices=("upgrades", "replicas"), help="leave the other out")
    parser.add_argument("--projects", type=Path, metavar="FOLDER", help="other projects than those of evals/projects")
    parser.add_argument("--project", action="append", default=[], help="only the upgrades of this project; repeatable")
    parser.add_argument("--limit", type=int, help="only so many upgrades")
    parser.add_argument("--family", help="only the replicas of this family")
    parser.add_argument("--no-guarddog", action="store_true", help="do not measure GuardDog")
    of = "upgrades, picked by the digests of their archives; 0 for all"
    parser.add_argument("--timing-sample", type=int, default=SAMPLE, metavar="N", help=f"measure times of N {of}")
    parser.add_argument("--guarddog-sample", type=int, default=SAMPLE, metavar="N", help=f"ask GuardDog of N {of}")
    parser.add_argument("--no-timing", action="store_true", help="measure no times, ours or GuardDog's")
    parser.add_argument("--cache-dir", type=Path, help="where archives and results are kept (XDG cache)")
    parser.add_argument("--max-bytes", type=int, default=20_000_000_000, help="what one run may fetch")
    parser.add_argument("--held", type=Path, metavar="FILE", help="write everything that any rule said here")
    parser.add_argument("--write", action="store_true", help="write the page of a narrowed run too")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes that judge replicas")
    return parser.parse_args()


def _upgrades(given: argparse.Namespace, places: Places) -> list[Outcome]:
    folders = _folders(given)
    upgrades = steps(folders)[: given.limit]
    with Progress("upgrades judged", len(upgrades)) as progress:
        outcomes = judge_upgrades(
            upgrades, places, os.environ, max_bytes=given.max_bytes, tell=lambda _: progress.step()
        )
    if given.no_timing:
        return outcomes
    archives = {each: places.archives_of(each) for each in outcomes}
    flat = [pair for each in sample(outcomes, given.timing_sample) for pair in archives[each]]
    with Progress("archives measured", len(flat)) as progress:
        ours = measure_ours(flat, places.results, progress.step)
    theirs = None
    if not given.no_guarddog:
        install_peers()
        asked = [pair for each in sample(outcomes, given.guarddog_sample) for pair in archives[each]]
        command = [*without_network(), PYTHON]
        with Progress("archives read by GuardDog", len(asked)) as progress:
            theirs = measure_guarddog(asked, places.results, command, _guarddog_version(), progress.step)
    return [with_costs(each, ours, theirs) for each in outcomes]


def _folders(given: argparse.Namespace) -> list[Path]:
    return [(given.projects or PROJECTS) / name for name in given.project] or projects(given.projects or PROJECTS)


def sample(outcomes: list[Outcome], size: int) -> list[Outcome]:
    """Pick as many as asked for: by their digests, so the same ones each time, and without regard to what they are.

    0 stands for all.
    """
    if not size:
        return outcomes
    return sorted(outcomes, key=lambda each: [archive.sha256 for archive in each.archives])[:size]


def _replicas(given: argparse.Namespace, places: Places) -> list[Judged]:
    from evals.replica_rows import judge_replicas  # noqa: PLC0415 - upgrades alone need neither it nor the simulator

    peer = None if given.no_guarddog or given.no_timing else (_peer_command(), _guarddog_version())
    return judge_replicas(places, jobs=given.jobs, only=given.family, peer=peer, varied=not given.guarddog_sample)


def _peer_command() -> list[str]:
    install_peers()
    return [*without_network(), PYTHON]


def _guarddog_version() -> str:
    lines = (ROOT / "requirements" / "peers.in").read_text().splitlines()
    return next(line.partition("==")[2] for line in lines if line.startswith("guarddog=="))


def _facts(given: argparse.Namespace, places: Places) -> Facts:
    days = tomllib.loads(((given.projects or PROJECTS) / "states.toml").read_text())
    return Facts(
        day=datetime.now(UTC).date(),
        code=judging_code(),
        python=platform.python_version(),
        cores=os.cpu_count() or 1,
        before=days["before"],
        after=days["after"],
        projects=tuple(path.name for path in _folders(given)),
        peak=largest_memory(places.results),
        guarddog="" if given.no_guarddog or given.no_timing else _guarddog_version(),
    )


def _cache_directory() -> Path:
    base = os.environ.get("XDG_CACHE_HOME", "")
    root = Path(base) if base and Path(base).is_absolute() else Path.home() / ".cache"
    return root / "customhouse-evals"


if __name__ == "__main__":
    sys.exit(main())
