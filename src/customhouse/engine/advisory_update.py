"""`db update`: advisories fetched or found, read one record at a time, and put into the local index as one step."""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import msgspec

from customhouse.ecosystems.addresses import kind_of, literal
from customhouse.ecosystems.fetching import Answer, Ask, shown
from customhouse.evidence.advisory_files import MemberError, members
from customhouse.evidence.osv_record import RecordError, read_record
from customhouse.model.advisory import AdvisoryRecord, SourceState
from customhouse.model.errors import CustomhouseError, UnreachableUpstream, UpstreamError
from customhouse.model.purl import Ecosystem
from customhouse.storage.advisory_index import AdvisoryIndexWriter, locked

#: The bulk exports of the OSV project (https://google.github.io/osv.dev/data/#data-dumps).
BULK_EXPORTS: Mapping[Ecosystem, str] = {
    "npm": "https://osv-vulnerabilities.storage.googleapis.com/npm/all.zip",
    "pypi": "https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip",
}
ECOSYSTEMS: tuple[Ecosystem, ...] = ("npm", "pypi")
#: Bytes of a download; the export of npm has some 200 million.
MAX_DOWNLOAD = 2 * 2**30
#: Seconds for one download with all its retries.
_DOWNLOAD_SECONDS = 1800.0
#: Of a hundred records, how many may be unreadable before the whole source is refused.
MAX_UNREADABLE_PERCENT = 1
_NAMED = 5
#: Called now and then: what is being done, how many records are done.
Progress = Callable[[str, int], None]
_TELL_EVERY = 2000


class SourceUpdate(msgspec.Struct, frozen=True):
    """What became of one source. `error` and `hint` are empty when it was updated, or found unchanged."""

    location: str
    state: SourceState | None = None
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    #: The server said that nothing changed, so nothing was fetched.
    not_modified: bool = False
    error: str = ""
    hint: str = ""


class Update(msgspec.Struct, frozen=True):
    """An update of the index. `note` says why the present index could not be built upon, where that is so."""

    sources: tuple[SourceUpdate, ...]
    seconds: float
    note: str = ""

    @property
    def failed(self) -> bool:
        """Whether any source could not be updated."""
        return any(source.error for source in self.sources)


