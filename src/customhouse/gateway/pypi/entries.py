"""Upstream's page of a project, in either form, into records that keep each value as upstream wrote it."""

from collections.abc import Callable, Iterable, Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import msgspec
from packaging.version import Version

from customhouse.ecosystems.pypi.filenames import read_filename
from customhouse.gateway.interface import Document, UnavailableError
from customhouse.gateway.pypi.paths import is_usual, last_segment
from customhouse.model.digest import parse_named
from customhouse.model.purl import pypi_name

#: What is kept of a file's entry besides its name and addresses (PEP 691, 700, 714), in the order it is written in.
#: Keys that nobody has described yet are left out: they might lead a client round the gateway.
KEPT = ("hashes", "requires-python", "size", "upload-time", "yanked", "gpg-sig")
#: PEP 792 in HTML.
STATUS_META, REASON_META = "pypi:project-status", "pypi:project-status-reason"
_UNREADABLE = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)
_ABSENT = msgspec.Raw()
#: Bytes that a file's size is below; clients read it into 64 bits.
_LARGEST = 2**63
#: The major version of the simple API that is understood.
_API = "1"


class Entry(msgspec.Struct, frozen=True):
    """One file of a page. `url` is absolute, without a fragment.

    `said` maps a JSON key of `KEPT` to its value, as JSON, byte for byte as upstream wrote it.
    """

    filename: str
    version: Version
    url: str
    said: Mapping[str, msgspec.Raw]
    #: Digests of the metadata file beside the wheel, by algorithm; empty when upstream states none that is strong.
    metadata: Mapping[str, str]
    #: Where upstream has the attestations; empty where it has none, or announces another host's.
    provenance: str = ""
    #: Upstream's page has the field, if only to say that there are none.
    knows_provenance: bool = False

    def value(self, key: str) -> Any:
        """Return what upstream said under a key of `KEPT`; None where it said nothing."""
        raw = self.said.get(key)
        return None if raw is None else msgspec.json.decode(raw)


class IndexPage(msgspec.Struct, frozen=True):
    """A page, as far as its files are this project's and say their version; each name once, the first time it comes."""

    project: str
    entries: Mapping[str, Entry]
    api_version: str = "1.0"
    #: PEP 700's list, as upstream wrote each; None where the page has no such list.
    versions: tuple[str, ...] | None = None
    #: The serial number of its last change, as JSON; empty where it has none.
    serial: msgspec.Raw = _ABSENT
    #: PEP 792's status of the project, and the reason of it.
    status: Mapping[str, str] = msgspec.field(default_factory=dict)


def read_document(project: str, document: Document) -> IndexPage:
    """Read upstream's page of a project (canonical name). Raises UnavailableError when it is none."""
    kind = document.content_type.partition(";")[0].strip().lower()
    if kind.endswith("json"):
        page = _read_json(project, document)
    elif kind.endswith("html"):
        page = _read_html(project, document)
    else:
        raise UnavailableError(f"the index answers for {project} with neither JSON nor HTML")
    if page.api_version.partition(".")[0] != _API:
        raise UnavailableError(f"the index speaks a version of the simple API for {project} that is not known here")
    return page


class _File(msgspec.Struct, rename="kebab"):
    filename: Any = None
    url: Any = None
    hashes: msgspec.Raw = _ABSENT
    requires_python: msgspec.Raw = _ABSENT
    size: msgspec.Raw = _ABSENT
    upload_time: msgspec.Raw = _ABSENT
    yanked: msgspec.Raw = _ABSENT
    gpg_sig: msgspec.Raw = _ABSENT
    core_metadata: Any = None
    dist_info_metadata: Any = None
    data_dist_info_metadata: Any = None
    provenance: Any = msgspec.UNSET


class _Json(msgspec.Struct, rename="kebab"):
    files: list[_File]
    name: str = ""
    meta: dict[str, msgspec.Raw] = msgspec.field(default_factory=dict)
    versions: list[Any] | None = None
    project_status: Any = None


_DECODER = msgspec.json.Decoder(_Json)
_STATUS = ("status", "reason")


def _read_json(project: str, document: Document) -> IndexPage:
    try:
        if not document.data.isascii():
            document.data.decode()  # msgspec does not look into what it skips, and that is passed on
        page = _DECODER.decode(document.data)
        version = page.meta.get("api-version")
        api_version = "1.0" if version is None else msgspec.json.decode(version, type=str)
    except _UNREADABLE as error:
        raise UnavailableError(f"the index's page of {project} does not read") from error
    if page.name and pypi_name(page.name) != project:
        raise UnavailableError(f"the index answers for {project} with the page of another project")
    entries = (_from_json(project, file, document) for file in page.files)
    return IndexPage(
        project,
        _once(entries),
        api_version,
        None if page.versions is None else tuple(each for each in page.versions if isinstance(each, str)),
        page.meta.get("_last-serial", _ABSENT),
        _status(page.project_status),
    )


