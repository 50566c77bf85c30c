"""The peers that we are measured beside: installed aside, pinned by hash, and run without a network."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".bench"
PEERS = WORK / "peers"
PYTHON = str(PEERS / "bin" / "python")
GUARDDOG = str(PEERS / "bin" / "guarddog")
SYFT = str(PEERS / "bin" / "syft")


def install_peers() -> None:
    """Install the peers, pinned by hash, into an environment of their own."""
    if (PEERS / ".ready").exists():
        return
    shutil.rmtree(PEERS, ignore_errors=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes"]
    subprocess.run([sys.executable, "-m", "venv", str(PEERS)], check=True)
    subprocess.run([*pip, "-r", str(ROOT / "requirements" / "peers.txt")], check=True)
    (PEERS / ".ready").write_text(time.strftime("%Y-%m-%d"))


def without_network() -> list[str]:
    """Return the prefix that keeps a command off the network, where this user may."""
    return ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]
