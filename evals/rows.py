"""Results on disk, a line each, written as they come: a killed run goes on where it was."""

from collections.abc import Iterator
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

Row = TypeVar("Row")


class Rows(Generic[Row]):
    """Records by key, in a file that only grows. The last line of a key counts; a torn last line is left out."""

    def __init__(self, path: Path, kind: type[Row]) -> None:
        """Read what is there already."""
        self.path = path
        self._line = msgspec.json.Decoder(tuple[str, kind])  # type: ignore[valid-type]
        self._rows: dict[str, Row] = dict(self._read())
        path.parent.mkdir(parents=True, exist_ok=True)

    def _read(self) -> Iterator[tuple[str, Row]]:
        if not self.path.is_file():
            return
        with self.path.open("rb+") as file:
            data = file.read()
            whole = data.rfind(b"\n") + 1
            if whole < len(data):
                file.truncate(whole)
        for line in data[:whole].splitlines():
            yield self._line.decode(line)

    def get(self, key: str) -> Row | None:
        """Return the record of a key, if there is one."""
        return self._rows.get(key)

    def values(self) -> list[Row]:
        """Return every record."""
        return list(self._rows.values())

    def add(self, key: str, row: Row) -> None:
        """Keep a record; it is on disk when this returns."""
        self._rows[key] = row
        with self.path.open("ab") as file:
            file.write(msgspec.json.encode((key, row)) + b"\n")
