"""Which repository or folder a path belongs to: what reports call the asset."""

import os
from pathlib import Path


class Assets:
    """Answers by folder, each folder asked once."""

    def __init__(self) -> None:
        """Start with none known."""
        self._tops: dict[str, str] = {}

    def of(self, path: Path, start: Path) -> str:
        """Return the top of the git repository that a file or folder lies in; else the folder where the hunt began."""
        folder = os.path.abspath(path)  # noqa: PTH100 - links are left as the user wrote them
        if not os.path.isdir(folder):  # noqa: PTH112 - asked of every path that is found
            folder = os.path.dirname(folder)  # noqa: PTH120
        climbed: list[str] = []
        top = ""
        while True:
            known = self._tops.get(folder)
            if known is not None:
                top = known
                break
            climbed.append(folder)
            if os.path.lexists(os.path.join(folder, ".git")):  # noqa: PTH118
                top = folder
                break
            parent = os.path.dirname(folder)  # noqa: PTH120
            if parent == folder:
                break
            folder = parent
        self._tops.update(dict.fromkeys(climbed, top))
        return top or _folder(start)


def _folder(start: Path) -> str:
    own = os.path.abspath(start)  # noqa: PTH100 - as above
    return own if os.path.isdir(own) else os.path.dirname(own)  # noqa: PTH112, PTH120
