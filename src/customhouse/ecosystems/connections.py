"""Pools of connections: proxies, certificate authorities, and sockets opened only to addresses that were checked.

This module and `transport` are the only ones that know which HTTP library carries the requests.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping
from urllib.parse import unquote

import httpcore2
import httpx2

from customhouse.ecosystems.addresses import Resolver
from customhouse.ecosystems.fetching import shown
from customhouse.ecosystems.proxies import proxy_for
from customhouse.model.errors import CustomhouseError

#: Seconds given to each address but the last of a host with several, so that a dead IPv6 route costs little.
_FIRST_TRY = 3.0
_KEEP_ALIVE = 60.0


class Routes(httpx2.AsyncBaseTransport):
    """A pool of connections for each proxy and each set of certificate authorities; most runs have one."""

    def __init__(
        self, environ: Mapping[str, str], resolver: Resolver, *, connections: int, handshakes: int, http2: bool
    ) -> None:
        """Prepare; pools open when first needed, since each reads certificates for about 20 ms."""
        self._environ = environ
        self._connections = connections
        self._http2 = http2
        self._backend = _CheckedBackend(resolver, handshakes)
        self._pools: dict[tuple[str, str], httpcore2.AsyncConnectionPool] = {}

    def proxy(self, url: httpx2.URL) -> str:
        """Return the proxy for a URL, empty for none."""
        return proxy_for(self._environ, url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80))

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Carry one request; httpcore's own errors come through."""
        url = request.url
        pool = self._pool(self.proxy(url), request.extensions["cafile"])
        answer = await pool.handle_async_request(
            httpcore2.Request(
                request.method,
                httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.content,
                extensions={"timeout": request.extensions["timeout"]},
            )
        )
        if not isinstance(answer.stream, AsyncIterable):
            raise TypeError("an asynchronous pool gives asynchronous streams")  # pragma: no cover
        return httpx2.Response(answer.status, headers=answer.headers, stream=_Body(answer.stream))

    def _pool(self, proxy: str, cafile: str) -> httpcore2.AsyncConnectionPool:
        if (pool := self._pools.get((proxy, cafile))) is None:
            pool = self._pools[proxy, cafile] = self._open(proxy, cafile)
        return pool

    def _open(self, proxy: str, cafile: str) -> httpcore2.AsyncConnectionPool:
        return httpcore2.AsyncConnectionPool(
            ssl_context=_trust(self._environ, cafile),
            proxy=_proxy(proxy) if proxy else None,
            max_connections=self._connections,
            keepalive_expiry=_KEEP_ALIVE,
            http2=self._http2,
            network_backend=self._backend,
        )

    async def aclose(self) -> None:
        """Close every pool."""
        for pool in self._pools.values():
            await pool.aclose()


class _Body(httpx2.AsyncByteStream):
    """httpcore's stream in the shape that httpx takes."""

    def __init__(self, stream: AsyncIterable[bytes]) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            yield piece

    async def aclose(self) -> None:
        """Give the connection back, or drop it when the body was not read to its end."""
        close = getattr(self._stream, "aclose", None)
        if close is not None:
            await close()


class _CheckedBackend(httpcore2.AsyncNetworkBackend):
    """Opens sockets to the addresses that the resolver gave to whoever checked them, a few at once."""

    def __init__(self, resolver: Resolver, handshakes: int) -> None:
        self._resolver = resolver
        self._gate = asyncio.Semaphore(handshakes)
        self._plain = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first address that answers."""
        try:
            addresses = self._resolver.checked(host) or await self._resolver.resolve(host)
        except (socket.gaierror, UnicodeError) as error:
            raise httpcore2.ConnectError(str(error)) from error
        failure: Exception = httpcore2.ConnectError("no address")
        for index, address in enumerate(addresses):
            last = index == len(addresses) - 1
            limit = timeout if last or timeout is None else min(timeout, _FIRST_TRY)
            try:
                async with self._gate:
                    return await self._plain.connect_tcp(address, port, limit, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        """Sleep."""
        await asyncio.sleep(seconds)


def _trust(environ: Mapping[str, str], cafile: str) -> ssl.SSLContext:
    """Load certificate authorities: those configured for the registry, else SSL_CERT_FILE/_DIR, else the system's."""
    for file, directory in (
        (cafile, ""),
        (environ.get("SSL_CERT_FILE", ""), ""),
        ("", environ.get("SSL_CERT_DIR", "")),
    ):
        if file or directory:
            try:
                return ssl.create_default_context(cafile=file or None, capath=directory or None)
            except (OSError, ssl.SSLError) as error:
                raise CustomhouseError(
                    f"certificate authorities cannot be read from {file or directory}: {error}",
                    hint="correct SSL_CERT_FILE, npm's cafile or pip's cert",
                ) from None
    return httpx2.create_ssl_context(trust_env=False)


def _proxy(text: str) -> httpcore2.Proxy:
    try:
        url = httpx2.URL(text)
    except (httpx2.InvalidURL, ValueError):
        url = httpx2.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        raise CustomhouseError(
            f"proxy {shown(text)} is not an http:// or https:// address",
            hint="correct HTTPS_PROXY, or list the host in NO_PROXY",
        )
    auth = (unquote(url.username), unquote(url.password)) if url.userinfo else None
    at = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/")
    return httpcore2.Proxy(at, auth=auth)
