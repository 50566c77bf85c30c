"""Tokens: listed, issued and revoked, each change in the ledger."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from customhouse.gateway.management.asking import last_day
from customhouse.gateway.management.replies import RefusedError
from customhouse.gateway.state import State
from customhouse.model.errors import CustomhouseError
from customhouse.model.gateway import Role, Token
from customhouse.report.gateway_documents import (
    IssuedTokenDocument,
    TokensDocument,
    issued_document,
    token_document,
)
from customhouse.storage.gateway.errors import TokenNameError


class TokenRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A token to issue: whose it is, what it may do, and the last day it works (none: until it is revoked)."""

    name: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[A-Za-z][A-Za-z0-9._@/+-]*$")]
    role: Role
    expires: Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")] | None = None


class TokenDesk:
    """Issues and revokes. Every method raises RefusedError, and what asking the state raises."""

    def __init__(self, state: State) -> None:
        """Work on this state."""
        self._state = state

    async def all(self) -> TokensDocument:
        """List every token that was ever issued."""
        found = await asyncio.to_thread(self._state.tokens.all)
        return TokensDocument("customhouse/gateway-tokens/1", tuple(map(token_document, found)))

    async def issue(self, asked: TokenRequest, actor: str) -> IssuedTokenDocument:
        """Issue a token. Its secret is told this once."""
        now = datetime.now(UTC)
        last = last_day(asked.expires, now.date()) if asked.expires is not None else None
        expires = datetime.combine(last, time(), UTC) + timedelta(days=1) if last else None
        token, secret = await asyncio.to_thread(self._issue, asked, expires, actor, now)
        return issued_document(token, secret)

    async def revoke(self, name: str, actor: str) -> None:
        """Revoke a token. The last one that may administer stays."""
        await asyncio.to_thread(self._revoke, name, actor)

    def _issue(self, asked: TokenRequest, expires: datetime | None, actor: str, now: datetime) -> tuple[Token, str]:
        try:
            token, secret = self._state.tokens.issue(asked.name, asked.role, now, expires)
        except TokenNameError as error:
            raise RefusedError(409, error.message, error.hint) from None
        until = f", until {asked.expires}" if asked.expires else ""
        try:
            self._note(f"issued the token {asked.name} ({asked.role}{until})", actor)
        except CustomhouseError:
            self._state.tokens.revoke(asked.name, now)  # none without its entry
            raise
        return token, secret

    def _revoke(self, name: str, actor: str) -> None:
        now = datetime.now(UTC)
        valid = {each.name: each for each in self._state.tokens.all() if works(each, now)}
        admins = [each.name for each in valid.values() if each.role == "admin"]
        if admins == [name]:
            hint = "issue another one first: customhouse gateway token create NAME --role admin"
            raise RefusedError(409, f"{name} is the last token that may administer", hint)
        if not self._state.tokens.revoke(name, now):
            raise RefusedError(404, f"no token of the name {name[:100]!r} could be revoked", "list them: GET …/tokens")
        self._note(f"revoked the token {name}", actor)

    def _note(self, reason: str, actor: str) -> None:
        self._state.ledger.append("token", "", reason=reason, owner=actor, actor=actor, now=datetime.now(UTC))


def works(token: Token, now: datetime) -> bool:
    """Say whether a token opens anything at a moment."""
    return token.revoked is None and (token.expires is None or token.expires > now)
