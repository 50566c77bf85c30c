"""Where archives are opened: in worker processes, so that one made to hurt costs itself and nothing else."""

import asyncio
import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import msgspec

from customhouse.archives.stream import Limits
from customhouse.engine.archive_file import ArchiveFile, archive_file, mapped
from customhouse.evidence.content import read_artifact
from customhouse.model.content import ContentFacts, Tree
from customhouse.model.errors import HostileUpstream, UnreachableUpstream
from customhouse.model.evidence import Gap
from customhouse.model.purl import Ecosystem

#: Seconds that reading one archive may take before its worker is ended.
READ_TIMEOUT = 180.0
#: Bytes of memory that a worker may take beyond what it starts with. A compiler of 22 MB in one package, the heaviest
#: release known, takes less than 300 MB.
MOST_MEMORY = 1024 * 1024 * 1024
#: A worker that dies takes its neighbours' work along; those are tried again, the last time alone.
_TRIES = 3
#: prctl(2): the signal that the kernel sends a process when its parent dies.
_PR_SET_PDEATHSIG = 1
#: Seconds between two looks for the parent, where the kernel cannot tell.
_PARENT_CHECK = 1.0
#: Unpacked bytes from which a worker gives its freed memory back afterwards.
_LARGE = 1024 * 1024
#: Packed bytes from which archives are read one at a time, so that their peaks do not add up.
_HEAVY = 2 * 1024 * 1024


class OpenedArchive(msgspec.Struct, frozen=True):
    """What the cache keeps of an opened archive, without its tree."""

    facts: ContentFacts
    gaps: tuple[Gap, ...] = ()


class EncodedContent(msgspec.Struct, frozen=True):
    """An opened archive as msgpack: `opened` holds an OpenedArchive, `tree` a Tree."""

    opened: bytes
    tree: bytes


def read_encoded(data: bytes | ArchiveFile, filename: str, ecosystem: Ecosystem, limits: Limits) -> EncodedContent:
    """Open an archive and encode what it gives, ready to be kept. Runs in a worker.

    Raises UnreachableUpstream for a file that is not, or no longer, as it was handed over.
    """
    if isinstance(data, ArchiveFile):
        with mapped(data, filename) as buffer:
            content = read_artifact(buffer, filename, ecosystem, limits)
    else:
        content = read_artifact(data, filename, ecosystem, limits)
    encoded = EncodedContent(_encode(OpenedArchive(content.facts, content.gaps)), _encode(content.tree))
    if content.facts.unpacked_size > _LARGE:
        del content
        _give_back()
    return encoded


def _encode(record: msgspec.Struct) -> bytes:
    """Encode a record. JavaScript's strings may hold half a character, which no UTF-8 can: it becomes an escape."""
    try:
        return msgspec.msgpack.encode(record)
    except UnicodeEncodeError:
        return msgspec.msgpack.encode(_whole_characters(record))


def _whole_characters(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, tuple):
        return tuple(_whole_characters(one) for one in value)
    if isinstance(value, dict):
        return {_whole_characters(key): _whole_characters(one) for key, one in value.items()}
    if isinstance(value, msgspec.Struct):
        fields = ((name, getattr(value, name)) for name in value.__struct_fields__)
        return msgspec.structs.replace(value, **{name: _whole_characters(one) for name, one in fields})
    return value


