"""A ground written to disk, whole or not at all: it grows beside its place, and is moved there when it is done."""

import os
import shutil
from pathlib import Path

from customhouse.drill.layout.git_histories import write_history
from customhouse.drill.layout.ground import Ground
from customhouse.model.errors import CustomhouseError

#: Marks a folder as one that a layout was making, so that the next one may throw it away.
MARKER = ".customhouse-drill-unfinished"
_MODE = 0o644


class Site:
    """The place of a drill while it is laid out."""

    def __init__(self, folder: Path) -> None:
        """Take a place that is free. Raises CustomhouseError where something is there.

        What a layout that was killed has left beside it is removed.
        """
        self.folder = Path(os.path.abspath(folder))  # noqa: PTH100 - links are left as the user wrote them
        self.growing = self.folder.parent / f".{self.folder.name}.unfinished"
        try:
            if os.path.lexists(self.folder) and (not self.folder.is_dir() or any(self.folder.iterdir())):
                raise CustomhouseError(
                    f"{self.folder} is there already, and is not empty", hint="name another folder, or remove it"
                )
            if os.path.lexists(self.growing):
                self._throw_away()
            self.growing.mkdir(parents=True)
            (self.growing / MARKER).write_bytes(b"")
        except OSError as error:
            raise _cannot(self.folder, error) from None

    def write(self, ground: Ground) -> None:
        """Write all files and histories. Raises CustomhouseError when the disk does not let it."""
        try:
            for path, file in sorted(ground.files.items()):
                place = self.growing / path
                place.parent.mkdir(parents=True, exist_ok=True)
                handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
                with os.fdopen(handle, "wb") as out:
                    out.write(file.data)
                os.utime(place, (file.at.timestamp(), file.at.timestamp()))
        except OSError as error:
            raise _cannot(self.folder, error) from None
        for history in ground.histories:
            write_history(history, self.growing)

    def done(self) -> None:
        """Move the whole to its place."""
        try:
            (self.growing / MARKER).unlink()
            if self.folder.is_dir():
                self.folder.rmdir()
            self.growing.rename(self.folder)
        except OSError as error:
            raise _cannot(self.folder, error) from None

    def _throw_away(self) -> None:
        if self.growing.is_symlink() or not (self.growing / MARKER).is_file():
            # Empty: killed before it was marked.
            if not self.growing.is_symlink() and self.growing.is_dir() and not any(self.growing.iterdir()):
                self.growing.rmdir()
                return
            raise CustomhouseError(f"{self.growing} is in the way, and no drill's", hint="remove it, or name another")
        shutil.rmtree(self.growing)


def _cannot(folder: Path, error: OSError) -> CustomhouseError:
    return CustomhouseError(
        f"the drill cannot be laid out in {folder}: {error.strerror or error}", hint="name a folder that can be written"
    )
