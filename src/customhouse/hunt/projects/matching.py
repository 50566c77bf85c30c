"""What a lock or manifest that was read shows of a campaign. Pure."""

from collections.abc import Iterator

import msgspec

from customhouse.hunt.admits import admitted
from customhouse.hunt.asked import Asked
from customhouse.model.campaign import AffectedReleases, Campaign
from customhouse.model.declared import Declared, ProjectManifest
from customhouse.model.digest import Digest
from customhouse.model.hunt import Grade
from customhouse.model.intelligence import Confidence
from customhouse.model.locked import LockedPackage, Source
from customhouse.model.purl import make_purl

#: Of what a lock pins from elsewhere than a registry or an address: a fork may bear the version, and not the attack.
_ELSEWHERE = frozenset({"git", "file"})


class Trace(msgspec.Struct, frozen=True):
    """One release of a campaign in one document. `what` is a clause that follows the document's name."""

    campaign: str
    grade: Grade
    subject: str
    what: str
    line: int | None = None
    confidence: Confidence = "high"


class Matcher:
    """Campaigns, arranged for asking entries."""

    def __init__(self, asked: Asked) -> None:
        """Arrange the archives' digests."""
        self._asked = asked
        self._digests: dict[Digest, list[tuple[Campaign, AffectedReleases]]] = {}
        for campaign in asked.campaigns:
            for each in campaign.releases:
                for digest in each.digests:
                    self._digests.setdefault(digest, []).append((campaign, each))

    def asks(self, manifest: ProjectManifest, declared: Declared) -> bool:
        """Say whether a campaign is about a package that a manifest asks for."""
        return bool(self._asked.packages(manifest.ecosystem, declared.name))

    def traces(self, source: Source) -> Iterator[Trace]:
        """Give what a source shows, whether or not it could be read to its end."""
        for package in source.packages:
            if package.source == "workspace":
                continue
            if package.version is not None:
                yield from self._pinned(package)
            elif source.manifest is None:
                yield from self._wanted(
                    Declared(
                        package.name,
                        package.specifier,
                        source=package.source,
                        alias=package.alias,
                        line=package.line,
                    ),
                    package,
                    "",
                )
        if source.manifest is not None:
            for declared in source.manifest.declared:
                if declared.source != "workspace":
                    overridden = declared.name in source.manifest.overridden
                    note = ", which the project's own settings override" if overridden else ""
                    package = LockedPackage(source.manifest.ecosystem, declared.name, None)
                    yield from self._wanted(declared, package, note)

    def _pinned(self, package: LockedPackage) -> Iterator[Trace]:
        version = package.version or ""
        found = {id(each): (campaign, each) for campaign, each in self._by_version(package, version)}
        by_bytes = {
            id(each): (campaign, each)
            for digest in (package.integrity if self._digests else ())
            for campaign, each in self._digests.get(digest, ())
        }
        for key, (campaign, each) in (found | by_bytes).items():
            same = key in found
            confidence = each.confidence
            notes = [] if same else [f"whose digest is that of {make_purl(each.ecosystem, each.name).display}"]
            if package.source in _ELSEWHERE and key not in by_bytes:
                confidence = "low"
                notes.append(f"which comes from {package.source}, not from a registry")
            what = f"pins {package.purl.display}{_how(package)}" + "".join(f", {note}" for note in notes)
            yield Trace(campaign.id, "resolved", str(package.purl), what, package.line, confidence)

    def _by_version(self, package: LockedPackage, version: str) -> tuple[tuple[Campaign, AffectedReleases], ...]:
        return self._asked.affected(package.ecosystem, package.name, version)

    def _wanted(self, declared: Declared, package: LockedPackage, note: str) -> Iterator[Trace]:
        for campaign, each in self._asked.packages(package.ecosystem, declared.name):
            found = admitted(each, declared.specifier, declared.source)
            if found is None:
                continue
            wanted = f"`{declared.specifier}`" if declared.specifier else "any version"
            purl = make_purl(package.ecosystem, declared.name, found.version)
            alias = f" as {declared.alias}" if declared.alias else ""
            what = (
                f"asks for {declared.name}{alias} ({wanted}), which {purl.display} fits{_while(each)}: "
                f"an install without a lock would have brought it{note}"
            )
            confidence: Confidence = "medium" if note and found.confidence == "high" else found.confidence
            yield Trace(campaign.id, "declared", str(purl), what, declared.line, confidence)


def _how(package: LockedPackage) -> str:
    parts: list[str] = [package.dependency]
    if package.alias:
        parts.append(f"installed as {package.alias}")
    if package.bundled:
        parts.append("bundled")
    if package.scope != "prod":
        parts.append(package.scope)
    if package.key:
        parts.append(package.key)
    return f" ({', '.join(parts)})"


def _while(each: AffectedReleases) -> str:
    """Say when the release could be had, as far as that is known."""
    if each.published is None:
        return ""
    start = f"{each.published:%Y-%m-%d %H:%M}"
    if each.removed is None:
        return f" (to be had from {start} UTC)"
    return f" (to be had from {start} to {each.removed:%Y-%m-%d %H:%M} UTC)"
