"""What registries are asked through: bounded, retried, and distrustful of what it is told. See `connections`.

Everything that a registry says is taken as coming from someone else: bodies are bounded while they stream (what
Content-Length says only ever ends a request earlier), redirects are followed by hand and checked at each hop, and a
connection goes to the very addresses that were checked.
"""

import asyncio
import logging
import re
import socket
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

import httpcore2
import httpx2
import msgspec
import stamina

from customhouse.ecosystems.addresses import Kind, Resolver, kind_of, literal
from customhouse.ecosystems.connections import Routes
from customhouse.ecosystems.fetching import Answer, Ask, RefusedUpstream, shown
from customhouse.ecosystems.inflation import Inflater, InflationError
from customhouse.model.errors import (
    HostileUpstream,
    NotFoundUpstream,
    UnreachableUpstream,
)
from customhouse.model.lazy_regex import lazy_regex

_MISSING = {
    403: "403: the registry refuses to hand it out",
    404: "404: the registry does not have it",
    410: "410: the registry had it and it is gone",
    451: "451: withheld for legal reasons",
}
_REFUSED = frozenset({403, 451})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING_STATUS = frozenset({408, 425, 429})
#: A name (in ASCII), or an address; anything else is a way to say different things to different readers.
_HOST = lazy_regex(rb"[a-z0-9_.:-]+(?:%25[a-z0-9]+)?", re.IGNORECASE)
#: Loggers below these would write request lines or header values at their lower levels.
_QUIET = ("httpx2", "httpcore2", "hpack")
_HINT_LATER = "try again later; what was already fetched is kept"
_HINT_WRONG = (
    "do not install it from there; ask whoever runs the registry, or name another with --npm-registry/--pypi-index"
)
#: Seconds given to each address but the last of a host with several, so that a dead IPv6 route costs little.
_FIRST_TRY = 3.0


class Bounds(msgspec.Struct, frozen=True):
    """How much a transport may spend. Times in seconds.

    HTTP/1.1 is the default because it is the faster here: registries' documents are large, and HTTP/2's framing in
    Python costs about three times the CPU for each megabyte, while small answers cost the same.
    """

    #: Requests at once; connections are kept for twice as many.
    concurrency: int = 16
    #: Connections being opened at once: bursts of handshakes are what registries throttle first.
    handshakes: int = 4
    connect: float = 10.0
    read: float = 30.0
    #: For one thing with all its retries and redirects.
    total: float = 300.0
    attempts: int = 4
    #: First and longest wait between attempts; up to as much jitter again is added.
    backoff: float = 0.5
    backoff_max: float = 8.0
    #: Longest Retry-After that is waited for.
    retry_after: float = 30.0
    redirects: int = 5
    http2: bool = False