def _give_back() -> None:
    """Return freed memory to the system: the syntax tree of a large bundle would otherwise stay with the worker."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # a C library that has no such call
            ctypes.CDLL(None).malloc_trim(0)


def decode_tree(encoded: bytes) -> Tree:
    """Decode the tree of an opened archive."""
    return msgspec.msgpack.decode(encoded, type=Tree)


def cores() -> int:
    """How many processes can run at once here."""
    return max(1, len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1)


class ReaderPool:
    """A few processes that open archives. Make it before any thread starts: on Linux its workers are forked."""

    def __init__(self, limits: Limits, workers: int | None = None) -> None:
        """Start `workers` processes, one a core unless said otherwise."""
        self._limits = limits
        self._workers = workers or cores()
        self._pool = self._start(self._workers)
        self._alone = asyncio.Lock()
        self._heavy = asyncio.Lock()

    async def read(self, data: bytes | Path, filename: str, ecosystem: Ecosystem) -> EncodedContent:
        """Open an archive, in memory or in a file that stays as it is until it is read.

        Raises HostileUpstream when no worker survives it or finishes in time, UnreachableUpstream when the file is not
        there, or did not stay as it was.
        """
        given = archive_file(data, filename) if isinstance(data, Path) else data
        size = given.size if isinstance(given, ArchiveFile) else len(given)
        if size < _HEAVY:
            return await self._read(given, filename, ecosystem)
        async with self._heavy:
            return await self._read(given, filename, ecosystem)

    async def _read(self, data: bytes | ArchiveFile, filename: str, ecosystem: Ecosystem) -> EncodedContent:
        for attempt in range(1, _TRIES + 1):
            if attempt < _TRIES:
                pool = self._pool
                with contextlib.suppress(BrokenProcessPool, TimeoutError):
                    return await self._submit(pool, data, filename, ecosystem)
                self._replace(pool)
                continue
            async with self._alone:
                pool = self._start(1)
                with contextlib.suppress(BrokenProcessPool, TimeoutError):
                    return await self._submit(pool, data, filename, ecosystem)
                _end(pool)
        raise HostileUpstream(
            f"{filename}: reading it ended the reader {_TRIES} times",
            hint="treat the archive as hostile; report it with its digest",
        )

    def close(self) -> None:
        """End the workers."""
        _end(self._pool)

    async def _submit(
        self, pool: ProcessPoolExecutor, data: bytes | ArchiveFile, filename: str, ecosystem: Ecosystem
    ) -> EncodedContent:
        work = asyncio.get_running_loop().run_in_executor(pool, read_encoded, data, filename, ecosystem, self._limits)
        try:
            return await asyncio.wait_for(work, READ_TIMEOUT)
        except (BrokenProcessPool, TimeoutError, UnreachableUpstream):
            raise
        except MemoryError as error:
            raise HostileUpstream(
                f"{filename}: reading it took more than {MOST_MEMORY >> 20} MiB of memory",
                hint="treat the archive as hostile; report it with its digest",
            ) from error
        except Exception as error:  # one archive that we cannot read must not keep the others from their verdict
            raise HostileUpstream(
                f"{filename}: reading it failed: {type(error).__name__}: {error}",
                hint="this is a defect of Customhouse; the release counts as not inspected. Please report it",
            ) from error

    def _replace(self, broken: ProcessPoolExecutor) -> None:
        if self._pool is broken:
            self._pool = self._start(self._workers)
            _end(broken)

    def _start(self, workers: int) -> ProcessPoolExecutor:
        method = "fork" if sys.platform == "linux" else "spawn"
        context = multiprocessing.get_context(method)
        pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_as_worker, initargs=(os.getpid(),))
        pool.submit(int)  # forks the workers now
        return pool


def _end(pool: ProcessPoolExecutor) -> None:
    """End the workers first, whatever they do; the pool then finds itself broken and cleans up after them."""
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        process.kill()
    pool.shutdown(wait=True, cancel_futures=True)


def _as_worker(parent: int) -> None:
    """Leave Ctrl-C to the parent, which ends its workers, and end with it when it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        _limit_memory()
    else:
        threading.Thread(target=_outlive_nobody, args=(parent,), daemon=True).start()
    if os.getppid() != parent:  # it was killed before we could ask to be told
        os._exit(1)


def _limit_memory() -> None:
    """Let allocations fail past the limit, which Python tells as MemoryError and a grammar ends the worker with.

    The limit is of private writable memory (`RLIMIT_DATA`, Linux 4.7 and newer): yara-x reserves gigabytes of addresses
    that it never writes to, so one of addresses would end every worker.
    """
    import resource  # noqa: PLC0415 - not on every system

    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    used = next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmData:")), None)
    if used is None:  # a kernel that does not count it
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = used + MOST_MEMORY
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _outlive_nobody(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_PARENT_CHECK)
    os._exit(1)
