"""What `make fuzz` runs: every target for a few seconds, with the fuzzer installed aside and pinned by hash."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
HOME = ROOT / ".bench" / "fuzz"
#: Seconds a target; CUSTOMHOUSE_FUZZ_SECONDS sets another number.
SECONDS = os.environ.get("CUSTOMHOUSE_FUZZ_SECONDS", "20")
#: Where the fuzzer's chance begins; another number looks elsewhere.
SEED = os.environ.get("CUSTOMHOUSE_FUZZ_SEED", "1")


def main() -> int:
    """Run all targets; the first one that finds something is named, with where its input lies."""
    python = install()
    targets = [["fuzz_tar.py"], ["fuzz_zip.py"], *(["fuzz_lockfiles.py", reader] for reader in readers(python))]
    targets += [[path.name] for path in sorted(HERE.glob("fuzz_*.py")) if path.name not in {t[0] for t in targets}]
    failed = [" ".join(target) for target in targets if not clean(python, target)]
    print(f"{len(targets) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def readers(python: str) -> list[str]:
    """Name every reader that fuzz_lockfiles.py has a target for."""
    command = [python, str(HERE / "fuzz_lockfiles.py"), "--list"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    listed = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return listed.stdout.split()


def clean(python: str, target: list[str]) -> bool:
    """Run one target for its seconds."""
    name = "-".join(target).removesuffix(".py")
    corpus = HOME / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    words = [
        f"-max_total_time={SECONDS}",
        f"-seed={SEED}",
        f"-artifact_prefix={HOME}/{name}-",
        "-print_final_stats=1",
        str(corpus),
    ]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{HERE}"}
    run = subprocess.run(
        [python, str(HERE / target[0]), *target[1:], *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        errors="replace",
    )
    count = [line.rpartition(" ")[2] for line in run.stderr.splitlines() if "number_of_executed_units" in line]
    print(f"{' '.join(target):40} {'clean' if run.returncode == 0 else 'FOUND'} {''.join(count):>10} runs", flush=True)
    if run.returncode:
        print("\n".join(run.stderr.splitlines()[-25:]))
    return run.returncode == 0


def install() -> str:
    """Install the fuzzer beside our own pins, once."""
    python = str(HOME / "bin" / "python")
    if not (HOME / ".ready").exists():
        subprocess.run([sys.executable, "-m", "venv", str(HOME)], check=True)
        for pins in ("runtime.txt", "fuzz.txt"):
            pip = [
                python,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--require-hashes",
                "-r",
                str(ROOT / "requirements" / pins),
            ]
            subprocess.run(pip, check=True)
        (HOME / ".ready").touch()
    return python


if __name__ == "__main__":
    sys.exit(main())
