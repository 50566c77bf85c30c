"""A packument as clients see it: upstream's document without what is hidden, in npm's full or abbreviated form.

What upstream says of a version that is shown is passed on byte for byte, but for `dist.tarball`. Two levels of a
version are taken apart for that, its own and `dist`; a key that stands there twice, over which readers may disagree,
stands there once afterwards.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC
from typing import Any, Final
from urllib.parse import quote

import msgspec

from customhouse.gateway.npm.clients import Form
from customhouse.gateway.npm.paths import filename
from customhouse.gateway.npm.tags import shown_tags
from customhouse.gateway.npm.versions import NONE, UNREADABLE, Abbreviated, Full, UnreadableVersionError, read_object
from customhouse.model.gateway import Listing, Standing
from customhouse.model.lazy_regex import lazy_regex

_ENCODER: Final = msgspec.json.Encoder()

#: What a packument says of its latest version.
_OF_LATEST: Final = frozenset(
    {
        *("description", "author", "contributors", "license", "licenses", "homepage", "keywords", "repository", "bugs"),
        *("readme", "readmeFilename"),
    }
)
#: The times that are no version's.
_OF_PACKAGE: Final = ("created", "modified")
#: What stands in an address as it is: nearly every version.
_PLAIN_TEXT = lazy_regex("[A-Za-z0-9.+-]+")


class UnreadableError(Exception):
    """Upstream's document is not a packument."""


class _Document(msgspec.Struct, gc=False):
    """A packument as upstream has it. Fields that are not named here could name what is hidden, and are left out."""

    versions: dict[str, msgspec.Raw] = {}
    time: msgspec.Raw = NONE
    tags: msgspec.Raw = msgspec.field(name="dist-tags", default=NONE)
    modified: msgspec.Raw = NONE
    id: msgspec.Raw = msgspec.field(name="_id", default=NONE)
    revision: msgspec.Raw = msgspec.field(name="_rev", default=NONE)
    name: msgspec.Raw = NONE
    maintainers: msgspec.Raw = NONE
    users: msgspec.Raw = NONE
    description: msgspec.Raw = NONE
    author: msgspec.Raw = NONE
    contributors: msgspec.Raw = NONE
    license: msgspec.Raw = NONE
    licenses: msgspec.Raw = NONE
    homepage: msgspec.Raw = NONE
    keywords: msgspec.Raw = NONE
    repository: msgspec.Raw = NONE
    bugs: msgspec.Raw = NONE
    readme: msgspec.Raw = NONE
    readme_filename: msgspec.Raw = msgspec.field(name="readmeFilename", default=NONE)


_DOCUMENT: Final = msgspec.json.Decoder(_Document)
#: Field → attribute, of what is passed on as it is.
_PASSED: Final = {
    field.encode_name: field.name
    for field in msgspec.structs.fields(_Document)
    if field.name not in ("versions", "time", "tags", "modified")
}


class ShownPackument:
    """One document under one listing, in one form."""

    def __init__(self, data: bytes, listing: Listing, form: Form) -> None:
        """Read a full packument; what it says of a version that is hidden stays unread. Raises UnreadableError."""
        try:
            document = _DOCUMENT.decode(data)
        except UNREADABLE as error:
            raise UnreadableError(f"what upstream says of {listing.purl.name} is no packument: {error}") from None
        self._document = document
        self._listing = listing
        self._form = form
        self._told = read_object(document.tags)
        self._times = read_object(document.time)
        self._versions: dict[str, Full | Abbreviated] = {}
        kind = Abbreviated if form.kind == "abbreviated" else Full
        shown = listing.shown
        address = _Address(form.root, listing.purl.name).of if form.root else _no_address
        for version, raw in document.versions.items():
            if version in shown:
                # What names no file cannot be installed, and has no place for the address.
                with suppress(UnreadableVersionError):
                    self._versions[version] = kind(raw, address(version))

    @property
    def versions(self) -> Iterable[str]:
        """The versions that are shown, in upstream's order."""
        return self._versions.keys()

    def tags(self) -> dict[str, str]:
        """Return the dist-tags that are shown."""
        told = {tag: text for tag, raw in self._told.items() if (text := _text(raw)) is not None}
        return shown_tags(
            told, self._versions, self._listing.standings, lambda version: self._versions[version].deprecated
        )

    def whole(self) -> bytes:
        """Write the document."""
        tags = self.tags()
        document: dict[str, Any] = self._head(tags.get("latest")) if self._form.kind == "full" else self._short_head()
        document["dist-tags"] = tags
        if times := self._shown_times():
            document["time"] = times
        document["versions"] = {version: stated.fields for version, stated in self._versions.items()}
        return _ENCODER.encode(document)

    def version(self, version: str) -> bytes:
        """Write the document of one version that is shown."""
        return _ENCODER.encode(self._versions[version].fields)

    def _head(self, latest: str | None) -> dict[str, msgspec.Raw]:
        """Return what the full form says of the package.

        Where `latest` was moved upstream describes what is hidden, so the version that is `latest` now says it instead.
        """
        head = {key: getattr(self._document, name) for key, name in _PASSED.items()}
        if _text(self._told.get("latest", NONE)) != latest:
            head |= dict.fromkeys(_OF_LATEST, NONE)
            if isinstance(stated := self._versions.get(latest or ""), Full):
                head |= {key: raw for key, raw in stated.fields.items() if key in _OF_LATEST}
        return {key: raw for key, raw in head.items() if bytes(raw)}

    def _short_head(self) -> dict[str, msgspec.Raw]:
        modified = self._times.get("modified", self._document.modified)
        return {key: raw for key, raw in (("name", self._document.name), ("modified", modified)) if bytes(raw)}

    def _shown_times(self) -> dict[str, Any]:
        """Return the times of what is shown. Where upstream has none, when this gateway first saw the version."""
        times: dict[str, Any] = {key: self._times[key] for key in _OF_PACKAGE if key in self._times}
        for version in self._versions:
            if time := self._times.get(version) or _stamp(self._listing.standings[version]):
                times[version] = time
        return times


class _Address:
    """Writes tarball addresses, in the one spelling that npm's default registry has for them, as JSON."""

    def __init__(self, root: str, name: str) -> None:
        place = root + _quoted(f"{name}/-/{filename(name, '')}")
        self._before, _, self._after = _ENCODER.encode(place).rpartition(b".tgz")

    def of(self, version: str) -> msgspec.Raw:
        return msgspec.Raw(self._before + _quoted(version).encode() + b".tgz" + self._after)


def _no_address(_: str) -> msgspec.Raw:
    return NONE


def _quoted(text: str) -> str:
    # A lone surrogate, which a hostile document may hold, gives an address that leads nowhere.
    return text if _PLAIN_TEXT.fullmatch(text) else quote(text, "/@!'()*~+", errors="replace")


def _text(raw: msgspec.Raw) -> str | None:
    try:
        return msgspec.json.decode(raw, type=str)
    except UNREADABLE:
        return None


def _stamp(standing: Standing) -> str | None:
    if standing.published is None:
        return None
    return standing.published.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
