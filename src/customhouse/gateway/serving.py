"""One gateway process: everything opened, served until it is told to stop, and closed in order."""

import asyncio
import contextlib
import ipaddress
import os
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import FrameType
from typing import Protocol

import msgspec
import uvicorn

from customhouse.ecosystems.registries import Registries, open_registries
from customhouse.engine.intelligence import open_intelligence
from customhouse.engine.places import advisory_directory
from customhouse.engine.settings import FILE_NAME, ORGANISATION, Settings, load_settings
from customhouse.gateway.admission.advisories import Advisories
from customhouse.gateway.admission.file_gate import FileGate
from customhouse.gateway.admission.listings import PackageListings
from customhouse.gateway.admission.young_first import YoungFirst
from customhouse.gateway.callers import TokenCallers
from customhouse.gateway.canary.door import CanaryDoor
from customhouse.gateway.canary.parts import CanaryParts
from customhouse.gateway.downgrades import Downgrades
from customhouse.gateway.first_token import ensure_first_token
from customhouse.gateway.housekeeping import Housekeeping
from customhouse.gateway.http.app import GatewayApp, Mounts
from customhouse.gateway.http.bounded_protocol import BoundedProtocol
from customhouse.gateway.http.limits import Limits
from customhouse.gateway.inspection.desk import Desk
from customhouse.gateway.inspection.messages import Setup
from customhouse.gateway.log import configure_log
from customhouse.gateway.management.door import ManagementDoor
from customhouse.gateway.management.front_page import FrontPage
from customhouse.gateway.npm.door import NpmDoor
from customhouse.gateway.observers import Observers
from customhouse.gateway.policy_following import PolicyFollowing
from customhouse.gateway.pypi.door import PypiDoor
from customhouse.gateway.records import Records
from customhouse.gateway.state import open_state
from customhouse.gateway.upstream.kept_documents import KeptDocuments
from customhouse.gateway.upstream.source import Source
from customhouse.gateway.watch import Watch
from customhouse.gateway.withdrawals import Withdrawals
from customhouse.model.errors import CustomhouseError
from customhouse.policy.configuration import Configuration
from customhouse.policy.durations import duration
from customhouse.storage.documents import DocumentCache

#: Seconds that one request to upstream may take, an archive's included; and that answers under way have at the end.
_PATIENCE, _GRACE = 120.0, 20
#: Seconds that closing everything may take after that, before the process just ends.
_CLOSING = 10


class ServeOptions(msgspec.Struct, frozen=True):
    """What the command line says. `database` may hold a password and is never shown; `state` is a folder."""

    state: Path
    project: Path
    host: str = "127.0.0.1"
    port: int = 8080
    database: str = ""
    blobs: str = ""
    config: Path | None = None
    npm_registry: str | None = None
    pypi_index: str | None = None
    public_url: str = ""
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    require_tokens: bool = False
    trusted_proxies: tuple[str, ...] = ()
    at_once: int = 512
    rate: float = 0.0
    access_log: bool = True

    @property
    def database_url(self) -> str:
        """The database's address: the one given, else a file in the state folder."""
        return self.database or f"sqlite:///{(self.state / 'gateway.sqlite').absolute()}"

    @property
    def blobs_location(self) -> str:
        """Where bytes are kept: as given, else a folder in the state folder."""
        return self.blobs or str((self.state / "blobs").absolute())


def serve(
    options: ServeOptions, settings: Settings, environ: Mapping[str, str], announce: Callable[[str], None]
) -> None:
    """Serve until SIGTERM or SIGINT. `announce` is told the gateway's address once it takes requests.

    Raises CustomhouseError when something that it needs cannot be opened.
    """
    configure_log()
    listener = _listen(options)
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_serve(options, settings, environ, listener, announce))
    finally:
        listener.close()


async def _serve(
    options: ServeOptions,
    settings: Settings,
    environ: Mapping[str, str],
    listener: socket.socket,
    announce: Callable[[str], None],
) -> None:
    address = address_of(options, listener)
    async with _assembled(options, settings, environ, address) as app:
        server = _Server(
            uvicorn.Config(
                app,
                http=BoundedProtocol,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=75,
                timeout_graceful_shutdown=_GRACE,
                ssl_certfile=options.tls_certificate,
                ssl_keyfile=options.tls_key,
            ),
            lambda: announce(address),
        )
        await server.serve(sockets=[listener])


