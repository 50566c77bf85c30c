"""Lock files that a client wrote through a gateway, put right: its addresses become upstream's, the rest is untouched.

Only addresses that the gateway gives are understood, and the outcome is read by the same reader that `check` uses: a
lock that does not read before or after, or would pin anything else than before, is refused.
"""

import re
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlsplit

import msgspec

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import MAX_BYTES
from customhouse.ecosystems.formats import lockfile_format
from customhouse.ecosystems.lockfile import LockfileFormat
from customhouse.gateway.clients.addresses import FILES, NPM, SIMPLE, gateway_root
from customhouse.model.errors import CustomhouseError

#: User information as some clients write it into what they lock.
_USER = rb"(?:[^\s/@\"'<>]{1,300}@)?"
_HOST = rb"(?P<host>[A-Za-z0-9._:%\[\]-]+)"
_PORTS = {"http": ":80", "https": ":443"}


class Upstreams(msgspec.Struct, frozen=True):
    """Where the gateway gets its packages: the roots of the npm registry and of the simple index."""

    npm: str
    index: str


def put_right(name: str, data: bytes, gateway: str, upstreams: Upstreams) -> bytes:
    """Return a lock with the gateway's addresses turned back into upstream's.

    `name` is the file's, and says its format. A lock that names no gateway comes back as it is.

    Raises CustomhouseError when it cannot be done.
    """
    root = gateway_root(gateway)
    changed = _replaced(data, root, upstreams)
    if changed == data and not _named(root).search(data):
        return data
    kind = lockfile_format(Path(name))
    if kind is None:
        raise CustomhouseError(
            f"{name} names the gateway, and is no lock file that is understood",
            hint="write the lock again without the gateway",
        )
    if _named(root).search(changed):
        raise CustomhouseError(
            f"{name} names an address of the gateway that is neither a package nor a file of one",
            hint=f"look for {root} in it, and write the lock again",
        )
    before, after = _pinned(kind, name, data), _pinned(kind, name, changed)
    if before is None or before != after:
        raise CustomhouseError(
            f"{name} does not read, or would pin something else with upstream's addresses",
            hint="write the lock again without the gateway",
        )
    return changed


def _replaced(data: bytes, root: str, upstreams: Upstreams) -> bytes:
    npm, index = (_bare(each).rstrip("/") for each in (upstreams.npm, upstreams.index))
    for scheme in ("https", "http"):
        host = re.compile(_pattern(root, f"{FILES}{scheme}/") + _HOST)
        data = host.sub(partial(_file_host, f"{scheme}://".encode()), data)
    data = _swap(data, root, SIMPLE, index, end=rb"(?![A-Za-z0-9._-])")
    return _swap(data, root, NPM.rstrip("/"), npm, end=rb"(?![A-Za-z0-9._-])")


def _file_host(scheme: bytes, found: re.Match[bytes]) -> bytes:
    """Write a file host as an address has it: pip writes the colon before a port as `%3A`."""
    host: bytes = found["host"]
    return scheme + re.sub(rb"(?i)%(3a|5b|5d)", lambda code: bytes.fromhex(code[1].decode()), host)


def _swap(data: bytes, root: str, room: str, upstream: str, end: bytes = b"") -> bytes:
    """Replace one prefix, written plainly or percent-encoded as yarn writes it into a query."""
    data = re.sub(_pattern(root, room) + end, lambda _: upstream.encode(), data)
    encoded = quote(upstream, safe="").encode()
    return re.sub(_encoded(root, room) + end, lambda _: encoded, data)


def _named(root: str) -> re.Pattern[bytes]:
    return re.compile(_pattern(root, "") + rb"|" + _encoded(root, ""))


def _pattern(root: str, room: str) -> bytes:
    """Match an address below the root: its host in any case, its usual port said or not, a user before it or not."""
    parts = urlsplit(root)
    host, usual = parts.netloc.encode(), _PORTS[parts.scheme].encode()
    if parts.port is None or parts.netloc.endswith(_PORTS[parts.scheme]):
        host = re.escape(host.removesuffix(usual)) + b"(?:" + re.escape(usual) + b")?"
    else:
        host = re.escape(host)
    rest = re.escape((parts.path + room).encode())
    return b"(?i:" + re.escape(f"{parts.scheme}://".encode()) + _USER + host + b")" + rest


def _encoded(root: str, room: str) -> bytes:
    return b"(?i:" + re.escape(quote(root + room, safe="").encode()) + b")"


def _bare(address: str) -> str:
    """Take user information off: it is nobody's to commit."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _pinned(kind: LockfileFormat, name: str, data: bytes) -> list[tuple[object, ...]] | None:
    """Return what a lock pins, addresses left out; None when it does not read."""
    # What a requirements file includes is a file of its own, to be put right by itself.
    sources = [each for each in kind.read(Path(name), data, _Alone(data, Path(name))) if each.path == name]
    if not sources or any(source.status != "parsed" for source in sources):
        return None
    return sorted(
        (package.name, package.version or package.specifier, package.marker, str(sorted(package.integrity)))
        for source in sources
        for package in source.packages
    )


class _Alone:
    """A tree of one file."""

    def __init__(self, data: bytes, path: Path) -> None:
        self._data = data
        self._path = path

    def read(self, path: Path, limit: int = MAX_BYTES) -> bytes:
        """Return the file's bytes; nothing else is there."""
        if path != self._path or len(self._data) > limit:
            raise UnreadableError("it is not there")
        return self._data

    def is_file(self, path: Path) -> bool:
        """Say whether it is the file."""
        return path == self._path

    def names(self, folder: Path) -> tuple[list[str], list[str]]:
        """Name the file alone."""
        return [], [self._path.name] if folder == self._path.parent else []

    def identity(self, path: Path) -> str:
        """Return the path."""
        return str(path)
