"""The inspecting process: `python -m customhouse.gateway.inspection.worker`, started by the desk and by nothing else.

Orders come in on standard input, answers go out on standard output, and the log goes to standard error. It ends when
its input does, so that it never outlives the front.
"""

import asyncio
import ctypes
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from customhouse.engine.limits import archive_limits
from customhouse.engine.readers import ReaderPool
from customhouse.engine.session import RunOptions, open_session
from customhouse.engine.settings import Settings, load_settings
from customhouse.gateway.inspection.inspecting import FileInspector
from customhouse.gateway.inspection.messages import (
    Alive,
    Answer,
    Done,
    Failed,
    Order,
    Ready,
    Setup,
    encode,
    read_frame,
)
from customhouse.gateway.inspection.store_source import StoreSource
from customhouse.gateway.interface import UnavailableError
from customhouse.gateway.log import configure_log
from customhouse.gateway.policy_identity import policy_identity
from customhouse.gateway.state import open_state
from customhouse.gateway.upstream.kept_documents import KeptDocuments
from customhouse.model.errors import CustomhouseError
from customhouse.policy.configuration import Configuration
from customhouse.storage.documents import DocumentCache

#: Threads that may wait for the database, the store, or another instance.
_THREADS = 48
#: Seconds between two signs of life.
_ALIVE = 5.0
#: prctl(2): the signal that the kernel sends a process when its parent dies.
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Read the setup, then serve orders until there are no more."""
    _end_with_the_front()
    configure_log()
    out = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever prints must not get among the answers
    setup = _setup()
    project, kept = Path(setup.project), Path(setup.state)
    config = Path(setup.config) if setup.config else None
    settings = _as_the_gateway(load_settings(project, explicit=config, environ=os.environ))
    documents = DocumentCache(kept / "documents")
    options = RunOptions(
        project,
        npm_registry=setup.npm_registry,
        pypi_index=setup.pypi_index,
        cache_directory=kept / "evidence",
        through=lambda fetcher: KeptDocuments(fetcher, documents, setup.max_age),
        patience=setup.patience,
    )
    readers = ReaderPool(archive_limits(settings.configuration))  # before any thread, and before any connection
    try:
        asyncio.run(_serve(settings, options, readers, setup, out))
    finally:
        readers.close()


def _end_with_the_front() -> None:
    """Be killed when the front is, whatever a thread here waits for: nothing that is under way is lost by that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _as_the_gateway(settings: Settings) -> Settings:
    """Let what a registry said be as old here as it may be in front: else a file that came since is not there yet."""
    configuration = settings.configuration
    cache = msgspec.structs.replace(configuration.cache, metadata_max_age=configuration.gateway.metadata_max_age)
    return msgspec.structs.replace(settings, configuration=msgspec.structs.replace(configuration, cache=cache))


def _setup() -> Setup:
    """Read the first frame, before anything else reads from standard input."""
    length = int.from_bytes(_exactly(4), "big")
    return msgspec.msgpack.decode(_exactly(length), type=Setup)


def _exactly(count: int) -> bytes:
    found = b""
    while len(found) < count:
        piece = os.read(sys.stdin.fileno(), count - len(found))
        if not piece:
            raise SystemExit(0)
        found += piece
    return found


async def _serve(settings: Settings, options: RunOptions, readers: ReaderPool, setup: Setup, out: int) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(_THREADS))
    state = await asyncio.to_thread(
        open_state, setup.database, setup.blobs, Path(setup.state) / "incoming", setup.policy
    )
    try:
        source = StoreSource(state)
        async with open_session(settings, options, os.environ, readers, source) as session:
            await _take_orders(FileInspector(session, state, source), out, settings.configuration)
    finally:
        state.close()


async def _take_orders(inspector: FileInspector, out: int, configuration: Configuration) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(loop=loop)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(0, "rb", buffering=0))
    transport, _ = await loop.connect_write_pipe(asyncio.Protocol, os.fdopen(out, "wb", buffering=0))
    running: set[asyncio.Task[None]] = set()
    transport.write(encode(Ready()))
    living = asyncio.create_task(_live(transport))
    while (body := await read_frame(reader)) is not None:
        order = msgspec.msgpack.decode(body, type=Order)
        task = asyncio.create_task(_answer(inspector, order, transport, configuration))
        running.add(task)
        task.add_done_callback(running.discard)
    for task in (living, *running):
        task.cancel()
    await asyncio.gather(living, *running, return_exceptions=True)


async def _live(transport: asyncio.WriteTransport) -> None:
    while True:
        await asyncio.sleep(_ALIVE)
        transport.write(encode(Alive()))


async def _answer(
    inspector: FileInspector, order: Order, transport: asyncio.WriteTransport, configuration: Configuration
) -> None:
    answer: Answer
    in_force = policy_identity(configuration, datetime.now(UTC).date())
    try:
        if order.bytes_only:
            await inspector.fetch_again(order.purl, order.filename, order.bytes_only)
            answer = Done(order.number)
        elif order.policy != in_force:  # a word under the one must not pass for one under the other
            answer = Failed(order.number, "the policy has just changed", 2)
        else:
            found = await inspector.inspect(order.purl, order.filename, order.policy)
            # The verdict lies in the database, may be larger than a message, and is nothing that the front asks for.
            answer = Done(order.number, msgspec.structs.replace(found, verdict=b"") if found is not None else None)
    except UnavailableError as error:
        answer = Failed(order.number, error.message, error.retry_after)
    except CustomhouseError as error:
        answer = Failed(order.number, f"{error.message}; {error.hint}", 30)
    except Exception as error:  # noqa: BLE001 - one file that trips it must not take the others along
        answer = Failed(order.number, f"inspecting {order.filename} failed: {type(error).__name__}: {error}", 60)
    transport.write(encode(answer))


if __name__ == "__main__":
    main()
