"""The answers of an npm registry, in the shapes that npm reads.

Metadata may be kept by clients and asked for again with its validator (`no-cache`): what is hidden, or shown again, is
so from the next request on. Files are answered the same way, though their bytes never change: a cache between the
gateway and its clients that may keep them for longer would hand them out after they were withdrawn. Clients that hold a
lock's digest look into their own store first, and never ask twice.
"""

from hashlib import sha256
from typing import Final

import msgspec

from customhouse.gateway.interface import Handed, Listed, Opened, Reply
from customhouse.gateway.refusals import REASON_HEADER, notice, reason
from customhouse.model.gateway import Standing
from customhouse.model.purl import Purl

_REVALIDATED: Final = (("Cache-Control", "no-cache"),)
_UNKEPT: Final = (("Cache-Control", "no-store"),)
_OK: Final = 200
#: Characters of the validator, which has four bits each.
_ETAG: Final = 32


def reusable(
    body: bytes, listed: Listed, *, content_type: str = "application/json", varies: tuple[str, ...] = ()
) -> Reply:
    """Answer with what holds for everybody until the listing changes."""
    return Reply(
        _OK,
        body,
        content_type=content_type,
        headers=_REVALIDATED,
        etag=sha256(body).hexdigest()[:_ETAG],
        reusable=True,
        about=listed.listing.purl,
        until=listed.until,
        varies=varies,
        downgrade=listed.downgrade,
    )


def file(opened: Opened) -> Reply:
    """Hand out a tarball, to everybody until something is decided of its package."""
    admission = opened.admission
    purl = admission.purl
    return Reply(
        _OK,
        content_type="application/octet-stream",
        headers=_REVALIDATED,
        file=opened.file,
        etag=admission.sha256,
        reusable=True,
        about=Purl(purl.ecosystem, purl.name),
        until=opened.until,
        handed=Handed(purl, admission.filename, admission.sha256),
    )


def told(document: object) -> Reply:
    """Answer with what is true of this caller now."""
    return Reply(_OK, msgspec.json.encode(document), headers=_UNKEPT)


def passed(reply: Reply) -> Reply:
    """Pass on what upstream answered, without its headers and without what is no JSON."""
    if reply.status != _OK:
        return error(reply.status, f"the registry behind this gateway answered {reply.status}")
    return Reply(_OK, reply.body, headers=_UNKEPT)


def withheld(purl: Purl, standing: Standing, text: str, handed: Handed | None = None) -> Reply:
    """Refuse a release. npm prints the body's `error` and `npm-notice`; other clients print less."""
    said = error(403, text, (REASON_HEADER, reason(standing)), ("npm-notice", notice(purl, standing)))
    return msgspec.structs.replace(said, handed=handed)


def error(status: int, text: str, *headers: tuple[str, str]) -> Reply:
    """Say what is wrong."""
    return Reply(status, msgspec.json.encode({"error": text}), headers=(*_UNKEPT, *headers))
