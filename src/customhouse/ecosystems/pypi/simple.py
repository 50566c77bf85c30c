"""The simple repository API's two forms, JSON (PEP 691, 700, 740) and HTML (PEP 503, 592), into the same records."""

from collections.abc import Mapping
from datetime import datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import msgspec

from customhouse.ecosystems.fetching import Answer
from customhouse.ecosystems.pypi.manifest import manifest_of
from customhouse.ecosystems.times import read_time
from customhouse.model.digest import Digest, parse_named
from customhouse.model.errors import HostileUpstream, UnreachableUpstream
from customhouse.model.history import About
from customhouse.model.purl import pypi_name

#: JSON first. Anything older than the v1 API answers with HTML whatever it is asked for.
ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
_HINT = "do not install it from there; ask whoever runs the index"
_UNREADABLE = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)


class IndexFile(msgspec.Struct, frozen=True):
    """One file as the index lists it. `url` is absolute and without a fragment."""

    filename: str
    url: str
    digests: tuple[Digest, ...] = ()
    size: int | None = None
    uploaded: datetime | None = None
    yanked: bool = False
    yank_reason: str = ""
    #: Whether an attestation is announced; None when the index does not offer the field.
    provenance: bool | None = None
    #: Where the attestation is; empty when none is announced.
    provenance_url: str = ""


def read_page(name: str, answer: Answer) -> tuple[IndexFile, ...]:
    """Read a project's page in whichever form it came.

    Raises HostileUpstream when it does not read or is another project's, UnreachableUpstream for an API version
    that nobody has described yet.
    """
    if answer.content_type.endswith("json"):
        return _read_json(name, answer)
    if answer.content_type.endswith("html"):
        return _read_html(name, answer)
    raise HostileUpstream(
        f"{name}: the index answers with {answer.content_type[:60] or 'no type'!r}, neither JSON nor HTML", hint=_HINT
    )


class _Meta(msgspec.Struct):
    version: str = msgspec.field(name="api-version", default="1.0")


class _Page(msgspec.Struct):
    files: list[dict[str, Any]]
    name: str = ""
    meta: _Meta = msgspec.field(default_factory=_Meta)


_DECODER = msgspec.json.Decoder(_Page)


def _read_json(name: str, answer: Answer) -> tuple[IndexFile, ...]:
    try:
        page = _DECODER.decode(answer.data)
    except _UNREADABLE as error:
        raise HostileUpstream(f"{name}: the index's page does not read: {error}", hint=_HINT) from None
    _check_version(name, page.meta.version)
    _check_name(name, page.name)
    return tuple(file for entry in page.files if (file := _from_json(entry, answer.url)))


def _from_json(entry: Mapping[str, Any], base: str) -> IndexFile | None:
    url, filename = _absolute(base, entry.get("url")), entry.get("filename")
    if not url or not isinstance(filename, str):
        return None
    hashes, yanked, size = entry.get("hashes"), entry.get("yanked"), entry.get("size")
    found = (
        parse_named(f"{algorithm}:{value}") for algorithm, value in (hashes if isinstance(hashes, dict) else {}).items()
    )
    return IndexFile(
        filename=_last_segment(filename),
        url=url,
        digests=tuple(digest for digest in found if digest),
        size=size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None,
        uploaded=read_time(entry.get("upload-time")),
        yanked=bool(yanked),
        yank_reason=yanked if isinstance(yanked, str) else "",
        provenance=bool(entry["provenance"]) if "provenance" in entry else None,
        provenance_url=_absolute(base, entry.get("provenance")),
    )


def _read_html(name: str, answer: Answer) -> tuple[IndexFile, ...]:
    reader = _Anchors(answer.url)
    reader.feed(answer.data.decode("utf-8", errors="replace"))
    reader.close()
    _check_version(name, reader.version)
    return tuple(reader.files)


