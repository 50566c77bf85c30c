"""What `make fuzz` runs: every target for some seconds, two at a time, with the fuzzer installed aside, pinned by hash.

Every reader of content has a minute (`CONTENT_READERS`); the parsers of lock files, workflows and advisories, which
read what the project itself wrote, have less. What a target learns stays in its corpus under `.bench/fuzz/corpus`, or
where CUSTOMHOUSE_FUZZ_CORPUS says: CI keeps that folder from one run to the next. The committed seeds under
`fuzz/corpus` are read beside it and never written to.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
HOME = ROOT / ".bench" / "fuzz"
SEEDS = HERE / "corpus"
CORPUS = Path(os.environ.get("CUSTOMHOUSE_FUZZ_CORPUS", HOME / "corpus"))
#: Seconds a target that reads content under inspection, and any other.
CONTENT_SECONDS = os.environ.get("CUSTOMHOUSE_FUZZ_CONTENT_SECONDS", "60")
SECONDS = os.environ.get("CUSTOMHOUSE_FUZZ_SECONDS", "20")
#: Where the fuzzer's chance begins, Python's order of sets with it, so that two runs from one corpus go one way;
#: another number looks elsewhere.
SEED = os.environ.get("CUSTOMHOUSE_FUZZ_SEED", "1")
#: An input that takes longer, in seconds, or more memory, in MB, is a finding: nothing under inspection may do that.
LONGEST = 25
MOST_MEMORY = 2048
#: The targets of everything that reads bytes which a package, its registry or a stranger on the network made.
CONTENT_READERS = (
    "fuzz_artifact.py",
    "fuzz_attestations.py",
    "fuzz_campaigns.py",
    "fuzz_decoding.py",
    "fuzz_edits.py",
    "fuzz_entry.py",
    "fuzz_first_look.py",
    "fuzz_gateway_npm_paths.py",
    "fuzz_gateway_pypi_pages.py",
    "fuzz_gateway_pypi_paths.py",
    "fuzz_gyp.py",
    "fuzz_indicators.py",
    "fuzz_javascript_source.py",
    "fuzz_log_lines.py",
    "fuzz_manifests.py",
    "fuzz_python_source.py",
    "fuzz_shell_source.py",
    "fuzz_tar.py",
    "fuzz_text.py",
    "fuzz_wheel_record.py",
    "fuzz_zip.py",
)


def main(chosen: list[str]) -> int:
    """Run all targets, or those that are named; each that finds something is named, with where its input lies."""
    python = install()
    targets = [[name] for name in CONTENT_READERS]
    targets += [["fuzz_lockfiles.py", reader] for reader in readers(python)]
    targets += [[path.name] for path in sorted(HERE.glob("fuzz_*.py")) if path.name not in {t[0] for t in targets}]
    if chosen:
        targets = [target for target in targets if any(word in " ".join(target) for word in chosen)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        passed = sum(pool.map(lambda target: clean(python, target), targets))
    print(f"{passed} passed, {len(targets) - passed} failed")
    return 0 if targets and passed == len(targets) else 1


def readers(python: str) -> list[str]:
    """Name every reader that fuzz_lockfiles.py has a target for."""
    command = [python, str(HERE / "fuzz_lockfiles.py"), "--list"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    listed = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return listed.stdout.split()


def clean(python: str, target: list[str]) -> bool:
    """Run one target for its seconds."""
    name = "-".join(target).removesuffix(".py")
    corpus = CORPUS / name
    corpus.mkdir(parents=True, exist_ok=True)
    seeds = SEEDS / name
    words = [
        f"-max_total_time={CONTENT_SECONDS if target[0] in CONTENT_READERS else SECONDS}",
        f"-seed={SEED}",
        f"-timeout={LONGEST}",
        f"-rss_limit_mb={MOST_MEMORY}",
        f"-artifact_prefix={HOME}/{name}-",
        "-print_final_stats=1",
        str(corpus),
        *([str(seeds)] if seeds.is_dir() else []),
    ]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{HERE}", "PYTHONHASHSEED": SEED}
    run = subprocess.run(
        [python, str(HERE / target[0]), *target[1:], *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        errors="replace",
    )
    count = [line.rpartition(" ")[2] for line in run.stderr.splitlines() if "number_of_executed_units" in line]
    told = f"{' '.join(target):40} {'clean' if run.returncode == 0 else 'FOUND'} {''.join(count):>10} runs"
    said = [told, *([*run.stdout.splitlines()[-25:], *run.stderr.splitlines()[-12:]] if run.returncode else [])]
    print("\n".join(said), flush=True)
    return run.returncode == 0


def install() -> str:
    """Install the fuzzer beside our own pins, once, and again when the pins change."""
    python = str(HOME / "bin" / "python")
    pins = [ROOT / "requirements" / name for name in ("runtime.txt", "fuzz.txt")]
    wanted = "".join(path.read_text(encoding="utf-8") for path in pins)
    ready = HOME / ".ready"
    if not ready.exists() or ready.read_text(encoding="utf-8") != wanted:
        subprocess.run([sys.executable, "-m", "venv", str(HOME)], check=True)
        for path in pins:
            pip = [python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(path)]
            subprocess.run(pip, check=True)
        ready.write_text(wanted, encoding="utf-8")
    return python


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
