"""Folders that a user without rights can reach, wherever the tests' own temporary folder lies."""

import stat
import tempfile
from pathlib import Path


def reachable_folder(prefix: str) -> Path:
    """Make a folder below the first usual place that everybody may pass through to.

    The temporary folder may itself be somebody's own, in which neither a server that refuses to be root nor a process
    that gave its rights up finds anything.
    """
    places = (tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm")
    place = next(each for each in places if _everybody_passes(Path(each)))
    return Path(tempfile.mkdtemp(prefix=prefix, dir=place))


def _everybody_passes(place: Path) -> bool:
    return place.is_dir() and all(
        each.stat().st_mode & stat.S_IXOTH for each in (place.resolve(), *place.resolve().parents)
    )
