"""A case: what a hunt found, kept in a folder whose every file a chain of records answers for.

| File | What it is |
|---|---|
| `case.json` | the hunt, as `model.hunt.Hunted` |
| `earlier-1.json`, … | the hunts that were kept here before it |
| `evidence/DIGEST.txt` | an excerpt that a hit rests on, under the sha256 of its bytes |
| any other name | what was added later: a plan, the state of a checklist |
| `custody.jsonl` | one record a line: number, time, act, file, its sha256, and the sha256 of the line before |

A record that was changed, dropped or put in later breaks the chain at the next one. Whoever can write the folder can
write a new chain, or cut the end of this one off: keep the last line's digest elsewhere (the command prints it), and
ask by `holds` whether the chain still has it.
"""

import hashlib
import json
import os
import re
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from customhouse.model.errors import CustomhouseError
from customhouse.model.hunt import Hunted

_CASE, _CUSTODY, _EVIDENCE, _EARLIER, _PART = "case.json", "custody.jsonl", "evidence", "earlier-", ".part-"
_FIRST = "0" * 64
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,80}")
_OF_EVIDENCE = re.compile(rf"{_EVIDENCE}/[0-9a-f]{{64}}\.txt")
#: What is written into cases under these names is never without a record.
_RECORDED = re.compile(rf"{re.escape(_CASE)}|{_EARLIER}\d+\.json|plan\.(?:md|html|json)|checklist\.json")


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

    def prepare(self) -> None:
        """Make the folder, or see that it can be gone on with, before there is something to lose.

        Raises CustomhouseError when it cannot be written, has other things in it, or is not as it was kept.
        """
        with self._writing(f"the case in {self.path} cannot be written", "name another folder: --case DIR"):
            self._open()
            with _alone(self.path):
                self._go_on()

    def keep(self, hunted: Hunted, *, now: datetime | None = None) -> str:
        """Write a hunt and its evidence, and return the digest that the custody record ends with.

        In a case that is there already the hunt before stays beside it, and the chain goes on. Raises CustomhouseError
        when the folder cannot be written, has other things in it, or is not as it was kept.
        """
        with self._writing(f"the case in {self.path} cannot be written", "name another folder: --case DIR"):
            self._open()
            with _alone(self.path):
                records = self._keep(hunted, _moment(now))
        return _digest(records[-1])

    def add(self, name: str, data: bytes, act: str, *, now: datetime | None = None) -> str:
        """Put a file beside the hunt, in the place of one of that name, and return the digest of the custody's end.

        `act` says what was done, as the record keeps it. Raises CustomhouseError when the case is not as it was kept,
        or cannot be written; ValueError for a name that is the case's own or leads out of its folder.
        """
        return self.change(name, lambda _: data, act, now=now)

    def change(self, name: str, make: Callable[[bytes | None], bytes], act: str, *, now: datetime | None = None) -> str:
        """Do the same with what `make` makes of what was added under the name, if anything was.

        Nobody else writes meanwhile, so no change is lost. What `make` raises leaves the case as it is.
        """
        if name in {_CASE, _CUSTODY, _EVIDENCE} or name.startswith(_EARLIER) or not _NAME.fullmatch(name):
            raise ValueError(name)
        failed = f"{name} cannot be written into the case in {self.path}"
        with (
            self._writing(failed, "make the folder writable, or copy the case to one that is"),
            _alone(self.path),
        ):
            self._go_on()
            record = self._put(name, make(self.added(name)), act, _moment(now), list(self._lines()))
        return _digest(record)

    def added(self, name: str) -> bytes | None:
        """Return what was added under a name; None where nothing was. Raises CustomhouseError for a broken case."""
        self._refuse_broken()
        if not any(record.file == name for record in self._records()):
            return None
        return _bytes(self.path / name)

    def holds(self, digest: str) -> bool:
        """Say whether the chain has the record of a digest that was told when the case was kept."""
        return digest.strip().lower() in {_digest(line) for line in self._lines()}

    def read(self) -> Hunted:
        """Read the hunt. Raises CustomhouseError when there is none, or its chain of custody is broken."""
        self._refuse_broken()
        try:
            return msgspec.json.decode(_bytes(self.path / _CASE), type=Hunted)
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
            if not _NAME.fullmatch(record.file) and not _OF_EVIDENCE.fullmatch(record.file):
                return (*found, f"{_CUSTODY}:{number} names no file of a case")
            previous = _digest(line)
            last[record.file] = record.sha256
        for name, sha256 in last.items():
            try:
                data = _bytes(self.path / name)
            except OSError:
                found.append(f"{name} is missing, or no file")
                continue
            if hashlib.sha256(data).hexdigest() != sha256:
                found.append(f"{name} was changed")
        return (*found, *(f"{name} is in no record" for name in self._names() if name not in last))

    def _names(self) -> Iterator[str]:
        """Name what lies here and has to have a record; what somebody has put beside it is theirs."""
        for folder, prefix in ((self.path, ""), (self.path / _EVIDENCE, f"{_EVIDENCE}/")):
            with suppress(FileNotFoundError):
                names = sorted(each.name for each in folder.iterdir())
                yield from (prefix + name for name in names if _RECORDED.fullmatch(name) or (prefix and _whole(name)))

    def _refuse_broken(self) -> None:
        broken = self.problems()
        if broken:
            raise CustomhouseError(
                f"the case in {self.path} is not as it was kept: {broken[0]}",
                hint="go on with a copy whose custody record ends with the digest that was printed when it was kept",
            )

    @contextmanager
    def _writing(self, failed: str, hint: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise CustomhouseError(f"{failed}: {error.strerror}", hint=hint) from error

    def _go_on(self) -> None:
        """Make good what a writer that was killed left, and refuse what is wrong all the same."""
        self._mend()
        if any(True for _ in self._lines()) or any(True for _ in self._names()):
            self._refuse_broken()

    def _keep(self, hunted: Hunted, moment: str) -> list[bytes]:
        self._go_on()
        records = list(self._lines())
        known = {record.file for record in self._records()}
        for excerpt in dict.fromkeys(hit.excerpt for hit in hunted.hits if hit.excerpt):
            data = excerpt.encode("utf-8", "surrogatepass")
            name = f"{_EVIDENCE}/{hashlib.sha256(data).hexdigest()}.txt"
            if name not in known:
                records.append(self._put(name, data, "kept evidence", moment, records))
        body = msgspec.json.format(msgspec.json.encode(_writable(msgspec.to_builtins(hunted))), indent=1)
        act = "wrote the case"
        if _CASE in known:
            act = "wrote the case anew"
            number = sum(each.startswith(_EARLIER) for each in known) + 1
            before = _bytes(self.path / _CASE)
            records.append(self._put(f"{_EARLIER}{number}.json", before, "kept the hunt before", moment, records))
        records.append(self._put(_CASE, body, act, moment, records))
        return records

    def _open(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        others = [
            each.name
            for each in self.path.iterdir()
            if each.name not in {_CASE, _CUSTODY, _EVIDENCE} and _whole(each.name)
        ]
        if others and not (self.path / _CUSTODY).exists():
            raise CustomhouseError(
                f"{self.path} is a folder with other things in it ({others[0]})", hint="name a new folder: --case DIR"
            )
        (self.path / _EVIDENCE).mkdir(exist_ok=True)

    def _mend(self) -> None:
        """Make good what a writer left that was killed.

        A record that was cut off was never whole, so nothing rests on it, and it is dropped. The file of the last one
        may still lie under the name that it was written under.
        """
        try:
            data = _bytes(self.path / _CUSTODY)
        except FileNotFoundError:
            return
        if data and not data.endswith(b"\n"):
            with (self.path / _CUSTODY).open("r+b") as file:
                file.truncate(data.rfind(b"\n") + 1)
        with suppress(msgspec.MsgspecError):
            last = list(self._records())[-1:]
            for record in last:
                self._finish(record)

    def _finish(self, record: CustodyRecord) -> None:
        target = self.path / record.file
        for part in sorted(target.parent.glob(f"{_PART}*")):
            if hashlib.sha256(_bytes(part)).hexdigest() == record.sha256:
                part.replace(target)
            else:
                part.unlink()

    def _lines(self) -> Iterator[bytes]:
        try:
            yield from _bytes(self.path / _CUSTODY).splitlines()
        except FileNotFoundError:
            return

    def _records(self) -> Iterator[CustodyRecord]:
        for line in self._lines():
            yield msgspec.json.decode(line, type=CustodyRecord)

    def _put(self, name: str, data: bytes, act: str, moment: str, records: list[bytes]) -> bytes:
        """Write a file, whole or not at all, and the record of it.

        The record comes first: whoever is killed between the two leaves the file beside its place, where it is found.
        """
        target = self.path / name
        descriptor, partial = tempfile.mkstemp(dir=target.parent, prefix=_PART)
        previous = _digest(records[-1]) if records else _FIRST
        record = CustodyRecord(len(records) + 1, moment, act, name, hashlib.sha256(data).hexdigest(), previous)
        line = json.dumps(msgspec.to_builtins(record), separators=(",", ":")).encode()
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            self._append(line)
        except BaseException:
            Path(partial).unlink(missing_ok=True)
            raise
        Path(partial).replace(target)
        return line

    def _append(self, line: bytes) -> None:
        with (self.path / _CUSTODY).open("ab") as file:
            end = file.tell()
            try:
                file.write(line + b"\n")
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                with suppress(OSError):
                    file.truncate(end)
                raise


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


def _moment(now: datetime | None) -> str:
    return (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")


def _bytes(path: Path) -> bytes:
    """Read a regular file; a case comes from others too, and a pipe in it would keep waiting. Raises OSError."""
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123 - a descriptor
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(f"{path.name} is no regular file")
        return file.read()


def _whole(name: str) -> bool:
    return not name.startswith(_PART)


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _writable(value: Any) -> Any:
    r"""Write half a character, as names in no known encoding hold it, as the text `\udc80`: JSON has none."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: _writable(each) for key, each in value.items()}
    return [_writable(each) for each in value] if isinstance(value, list | tuple) else value
