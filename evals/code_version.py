"""Which code judged: digests that tell when what was measured has to be measured again."""

import hashlib
from functools import cache
from pathlib import Path

import customhouse

#: Rooms that decide over facts and learn none: a change in them leaves what was read of archives as good as it was.
_JUDGING = frozenset({"rules", "policy", "report", "cli", "sweep"})
_SHOWN = 16


@cache
def judging_code() -> str:
    """Name the code as a whole."""
    return _digest(_files())


@cache
def reading_code() -> str:
    """Name the code that learns facts, without rules and policy."""
    return _digest([path for path in _files() if path.relative_to(_root()).parts[0] not in _JUDGING])


def _root() -> Path:
    return Path(customhouse.__file__).resolve().parent


def _files() -> list[Path]:
    suffixes = (".py", ".toml", ".yar", ".json", ".txt")
    return sorted(path for path in _root().rglob("*") if path.suffix in suffixes and "__pycache__" not in path.parts)


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        data = path.read_bytes()
        digest.update(f"{path.relative_to(_root())} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()[:_SHOWN]
