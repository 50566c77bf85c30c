"""`python -m evals.replicas list | show ID | write ID FOLDER | judge [FAMILY or ID] | inspect [FAMILY or ID]`."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "tests"))

from evals.replicas.catalogue import REPLICAS
from evals.replicas.inspecting import STOPPED, inspect
from evals.replicas.judging import Outcome, cases, outcomes
from evals.replicas.packing import archives
from evals.replicas.replica import Replica


def main() -> int:
    """Do what is asked."""
    parser = argparse.ArgumentParser(prog="python -m evals.replicas", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="list the replicas and how many variations each has")
    show = commands.add_parser("show", help="print a replica's releases and its hostile files")
    show.add_argument("id", help="a replica's id, or ID/VARIATION")
    write = commands.add_parser("write", help="write the archives before and after, for `customhouse inspect`")
    write.add_argument("id", help="a replica's id, or ID/VARIATION")
    write.add_argument("folder", type=Path)
    judge = commands.add_parser("judge", help="judge replicas and variations through the whole pipeline")
    judge.add_argument("only", nargs="?", help="a family or a replica's id")
    judge.add_argument("--jobs", type=int, default=1)
    judge.add_argument("--no-variations", action="store_true", help="the replicas alone")
    judge.add_argument("--missed", action="store_true", help="print only what was not caught, or for another reason")
    inspecting = commands.add_parser(
        "inspect", help="run `customhouse inspect` on each replica, as if published just now"
    )
    inspecting.add_argument("only", nargs="?", help="a family or a replica's id")
    given = parser.parse_args()
    match given.command:
        case "list":
            _list()
        case "show":
            _show(_find(given.id))
        case "write":
            _write(_find(given.id), given.folder)
        case "inspect":
            return _inspect(given.only)
        case "judge":
            return _judge(
                outcomes(jobs=given.jobs, only=given.only, varied=not given.no_variations), missed=given.missed
            )
    return 0


def _find(name: str) -> Replica:
    wanted, _, variation = name.partition("/")
    for replica in cases(wanted):
        if replica.variation == variation:
            return replica
    raise SystemExit(f"no replica {name}\n\nhint: python -m evals.replicas list")


def _list() -> None:
    for replica in REPLICAS:
        count = sum(1 for _ in cases(replica.id)) - 1
        print(f"{replica.id:22} {replica.family:22} {replica.ecosystem:5} {count:3} variations  {replica.incident}")


def _show(replica: Replica) -> None:
    print(f"{replica.id} {replica.variation}\nmodelled on {replica.incident}; deserves: {replica.worthy}")
    for release in (*replica.others, *filter(None, (replica.before,)), replica.after):
        print(f"  {release.published:%Y-%m-%d %H:%M} {release.name or replica.name} {release.version}")
    for path in replica.carrying.payload:
        content = replica.carrying.files[path]
        print(f"\n--- {path}\n{content if isinstance(content, str) else content[:2000]!r}")


def _write(replica: Replica, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for release in filter(None, (replica.before, replica.after)):
        for filename, data in archives(replica, release).items():
            (folder / filename).write_bytes(data)
            written.append(str(folder / filename))
    print("\n".join(written))
    before = f" --against {written[0]}" if replica.before else ""
    after = next(iter(archives(replica, replica.after)))
    print(f"\nhint: customhouse inspect {folder / after}{before}")


def _inspect(only: str | None) -> int:
    codes = []
    for replica in cases(only, varied=False):
        inspected = inspect(replica)
        codes.append(inspected.code)
        print(f"{inspected.code:2}  {replica.id:22} {inspected.rule}: {inspected.message}", flush=True)
    stopped = sum(code in STOPPED for code in codes)
    print(f"{stopped} of {len(codes)} exit with 10 (hold) or 20 (block)")
    return 0 if stopped == len(codes) else 1


def _judge(judged: Iterable[Outcome], *, missed: bool) -> int:
    total = caught = 0
    for outcome in judged:
        total += 1
        caught += outcome.decision != "allow"
        if not missed or outcome.decision == "allow" or not _right(outcome):
            print(_line(outcome), flush=True)
    print(f"{caught} of {total} held or blocked")
    return 0 if caught == total else 1


def _right(outcome: Outcome) -> bool:
    return outcome.rules[:1] != () and outcome.rules[0] in outcome.replica.reasons


def _line(outcome: Outcome) -> str:
    replica = outcome.replica
    mark = "" if _right(outcome) else "  (another reason first)"
    found = [f"{it.finding.rule}:{it.finding.severity}/{it.finding.confidence}" for it in outcome.verdict.findings]
    return f"{replica.id}/{replica.variation or '-'}  {outcome.decision}{mark}  {' '.join(dict.fromkeys(found))}"


if __name__ == "__main__":
    sys.exit(main())
