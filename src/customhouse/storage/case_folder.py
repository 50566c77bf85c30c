"""A case: what a hunt found, kept in a folder whose every file a chain of records answers for.

| File | What it is |
|---|---|
| `case.json` | the hunt, as `model.hunt.Hunted` |
| `evidence/DIGEST.txt` | an excerpt that a hit rests on, under the sha256 of its bytes |
| `custody.jsonl` | one record a line: number, time, act, file, its sha256, and the sha256 of the line before |

A record that was changed, dropped or put in later breaks the chain at the next one. Whoever can write the folder can
write a new chain: keep the last line's digest elsewhere (the command prints it).
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from customhouse.model.errors import CustomhouseError
from customhouse.model.hunt import Hunted

_CASE, _CUSTODY, _EVIDENCE = "case.json", "custody.jsonl", "evidence"
_FIRST = "0" * 64


class CustodyRecord(msgspec.Struct, frozen=True):
    """One act on a case. `previous` is the sha256 of the line before; of the first, zeros."""

    number: int
    at: str
    act: str
    file: str
    sha256: str
    previous: str


class CaseFolder:
    """One case's folder."""

    def __init__(self, path: Path) -> None:
        """Name it; nothing is read or made yet."""
        self.path = path

    def keep(self, hunted: Hunted, *, now: datetime | None = None) -> str:
        """Write a hunt and its evidence, and return the digest that the custody record ends with.

        A case that is there already is written anew and its chain goes on. Raises CustomhouseError when the folder
        cannot be written, or is one with other things in it.
        """
        moment = (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
        try:
            self._open()
            records = list(self._lines())
            for excerpt in dict.fromkeys(hit.excerpt for hit in hunted.hits if hit.excerpt):
                data = excerpt.encode("utf-8", "surrogatepass")
                name = f"{_EVIDENCE}/{hashlib.sha256(data).hexdigest()}.txt"
                if not (self.path / name).exists():
                    records.append(self._put(name, data, "kept evidence", moment, records))
            body = msgspec.json.format(msgspec.json.encode(hunted), indent=1)
            act = "wrote the case anew" if records and (self.path / _CASE).exists() else "wrote the case"
            records.append(self._put(_CASE, body, act, moment, records))
        except OSError as error:
            raise CustomhouseError(
                f"the case in {self.path} cannot be written: {error.strerror}", hint="name another folder: --case DIR"
            ) from error
        return _digest(records[-1])

    def read(self) -> Hunted:
        """Read the hunt. Raises CustomhouseError when there is none, or its chain of custody is broken."""
        broken = self.problems()
        if broken:
            raise CustomhouseError(
                f"the case in {self.path} is not as it was kept: {broken[0]}",
                hint="go on with a copy whose custody record ends with the digest that was printed when it was kept",
            )
        try:
            return msgspec.json.decode((self.path / _CASE).read_bytes(), type=Hunted)
        except (OSError, msgspec.MsgspecError) as error:
            hint = "make one: customhouse hunt --case DIR"
            raise CustomhouseError(f"{self.path} holds no case: {error}", hint=hint) from error

    def problems(self) -> tuple[str, ...]:
        """Say what is not as the custody record has it; empty when all of it is."""
        try:
            lines = list(self._lines())
        except OSError as error:
            return (f"{_CUSTODY} cannot be read: {error.strerror}",)
        if not lines:
            return (f"there is no {_CUSTODY}",)
        found: list[str] = []
        last: dict[str, str] = {}
        previous = _FIRST
        for number, line in enumerate(lines, 1):
            try:
                record = msgspec.json.decode(line, type=CustodyRecord)
            except msgspec.MsgspecError:
                return (*found, f"{_CUSTODY}:{number} is no record")
            if record.previous != previous or record.number != number:
                found.append(f"{_CUSTODY}:{number} does not follow the line before it")
            previous = _digest(line)
            last[record.file] = record.sha256
        for name, sha256 in last.items():
            try:
                data = (self.path / name).read_bytes()
            except OSError:
                found.append(f"{name} is missing")
                continue
            if hashlib.sha256(data).hexdigest() != sha256:
                found.append(f"{name} was changed")
        return tuple(found)

    def _open(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        others = [each.name for each in self.path.iterdir() if each.name not in {_CASE, _CUSTODY, _EVIDENCE}]
        if others and not (self.path / _CUSTODY).exists():
            raise CustomhouseError(
                f"{self.path} is a folder with other things in it ({others[0]})", hint="name a new folder: --case DIR"
            )
        (self.path / _EVIDENCE).mkdir(exist_ok=True)
        self._mend()

    def _mend(self) -> None:
        """Drop a record that was cut off when its writer was killed: it was never whole, so nothing rests on it."""
        try:
            data = (self.path / _CUSTODY).read_bytes()
        except FileNotFoundError:
            return
        if data and not data.endswith(b"\n"):
            with (self.path / _CUSTODY).open("r+b") as file:
                file.truncate(data.rfind(b"\n") + 1)

    def _lines(self) -> Iterator[bytes]:
        try:
            yield from (self.path / _CUSTODY).read_bytes().splitlines()
        except FileNotFoundError:
            return

    def _put(self, name: str, data: bytes, act: str, moment: str, records: list[bytes]) -> bytes:
        """Write a file, whole or not at all, and the record of it."""
        target = self.path / name
        descriptor, partial = tempfile.mkstemp(dir=target.parent, prefix=".part-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(partial).replace(target)
        except BaseException:
            Path(partial).unlink(missing_ok=True)
            raise
        previous = _digest(records[-1]) if records else _FIRST
        record = CustodyRecord(len(records) + 1, moment, act, name, hashlib.sha256(data).hexdigest(), previous)
        line = json.dumps(msgspec.to_builtins(record), separators=(",", ":")).encode()
        with (self.path / _CUSTODY).open("ab") as file:
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())
        return line


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
