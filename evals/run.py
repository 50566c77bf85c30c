"""What `make eval` runs."""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from evals.held import write_held
from evals.judging import Outcome, Places, judge_upgrades
from evals.upgrades import PROJECTS, projects, steps


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--project", action="append", default=[])
    parser.add_argument("--limit", type=int)
    parser.add_argument("--cache-dir", type=Path, default=Path.home() / ".cache" / "customhouse-evals")
    parser.add_argument("--max-bytes", type=int, default=20_000_000_000)
    parser.add_argument("--held", type=Path)
    given = parser.parse_args()
    folders = [PROJECTS / name for name in given.project] or projects()
    upgrades = steps(folders)[: given.limit]
    packages = {each.package for each in upgrades}
    upgraded = {each.package for each in upgrades if each.before}
    print(f"{len(upgrades)} steps, {len(packages)} packages, {len(upgraded)} upgraded packages", flush=True)
    done = 0

    def tell(outcome: Outcome) -> None:
        nonlocal done
        done += 1
        if done % 25 == 0 or outcome.judged.decision_with_gaps != "allow":
            print(done, outcome.judged.decision_with_gaps, outcome.judged.purl, [r.rule for r in outcome.judged.reasons], flush=True)

    outcomes = judge_upgrades(upgrades, Places(given.cache_dir), os.environ, max_bytes=given.max_bytes, tell=tell)
    if given.held:
        write_held(given.held, outcomes)


if __name__ == "__main__":
    main()
