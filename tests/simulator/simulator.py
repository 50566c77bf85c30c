"""The whole: four listeners, a log of every request, and a list of misbehaviours."""

import base64
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import unquote

from simulator.http import Handler, Request, Response, Server
from simulator.misbehaviour import Misbehaviour
from simulator.npm import NpmStore
from simulator.pypi import PypiStore

Match = str | Callable[[str], bool]


@dataclass
class _Rule:
    match: Match
    how: Misbehaviour
    left: int | None

    def takes(self, path: str) -> bool:
        hit = self.match in unquote(path) if isinstance(self.match, str) else self.match(path)
        if not hit or self.left == 0:
            return False
        if self.left is not None:
            self.left -= 1
        return True


class RegistrySimulator:
    """npm and PyPI on loopback. Use it as a context manager.

    Listeners: `npm` (the registry), `pypi` (simple index and JSON documents), `files` (PyPI's file host) and
    `elsewhere`, another host at another loopback address where it can be had, which serves whatever the rest serve.
    With `tls`, `npm` and `pypi` speak HTTPS by that context.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None, npm_port: int = 0, pypi_port: int = 0) -> None:
        """Start listening."""
        self.requests: list[Request] = []
        self._rules: list[_Rule] = []
        self._tokens: list[tuple[str, str]] = []
        self._lock = threading.Lock()
        self._server = Server()
        scheme = "https" if tls else "http"

        def listen(
            name: str, handler: Handler, *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
        ) -> str:
            return f"{host}:{self._server.listen(name, self._through(handler), host=host, port=port, tls=tls)}"

        self.npm, self.pypi = NpmStore(), PypiStore()
        self.npm_url = f"{scheme}://" + listen("npm", self.npm.handle, port=npm_port, tls=tls)
        root = f"{scheme}://" + listen("pypi", self.pypi.handle, port=pypi_port, tls=tls)
        self.pypi_url = f"{root}/simple/"
        self.files_url = "http://" + listen("files", self.pypi.handle_file)
        try:
            self.elsewhere_url = "http://" + listen("elsewhere", self._anything, host="127.0.0.2")
        except OSError:  # only Linux answers on the whole of 127/8
            self.elsewhere_url = "http://" + listen("elsewhere", self._anything)
        self.npm.url, self.pypi.files_url = self.npm_url, self.files_url

    def __enter__(self) -> Self:
        """Return itself; it listens already."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop."""
        self.close()

    def close(self) -> None:
        """Stop listening and drop every connection."""
        self._server.close()

    def misbehave(self, match: Match, how: Misbehaviour, *, times: int | None = None) -> None:
        """Spoil answers whose path `match` holds for (or contains, decoded): the first `times`, or all of them."""
        with self._lock:
            self._rules.append(_Rule(match, how, times))

    def behave(self) -> None:
        """Forget every misbehaviour."""
        with self._lock:
            self._rules.clear()

    def require_token(self, token: str, *, scope: str = "npm") -> None:
        """Answer 401 without the token (Bearer, or as Basic's password).

        `scope` is a listener's name, or an npm scope such as `@acme`.
        """
        self._tokens.append((scope, token))

    def asked(self, listener: str) -> list[Request]:
        """Return what one listener was asked, in order."""
        with self._lock:
            return [request for request in self.requests if request.listener == listener]

    def _through(self, handler: Handler) -> Handler:
        def handle(request: Request) -> Response:
            with self._lock:
                self.requests.append(request)
                rules = [rule for rule in self._rules if rule.takes(request.path)]
            response = handler(request) if self._allowed(request) else _UNAUTHORISED
            for rule in rules:
                response = rule.how(request, response)
            return response

        return handle

    def _anything(self, request: Request) -> Response:
        for handler in (self.npm.handle, self.pypi.handle_file, self.pypi.handle):
            response = handler(request)
            if response.status != _NOT_FOUND:
                break
        return response

    def _allowed(self, request: Request) -> bool:
        for scope, token in self._tokens:
            concerned = unquote(request.path).startswith(f"/{scope}/") if scope[0] == "@" else request.listener == scope
            if concerned and token not in _credentials(request.headers.get("authorization", "")):
                return False
        return True


_NOT_FOUND = 404
_UNAUTHORISED = Response(401, {"Content-Type": "text/plain", "WWW-Authenticate": 'Basic realm="simulator"'}, b"401\n")


def _credentials(header: str) -> tuple[str, ...]:
    kind, _, value = header.partition(" ")
    if kind.lower() == "basic":
        return tuple(base64.b64decode(value).decode().split(":", 1))
    return (value,)