class _Server(uvicorn.Server):
    """uvicorn's server, which says when it takes requests."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._started()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take signals while it serves. uvicorn's own sends them again afterwards, before anything here is closed."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {each: signal.signal(each, self.handle_exit) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.should_exit:
            # Whatever hangs (a database that does not answer, a disk): the end does not wait for it.
            last = threading.Timer(_GRACE + _CLOSING, lambda: os._exit(1))
            last.daemon = True
            last.start()
        super().handle_exit(sig, frame)


class _Part(Protocol):
    """What runs beside the requests."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


async def _started(stack: AsyncExitStack, part: _Part) -> None:
    """Start a part, to be stopped with the stack."""
    await part.start()
    stack.push_async_callback(part.stop)


@asynccontextmanager
async def _assembled(
    options: ServeOptions, settings: Settings, environ: Mapping[str, str], address: str
) -> AsyncIterator[GatewayApp]:
    """Open every part and put them together; close them in the opposite order."""
    configuration, own = settings.configuration, settings.configuration.gateway
    following = PolicyFollowing(
        configuration, lambda: _read_again(options, environ), _policy_files(options, settings, environ)
    )
    max_age = duration(own.metadata_max_age).total_seconds()
    async with AsyncExitStack() as stack:
        options.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        state = await asyncio.to_thread(
            open_state, options.database_url, options.blobs_location, options.state / "incoming", following.identity
        )
        stack.callback(state.close)
        await asyncio.to_thread(ensure_first_token, state.tokens, state.ledger, options.state)
        documents = DocumentCache(options.state / "documents")
        registries = await stack.enter_async_context(_registries(options, settings, environ, documents, max_age))
        _refuse_itself(registries, address)
        watch = Watch(state.revisions.changed)
        await _started(stack, watch)
        index = advisory_directory(configuration, None, environ)
        advisories = Advisories(lambda: open_intelligence(following.configuration, index), index, configuration)
        setup = _setup(options, configuration, following.identity, max_age)
        desk = Desk(setup, environ, wait=duration(own.wait).total_seconds())
        await _started(stack, desk)
        source = Source(registries, configuration, max_age)
        listings = PackageListings(source, state, advisories, configuration, watch)
        young = YoungFirst(
            listings, desk, state, younger_than=duration(own.inspect_younger_than), most=own.inspect_first
        )
        withdrawals = Withdrawals(state)
        gate = FileGate(listings, desk, state, advisories, configuration, withdrawals)

        async def moved() -> None:
            changed = state.policy != following.identity
            state.policy = following.identity
            for part in (source, listings, gate, advisories):
                part.follow(following.configuration)
            watch.forget()
            if changed:
                await desk.renew(msgspec.structs.replace(setup, policy=following.identity))

        await following.start(moved)
        stack.push_async_callback(following.stop)
        _follow_when_told(following)
        records = Records(state.fetches.record, access_log=options.access_log)
        await _started(stack, records)
        _gauges(records, desk, watch)
        downgrades = Downgrades(state.downgrades.count, state.downgrades.of)
        await _started(stack, downgrades)
        housekeeping = Housekeeping(state, desk, advisories, watch, documents, withdrawals, duration(own.keep_fetches))
        await _started(stack, housekeeping)
        callers = TokenCallers(state.tokens.find, required=options.require_tokens)
        management = ManagementDoor(young, listings, gate, desk, state, callers, records, watch)
        canary = CanaryParts()
        npm = CanaryDoor(NpmDoor(young, gate, source), NpmDoor(canary, canary, canary), "npm")
        pypi = CanaryDoor(PypiDoor(young, gate, source), PypiDoor(canary, canary, canary), "pypi")
        yield GatewayApp(
            Mounts(
                (
                    ("/npm/", npm),
                    ("/pypi/", pypi),
                    ("/-/", management),
                    ("/", FrontPage(npm)),
                )
            ),
            callers,
            Observers(records, downgrades),
            watch,
            Limits(at_once=options.at_once, rate=options.rate),
            public_url=options.public_url,
            trusted_proxies=frozenset(options.trusted_proxies),
            hosts=_hosts(options),
        )


