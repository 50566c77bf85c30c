"""What a target asks of the index, and the addresses that the index gives: nothing else is ever understood.

A file's address is `files/SCHEME/HOST/PATH`, upstream's own address after one prefix, so that a lock file is put right
by replacing `…/files/https/` by `https://`. Nothing is fetched from where the path says: of it only the file's name
counts, which says the project, whose page then says whether there is such a file.
"""

import re
from urllib.parse import quote, unquote, unquote_to_bytes, urlsplit

import msgspec

from customhouse.ecosystems.pypi.filenames import read_filename
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import pypi_name

#: Characters of a whole target, of a file's name (what file systems take), of a project's name.
MAX_TARGET, MAX_FILENAME, MAX_NAME = 4096, 255, 200
#: Projects that one file's name may be of: `a-1-2.tar.gz` is of `a` (1.post2) or of `a-1` (2).
MAX_PROJECTS = 4
SCHEMES = ("https", "http")
_NAME = lazy_regex(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
#: Printable ASCII without what an address, a page or a file system takes for something else.
_FILENAME = lazy_regex(r"""(?!\.)[^\x00-\x20\x7f-\U0010ffff/\\%?#"<>:|*]+""")
_AUTHORITY = lazy_regex(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
#: The address of nearly every file there is, in which nothing has to be looked at twice.
_USUAL = lazy_regex(
    r"(?P<scheme>https?)://(?P<rest>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?"
    r"(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*/(?P<last>[A-Za-z0-9_][A-Za-z0-9_.-]*))"
)
_BAD_ESCAPE = lazy_regex(r"%(?![0-9A-Fa-f]{2})")
_ODD = lazy_regex(r"[^\x21-\x7e]|\\")
#: What stands in a path as it is (RFC 3986, pchar), percent signs that are there already included.
_KEPT = "/%~!$&'()*+,;=:@-._"


class Root(msgspec.Struct, frozen=True):
    """The index itself."""


class Page(msgspec.Struct, frozen=True):
    """A project's page, by its canonical name."""

    project: str


class Moved(msgspec.Struct, frozen=True):
    """An address that has a better one: `to` is relative to it, and our own."""

    to: str


class File(msgspec.Struct, frozen=True):
    """A file. `upstream` is the address that the path spells, for comparing only; `projects` may have it, in order."""

    filename: str
    projects: tuple[str, ...]
    upstream: str


class Metadata(msgspec.Struct, frozen=True):
    """The core metadata of a wheel (PEP 658)."""

    file: File


class Provenance(msgspec.Struct, frozen=True):
    """The attestations of a file (PEP 740)."""

    project: str
    filename: str


class Document(msgspec.Struct, frozen=True):
    """The JSON document of a project, or of one version of it, as tools older than PEP 691 ask for it."""

    project: str
    version: str | None = None


class Refusal(msgspec.Struct, frozen=True):
    """Where clients that print nothing but the address are sent to read it: why a file is not handed out."""

    project: str
    filename: str


class Unknown(msgspec.Struct, frozen=True):
    """Nothing of ours."""


class Malformed(msgspec.Struct, frozen=True):
    """No client writes such a target. `why` is a clause."""

    why: str


Target = Root | Page | Moved | File | Metadata | Provenance | Document | Refusal | Unknown | Malformed


def read_target(path: str) -> Target:
    """Read a raw target below the index's own address, without its query."""
    if len(path) > MAX_TARGET:
        return Malformed(f"it is longer than {MAX_TARGET} characters")
    if not path.startswith("/") or _ODD.search(path):
        return Malformed("it holds characters that no address has")
    if _BAD_ESCAPE.search(path):
        return Malformed("a percent sign in it begins no escape")
    parts: list[str] = []
    for raw in path[1:].split("/"):
        decoded = _decoded(raw)
        if decoded is None:
            return Malformed("a part of it, decoded, is not what a path has")
        parts.append(decoded)
    return _routed(parts, path)


def _decoded(raw: str) -> str | None:
    """Undo one percent encoding; None for what climbs, is no text, or would be something else if decoded again."""
    try:
        text = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        return None
    if not text.isprintable() or "\\" in text or any(part in (".", "..") for part in text.split("/")):
        return None
    return text


def _routed(parts: list[str], path: str) -> Target:  # noqa: C901 - the table of addresses
    match parts:
        case [""]:
            return Moved("simple/")
        case ["simple"]:
            return Moved("simple/")
        case ["simple", ""]:
            return Root()
        case ["simple", name] if _is_name(name):
            return Moved(f"{pypi_name(name)}/")
        case ["simple", name, ""] if _is_name(name):
            project = pypi_name(name)
            return Page(project) if name == project else Moved(f"../{project}/")
        case ["files", scheme, authority, *_, filename] if scheme in SCHEMES and _AUTHORITY.fullmatch(authority):
            return _file(f"{scheme}://{authority}/{path.split('/', 4)[4]}", filename)
        case ["integrity", name, _, filename, "provenance"] if _is_name(name) and is_filename(filename):
            return Provenance(pypi_name(name), filename)
        case ["refused", name, filename, *_] if _is_name(name) and is_filename(filename):
            return Refusal(pypi_name(name), filename)
        case [name, "json"] | [name, "json", ""] if _is_name(name):
            return Document(pypi_name(name))
        case [name, version, "json"] | [name, version, "json", ""] if _is_name(name) and is_filename(version):
            return Document(pypi_name(name), version)
    return Unknown()


def _file(upstream: str, filename: str) -> Target:
    wheel = filename.removesuffix(".metadata")
    if not is_filename(wheel):
        return Unknown()
    projects = projects_of(wheel)
    if not projects:
        return Unknown()
    file = File(wheel, projects, upstream.removesuffix(".metadata") if wheel != filename else upstream)
    return Metadata(file) if wheel != filename else file


def projects_of(filename: str) -> tuple[str, ...]:
    """Return the canonical names of projects that a file of this name may be of, the likeliest first.

    All but names of before PEP 625 with hyphens in them are of one project.
    """
    found: list[str] = []
    for hyphen in reversed([match.start() for match in re.finditer("-", filename)]):
        stem = filename[:hyphen]
        if len(stem) <= MAX_NAME and _NAME.fullmatch(stem) and (name := pypi_name(stem)) not in found:
            if read_filename(filename, name) is not None:
                found.append(name)
            if len(found) == MAX_PROJECTS:
                break
    return tuple(found)


def _is_name(text: str) -> bool:
    return len(text) <= MAX_NAME and _NAME.fullmatch(text) is not None


def is_filename(text: str) -> bool:
    """Say whether a file may have this name here."""
    return len(text) <= MAX_FILENAME and _FILENAME.fullmatch(text) is not None


def file_address(url: str, filename: str) -> str:
    """Return our address, relative to the door's own, of the file that upstream has at `url` (absolute).

    The name is one that says a project and a version. The address's query and its user information are left out. Empty
    where it is not one that this module reads back as that file: such a file is not shown.
    """
    usual = _USUAL.fullmatch(url)
    if usual and usual["last"] == filename and len(url) < MAX_FILENAME and filename.count("-") <= MAX_PROJECTS:
        return f"files/{usual['scheme']}/{usual['rest']}"
    try:
        parts = urlsplit(url)
        authority = parts.netloc.rpartition("@")[2]
    except ValueError:
        return ""
    if parts.scheme not in SCHEMES or not is_filename(filename):
        return ""
    address = f"files/{parts.scheme}/{authority}{quote(parts.path, safe=_KEPT)}"
    told = read_target(f"/{address}")
    return address if isinstance(told, File) and told.filename == filename else ""


def is_usual(url: str) -> bool:
    """Say whether an address is absolute, and one of the many that need no resolving or decoding."""
    return _USUAL.fullmatch(url) is not None


def last_segment(url: str) -> str:
    """Return the file name at the end of an absolute address, decoded; empty where there is none."""
    if is_usual(url):
        return url.rpartition("/")[2]
    return unquote(urlsplit(url).path).rpartition("/")[2] if url else ""


def upstream_address(url: str) -> str:
    """Return upstream's address of a file as `read_target` spells it, for comparing with `File.upstream`."""
    address = urlsplit(url)
    return f"{address.scheme}://{address.netloc.rpartition('@')[2]}{quote(address.path, safe=_KEPT)}"


def provenance_address(project: str, version: str, filename: str) -> str:
    """Return our address, relative to the door's own, of a file's attestations."""
    return f"integrity/{project}/{quote(version, safe='+!')}/{quote(filename, safe='+!')}/provenance"


def climbing(path: str) -> str:
    """Return what leads from a target of ours back to the door's own address, as a relative reference."""
    return "../" * (path.count("/") - 1) or "./"
