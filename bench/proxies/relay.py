"""A copy on loopback of what real packages the installs need: fetched once from the configured registries, then kept.

The first install through it records; all later ones are answered from the folder, so that every proxy, and the install
that uses none, has the same upstream, at a distance of our choosing.
"""

import hashlib
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from customhouse.ecosystems.npm.configuration import last_resort as npm_last_resort
from customhouse.ecosystems.pypi.configuration import last_resort as pypi_last_resort
from proxies.servers import Upstream
from simulator.http import Request, Response, Server

_PASSED = ("accept", "user-agent")
_KINDS = ("application/vnd.npm.install-v1+json", "application/vnd.pypi.simple.v1+json")


def npm_registry() -> str:
    """Return the registry that npm is configured for, without a closing slash."""
    said = subprocess.run(["npm", "config", "get", "registry"], check=True, capture_output=True, text=True).stdout
    return (said.strip() or npm_last_resort()).rstrip("/")


def pypi_index() -> str:
    """Return the index that pip is configured for, with a closing slash."""
    command = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    said = subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()
    return (said or pypi_last_resort()).rstrip("/") + "/"


@dataclass
class Relay:
    """Answers for both registries. `distance` is how many seconds every answer waits for its first byte."""

    folder: Path
    npm: str
    pypi: str
    url: str = ""
    distance: float = 0.0

    def __post_init__(self) -> None:
        """Start with nothing in memory."""
        self._held: dict[str, Response] = {}
        self._hosts = self.folder / "hosts.json"
        self._known: dict[str, str] = json.loads(self._hosts.read_text()) if self._hosts.exists() else {}

    @property
    def upstream(self) -> Upstream:
        """Its addresses, as the registries of a client or a proxy."""
        return Upstream(f"{self.url}/npm", f"{self.url}/simple/")

    def handle(self, request: Request) -> Response:
        """Answer from memory, from the folder, or from the registry."""
        if request.method == "POST":
            return Response(headers={"Content-Type": "application/json"}, body=b"{}")
        accept = request.headers.get("accept", "")
        kind = next((kind for kind in _KINDS if kind in accept), "")
        key = hashlib.sha256(f"{kind} {request.path}".encode()).hexdigest()
        if key not in self._held:
            self._held[key] = self._load(key, request)
        held = self._held[key]
        return Response(held.status, held.headers, held.body, stall=self.distance)

    def _load(self, key: str, request: Request) -> Response:
        head, body = self.folder / f"{key}.json", self.folder / f"{key}.body"
        if not head.exists():
            status, kind, data = self._fetched(request)
            body.write_bytes(data)
            head.write_text(json.dumps({"path": request.path, "status": status, "type": kind}))
        said = json.loads(head.read_text())
        data = body.read_bytes()
        headers = {"Content-Type": said["type"], "Last-Modified": "Wed, 01 Jan 2025 00:00:00 GMT"}
        if request.path.startswith("/host/"):
            headers["Cache-Control"] = "max-age=365000000, immutable"
        elif "json" in said["type"] or "html" in said["type"]:
            data = self._ours(data)
        return Response(said["status"], headers, data)

    def _fetched(self, request: Request) -> tuple[int, str, bytes]:
        """Ask the registry itself."""
        passed = {name: value for name, value in request.headers.items() if name in _PASSED}
        asked = urllib.request.Request(self._theirs(request.path), headers=passed)  # noqa: S310 - a registry
        try:
            with urllib.request.urlopen(asked, timeout=120) as answer:  # noqa: S310
                return answer.status, answer.headers.get("Content-Type", ""), answer.read()
        except urllib.error.HTTPError as error:
            if error.code >= 500:
                raise
            return error.code, error.headers.get("Content-Type", ""), error.read()

    def _theirs(self, path: str) -> str:
        """Return the registry's own address of one of our paths."""
        _, first, rest = path.split("/", 2)
        if first == "npm":
            return f"{self.npm}/{rest}"
        if first == "simple":
            return f"{self.pypi}{rest}"
        if first == "host":
            number, _, rest = rest.partition("/")
            return f"{self._known[number]}/{rest}"
        root = self.pypi.removesuffix("simple/").rstrip("/")
        return f"{root}{path}"

    def _ours(self, body: bytes) -> bytes:
        """Put our addresses in place of the registries'."""
        body = body.replace(self.npm.encode(), f"{self.url}/npm".encode())
        for scheme_host in set(re.findall(rb'"(https://[^/"]+)/packages/', body)):
            host = scheme_host.decode()
            number = hashlib.sha256(host.encode()).hexdigest()[:8]
            if number not in self._known:
                self._known[number] = host
                self._hosts.write_text(json.dumps(self._known))
            body = body.replace(scheme_host, f"{self.url}/host/{number}".encode())
        return body


@contextmanager
def relay(folder: Path) -> Iterator[Relay]:
    """Serve the copy that is in a folder, which grows by what is not in it yet."""
    folder.mkdir(parents=True, exist_ok=True)
    server = Server()
    copy = Relay(folder, npm_registry(), pypi_index())
    copy.url = f"http://127.0.0.1:{server.listen('relay', copy.handle)}"
    assert urlsplit(copy.url).port  # noqa: S101 - it listens
    try:
        yield copy
    finally:
        server.close()
