"""The proxies that people run today, installed aside: verdaccio by its lock, the PyPI ones pinned by hash."""

import json
import shutil
import subprocess
import sys
import time
from importlib.metadata import distributions
from pathlib import Path

from peers import ROOT, WORK

HERE = Path(__file__).resolve().parent
NPM_PEERS = WORK / "verdaccio"
PYPI_PEERS = WORK / "peers-pypi"
VERDACCIO = NPM_PEERS / "node_modules" / "verdaccio" / "bin" / "verdaccio"
PYPI_BIN = PYPI_PEERS / "bin"


def install() -> None:
    """Install what is not there yet. Raises CalledProcessError when the registries cannot be reached."""
    if not (NPM_PEERS / ".ready").exists():
        shutil.rmtree(NPM_PEERS, ignore_errors=True)
        NPM_PEERS.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / "verdaccio" / name, NPM_PEERS)
        command = ["npm", "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=NPM_PEERS, check=True)
        (NPM_PEERS / ".ready").write_text(time.strftime("%Y-%m-%d"))
    if not (PYPI_PEERS / ".ready").exists():
        shutil.rmtree(PYPI_PEERS, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(PYPI_PEERS)], check=True)
        pip = [
            str(PYPI_BIN / "python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "--only-binary",
            ":all:",
        ]
        subprocess.run([*pip, "-r", str(ROOT / "requirements" / "peers-pypi.txt")], check=True)
        (PYPI_PEERS / ".ready").write_text(time.strftime("%Y-%m-%d"))


def versions() -> dict[str, str]:
    """Return what is measured and on what it runs, by name."""
    [site] = (PYPI_PEERS / "lib").glob("python*/site-packages")
    python = {found.name: found.version for found in distributions(path=[str(site)])}
    stated = json.loads((VERDACCIO.parent.parent / "package.json").read_text("utf-8"))
    node = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True).stdout.strip()
    return {
        "verdaccio": f"{stated['version']} (Node {node.removeprefix('v')})",
        "devpi-server": f"{python['devpi-server']} (waitress {python['waitress']})",
        "proxpi": f"{python['proxpi']} (gunicorn {python['gunicorn']})",
        "Python": sys.version.split()[0],
    }
