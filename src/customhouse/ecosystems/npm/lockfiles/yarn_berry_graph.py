"""Which entry of a yarn lock a dependency leads to: by the descriptors in the entries' keys, as yarn looks them up.

The lock holds what packages themselves ask for; `resolutions` of the project's package.json, the catalogs of its
.yarnrc.yml, and the patches that yarn brings along for a few packages come between that and the entry.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from customhouse.ecosystems.documents import UnreadableError, json_document
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.manifest_format import MAX_MANIFEST
from customhouse.ecosystems.npm.lockfiles import yarn_locator
from customhouse.ecosystems.yaml_documents import yaml_documents
from customhouse.model.lazy_regex import lazy_regex

#: `parent@range/name@range`, of which only the last name must be there.
_RESOLUTION = lazy_regex(
    r"(?:(?P<parent>(?:@[^/@]+/)?[^/@]+)(?:@[^/]+)?/)?(?P<name>(?:@[^/@]+/)?[^/@]+)(?:@(?P<range>.+))?"
)
_CATALOG = "catalog:"
#: Characters of a pattern, and lines of `resolutions` for one name, beyond which nobody writes.
_MAX_PATTERN = 1024
_MAX_WISHES = 100
#: Entries of one name that a dependency is taken to lead to when it cannot be told which.
_MAX_GUESSES = 16


class Wish(msgspec.Struct, frozen=True):
    """One line of `resolutions`: whose dependency, on what, asked for how, and what yarn takes instead."""

    parent: str
    name: str
    range: str
    instead: str


class Settings(msgspec.Struct, frozen=True):
    """What files beside the lock say. `known` is false when there is no package.json that can be read."""

    known: bool = False
    wishes: tuple[Wish, ...] = ()
    #: Catalog → name → range; the default one is called "".
    catalogs: dict[str, dict[str, str]] = {}


class _Manifest(msgspec.Struct, frozen=True):
    resolutions: dict[str, Any] = {}


_MANIFEST = msgspec.json.Decoder(_Manifest)


def read_settings(folder: Path, files: Files) -> Settings:
    """Read `resolutions` and catalogs of the project in a folder. What cannot be read says nothing."""
    try:
        manifest = json_document(files.read(folder / "package.json", MAX_MANIFEST), _MANIFEST)
    except (UnreadableError, msgspec.ValidationError):
        return Settings()
    return Settings(known=True, wishes=tuple(_wishes(manifest.resolutions)), catalogs=_catalogs(folder, files))


def _wishes(resolutions: Mapping[str, Any]) -> Iterator[Wish]:
    for pattern, instead in resolutions.items():
        found = _RESOLUTION.fullmatch(pattern.removeprefix("**/")) if len(pattern) <= _MAX_PATTERN else None
        if found and isinstance(instead, str):
            yield Wish(found["parent"] or "", found["name"], found["range"] or "", instead)


def _catalogs(folder: Path, files: Files) -> dict[str, dict[str, str]]:
    try:
        document = next(yaml_documents(files.read(folder / ".yarnrc.yml", MAX_MANIFEST))).value
    except (UnreadableError, StopIteration):
        return {}
    if not isinstance(document, Mapping):
        return {}
    named = document.get("catalogs")
    tables = {"": document.get("catalog"), **(named if isinstance(named, Mapping) else {})}
    return {
        name: {key: text for key, text in table.items() if isinstance(text, str)}
        for name, table in tables.items()
        if isinstance(table, Mapping)
    }


class Lookup:
    """The entries of a lock, asked by dependency."""

    def __init__(self, settings: Settings) -> None:
        """Begin with no entries."""
        self._settings = settings
        self._by_descriptor: dict[str, str] = {}
        #: Entries of patches that yarn itself brings along, by the descriptor that they stand in for.
        self._built_in: dict[str, str] = {}
        self._by_name: dict[str, dict[str, None]] = {}
        self._wishes: dict[str, list[Wish]] = {}
        for wish in settings.wishes:
            if len(own := self._wishes.setdefault(wish.name, [])) < _MAX_WISHES:
                own.append(wish)
        self.by_locator: dict[str, str] = {}

    def add(self, key: str, descriptors: list[str], locator: str) -> str:
        """Enter an entry; return a descriptor that another entry has too, or nothing."""
        twice = ""
        for one in descriptors:
            name, reference = yarn_locator.split(one)
            full = f"{name}@{yarn_locator.normal(reference)}"
            if self._by_descriptor.setdefault(full, key) != key:
                twice = one
            self._by_name.setdefault(name, {})[key] = None
            parsed = yarn_locator.parse(full)
            if parsed.inner is not None and "builtin<" in parsed.selector:
                inner = yarn_locator.normal(parsed.inner.protocol + parsed.inner.selector)
                self._built_in[f"{parsed.inner.name}@{inner}"] = key
        self.by_locator.setdefault(locator, key)
        return twice

    def find(self, parent: str, parent_locator: str, root_locator: str, name: str, wanted: str) -> tuple[str, ...]:
        """Return the key of the entry that a dependency leads to; several when it cannot be told which; else none."""
        wanted = yarn_locator.normal(wanted)
        if wanted.startswith(_CATALOG):
            wanted = self._settings.catalogs.get(wanted[len(_CATALOG) :], {}).get(name, wanted)
        for wish in self._wishes.get(name, ()):
            if wish.parent in ("", parent) and _same(wish.range, wanted):
                return self._exact(name, wish.instead, root_locator)
        found = self._exact(name, wanted, parent_locator)
        # Without the project's manifest nobody knows which resolutions it has.
        return found or (() if self._settings.known else tuple(islice(self._by_name.get(name, ()), _MAX_GUESSES)))

    def _exact(self, name: str, wanted: str, locator: str) -> tuple[str, ...]:
        descriptor = f"{name}@{yarn_locator.normal(wanted)}"
        key = (
            self._built_in.get(descriptor)
            or self._by_descriptor.get(descriptor)
            or self._by_descriptor.get(f"{descriptor}::locator={yarn_locator.encoded(locator)}")
        )
        return (key,) if key else ()


def _same(pattern: str, wanted: str) -> bool:
    return not pattern or yarn_locator.normal(pattern) == wanted