class _Anchors(HTMLParser):
    """Collects the anchors of a page. Attributes are what the parser says they are, entities resolved."""

    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.version = "1.0"
        self.files: list[IndexFile] = []
        self._base = url
        self._based = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what `<a>`, `<base>` and the version's `<meta>` say."""
        if tag == "a":
            said = dict(reversed(attrs))  # of a repeated attribute, browsers and this reader take the first
            if file := _from_anchor(said, self._base):
                self.files.append(file)
        elif tag == "base" and not self._based:
            href = dict(attrs).get("href")
            self._base, self._based = _absolute(self._base, href) or self._base, True
        elif tag == "meta":
            told = dict(attrs)
            if told.get("name") == "pypi:repository-version":
                self.version = told.get("content") or self.version


def _from_anchor(said: Mapping[str, str | None], base: str) -> IndexFile | None:
    url = _absolute(base, said.get("href"), fragment=True)
    filename = _last_segment(unquote(urlsplit(url).path)) if url else ""
    if not filename:
        return None
    url, fragment = urldefrag(url)
    digest = parse_named(f"#{fragment}")
    provenance = said.get("data-provenance")
    return IndexFile(
        filename=filename,
        url=url,
        digests=(digest,) if digest else (),
        # Not in any PEP; some indexes write it for clients that accept JSON.
        uploaded=read_time(said.get("data-upload-time")),
        yanked="data-yanked" in said,
        yank_reason=said.get("data-yanked") or "",
        provenance=True if provenance else None,
        provenance_url=_absolute(base, provenance),
    )


def read_upload_times(data: bytes) -> dict[str, datetime]:
    """Read a project's JSON document for what it says of each file name's upload; empty when it does not read."""
    try:
        document = msgspec.json.decode(data)
    except _UNREADABLE:
        return {}
    releases = document.get("releases") if isinstance(document, dict) else None
    found: dict[str, datetime] = {}
    for files in (releases if isinstance(releases, dict) else {}).values():
        for file in files if isinstance(files, list) else []:
            if isinstance(file, dict) and isinstance(file.get("filename"), str):
                when = read_time(file.get("upload_time_iso_8601") or file.get("upload_time"))
                if when:
                    found[file["filename"]] = when
    return found


#: Characters of a README that are kept for comparing.
_README = 64 * 1024


def read_about(data: bytes) -> About:
    """Read a project's JSON document for what it says of the latest release; empty when it does not read.

    The fields are those of core metadata, and read as such.
    """
    try:
        document = msgspec.json.decode(data)
    except _UNREADABLE:
        return About()
    info = document.get("info") if isinstance(document, dict) else None
    if not isinstance(info, dict):
        return About()
    urls = info.get("project_urls")
    said: dict[str, list[str]] = {
        key.replace("_", "-"): [value]
        for key in ("author", "author_email", "maintainer", "maintainer_email", "home_page")
        if isinstance(value := info.get(key), str)
    }
    listed = (urls if isinstance(urls, dict) else {}).items()
    said["project-url"] = [f"{label}, {url}" for label, url in listed if isinstance(url, str)]
    told = manifest_of(pypi_name(str(info.get("name", ""))), str(info.get("version", "")), said)
    readme = info.get("description")
    return About(told, readme[:_README] if isinstance(readme, str) else "")


def _check_version(name: str, version: str) -> None:
    if version.partition(".")[0] != "1":
        raise UnreachableUpstream(
            f"{name}: the index speaks version {version[:20]} of the simple API, and Customhouse version 1",
            hint="look for a newer Customhouse, or name another index with --pypi-index",
        )


def _check_name(name: str, told: str) -> None:
    if told and pypi_name(told) != name:
        raise HostileUpstream(f"{name}: the index answered with a page about {told[:214]!r}", hint=_HINT)


def _absolute(base: str, href: object, *, fragment: bool = False) -> str:
    """Resolve an address; empty when it is none."""
    if not isinstance(href, str) or not href.strip():
        return ""
    try:
        url = urljoin(base, href.strip())
        return url if fragment else urldefrag(url).url
    except ValueError:
        return ""


def _last_segment(path: str) -> str:
    """Return a plain file name: nothing of a path, nothing unprintable."""
    name = path.replace("\\", "/").rpartition("/")[2]
    return name if name.isprintable() and name not in (".", "..") else ""
