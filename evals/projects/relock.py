"""Lock the projects again, at the two days that states.toml names: `python evals/projects/relock.py [PROJECT…]`.

The ordinary clients do it (npm, uv), from their own configuration, and run no code of any package: npm reads registry
documents only, and uv is told to build nothing. npm is told to leave registry addresses out of the lock, since whoever
reads it has a registry of his own; uv writes digests and no addresses.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATES = ("before", "after")
#: The Python that the projects of the Python index are locked for.
PYTHON = "3.11"


def main(names: list[str]) -> int:
    """Lock the named projects, or all of them, at both states."""
    days = tomllib.loads((HERE / "states.toml").read_text())
    folders = [HERE / name for name in names] or sorted(path for path in HERE.iterdir() if path.is_dir())
    failed = 0
    for folder in folders:
        for state in STATES:
            target = folder / state
            target.mkdir(exist_ok=True)
            lock = _npm if (folder / "package.json").is_file() else _uv
            day = {**days, **days.get(folder.name, {})}[state]
            said = lock(folder, target, f"{day.isoformat()}T00:00:00Z")
            print(f"{folder.name} {state}: {said or 'locked'}", flush=True)
            failed += bool(said)
    return 1 if failed else 0


def _npm(folder: Path, target: Path, moment: str) -> str:
    """Lock an npm project as of a moment, by the state's own manifest where it has one; returns what went wrong."""
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copy(next(one for one in (target / "package.json", folder / "package.json") if one.is_file()), scratch)
        command = ["npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"]
        command += ["--omit-lockfile-registry-resolved=true", f"--before={moment}"]
        ran = subprocess.run(command, cwd=scratch, capture_output=True, text=True, check=False)
        made = Path(scratch) / "package-lock.json"
        if ran.returncode or not made.is_file():
            return ran.stderr[-2000:]
        shutil.copy(made, target / made.name)
    return ""


def _uv(folder: Path, target: Path, moment: str) -> str:
    """Lock a project of the Python index as of a moment; returns what went wrong."""
    command = [shutil.which("uv") or "uv", "pip", "compile", "requirements.in", "--universal", "--no-build", "--quiet"]
    command += ["--generate-hashes", "--no-header", "--no-emit-index-url", "--no-annotate"]
    command += ["--python-version", PYTHON, "--exclude-newer", moment]
    command += ["--output-file", str(target / "requirements.txt")]
    (target / "requirements.txt").unlink(missing_ok=True)  # or uv would prefer what it locked the last time
    environ = {**os.environ, "UV_NO_CONFIG": "1", "UV_NO_PROGRESS": "1"}
    ran = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    return ran.stderr[-2000:] if ran.returncode else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
