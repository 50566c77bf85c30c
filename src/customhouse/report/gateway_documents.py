"""The JSON documents of a gateway: what it hides and why, what was decided, who fetched what.

A field is never renamed nor removed within a version; adding one is not a new version. Moments are RFC 3339 in UTC,
null where there is none.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from customhouse.model.gateway import (
    Act,
    Admission,
    Downgrade,
    Fetch,
    Ground,
    LedgerEntry,
    Reason,
    Role,
    Standing,
    Token,
)
from customhouse.model.purl import Ecosystem
from customhouse.model.verdict import Decision
from customhouse.report.documents import InspectDocument
from customhouse.report.identity import utc


class ReasonDocument(msgspec.Struct, frozen=True):
    """One thing that speaks against a release. `rule` is a rule's id, or `gap:<kind>`; `severity` may be empty."""

    rule: str
    message: str
    severity: str


class VersionDocument(msgspec.Struct, frozen=True):
    """What holds for one version. `until` is when it ends by itself, `owner` answers for an approval or a block.

    `first_seen` says that `published` is when the gateway first saw it, for want of the registry's word.
    """

    version: str
    decision: Decision
    ground: Ground
    reasons: tuple[ReasonDocument, ...]
    since: str | None
    until: str | None
    published: str | None
    first_seen: bool
    owner: str


class FileDocument(msgspec.Struct, frozen=True):
    """One file of a release. `decision` is null until it was inspected.

    `digest` is of the bytes that were inspected, else of those that the name is pinned to, else what the registry
    promises (`sha256:…`); empty where none of that is known. `verdict` is what the inspection said, whole, as
    `customhouse inspect --format json` writes it.
    """

    filename: str
    digest: str
    size: int | None
    decision: Decision | None
    judged: str | None
    recheck: str | None
    reasons: tuple[ReasonDocument, ...]
    verdict: InspectDocument | None


class LedgerEntryDocument(msgspec.Struct, frozen=True):
    """One decision. `hash` covers every other field; `previous` is the hash of the entry before."""

    number: int
    at: str
    act: Act
    purl: str
    reason: str
    owner: str
    actor: str
    digests: tuple[str, ...]
    expires: str | None
    previous: str
    hash: str


class FetchDocument(msgspec.Struct, frozen=True):
    """One file handed out (`status` below 400) or refused. `client` is a token's name, else an address."""

    at: str
    purl: str
    filename: str
    sha256: str
    status: int
    client: str
    agent: str
    project: str


class ReleaseDocument(msgspec.Struct, frozen=True):
    """One release. `standing` is null where the registry no longer lists it.

    `fetches`, the newest first, is null for those who may not know; `more_fetches` says that there are older ones.
    """

    standing: VersionDocument | None
    files: tuple[FileDocument, ...]
    fetches: tuple[FetchDocument, ...] | None
    more_fetches: bool


class GatewayExplainDocument(msgspec.Struct, frozen=True):
    """What `GET /-/customhouse/explain/<purl>` answers, and `customhouse explain --gateway` with `--format json`.

    `newest` is the registry's newest (npm: the tag `latest`; PyPI: the highest that is no prerelease), `offered` what
    clients get in its place where it is hidden; null where there is none. `shown` and `hidden` begin with the newest.
    `until` is the first moment when something of it may change by itself.
    """

    schema: Literal["customhouse/gateway-explain/1"]
    purl: str
    moment: str
    until: str | None
    newest: str | None
    offered: str | None
    shown: tuple[str, ...]
    hidden: tuple[VersionDocument, ...]
    release: ReleaseDocument | None
    ledger: tuple[LedgerEntryDocument, ...]
    note: str


class FetchesDocument(msgspec.Struct, frozen=True):
    """What `GET /-/customhouse/fetches/<purl>` answers: the newest first; `more` says that there are older ones."""

    schema: Literal["customhouse/gateway-fetches/1"]
    purl: str
    fetches: tuple[FetchDocument, ...]
    more: bool


class CanaryQuestionDocument(msgspec.Struct, frozen=True):
    """One question for a canary: when, and by whom (a token's name, else an address; what the client calls itself)."""

    at: str
    ecosystem: Ecosystem
    client: str
    agent: str
    project: str


class CanaryDocument(msgspec.Struct, frozen=True):
    """What `GET /-/customhouse/canaries/<digits>` answers: who asked this gateway for that canary, the first one first.

    Nobody did where `questions` is empty: whoever was told its name went elsewhere. `more` says that there are others.
    """

    schema: Literal["customhouse/gateway-canary/1"]
    name: str
    questions: tuple[CanaryQuestionDocument, ...]
    more: bool


class DowngradeDocument(msgspec.Struct, frozen=True):
    """How often clients were told `shown` as the newest version where the registry's is `newest`.

    `shown` is empty where every version was hidden. `ground` is why the newest was.
    """

    ecosystem: Ecosystem
    name: str
    newest: str
    shown: str
    ground: Ground
    count: int


class DowngradesDocument(msgspec.Struct, frozen=True):
    """What `GET /-/customhouse/downgrades` answers: one day (UTC), the most frequent first."""

    schema: Literal["customhouse/gateway-downgrades/1"]
    day: str
    downgrades: tuple[DowngradeDocument, ...]


