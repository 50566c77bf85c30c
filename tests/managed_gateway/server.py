"""The application, assembled as `gateway/serving.py` does it, behind uvicorn in a thread."""

import asyncio
import contextlib
import socket
import threading
from datetime import UTC, datetime

import httpx2
import uvicorn

from customhouse.ecosystems.registries import open_registries
from customhouse.engine.intelligence import open_intelligence
from customhouse.engine.settings import load_settings
from customhouse.gateway.admission.advisories import Advisories
from customhouse.gateway.admission.file_gate import FileGate
from customhouse.gateway.admission.listings import PackageListings
from customhouse.gateway.admission.young_first import YoungFirst
from customhouse.gateway.callers import TokenCallers
from customhouse.gateway.canary.door import CanaryDoor
from customhouse.gateway.canary.parts import CanaryParts
from customhouse.gateway.downgrades import Downgrades
from customhouse.gateway.first_token import ensure_first_token
from customhouse.gateway.http.app import GatewayApp, Mounts
from customhouse.gateway.http.bounded_protocol import BoundedProtocol
from customhouse.gateway.http.limits import Limits
from customhouse.gateway.management.door import ManagementDoor
from customhouse.gateway.management.front_page import FrontPage
from customhouse.gateway.npm.door import NpmDoor
from customhouse.gateway.observers import Observers
from customhouse.gateway.pypi.door import PypiDoor
from customhouse.gateway.records import Records
from customhouse.gateway.state import open_state
from customhouse.gateway.upstream.source import Source
from customhouse.gateway.watch import Watch
from customhouse.policy.durations import duration
from managed_gateway.desk import SpokenFor


class ManagedGateway:
    """Use it as a context manager. `url` is its address; `state`, `desk`, `watch` are its parts, for tests to disturb."""

    def __init__(self, folder, registry, *, require_tokens=False):
        self.folder = folder
        self.registry = registry
        self.require_tokens = require_tokens
        self.state = open_state(f"sqlite:///{folder}/state.sqlite", str(folder / "blobs"), folder / "incoming", "p1")
        self.token_file = ensure_first_token(self.state.tokens, self.state.ledger, folder)
        self.admin = self.token_file.read_text().strip()
        self.tokens = {"admin": self.admin}
        for role in ("approver", "reader"):
            self.tokens[role] = self.state.tokens.issue(f"some-{role}", role, datetime.now(UTC))[1]
        # Named TCP, or asyncio does not know that it may send small answers at once (TCP_NODELAY).
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._listener.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._client = httpx2.Client(trust_env=False, timeout=30, verify=False)
        self._ready = threading.Event()
        self._failed = None
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        assert self._ready.wait(30), "it does not start"
        if self._failed is not None:
            raise self._failed
        return self

    def __exit__(self, *_):
        self._client.close()
        self._server.should_exit = True
        self._thread.join(30)
        self.state.close()
        self._listener.close()

    def ask(self, method, path, *, role="", headers=None, **named):
        """Send one request as somebody, and return the response."""
        sent = dict(headers or {})
        if role:
            sent["authorization"] = f"Bearer {self.tokens[role]}"
        return self._client.request(method, self.url + path, headers=sent, **named)

    def decide(self, act, purl, *, role="approver", **named):
        body = {"act": act, "purl": purl, "reason": "because", "owner": "ops@registry.example", **named}
        return self.ask("POST", "/-/customhouse/decisions", role=role, json=body)

    def explain(self, purl, *, role=""):
        answer = self.ask("GET", f"/-/customhouse/explain/{purl}", role=role)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def run(self, work):
        """Run a coroutine in the gateway's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def _run(self):
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - told to the test
            self._failed = error
            self._ready.set()

    async def _serve(self):
        self._loop = asyncio.get_running_loop()
        configuration = load_settings(self.folder, environ={}).configuration
        async with contextlib.AsyncExitStack() as stack:
            registries = await stack.enter_async_context(
                open_registries(
                    self.folder, {}, npm_registry=self.registry.npm_url, pypi_index=self.registry.pypi_url, patience=5.0
                )
            )
            self.watch = Watch(self.state.revisions.changed)
            await self.watch.start()
            stack.push_async_callback(self.watch.stop)
            index = self.folder / "advisories"
            advisories = Advisories(lambda: open_intelligence(configuration, index), index, configuration)
            self.desk = SpokenFor(self.state, registries)
            source = Source(registries, configuration, 300.0)
            self.listings = listings = PackageListings(source, self.state, advisories, configuration, self.watch)
            young = YoungFirst(listings, self.desk, self.state, younger_than=duration("30d"), most=2)
            self.gate = FileGate(listings, self.desk, self.state, advisories, configuration)
            records = Records(self.state.fetches.record, access_log=False)
            self.downgrades = Downgrades(self.state.downgrades.count, self.state.downgrades.of)
            callers = TokenCallers(self.state.tokens.find, required=self.require_tokens)
            door = ManagementDoor(young, listings, self.gate, self.desk, self.state, callers, records, self.watch)
            parts = CanaryParts()
            npm = CanaryDoor(NpmDoor(young, self.gate, source), NpmDoor(parts, parts, parts), "npm")
            pypi = CanaryDoor(PypiDoor(young, self.gate, source), PypiDoor(parts, parts, parts), "pypi")
            await records.start()
            stack.push_async_callback(records.stop)
            app = GatewayApp(
                Mounts((("/npm/", npm), ("/pypi/", pypi), ("/-/", door), ("/", FrontPage(npm)))),
                callers,
                Observers(records, self.downgrades),
                self.watch,
                Limits(),
            )
            config = uvicorn.Config(
                app, http=BoundedProtocol, lifespan="off", log_config=None, access_log=False, server_header=False
            )
            self._server = _Server(config, self._ready)
            await self._server.serve(sockets=[self._listener])


class _Server(uvicorn.Server):
    def __init__(self, config, ready):
        super().__init__(config)
        self._told = ready

    async def startup(self, sockets=None):
        await super().startup(sockets)
        self._told.set()

    def install_signal_handlers(self):
        """Not in a thread."""

    @contextlib.contextmanager
    def capture_signals(self):
        yield
