"""The shape of a pack's file: a campaign as a person writes it in TOML, and what it becomes."""

from datetime import datetime
from itertools import groupby
from typing import Any, Literal

import msgspec

from customhouse.model.campaign import AffectedReleases, Campaign, Contradiction, Danger, Fact, Reference, Tlp
from customhouse.model.digest import parse_named
from customhouse.model.intelligence import Confidence
from customhouse.model.purl import Ecosystem
from customhouse.model.toml_mistakes import NATIVE, Mistake

#: Releases in a row that differ in name and versions alone are written as one table from this many on.
_MANY = 4
_SHARED = ("ecosystem", "published", "removed", "runs", "note", "sources", "confidence")
_OWN = ("ranges", "digests", "safe")


class PackReleases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[releases]]`: one package (`name`), or many that share everything else (`packages`, name to versions)."""

    ecosystem: Ecosystem
    name: str = ""
    packages: dict[str, tuple[str, ...]] = {}
    versions: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    #: `sha256:…` and the like.
    digests: tuple[str, ...] = ()
    published: datetime | None = None
    removed: datetime | None = None
    safe: str = ""
    runs: Literal["", "install", "import", "start"] = ""
    note: str = ""
    sources: tuple[str, ...] = ()
    confidence: Confidence = "high"

    def problems(self) -> list[Mistake]:
        """Tell what is wrong with its shape."""
        found = []
        if bool(self.name) == bool(self.packages):
            found.append(Mistake((), "needs either `name` or `packages`"))
        if self.packages:
            own = [key for key in ("versions", *_OWN) if getattr(self, key)]
            found += [Mistake((key,), "belongs to one package, and `packages` names many") for key in own]
        for index, text in enumerate(self.digests):
            if parse_named(text) is None:
                message = f"{text!r} is no digest of its algorithm's length"
                found.append(Mistake(("digests", index), message, "write sha256: and 64 digits, sha1: and 40, …"))
        return found

    def releases(self) -> list[AffectedReleases]:
        """Return what it says, package by package."""
        values = {key: getattr(self, key) for key in (*_SHARED, "ranges", "safe")}
        digests = tuple(digest for text in self.digests if (digest := parse_named(text)))
        named = self.packages or {self.name: self.versions}
        return [
            AffectedReleases(name=name, versions=versions, digests=digests, **values)
            for name, versions in named.items()
        ]


class PackFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole pack."""

    id: str
    title: str
    summary: str
    starts: datetime | None = None
    ends: datetime | None = None
    aliases: tuple[str, ...] = ()
    payload: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    tlp: Tlp = "clear"
    references: tuple[Reference, ...] = ()
    releases: tuple[PackReleases, ...] = ()
    facts: tuple[Fact, ...] = ()
    dangers: tuple[Danger, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()

    def campaign(self) -> Campaign:
        """Return it as what everything else speaks of."""
        values = {name: getattr(self, name) for name in Campaign.__struct_fields__ if name != "releases"}
        return Campaign(releases=tuple(one for each in self.releases for one in each.releases()), **values)


def document(campaign: Campaign) -> dict[str, Any]:
    """Return a campaign as the document of a pack, without what says nothing."""
    order = PackFile.__struct_fields__
    found = {name: _plain(getattr(campaign, name)) for name in order if name != "releases"}
    found["releases"] = _grouped(campaign.releases)
    return {name: found[name] for name in order if found[name] not in (None, "", []) and found[name] != _DEFAULTS[name]}


_DEFAULTS = {field.name: None if field.required else field.default for field in msgspec.structs.fields(PackFile)}


def _grouped(releases: tuple[AffectedReleases, ...]) -> list[dict[str, Any]]:
    tables: list[dict[str, Any]] = []
    for simple, run in groupby(releases, _shared):
        members = list(run)
        names = {each.name for each in members}
        if simple is None or len(members) < _MANY or len(names) < len(members):
            tables += [_release(each) for each in members]
        else:
            first = _plain(members[0])
            kept = {key: first[key] for key in _SHARED if key in first}
            tables.append({**kept, "packages": {each.name: list(each.versions) for each in members}})
    return tables


def _shared(each: AffectedReleases) -> tuple[Any, ...] | None:
    """What it may share with those beside it; None where something is its own."""
    return None if any(getattr(each, key) for key in _OWN) else tuple(getattr(each, key) for key in _SHARED)


def _release(each: AffectedReleases) -> dict[str, Any]:
    found: dict[str, Any] = _plain(each)
    if each.digests:
        found["digests"] = [str(digest) for digest in each.digests]
    return found


def _plain(value: Any) -> Any:
    """Return a record as plain values, without those that are as when nothing is said."""
    if isinstance(value, msgspec.Struct):
        fields = msgspec.structs.fields(value)
        said = {field.name: getattr(value, field.name) for field in fields}
        return {f.name: _plain(said[f.name]) for f in fields if f.required or said[f.name] != f.default}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return msgspec.to_builtins(value, builtin_types=NATIVE)