class Transport:
    """Carries requests over the network. One per run; close it with `aclose`."""

    def __init__(
        self, environ: Mapping[str, str], bounds: Bounds | None = None, resolver: Resolver | None = None
    ) -> None:
        """Prepare; nothing is connected yet. Proxies and certificate authorities come from `environ`."""
        for name in _QUIET:
            logging.getLogger(name).setLevel(logging.WARNING)
        stamina.instrumentation.set_on_retry_hooks(())  # its own prints to standard output where structlog is installed
        self._bounds = bounds or Bounds()
        self._resolver = resolver or Resolver()
        self._slots = asyncio.Semaphore(self._bounds.concurrency)
        self._routes = Routes(
            environ,
            self._resolver,
            connections=2 * self._bounds.concurrency,  # the index and its file host, neither pushing the other out
            handshakes=self._bounds.handshakes,
            http2=self._bounds.http2,
        )
        self._client = httpx2.AsyncClient(transport=self._routes, trust_env=False)
        self._timeouts = {"connect": self._bounds.connect, "read": self._bounds.read, "write": self._bounds.read}

    async def aclose(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def get(self, ask: Ask) -> Answer:
        """Fetch it whole, with retries.

        Raises NotFoundUpstream (403, 404, 410, 451), UnreachableUpstream or HostileUpstream.
        """
        bounds = self._bounds
        tries = 0
        try:
            async with asyncio.timeout(bounds.total):
                async for attempt in stamina.retry_context(
                    on=self._again,
                    attempts=bounds.attempts,
                    timeout=None,
                    wait_initial=bounds.backoff,
                    wait_max=bounds.backoff_max,
                    wait_jitter=bounds.backoff,
                ):
                    tries += 1
                    with attempt:
                        async with self._slots:
                            return await self._follow(ask)
        except _Passing as failure:
            asked = f", and asks for {failure.retry_after:,.0f} s of patience" if self._too_patient(failure) else ""
            raise UnreachableUpstream(
                f"{ask.what}: {failure}{asked} ({shown(ask.url)}, {tries} attempt{'s' * (tries > 1)})", hint=_HINT_LATER
            ) from None
        except TimeoutError:
            raise UnreachableUpstream(
                f"{ask.what}: not received whole within {bounds.total:g} s ({shown(ask.url)})", hint=_HINT_LATER
            ) from None
        raise AssertionError("a retry context ends in a result or an error")  # pragma: no cover

    def _again(self, error: Exception) -> bool | float:
        """Decide whether an error passes, and when: as the registry says, or by backoff."""
        if not isinstance(error, _Passing) or self._too_patient(error):
            return False
        return True if error.retry_after is None else error.retry_after

    def _too_patient(self, failure: "_Passing") -> bool:
        return failure.retry_after is not None and failure.retry_after > self._bounds.retry_after

    async def _follow(self, ask: Ask) -> Answer:
        """Make one attempt, following redirects by hand."""
        url = _parsed(ask.url, ask)
        seen: set[str] = set()
        while True:
            if str(url) in seen:
                raise HostileUpstream(f"{ask.what}: redirects in a circle at {shown(str(url))}", hint=_HINT_WRONG)
            seen.add(str(url))
            await self._check_address(url, ask)
            answer = await self._send(url, ask)
            if isinstance(answer, Answer):
                return answer
            if len(seen) > self._bounds.redirects:
                raise HostileUpstream(
                    f"{ask.what}: more than {self._bounds.redirects} redirects, last to {shown(answer)}",
                    hint=_HINT_WRONG,
                )
            try:
                target = str(url.join(answer))
            except (httpx2.InvalidURL, ValueError):
                target = answer  # shown in the error below as what it is: not an address
            following = _parsed(target, ask)
            if url.scheme == "https" and following.scheme != "https":
                raise HostileUpstream(
                    f"{ask.what}: redirected from HTTPS to unencrypted {shown(str(following))}", hint=_HINT_WRONG
                )
            url = following

    async def _check_address(self, url: httpx2.URL, ask: Ask) -> None:
        """Refuse an address inside a network that the registries themselves are not in."""
        homes = _homes(ask.homes)
        if url.scheme == "http" and homes and all(home.scheme == "https" for home in homes):
            raise HostileUpstream(
                f"{ask.what}: a registry on HTTPS sends us to unencrypted {shown(str(url))}", hint=_HINT_WRONG
            )
        if any(url.host == home.host for home in homes):
            return
        inside = await self._kinds(url, ask) - {"public"}
        for home in homes if inside else ():
            inside -= await self._kinds(home, ask)
        if inside:
            raise HostileUpstream(
                f"{ask.what}: refusing to go to {shown(str(url))}, a {'/'.join(sorted(inside))} address that the "
                "registry itself is not at",
                hint=_HINT_WRONG,
            )

    async def _kinds(self, url: httpx2.URL, ask: Ask) -> frozenset[Kind]:
        """Tell where a URL leads. Names behind a proxy are the proxy's to resolve; addresses are judged."""
        if (address := literal(url.host)) is not None:
            return frozenset({kind_of(address)})
        if url.host == "localhost" or url.host.endswith(".localhost"):
            return frozenset({"loopback"})
        if self._routes.proxy(url):
            return frozenset({"public"})
        try:
            return await self._resolver.kinds(url.host)
        except (socket.gaierror, UnicodeError) as error:
            raise _unresolved(url.host, error, ask.what) from None

    async def _send(self, url: httpx2.URL, ask: Ask) -> Answer | str:
        """Send one request; return the answer, or where it redirects to."""
        headers = {
            "Accept": ask.accept,
            "Accept-Encoding": "gzip" if ask.decode else "identity",
            "User-Agent": "customhouse",
        }
        if ask.authorise and (secret := ask.authorise(str(url))):
            headers["Authorization"] = secret.reveal()
        headers |= _conditions(ask)
        if ask.body is not None:
            headers["Content-Type"] = "application/json"
        request = httpx2.Request(
            "GET" if ask.body is None else "POST",
            url,
            headers=headers,
            content=ask.body,
            extensions={"timeout": self._timeouts, "cafile": ask.cafile},
        )
        response: httpx2.Response | None = None
        try:
            response = await self._client.send(request, stream=True, follow_redirects=False, auth=None)
            if response.status_code in _REDIRECTS and "location" in response.headers:
                return response.headers["location"]
            told = response.headers
            kind, etag = told.get("content-type", "").partition(";")[0].strip().lower(), told.get("etag", "")
            if response.status_code == httpx2.codes.NOT_MODIFIED and _conditions(ask):
                return Answer(str(url), kind, b"", unchanged=True)
            _judge_status(response, ask)
            return Answer(str(url), kind, await _body(response, ask), etag, told.get("last-modified", ""))
        except httpcore2.TimeoutException as error:
            kind = "no connection" if isinstance(error, httpcore2.ConnectTimeout) else "no answer"
            raise _Passing(f"{kind} from {url.host} in time") from None
        except httpcore2.ConnectError as error:
            raise _unconnected(url.host, error, ask) from None
        except httpcore2.ProxyError as error:
            raise _Passing(f"the proxy does not connect us: {_text(error)}") from None
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise _Passing(f"the connection to {url.host} broke: {_text(error)}") from None
        finally:
            if response is not None:
                await response.aclose()


class _Passing(Exception):  # noqa: N818 - never leaves this module
    """A failure that another attempt may not meet."""

    def __init__(self, text: str, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after


def _parsed(text: str, ask: Ask) -> httpx2.URL:
    """Read an address that a registry or a configuration gave; user information never goes into a request."""
    try:
        url = httpx2.URL(text)
    except (httpx2.InvalidURL, ValueError, TypeError):
        url = httpx2.URL("")
    if url.scheme not in ("http", "https") or not _HOST.fullmatch(url.raw_host):
        raise HostileUpstream(f"{ask.what}: not an HTTP address: {shown(text) if text else 'empty'}", hint=_HINT_WRONG)
    return url.copy_with(username=None, password=None, fragment=None) if url.userinfo or url.fragment else url


@lru_cache(maxsize=16)
def _homes(addresses: tuple[str, ...]) -> tuple[httpx2.URL, ...]:
    return tuple(httpx2.URL(address) for address in addresses)


def _judge_status(response: httpx2.Response, ask: Ask) -> None:
    status = response.status_code
    if status == httpx2.codes.OK:
        return
    at = shown(str(response.request.url))
    if status in _MISSING:
        text = f"{ask.what}: {_MISSING[status]} ({at})"
        if status in _REFUSED:
            raise RefusedUpstream(text, hint="registries refuse what was removed as malicious: search its advisories")
        raise NotFoundUpstream(text, hint="check the name and the version for a typing mistake")
    if status in _PASSING_STATUS or status >= httpx2.codes.INTERNAL_SERVER_ERROR:
        raise _Passing(f"status {status}", _retry_after(response.headers.get("retry-after", "")))
    if status == httpx2.codes.UNAUTHORIZED:
        raise UnreachableUpstream(
            f"{ask.what}: 401: the registry wants credentials, or refuses those configured ({at})",
            hint="put a valid token where your client reads it: .npmrc (npm), netrc or pip.conf (pip)",
        )
    raise UnreachableUpstream(
        f"{ask.what}: unexpected status {status} ({at})", hint="check the registry's address with `customhouse doctor`"
    )


def _retry_after(text: str) -> float | None:
    """Read Retry-After: seconds, or an HTTP date (RFC 9110, 10.2.3)."""
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _conditions(ask: Ask) -> dict[str, str]:
    told = {"If-None-Match": ask.etag, "If-Modified-Since": ask.last_modified}
    return {name: value for name, value in told.items() if value}


async def _body(response: httpx2.Response, ask: Ask) -> bytes:
    """Read a body, never holding more than its bound. A body that is cut short raises from the protocol's reader."""
    stated = response.headers.get("content-length", "")
    if stated.isdigit() and int(stated) > ask.limit:
        raise _oversized(ask, f"says it is {int(stated):,} bytes long")
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    inflater = Inflater(ask.limit) if ask.decode and encoding in ("gzip", "x-gzip") else None
    if ask.decode and inflater is None and encoding not in ("identity", ""):
        raise HostileUpstream(f"{ask.what}: sent as {encoding[:20]!r}, which was not asked for", hint=_HINT_WRONG)
    received = 0
    pieces: list[bytes] = []
    if ask.sink is not None:
        ask.sink.seek(0)
        ask.sink.truncate()
    keep = pieces.append if ask.sink is None else ask.sink.write
    async for piece in response.aiter_raw():
        received += len(piece)
        if received > ask.limit:
            raise _oversized(ask, "goes on beyond it")
        try:
            keep(inflater.feed(piece) if inflater else piece)
        except InflationError as error:
            if error.oversized:
                raise _oversized(ask, f"inflates beyond it from {received:,} bytes") from None
            raise HostileUpstream(f"{ask.what}: {error}", hint=_HINT_WRONG) from None
    if inflater and received and not inflater.complete:
        raise _Passing("the compressed body ends early")
    return b"".join(pieces)


def _oversized(ask: Ask, text: str) -> HostileUpstream:
    return HostileUpstream(
        f"{ask.what}: larger than its bound of {ask.limit:,} bytes: it {text}",
        hint="if it is honestly that large, inspect a copy by path: customhouse inspect FILE",
    )


def _unconnected(host: str, error: Exception, ask: Ask) -> Exception:
    """Tell a refused connection, which may pass, from a name or a certificate, which will not."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return UnreachableUpstream(
                f"{ask.what}: no trusted TLS connection to {host}: {_text(cause)}",
                hint="name the authority's certificates in SSL_CERT_FILE, npm's cafile or pip's cert",
            )
        if isinstance(cause, socket.gaierror | UnicodeError):
            return _unresolved(host, cause, ask.what)
        cause = cause.__cause__ or cause.__context__
    return _Passing(f"no connection to {host}: {_text(error)}")


def _unresolved(host: str, error: BaseException, what: str) -> Exception:
    if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
        return _Passing(f"the name {host} cannot be resolved for now")
    return UnreachableUpstream(
        f"{what}: the name {host[:100]} does not resolve", hint="check the registry's address with `customhouse doctor`"
    )


def _text(error: BaseException) -> str:
    return (str(error) or type(error).__name__)[:200]
