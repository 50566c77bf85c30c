"""A case: what a hunt found, kept in a folder whose every file a chain of records answers for.

| File | What it is |
|---|---|
| `case.json` | the hunt, as `model.hunt.Hunted` |
| `evidence/DIGEST.txt` | an excerpt that a hit rests on, under the sha256 of its bytes |
| any other name | what was added later: a plan, the state of a checklist |
| `custody.jsonl` | one record a line: number, time, act, file, its sha256, and the sha256 of the line before |

A record that was changed, dropped or put in later breaks the chain at the next one. Whoever can write the folder can
write a new chain: keep the last line's digest elsewhere (the command prints it).
"""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from customhouse.model.errors import CustomhouseError
from customhouse.model.hunt import Hunted

_CASE, _CUSTODY, _EVIDENCE = "case.json", "custody.jsonl", "evidence"
_FIRST = "0" * 64
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,80}")


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
            with _alone(self.path):
                records = self._keep(hunted, moment)
        except OSError as error:
            raise CustomhouseError(
                f"the case in {self.path} cannot be written: {error.strerror}", hint="name another folder: --case DIR"
            ) from error
        return _digest(records[-1])

    def add(self, name: str, data: bytes, act: str, *, now: datetime | None = None) -> str:
        """Put a file beside the hunt, in the place of one of that name, and return the digest of the custody's end.

        `act` says what was done, as the record keeps it. Raises CustomhouseError when the case is not as it was kept,
        or cannot be written; ValueError for a name that is the case's own or leads out of its folder.
        """
        if name in {_CASE, _CUSTODY, _EVIDENCE} or not _NAME.fullmatch(name):
            raise ValueError(name)
        moment = (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
        try:
            with _alone(self.path):
                self._refuse_broken()
                record = self._put(name, data, act, moment, list(self._lines()))
        except OSError as error:
            raise CustomhouseError(
                f"{name} cannot be written into the case in {self.path}: {error.strerror}",
                hint="make the folder writable, or copy the case to one that is",
            ) from error
        return _digest(record)

    def added(self, name: str) -> bytes | None:
        """Return what was added under a name; None where nothing was. Raises CustomhouseError for a broken case."""
        self._refuse_broken()
        if not any(msgspec.json.decode(line, type=CustodyRecord).file == name for line in self._lines()):
            return None
        return (self.path / name).read_bytes()

    def _refuse_broken(self) -> None:
        broken = self.problems()
        if broken:
            raise CustomhouseError(
                f"the case in {self.path} is not as it was kept: {broken[0]}",
                hint="go on with a copy whose custody record ends with the digest that was printed when it was kept",
            )

    def read(self) -> Hunted:
        """Read the hunt. Raises CustomhouseError when there is none, or its chain of custody is broken."""
        self._refuse_broken()
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

    def _keep(self, hunted: Hunted, moment: str) -> list[bytes]:
        self._mend()
        records = list(self._lines())
        for excerpt in dict.fromkeys(hit.excerpt for hit in hunted.hits if hit.excerpt):
            data = excerpt.encode("utf-8", "surrogatepass")
            name = f"{_EVIDENCE}/{hashlib.sha256(data).hexdigest()}.txt"
            if not (self.path / name).exists():
                records.append(self._put(name, data, "kept evidence", moment, records))
        body = msgspec.json.format(msgspec.json.encode(_writable(msgspec.to_builtins(hunted))), indent=1)
        act = "wrote the case anew" if records and (self.path / _CASE).exists() else "wrote the case"
        records.append(self._put(_CASE, body, act, moment, records))
        return records

    def _open(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        others = [each.name for each in self.path.iterdir() if each.name not in {_CASE, _CUSTODY, _EVIDENCE}]
        if others and not (self.path / _CUSTODY).exists():
            raise CustomhouseError(
                f"{self.path} is a folder with other things in it ({others[0]})", hint="name a new folder: --case DIR"
            )
        (self.path / _EVIDENCE).mkdir(exist_ok=True)

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


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other writers of a case out, where the system has such locks: two records must not follow the same one."""
    try:
        import fcntl  # noqa: PLC0415 - Windows has none
    except ImportError:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _writable(value: Any) -> Any:
    r"""Write half a character, as names in no known encoding hold it, as the text `\udc80`: JSON has none."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: _writable(each) for key, each in value.items()}
    return [_writable(each) for each in value] if isinstance(value, list | tuple) else value
