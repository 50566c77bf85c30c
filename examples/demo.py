"""What `make demo` runs: two real projects vetted, then the axios attack replayed with an inert replica.

Nothing is installed and nothing of what is inspected is executed. Ends with exit code 0 only when the projects are
allowed or held, the replica is blocked for what it is, and the release before it is allowed.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT / "tests"), str(HERE)]

from axios_replay.replica import BAD, GOOD, publish
from customhouse.ecosystems.registries import open_registries
from simulator import RegistrySimulator

COMMAND = [sys.executable, "-m", "customhouse"]
ALLOW, HOLD, BLOCK = 0, 10, 20
#: What has to be among the reasons, found without any indicator list.
REASONS = {"dependency-never-imported", "risky-new-dependency"}


def main() -> int:
    """Run the three acts."""
    title("1. A real npm project and a real Python one, checked before anything is installed")
    for project in ("storefront-api", "report-service"):
        code = show("check", f"examples/{project}")
        if code not in (ALLOW, HOLD):
            return fail(f"checking examples/{project} ended with {code}")
    title("2. The axios attack of 2026-03-31, replayed with an inert replica on a registry simulator")
    with tempfile.TemporaryDirectory() as cache, RegistrySimulator() as registry:
        publish(registry, asyncio.run(genuine_axios()))
        options = ("--npm-registry", registry.npm_url, "--cache-dir", cache)
        good = show("inspect", f"pkg:npm/axios@{GOOD}", *options)
        bad = show("inspect", f"pkg:npm/axios@{BAD}", *options)
        reasons = rules_of(f"pkg:npm/axios@{BAD}", options)
    if good != ALLOW:
        return fail(f"axios {GOOD} was not allowed (exit {good})")
    if bad != BLOCK or not reasons >= REASONS:
        return fail(f"axios {BAD} was not blocked for what it is (exit {bad}, {', '.join(sorted(reasons))})")
    title(f"axios {GOOD}: allowed. axios {BAD} (replica): blocked, for {', '.join(sorted(reasons))}.")
    return 0


async def genuine_axios() -> bytes:
    """Fetch the release that the attackers started from."""
    async with open_registries(ROOT, os.environ) as registries:
        project = await registries.npm.project("axios")
        release = project.release(GOOD)
        if release is None:
            raise SystemExit(f"the configured npm registry does not have axios {GOOD}")
        return await registries.npm.fetch(release.purl, release.artifacts[0])


def show(*arguments: str) -> int:
    """Run a customhouse command with its output in sight; return its exit code."""
    told = [*arguments[: arguments.index("--cache-dir")]] if "--cache-dir" in arguments else arguments
    print(f"\n$ customhouse {' '.join(told)}\n", flush=True)
    code = subprocess.run([*COMMAND, *arguments], cwd=ROOT, check=False).returncode
    print(f"\n(exit {code})", flush=True)
    return code


def rules_of(target: str, options: tuple[str, ...]) -> set[str]:
    """Return the rules that fired, from the JSON that a script would read."""
    command = [*COMMAND, "inspect", target, *options, "--format", "json"]
    output = subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.PIPE).stdout
    return {finding["rule"] for finding in json.loads(output)["findings"]}


def title(text: str) -> None:
    """Print a heading."""
    print(f"\n{'=' * len(text)}\n{text}\n{'=' * len(text)}", flush=True)


def fail(text: str) -> int:
    """Say why the demo failed."""
    print(f"\nDEMO FAILED: {text}", file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
