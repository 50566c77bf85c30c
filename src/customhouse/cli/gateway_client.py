"""Asking a gateway: with which token, and what its answers mean for a command."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import click

from customhouse.gateway.clients.addresses import gateway_root, is_loopback, is_plain
from customhouse.gateway.places import LOCAL, TOKEN_FILE, default_state
from customhouse.model.errors import CustomhouseError, NotFoundUpstream, UnreachableUpstream
from customhouse.model.purl import Purl

_Command = Callable[..., Any]
#: Seconds to connect, and to wait for an answer that may have to wait for an inspection; bytes of one answer.
_CONNECT, _ANSWER = 5.0, 120.0
_LARGEST = 256 * 1024 * 1024
_API = "-/customhouse"
_TOKEN_HINT = "give --token, CUSTOMHOUSE_GATEWAY_TOKEN, or run it where the gateway's own state folder is"  # noqa: S105


def gateway_options(*, required: bool = True) -> Callable[[_Command], _Command]:
    """Add --gateway and --token; where a gateway is `required` and none is named, it is the one on this machine."""

    def decorate(command: _Command) -> _Command:
        token = click.option(
            "--token",
            envvar="CUSTOMHOUSE_GATEWAY_TOKEN",
            show_envvar=True,
            metavar="SECRET",
            help="A token of the gateway's.",
        )
        named = click.option(
            "--gateway",
            metavar="URL",
            envvar="CUSTOMHOUSE_GATEWAY" if required else None,
            show_envvar=required,
            default=LOCAL if required else None,
            show_default=required,
            help="The gateway to ask.",
        )
        decorated: _Command = named(token(command))
        return decorated

    return decorate


class GatewayClient:
    """Asks one gateway. Use it as a context manager.

    Every method raises CustomhouseError where the gateway refuses, UnreachableUpstream where it cannot be asked or
    cannot tell now, NotFoundUpstream where it knows nothing of what is asked about.
    """

    def __init__(self, gateway: str, token: str | None, environ: Mapping[str, str]) -> None:
        """`gateway` is its address; without a `token`, the local gateway's own is used at its default address."""
        import httpx2  # noqa: PLC0415 - after `--help` has been answered

        self.address = gateway_root(gateway)
        secret = token if token is not None else _own_token(self.address, environ)
        if secret and not (secret.isascii() and secret.isprintable() and " " not in secret):
            raise CustomhouseError("the token has characters that no token has", hint="copy it again, whole")
        if secret and is_plain(self.address):
            click.echo("warning: plain HTTP: whoever is on the way to the gateway can read the token", err=True)
        self._errors = (httpx2.HTTPError, httpx2.InvalidURL)
        self._client = httpx2.Client(
            headers={"authorization": f"Bearer {secret}"} if secret else {},
            timeout=httpx2.Timeout(_ANSWER, connect=_CONNECT),
            follow_redirects=False,  # the token is the gateway's alone
            # SSL_CERT_FILE counts everywhere; a proxy does not lead to this machine.
            mounts=dict.fromkeys(("http://", "https://", "all://")) if is_loopback(self.address) else None,
        )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._client.close()

    def document(self, address: str, *, schema: str = "", method: str = "GET", body: object = None) -> Any:
        """Ask for a document below the API's address. `schema` is what it must be one of."""
        import msgspec  # noqa: PLC0415

        sent = {"content": msgspec.json.encode(body), "headers": _JSON} if body is not None else {"headers": _ACCEPT}
        data = self._ask(method, f"{_API}/{address}", sent)
        try:
            found = msgspec.json.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise self._foreign() from None
        if not isinstance(found, dict) or (schema and found.get("schema") != schema):
            raise self._foreign()
        return found

    def registry_document(self, address: str) -> None:
        """Ask for a package's document below the gateway's root, as a package client would."""
        self._ask("GET", address, {"headers": _ACCEPT})

    def about(self, what: str, purl: Purl, *, schema: str) -> Any:
        """Ask `explain` or `fetches` about a purl."""
        return self.document(f"{what}/{quote(str(purl), safe='')}", schema=schema)

    def ledger(self) -> Iterator[bytes]:
        """Yield the lines of the whole ledger."""
        import msgspec  # noqa: PLC0415

        after = 0
        while True:
            lines = self._ask("GET", f"{_API}/ledger?after={after}", {"headers": _ACCEPT}).splitlines()
            if not lines:
                return
            yield from lines
            try:
                last = int(msgspec.json.decode(lines[-1])["number"])
            except (msgspec.DecodeError, KeyError, TypeError, ValueError):
                raise self._foreign() from None
            if last <= after:
                raise CustomhouseError(
                    f"the ledger at {self.address} does not end: after entry {after} it tells entry {last}",
                    hint="verify an export of its database: customhouse ledger verify --database URL",
                )
            after = last

    def _ask(self, method: str, address: str, sent: Mapping[str, Any]) -> bytes:
        try:
            with self._client.stream(method, f"{self.address}{address}", **sent) as response:
                pieces, size = [], 0
                for piece in response.iter_bytes():
                    size += len(piece)
                    if size > _LARGEST:
                        raise self._foreign()
                    pieces.append(piece)
                status = response.status_code
        except self._errors as error:
            unknown = "CERTIFICATE_VERIFY_FAILED" in str(error)
            raise UnreachableUpstream(
                f"the gateway at {self.address} does not answer: {error or type(error).__name__}",
                hint="name the authority of its certificate: SSL_CERT_FILE=authority.pem"
                if unknown
                else f"is it running? curl {self.address}-/ready",
            ) from None
        data = b"".join(pieces)
        if status >= 300:  # noqa: PLR2004 - no answer to what was asked
            raise self._refusal(status, data)
        return data

    def _refusal(self, status: int, data: bytes) -> CustomhouseError | UnreachableUpstream | NotFoundUpstream:
        import msgspec  # noqa: PLC0415

        try:
            found = msgspec.json.decode(data)
            message, hint = str(found["error"]), str(found.get("hint", ""))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyError, TypeError, AttributeError):
            return self._foreign()
        if status == 404 and not hint:  # noqa: PLR2004 - a registry says so too, and without one
            return self._foreign()
        if status == 401:  # noqa: PLR2004 - unauthorised
            return CustomhouseError(message, hint=_TOKEN_HINT)
        if status == 404:  # noqa: PLR2004 - not found
            return NotFoundUpstream(message, hint=hint)
        if status >= 500 or status == 429:  # noqa: PLR2004 - it cannot be told now
            return UnreachableUpstream(message, hint=hint or "ask again in a moment")
        return CustomhouseError(message, hint=hint or "customhouse --help")

    def _foreign(self) -> CustomhouseError:
        return CustomhouseError(
            f"what answers at {self.address} is no gateway of this version",
            hint="give the address that `customhouse gateway` printed, without /npm/ or /pypi/",
        )


_ACCEPT = {"accept": "application/json"}
_JSON = {**_ACCEPT, "content-type": "application/json"}


def _own_token(address: str, environ: Mapping[str, str]) -> str:
    """The first token of the gateway on this machine; only for the address where that listens."""
    if address != f"{LOCAL}/":
        return ""
    try:
        return (default_state(environ) / TOKEN_FILE).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def open_gateway(gateway: str, token: str | None) -> GatewayClient:
    """Open a client as the command line and the environment say."""
    return GatewayClient(gateway, token, os.environ)


def read_file(path: Path) -> Iterator[bytes]:
    """Yield the lines of an exported ledger. Raises CustomhouseError."""
    try:
        with path.open("rb") as file:
            yield from file
    except OSError as error:
        raise CustomhouseError(
            f"cannot read {path}: {error.strerror}", hint="name a file that customhouse ledger export wrote"
        ) from None
