"""Who asks: a token in whatever form the clients send one, else the address."""

import asyncio
import base64
import binascii
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import msgspec

from customhouse.gateway.interface import Client, Reply
from customhouse.model.gateway import Role, Token

#: Seconds for which a token's record is used again without a look: a revoked one works no longer than that.
_TRUSTED_FOR = 0.8
_REMEMBERED = 4096
#: Characters of a secret; ours have fewer. Longer ones open nothing, and would fill the memory.
_LONGEST = 256
_ORDER: tuple[Role, ...] = ("reader", "approver", "admin")


class TokenCallers:
    """Finds the token of a request. Without one, anybody may read unless `required`."""

    def __init__(self, find: Callable[[str, datetime], Token | None], *, required: bool) -> None:
        """`find` asks the database for a secret; it may block and raise."""
        self._find = find
        self._required = required
        self._known: OrderedDict[str, tuple[Token | None, float]] = OrderedDict()

    async def client(self, headers: Mapping[str, str], address: str) -> Client | Reply:
        """Name the client, or refuse it: a token that is not known is refused even where none is needed."""
        agent, project = headers.get("user-agent", ""), headers.get("customhouse-project", "")
        secret = secret_of(headers.get("authorization", ""))
        if not secret:
            return _unauthorised("a token is needed") if self._required else Client(address, "", agent, project)
        token = await self.token(secret)
        if token is None:
            return _unauthorised("the token is not known here, has ended or was revoked")
        return Client(address, token.name, agent, project)

    async def token(self, secret: str) -> Token | None:
        """Return the record of a secret; None where it opens nothing."""
        if len(secret) > _LONGEST:
            return None
        found = self._known.get(secret)
        if found is not None and time.monotonic() - found[1] < _TRUSTED_FOR:
            return found[0]
        token = await asyncio.to_thread(self._find, secret, datetime.now(UTC))
        self._known[secret] = (token, time.monotonic())
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return token


def secret_of(authorization: str) -> str:
    """Read a secret from an Authorization header: Bearer (npm's clients), or Basic's password or user (pip's)."""
    kind, _, value = authorization.partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() != "basic":
        return ""
    try:
        user, _, password = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
    return password or user


def may(token: Token | None, role: Role) -> bool:
    """Say whether a token is enough for what a role may do."""
    return token is not None and _ORDER.index(token.role) >= _ORDER.index(role)


def _unauthorised(message: str) -> Reply:
    body = msgspec.json.encode({"error": f"{message}: ask whoever runs this gateway for one"})
    return Reply(401, body, headers=(("WWW-Authenticate", 'Basic realm="customhouse"'),))