class TokenDocument(msgspec.Struct, frozen=True):
    """A token, without its secret."""

    name: str
    role: Role
    created: str
    expires: str | None
    revoked: str | None


class TokensDocument(msgspec.Struct, frozen=True):
    """What `GET /-/customhouse/tokens` answers: every token that was ever issued, in that order."""

    schema: Literal["customhouse/gateway-tokens/1"]
    tokens: tuple[TokenDocument, ...]


class IssuedTokenDocument(TokenDocument, frozen=True):
    """A new token with its secret, which is told this once."""

    secret: str


class HeadDocument(msgspec.Struct, frozen=True):
    """The end of a chain, to be kept elsewhere; an empty ledger's has the number 0 and no hash."""

    number: int
    hash: str


class LedgerProblemDocument(msgspec.Struct, frozen=True):
    """What does not hold together, and at which entry it shows."""

    number: int
    kind: Literal["changed", "broken", "missing", "misplaced", "cut", "rewritten"]
    message: str


class LedgerDocument(msgspec.Struct, frozen=True):
    """What `customhouse ledger show --format json` writes."""

    schema: Literal["customhouse/ledger/1"]
    entries: tuple[LedgerEntryDocument, ...]


class LedgerCheckDocument(msgspec.Struct, frozen=True):
    """What `customhouse ledger verify --format json` writes."""

    schema: Literal["customhouse/ledger-verify/1"]
    sound: bool
    entries: int
    head: HeadDocument
    problems: tuple[LedgerProblemDocument, ...]


def version_document(standing: Standing) -> VersionDocument:
    """Tell a standing."""
    return VersionDocument(
        standing.version,
        standing.decision,
        standing.ground,
        _reasons(standing.reasons),
        _moment(standing.since),
        _moment(standing.until),
        _moment(standing.published),
        standing.first_seen,
        standing.owner,
    )


def file_document(filename: str, digest: str, size: int | None, admission: Admission | None) -> FileDocument:
    """Tell a file; what was inspected counts before what was promised."""
    if admission is None:
        return FileDocument(filename, digest, size, None, None, None, (), None)
    return FileDocument(
        filename,
        f"sha256:{admission.sha256}" if admission.sha256 else digest,
        admission.size or size,
        admission.decision,
        _moment(admission.judged),
        _moment(admission.recheck),
        _reasons(admission.reasons),
        _verdict(admission.verdict),
    )


def entry_document(entry: LedgerEntry) -> LedgerEntryDocument:
    """Tell an entry of the ledger."""
    at = f"{entry.at:%Y-%m-%dT%H:%M:%S.%fZ}"  # to the microsecond: the hash covers it
    fields = {name: getattr(entry, name) for name in entry.__struct_fields__}
    return LedgerEntryDocument(**{**fields, "at": at, "expires": entry.expires.isoformat() if entry.expires else None})


def fetch_documents(fetches: Iterable[Fetch]) -> tuple[FetchDocument, ...]:
    """Tell who had what."""
    return tuple(
        FetchDocument(
            utc(each.at),
            str(each.purl),
            each.filename,
            each.sha256,
            each.status,
            each.client,
            each.agent,
            each.project,
        )
        for each in fetches
    )


def canary_document(name: str, fetches: Sequence[Fetch], *, more: bool) -> CanaryDocument:
    """Tell who asked for a canary."""
    told = tuple(
        CanaryQuestionDocument(utc(each.at), each.purl.ecosystem, each.client, each.agent, each.project)
        for each in sorted(fetches, key=lambda each: each.at)
    )
    return CanaryDocument("customhouse/gateway-canary/1", name, told, more)


def downgrades_document(day: str, downgrades: Iterable[Downgrade]) -> DowngradesDocument:
    """Tell the silent downgrades of a day."""
    told = tuple(
        DowngradeDocument(each.ecosystem, each.name, each.newest, each.shown, each.ground, each.count)
        for each in downgrades
    )
    return DowngradesDocument("customhouse/gateway-downgrades/1", day, told)


def token_document(token: Token) -> TokenDocument:
    """Tell a token."""
    return TokenDocument(*_token(token))


def issued_document(token: Token, secret: str) -> IssuedTokenDocument:
    """Tell a new token, with its secret."""
    return IssuedTokenDocument(*_token(token), secret)


def ledger_document(entries: Sequence[LedgerEntry]) -> LedgerDocument:
    """Tell a ledger."""
    return LedgerDocument("customhouse/ledger/1", tuple(map(entry_document, entries)))


def _token(token: Token) -> tuple[str, Role, str, str | None, str | None]:
    return token.name, token.role, utc(token.created), _moment(token.expires), _moment(token.revoked)


def _reasons(reasons: Iterable[Reason]) -> tuple[ReasonDocument, ...]:
    return tuple(ReasonDocument(each.rule, each.message, each.severity) for each in reasons)


def _moment(moment: datetime | None) -> str | None:
    return utc(moment) if moment is not None else None


def _verdict(kept: bytes) -> InspectDocument | None:
    """Read a verdict as it was kept; None for one that another version of this program wrote in another shape."""
    try:
        return msgspec.json.decode(kept, type=InspectDocument)
    except msgspec.MsgspecError:
        return None
