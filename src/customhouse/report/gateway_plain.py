"""What a gateway says, for people at a terminal."""

from collections.abc import Iterable, Iterator

from customhouse.report.gateway_documents import (
    FileDocument,
    GatewayExplainDocument,
    LedgerCheckDocument,
    LedgerEntryDocument,
    ReasonDocument,
    TokenDocument,
    VersionDocument,
)
from customhouse.report.plain import Style
from customhouse.report.text import counted, visible

#: Hidden versions told in full, entries of the ledger, fetches, and shown versions that are named.
_HIDDEN, _ENTRIES, _FETCHES, _SHOWN = 30, 10, 20, 8
#: Grounds in words; `ground` itself is for programs.
GROUNDS = {
    "admitted": "nothing speaks against it",
    "not-inspected": "inspected when it is asked for",
    "fixes-advisory": "young, let through because it fixes an advisory",
    "approved": "somebody answers for it",
    "cooldown": "too young",
    "verdict": "its inspection found something",
    "advisory": "published advisories cover it",
    "blocked-here": "blocked on this gateway",
    "bytes-replaced": "other bytes were published under the same version",
    "undated": "nobody can say how old it is",
}
_PAST = {
    "approve": "approved",
    "block": "blocked",
    "release": "released",
    "withdraw": "withdrawn",
    "alarm": "alarm",
    "token": "token",
}


def gateway_explain_text(document: GatewayExplainDocument, style: Style) -> str:
    """Write an explanation, without a newline at its end."""
    lines = [*(_release(document, style) if document.release is not None else _package(document, style))]
    if document.ledger:
        lines += ["", style.paint("decided", "strong"), *_ledger(document.ledger)]
    return "\n".join(lines)


def entry_text(entry: LedgerEntryDocument) -> str:
    """Write a decision on one line: `12  2026-11-30 09:00  blocked pkg:npm/left-pad  …`."""
    until = f", until {entry.expires}" if entry.expires else ""
    about = f" {entry.purl}" if entry.purl else ""
    said = f"{entry.number}  {_when(entry.at)}  {_PAST[entry.act]}{about}: {entry.reason}"
    return visible(f"{said} ({entry.owner}, by {entry.actor}{until})")


def check_text(document: LedgerCheckDocument) -> str:
    """Write what verifying a ledger gave."""
    head = f"{document.head.number}:{document.head.hash}"
    count = counted(document.entries, "entry", "entries")
    if document.sound:
        return f"{count}, and the chain holds" + (f"\nhead  {head}" if document.entries else "")
    lines = [f"{each.kind}  {each.message}" for each in document.problems]
    return "\n".join([*map(visible, lines), f"{count}, and the chain does not hold"])


def tokens_text(tokens: Iterable[TokenDocument]) -> str:
    """Write a table of tokens."""
    rows = [("name", "role", "created", "ends", "")]
    rows += [
        (each.name, each.role, each.created[:10], (each.expires or "")[:10] or "never", _revoked(each))
        for each in tokens
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        visible("  ".join([*(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)), row[4]]).rstrip())
        for row in rows
    )


def _revoked(token: TokenDocument) -> str:
    return f"revoked {token.revoked[:10]}" if token.revoked else ""


def _package(document: GatewayExplainDocument, style: Style) -> Iterator[str]:
    hidden, shown = document.hidden, document.shown
    name = style.paint(visible(document.purl), "strong")
    yield f"{name}  {counted(len(shown), 'version')} shown, {len(hidden)} hidden"
    if document.note:
        yield f"  {visible(document.note)}"
    if shown:
        rest = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
        yield f"  shown: {visible(', '.join(shown[:_SHOWN]))}{rest}"
    if document.newest in {each.version for each in hidden}:
        instead = f"clients get {document.offered}" if document.offered else "clients get none"
        yield f"  {visible(f'the newest, {document.newest}, is hidden: {instead}')}"
    for each in hidden[:_HIDDEN]:
        yield ""
        yield from _version(each, style)
    if len(hidden) > _HIDDEN:
        yield ""
        yield f"and {len(hidden) - _HIDDEN} more hidden versions (--format json has all)"


def _version(version: VersionDocument, style: Style, name: str = "") -> Iterator[str]:
    word = style.paint(version.decision, version.decision)
    yield f"{word}  {style.paint(visible(name or version.version), 'strong')}  {GROUNDS[version.ground]}"
    yield from _reasons(version.reasons, style)
    if told := _times(version):
        yield f"  {told}"


def _reasons(reasons: Iterable[ReasonDocument], style: Style) -> Iterator[str]:
    for each in reasons:
        yield from style.lines(visible(f"{each.rule}: {each.message}"), 2)


def _times(version: VersionDocument) -> str:
    said = [
        (f"{'first seen here' if version.first_seen else 'published'} {{}}", version.published),
        ("since {}", version.since if version.since != version.published else None),
        ("free from {}", version.until if version.decision != "allow" else None),
    ]
    told = [text.format(_when(moment)) for text, moment in said if moment]
    owner = [visible(version.owner)] if version.owner else []
    return ", ".join([*told, *owner])


def _release(document: GatewayExplainDocument, style: Style) -> Iterator[str]:
    release = document.release
    assert release is not None  # noqa: S101 - the caller has looked
    if release.standing is not None:
        yield from _version(release.standing, style, document.purl)
    else:
        yield f"{style.paint(visible(document.purl), 'strong')}  not listed by the registry"
    if document.note:
        yield f"  {visible(document.note)}"
    for file in release.files:
        yield from _file(file, style)
    if release.fetches is not None:
        yield ""
        yield style.paint("fetched by", "strong")
        for each in release.fetches[:_FETCHES]:
            what = "had" if each.status < 400 else "was refused"  # noqa: PLR2004 - an HTTP error
            tail = " ".join(filter(None, (each.project, each.agent)))
            yield visible(f"  {_when(each.at)}  {each.client} {what} {each.filename}  {tail}".rstrip())
        if not release.fetches:
            yield "  nobody"
        if release.more_fetches or len(release.fetches) > _FETCHES:
            yield "  and more (--format json)"


def _file(file: FileDocument, style: Style) -> Iterator[str]:
    yield ""
    word = style.paint(file.decision, file.decision) if file.decision else "not inspected yet"
    yield f"{visible(file.filename)}  {word}"
    if file.digest:
        size = f", {file.size:,} bytes" if file.size is not None else ""
        yield f"  {visible(file.digest)}{size}"
    yield from _reasons(file.reasons, style)


def _ledger(entries: tuple[LedgerEntryDocument, ...]) -> Iterator[str]:
    for each in entries[-_ENTRIES:]:
        yield f"  {entry_text(each)}"
    if len(entries) > _ENTRIES:
        yield f"  and {len(entries) - _ENTRIES} before (--format json has all)"


def _when(moment: str) -> str:
    return f"{moment[:10]} {moment[11:16]} UTC"