def _from_json(project: str, file: _File, document: Document) -> Entry | None:
    if not isinstance(file.filename, str):
        return None
    said: dict[str, msgspec.Raw] = {}
    for key in KEPT:
        raw: msgspec.Raw = getattr(file, key.replace("-", "_"))
        if bytes(raw) and bytes(raw) != b"null":
            if not _is_sound(key, raw):
                return None
            said[key] = raw
    announced = (file.core_metadata, file.dist_info_metadata, file.data_dist_info_metadata)
    hashes = next((each for each in announced if isinstance(each, dict)), {})
    digests = {algorithm: value for algorithm, value in hashes.items() if isinstance(value, str)}
    provenance = "" if file.provenance is msgspec.UNSET else file.provenance
    entry = _entry(project, file.filename, _absolute(document.url, file.url), said, digests)
    if entry is None:
        return None
    return msgspec.structs.replace(
        entry,
        provenance=_near(document, provenance),
        knows_provenance=file.provenance is not msgspec.UNSET,
    )


def _is_sound(key: str, raw: msgspec.Raw) -> bool:
    try:
        return _SOUND[key](msgspec.json.decode(raw))
    except _UNREADABLE:  # a number that nothing can hold
        return False


def _texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())


#: Key → whether a value is what the PEPs say it may be. An entry with another is not shown: clients fail over it.
_SOUND: Mapping[str, Callable[[Any], bool]] = {
    "hashes": _texts,
    "requires-python": lambda value: isinstance(value, str),
    "size": lambda value: type(value) is int and 0 <= value < _LARGEST,
    "upload-time": lambda value: isinstance(value, str),
    "yanked": lambda value: isinstance(value, bool | str),
    "gpg-sig": lambda value: isinstance(value, bool),
}


def _entry(
    project: str, filename: str, url: str, said: dict[str, msgspec.Raw], metadata: Mapping[str, str]
) -> Entry | None:
    """Build an entry; None for what is another project's, says no version, or lies where clients see another name."""
    told = read_filename(filename, project)
    if told is None or last_segment(url) != filename:
        return None
    strong = {algorithm: value for algorithm, value in metadata.items() if _is_strong(f"{algorithm}={value}")}
    return Entry(filename, told.version, url, said, strong)


def _is_strong(text: str) -> bool:
    digest = parse_named(text)
    return digest is not None and digest.strong


def _once(entries: Iterable[Entry | None]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry is not None:
            found.setdefault(entry.filename, entry)
    return found


def _status(told: object) -> dict[str, str]:
    pairs = [(key, told.get(key)) for key in _STATUS] if isinstance(told, dict) else []
    return {key: value for key, value in pairs if isinstance(value, str) and value}


def _read_html(project: str, document: Document) -> IndexPage:
    reader = _Anchors(document.url)
    reader.feed(document.data.decode("utf-8", errors="replace"))
    reader.close()
    version = reader.meta.get("pypi:repository-version") or "1.0"
    entries = (_from_anchor(project, said, document, base) for said, base in reader.anchors)
    told = {"status": reader.meta.get(STATUS_META), "reason": reader.meta.get(REASON_META)}
    return IndexPage(project, _once(entries), version, status=_status(told))


class _Anchors(HTMLParser):
    """Collects anchors with the base that holds at each, and what `<meta>` says; of repeated ones the first counts."""

    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.meta: dict[str, str] = {}
        self.anchors: list[tuple[dict[str, str | None], str]] = []
        self._base = url
        self._based = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what `<a>`, `<base>` and `<meta>` say."""
        said = dict(reversed(attrs))
        if tag == "a":
            self.anchors.append((said, self._base))
        elif tag == "base" and not self._based:
            self._base, self._based = _absolute(self._base, said.get("href")) or self._base, True
        elif tag == "meta":
            self.meta.setdefault(said.get("name") or "", said.get("content") or "")


def _from_anchor(project: str, said: Mapping[str, str | None], document: Document, base: str) -> Entry | None:
    href, _, fragment = (said.get("href") or "").partition("#")
    url = _absolute(base, href)
    digest = parse_named(f"#{fragment}")
    kept: dict[str, msgspec.Raw] = {}
    if digest:
        kept["hashes"] = _raw({digest.algorithm: digest.hex})
    if said.get("data-requires-python"):
        kept["requires-python"] = _raw(said["data-requires-python"])
    if said.get("data-upload-time"):
        kept["upload-time"] = _raw(said["data-upload-time"])
    if "data-yanked" in said:
        kept["yanked"] = _raw(said["data-yanked"] or True)
    if said.get("data-gpg-sig") in ("true", "false"):
        kept["gpg-sig"] = _raw(said["data-gpg-sig"] == "true")
    announced = said.get("data-core-metadata") or said.get("data-dist-info-metadata") or ""
    algorithm, _, value = announced.partition("=")
    entry = _entry(project, last_segment(url), url, kept, {algorithm: value})
    if entry is None:
        return None
    provenance = _near(document, said.get("data-provenance"))
    return msgspec.structs.replace(entry, provenance=provenance, knows_provenance=bool(provenance))


def _raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))


def _absolute(base: str, href: object) -> str:
    """Resolve an address as clients do; empty when it is none."""
    if not isinstance(href, str) or not href.strip():
        return ""
    if is_usual(href):
        return href
    try:
        url = urljoin(base, href.strip())
        urlsplit(url)
    except ValueError:
        return ""
    return urldefrag(url).url


def _near(document: Document, href: object) -> str:
    """Resolve the address of attestations; empty unless it lies at the origin that the page came from.

    What it holds is handed out unverified, and the page of a stranger must not choose whose with our credentials.
    """
    url = _absolute(document.url, href)
    ours, theirs = urlsplit(document.url), urlsplit(url)
    return url if (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc) else ""