def update_index(
    directory: Path,
    locations: Sequence[str],
    environ: Mapping[str, str],
    *,
    ecosystems: tuple[Ecosystem, ...] = ECOSYSTEMS,
    progress: Progress = lambda _what, _count: None,
) -> Update:
    """Bring every source in `locations` (URLs or paths) up to date; a source that fails stays as it was.

    Readers see the old index until all is done, and the new one from then on. Raises CustomhouseError when another
    update is at work, or the index cannot be written (the old one then stands).
    """
    started = time.monotonic()
    try:
        with locked(directory), AdvisoryIndexWriter(directory) as writer:
            done = tuple(_update(writer, location, environ, ecosystems, progress) for location in locations)
            if any(not each.error for each in done) or writer.started_anew:
                writer.publish()
            return Update(done, time.monotonic() - started, writer.started_anew)
    except (OSError, sqlite3.Error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise CustomhouseError(
            f"the advisory index in {directory} cannot be written: {reason}; it stays as it was",
            hint="free some space or make the folder writable, or name another with --db-dir",
        ) from None


def forget_source(directory: Path, location: str) -> bool:
    """Remove a source from the index; False when the index does not have it. Raises as `update_index` does."""
    try:
        with locked(directory), AdvisoryIndexWriter(directory) as writer:
            found = writer.forget(location)
            if found:
                writer.publish()
            return found
    except (OSError, sqlite3.Error) as error:
        raise CustomhouseError(
            f"the advisory index in {directory} cannot be written: {error}", hint="make the folder writable"
        ) from None


def canonical_location(text: str) -> str:
    """Return how a source is named in the index: a URL as given, a path made absolute."""
    return text if "://" in text else str(Path(text).expanduser().absolute())


def _update(
    writer: AdvisoryIndexWriter,
    location: str,
    environ: Mapping[str, str],
    ecosystems: tuple[Ecosystem, ...],
    progress: Progress,
) -> SourceUpdate:
    known = writer.source(location)
    if known is not None and known.ecosystems != ecosystems:
        known = None
    try:
        if "://" not in location:
            return _read(writer, Path(location), SourceState(location, 0.0, 0.0), ecosystems, progress)
        progress(f"fetching {shown(location)}", 0)
        with tempfile.NamedTemporaryFile(suffix=".zip") as file:
            answer = asyncio.run(_fetch(location, known, environ, file.file))  # type: ignore[arg-type]
            if answer.unchanged and known is not None:
                state = msgspec.structs.replace(known, checked=time.time())
                writer.touch(state)
                return SourceUpdate(location, state, unchanged=state.records, not_modified=True)
            file.flush()
            state = SourceState(location, 0.0, 0.0, answer.etag[:500], answer.last_modified[:500])
            return _read(writer, Path(file.name), state, ecosystems, progress)
    except (CustomhouseError, UpstreamError) as error:
        return SourceUpdate(location, error=error.message, hint=error.hint)


async def _fetch(location: str, known: SourceState | None, environ: Mapping[str, str], sink: BinaryIO) -> Answer:
    from customhouse.ecosystems.transport import Bounds, Transport  # noqa: PLC0415 - only for a URL

    refuse_unencrypted(location)
    transport = Transport(environ, Bounds(total=_DOWNLOAD_SECONDS))
    try:
        return await transport.get(
            Ask(
                location,
                "advisories",
                MAX_DOWNLOAD,
                (location,),
                decode=False,
                etag=known.etag if known else "",
                last_modified=known.last_modified if known else "",
                sink=sink,
            )
        )
    except UpstreamError as error:
        raise UnreachableUpstream(
            f"{error.message}; the index keeps what it has of it",
            hint="try again later, or fetch the file elsewhere and run: customhouse db update --from FILE",
        ) from None
    finally:
        await transport.aclose()


def refuse_unencrypted(url: str) -> None:
    """Raise CustomhouseError for an address that is neither HTTPS nor on this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    address = literal(host)
    loopback = host == "localhost" or (address is not None and kind_of(address) == "loopback")
    if not host or (parts.scheme != "https" and not (parts.scheme == "http" and loopback)):
        raise CustomhouseError(
            f"advisories are not fetched from {shown(url)}: only HTTPS is, so that nobody on the way alters them",
            hint="give an https:// address, or fetch the file yourself and name its path",
        )


def _read(
    writer: AdvisoryIndexWriter,
    path: Path,
    state: SourceState,
    ecosystems: tuple[Ecosystem, ...],
    progress: Progress,
) -> SourceUpdate:
    source = writer.begin(state.location)
    try:
        before = writer.source(state.location)
        if before is not None and before.checked and before.ecosystems != ecosystems:
            source.clear()
        unreadable: list[str] = []
        total = 0
        for member in members(path):
            total += 1
            if total % _TELL_EVERY == 0:
                progress(f"reading {shown_location(state.location)}", total)
            if source.known(member.name, member.checksum, member.size):
                continue
            try:
                record = _of(read_record(member.read()), ecosystems)
                if not source.put(member.name, member.checksum, member.size, record):
                    raise RecordError("a second file of this name")  # noqa: TRY301 - told with the others
            except (RecordError, MemberError) as error:
                source.keep(member.name)
                unreadable.append(f"{member.name[:200]}: {error}")
        _enough(state.location, total, unreadable)
        now = time.time()
        altered = source.added or source.changed
        state = msgspec.structs.replace(
            state,
            checked=now,
            changed=now if altered or before is None else before.changed or now,
            ecosystems=ecosystems,
            unreadable=len(unreadable),
            first_unreadable=tuple(unreadable[:_NAMED]),
        )
        state = source.finish(state)
    except BaseException:
        source.abandon()
        raise
    return SourceUpdate(state.location, state, source.added, source.changed, source.unchanged, source.removed)


def _of(record: AdvisoryRecord, ecosystems: tuple[Ecosystem, ...]) -> AdvisoryRecord:
    """Leave out what speaks of other ecosystems."""
    if len(ecosystems) == len(ECOSYSTEMS):
        return record
    return msgspec.structs.replace(
        record, affected=tuple(each for each in record.affected if each.ecosystem in ecosystems)
    )


def _enough(location: str, total: int, unreadable: Sequence[str]) -> None:
    """Refuse a source that is empty, or of which too much cannot be read."""
    where = shown_location(location)
    if not total:
        raise CustomhouseError(
            f"{where} holds no .json file at all", hint="give a folder, a .json file or a .zip of OSV records"
        )
    if len(unreadable) * 100 > total * MAX_UNREADABLE_PERCENT:
        told = "\n".join(f"  {one}" for one in unreadable[:_NAMED])
        more = f"\n  and {len(unreadable) - _NAMED:,} more" if len(unreadable) > _NAMED else ""
        raise CustomhouseError(
            f"{len(unreadable):,} of {total:,} records in {where} cannot be read, more than "
            f"{MAX_UNREADABLE_PERCENT} in a hundred; the index keeps what it has of it\n{told}{more}",
            hint="is it a database of OSV records (https://ossf.github.io/osv-schema/)? Fetch it again",
        )


def shown_location(location: str) -> str:
    """Return a location as messages may show it: a URL without credentials and query."""
    return shown(location) if "://" in location else location
