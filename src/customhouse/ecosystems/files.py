"""Where readers find files: the disk, or anything that can be asked the same, such as a revision of a repository."""

import os
import stat
from pathlib import Path
from typing import Protocol

from customhouse.ecosystems.documents import UnreadableError

#: Bytes: larger files are refused unread. The largest lock seen in the wild is about 30 MB.
MAX_BYTES = 200 * 1024 * 1024


class Files(Protocol):
    """A tree of files. Paths are as the user knows them, relative or absolute."""

    def read(self, path: Path, limit: int = MAX_BYTES) -> bytes:
        """Return a file's bytes.

        Raises UnreadableError, with a clause for its message, where it is missing, no regular file, larger than `limit`
        bytes or not to be read.
        """

    def is_file(self, path: Path) -> bool:
        """Say whether a regular file (or a link to one) stands there."""

    def names(self, folder: Path) -> tuple[list[str], list[str]]:
        """Name a folder's own folders, which no link leads to, and its other entries, each sorted.

        Raises UnreadableError where it cannot be listed.
        """

    def identity(self, path: Path) -> str:
        """Return a text that two paths share exactly when they lead to one file."""


class DiskFiles:
    """The disk as it is."""

    def read(self, path: Path, limit: int = MAX_BYTES) -> bytes:
        """Return a file's bytes, as `Files.read` says."""
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                raise UnreadableError("it is no regular file")
            if status.st_size > limit:
                raise UnreadableError(f"it is larger than {limit >> 20} MiB")
            return path.read_bytes()
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            detail = error.strerror if isinstance(error, OSError) else None
            raise UnreadableError((detail or str(error)).lower()) from error

    def is_file(self, path: Path) -> bool:
        """Say whether a regular file stands there."""
        try:
            return path.is_file()
        except (OSError, ValueError):
            return False

    def names(self, folder: Path) -> tuple[list[str], list[str]]:
        """Name what a folder holds, as `Files.names` says."""
        folders: list[str] = []
        files: list[str] = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    (folders if entry.is_dir(follow_symlinks=False) else files).append(entry.name)
        except OSError as error:
            raise UnreadableError((error.strerror or str(error)).lower()) from error
        return sorted(folders), sorted(files)

    def identity(self, path: Path) -> str:
        """Return the path with every link followed."""
        return os.path.realpath(path)


DISK = DiskFiles()