@asynccontextmanager
async def _registries(
    options: ServeOptions, settings: Settings, environ: Mapping[str, str], documents: DocumentCache, max_age: float
) -> AsyncIterator[Registries]:
    configured = settings.configuration.registries
    async with open_registries(
        options.project,
        environ,
        npm_registry=options.npm_registry or configured.npm,
        pypi_index=options.pypi_index or configured.pypi,
        through=lambda fetcher: KeptDocuments(fetcher, documents, max_age),
        patience=_PATIENCE,
    ) as registries:
        yield registries


def _setup(options: ServeOptions, configuration: Configuration, policy: str, max_age: float) -> Setup:
    """What the inspecting process is told. Registries that a file names are those of the start, as in front."""
    return Setup(
        str(options.project.absolute()),
        str(options.state.absolute()),
        options.database_url,
        options.blobs_location,
        policy,
        str(options.config.absolute()) if options.config else None,
        options.npm_registry or configuration.registries.npm,
        options.pypi_index or configuration.registries.pypi,
        max_age,
        _PATIENCE,
    )


def _read_again(options: ServeOptions, environ: Mapping[str, str]) -> Configuration:
    """Read the configuration as the command did. Raises CustomhouseError."""
    from customhouse.rules.all_rules import EVERY_RULE  # noqa: PLC0415 - imports every rule, which the front needs not

    known = frozenset(rule.id for rule in EVERY_RULE)
    return load_settings(options.project, explicit=options.config, environ=environ, known_rules=known).configuration


def _policy_files(options: ServeOptions, settings: Settings, environ: Mapping[str, str]) -> list[Path]:
    """Every file that the policy is read from, and those that it would be if they were there."""
    named = Path(environ[ORGANISATION]) if environ.get(ORGANISATION) else None
    own = options.config or settings.project_file
    found = [named, own] if own else [named, options.project / FILE_NAME, settings.root / FILE_NAME]
    return [each.absolute() for each in found if each is not None]


def _follow_when_told(following: PolicyFollowing) -> None:
    """Read the policy again on SIGHUP, as daemons do."""
    with contextlib.suppress(
        NotImplementedError, AttributeError, ValueError, RuntimeError
    ):  # Windows, or no main thread
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, following.ask)


def _refuse_itself(registries: Registries, address: str) -> None:
    """Refuse to start as one's own upstream, which the environment of a client of the gateway would make of it."""
    homes = [*registries.npm.configuration.homes]
    with contextlib.suppress(CustomhouseError):
        homes += registries.pypi.configuration.homes
    for home in homes:
        if home.startswith(f"{address}/"):
            raise CustomhouseError(
                f"the gateway is configured as its own upstream: {home}",
                hint="start it without its own environment lines, or name the registries: --npm-registry, --pypi-index",
            )


def _gauges(records: Records, desk: Desk, watch: Watch) -> None:
    records.watch("customhouse_gateway_open_inspections", "Files being inspected.", lambda: desk.waiting)
    records.watch("customhouse_gateway_inspector_deaths", "Ends of the inspecting process.", lambda: desk.deaths)
    records.watch("customhouse_gateway_state_fresh", "1 while the state can be followed.", lambda: float(watch.fresh))


def _listen(options: ServeOptions) -> socket.socket:
    """Bind before anything is opened: a port that is taken is the most common mistake, and it is told at once."""
    try:
        family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((options.host, options.port))
    except OSError as error:
        raise CustomhouseError(
            f"cannot listen at {options.host}:{options.port}: {error.strerror}", hint="choose another --host or --port"
        ) from None
    listener.set_inheritable(False)
    return listener


def address_of(options: ServeOptions, listener: socket.socket) -> str:
    """The address that clients on this machine reach it at, without a closing slash."""
    if options.public_url:
        return options.public_url.rstrip("/")
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - what "everywhere" means from here
    scheme = "https" if options.tls_certificate else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def _hosts(options: ServeOptions) -> frozenset[str]:
    """The names that clients may call a gateway by that serves this machine alone; none where any will do.

    Else a page in a browser of this machine could read through it what private registries have: it names a host of its
    own, and has that name lead here (DNS rebinding).
    """
    here = options.host == "localhost"
    with contextlib.suppress(ValueError):
        here = ipaddress.ip_address(options.host).is_loopback
    if not here or options.public_url or options.trusted_proxies:
        return frozenset()
    return frozenset({"", "localhost", "127.0.0.1", "::1", options.host.lower()})


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop  # noqa: PLC0415 - not there on every system

    return uvloop.new_event_loop
