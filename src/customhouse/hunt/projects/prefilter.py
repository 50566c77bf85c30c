"""Whether bytes can name a campaign's releases at all: what cannot is not parsed, which is most of a history."""

import base64
from collections.abc import Iterable

import msgspec

from customhouse.hunt.asked import Asked
from customhouse.model.purl import Ecosystem
from customhouse.versions import pypi

#: Up to so many names are looked for one by one; more are found by taking the text apart once.
_ONE_BY_ONE = 12
#: Everything that no name of a package is made of becomes a blank; `/`, `@` and the like part names from the rest.
_OF_NAMES = b"abcdefghijklmnopqrstuvwxyz0123456789-_.~"
_NAME_WORDS = bytes(
    (each | 0x20 if 0x41 <= each <= 0x5A else each) if (each | 0x20) in _OF_NAMES or each in _OF_NAMES else 0x20  # noqa: PLR2004 - A to Z
    for each in range(256)
)
_PYPI_WORDS = _NAME_WORDS.translate(bytes.maketrans(b"-_.~", b"    "))
#: JSON and TOML can write any letter by its number; nothing honest does so in a name.
_ESCAPES = (b"\\u00", b"\\U0000", b"\\x", b"\\/")
#: Bytes of a beginning that tell an encoding of two bytes a letter (PowerShell's), or the one that a comment names.
_HEAD = 512


class _Package(msgspec.Struct, frozen=True):
    """One package: a word that its name cannot be written without, and texts of which a pin holds one."""

    word: bytes
    #: Empty where a range, and no list, says which versions are affected.
    versions: tuple[bytes, ...]


class Prefilter:
    """Looks through bytes for names and versions; it may say yes too often, never no."""

    def __init__(self, asked: Asked) -> None:
        """Arrange the names of every campaign, by ecosystem."""
        self._packages: dict[Ecosystem, tuple[_Package, ...]] = {}
        for ecosystem in ("npm", "pypi"):
            rows: dict[str, set[bytes] | None] = {}
            for own, name in asked.names:
                if own != ecosystem:
                    continue
                for _, each in asked.packages(own, name):
                    versions = None if each.ranges else {_version(own, one) for one in each.versions}
                    before = rows.get(name, set())
                    rows[name] = None if versions is None or before is None else before | versions
            self._packages[ecosystem] = tuple(
                _Package(_word(ecosystem, name), tuple(sorted(versions or ()))) for name, versions in rows.items()
            )
        self._words = {
            ecosystem: frozenset(package.word for package in packages) for ecosystem, packages in self._packages.items()
        }
        #: Whether no name of npm's has a capital; only some very old ones do.
        self._plain = all(name == name.lower() for ecosystem, name in asked.names if ecosystem == "npm")
        self._digests = tuple(
            text
            for campaign in asked.campaigns
            for each in campaign.releases
            for digest in each.digests
            for text in (digest.hex.encode(), base64.b64encode(bytes.fromhex(digest.hex)))
        )

    def may_pin(self, ecosystem: Ecosystem, data: bytes) -> bool:
        """Say whether a lock may pin an affected release."""
        return (
            any(
                not package.versions or any(version in data for version in package.versions)
                for package in self._named(ecosystem, data)
            )
            or any(text in data for text in self._digests)
            or _escapes(data)
        )

    def may_ask(self, ecosystem: Ecosystem, data: bytes) -> bool:
        """Say whether a manifest may ask for an affected package."""
        return next(iter(self._named(ecosystem, data)), None) is not None or _escapes(data)

    def _named(self, ecosystem: Ecosystem, data: bytes) -> Iterable[_Package]:
        packages = self._packages[ecosystem]
        if len(packages) > _ONE_BY_ONE:
            words = frozenset(data.translate(_PYPI_WORDS if ecosystem == "pypi" else _NAME_WORDS).split())
            found = self._words[ecosystem] & words
            return [package for package in packages if package.word in found] if found else ()
        if ecosystem == "pypi" or not self._plain:  # names are written in any case
            data = data.lower()
        return [package for package in packages if package.word in data]


def _word(ecosystem: Ecosystem, name: str) -> bytes:
    """Return what stands in every way of writing a name: without its scope, or its first part."""
    if ecosystem == "pypi":
        return name.partition("-")[0].encode()
    words = name.rpartition("/")[2].encode().translate(_NAME_WORDS).split()
    return max(words, key=len, default=b"")


def _version(ecosystem: Ecosystem, text: str) -> bytes:
    """Return what stands in every way of writing a version: PEP 440 has 1.0, 1.0.0 and 1 for one and the same."""
    parsed = pypi.parse(text) if ecosystem == "pypi" else None
    if parsed is None:
        return text.encode()
    release = list(parsed.release)
    while len(release) > 1 and not release[-1]:
        release.pop()
    return ".".join(map(str, release)).encode()


def _escapes(data: bytes) -> bool:
    """Say whether a name may stand there in another form: by the numbers of its letters, or in another encoding."""
    if b"\0" in data[:_HEAD] or b"coding" in data[:_HEAD]:
        return True
    return b"\\" in data and any(mark in data for mark in _ESCAPES)
