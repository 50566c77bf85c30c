"""npm and PyPI registries on loopback that tests and demos publish to, and that misbehave on request."""

from simulator.archives import npm_tarball, sdist, wheel
from simulator.http import Request, Response
from simulator.misbehaviour import (
    bomb,
    cut_body,
    huge_body,
    malformed,
    redirect_loop,
    redirect_to,
    slow,
    stale_time,
    stall,
    status,
    wrong_digest,
    wrong_package,
)
from simulator.npm import NpmStore
from simulator.pypi import PypiStore
from simulator.simulator import RegistrySimulator

__all__ = [
    "NpmStore",
    "PypiStore",
    "RegistrySimulator",
    "Request",
    "Response",
    "bomb",
    "cut_body",
    "huge_body",
    "malformed",
    "npm_tarball",
    "redirect_loop",
    "redirect_to",
    "sdist",
    "slow",
    "stale_time",
    "stall",
    "status",
    "wheel",
    "wrong_digest",
    "wrong_package",
]
