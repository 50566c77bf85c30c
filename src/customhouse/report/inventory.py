"""What a project consists of, put together from every lock: the projects, each package once, and who needs whom.

Both inventory formats are written from this. A release that several locks pin is one component with several places,
unless the locks disagree about its bytes: two components then, because they are two.
"""

import hashlib
import posixpath
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

import msgspec

from customhouse.model.audit import Audit
from customhouse.model.declared import ProjectManifest
from customhouse.model.dependency_graph import DependencyGraph
from customhouse.model.digest import Digest
from customhouse.model.locked import Importer, LockedArtifact, LockedPackage, Scope, Source
from customhouse.model.purl import Ecosystem, make_purl
from customhouse.model.verdict import DECISIONS, Verdict
from customhouse.report.addresses import shown_address

#: Most needed first: what a package that several places need differently is needed for.
_NEEDS: tuple[Scope, ...] = ("prod", "peer", "optional", "dev")


class Place(msgspec.Struct, frozen=True):
    """One entry of a component: its file, 1-based line, and how it is needed there."""

    path: str
    line: int | None
    entry: LockedPackage

    @property
    def text(self) -> str:
        """`package-lock.json:412`."""
        return f"{self.path}:{self.line}" if self.line else self.path


class Component(msgspec.Struct, frozen=True):
    """One package. `ref` names it within the document; `purl` tells it apart from a registry's package of its name."""

    ref: str
    purl: str
    places: tuple[Place, ...]
    digests: tuple[Digest, ...]
    artifacts: tuple[LockedArtifact, ...]
    verdict: Verdict | None = None
    licence: str = ""

    @property
    def entry(self) -> LockedPackage:
        """The entry it was found by first."""
        return self.places[0].entry

    @property
    def scope(self) -> Scope:
        """What it is needed for, by whoever needs it most."""
        return min((place.entry.scope for place in self.places), key=_NEEDS.index)

    @property
    def direct(self) -> bool:
        """Whether any project asks for it itself."""
        return any(place.entry.dependency == "direct" for place in self.places)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where locks say that it comes from, without credentials; each once."""
        found = [shown_address(place.entry.resolved) for place in self.places if place.entry.source != "workspace"]
        return tuple(dict.fromkeys(address for address in found if address))


class Project(msgspec.Struct, frozen=True):
    """A project that locks serve. `folder` is as the user will recognise it; `version` empty where nobody says."""

    ref: str
    name: str
    folder: str
    ecosystem: Ecosystem
    version: str = ""
    purl: str = ""


class Inventory(msgspec.Struct, frozen=True):
    """Everything. `needs` maps the ref of a project or component to those it needs, sorted; its keys are all refs.

    `unrecorded` are the refs of which no lock says what they need. `complete` is False where a file was not read.
    """

    name: str
    projects: tuple[Project, ...]
    components: tuple[Component, ...]
    needs: Mapping[str, tuple[str, ...]]
    unrecorded: frozenset[str]
    complete: bool
    audit: Audit


def inventory(audit: Audit, name: str) -> Inventory:
    """Put an audit's sources together; `name` is what the whole is called where it has several projects."""
    audit = _portable(audit)
    builder = _Builder(audit)
    for source in audit.sources:
        if source.packages or source.importers:  # of a failed one, what could be read
            builder.add(source)
    components, renamed = builder.components()
    needs = {
        renamed.get(ref, ref): tuple(sorted({renamed.get(one, one) for one in found} - {renamed.get(ref, ref)}))
        for ref, found in builder.needs.items()
    }
    return Inventory(
        name=name,
        projects=tuple(sorted(builder.projects.values(), key=lambda project: project.ref)),
        components=components,
        needs=dict(sorted(needs.items())),
        unrecorded=frozenset(renamed.get(ref, ref) for ref in builder.unrecorded),
        complete=not any(source.status in ("failed", "unsupported") for source in audit.sources),
        audit=audit,
    )


def _portable(audit: Audit) -> Audit:
    """Make absolute paths relative to the folder they share: an inventory is handed on, this machine's folders are not.

    Then two checkouts of one project have one inventory, too.
    """
    absolute = [source.path for source in audit.sources if posixpath.isabs(source.path)]
    if not absolute:
        return audit
    top = posixpath.commonpath([posixpath.dirname(path) for path in absolute])

    def shown(path: str) -> str:
        return posixpath.relpath(path, top) if posixpath.isabs(path) else path

    sources = [
        msgspec.structs.replace(source, path=shown(source.path), covered_by=shown(source.covered_by))
        for source in audit.sources
    ]
    packages = [msgspec.structs.replace(one, source=shown(one.source)) for one in audit.packages]
    return msgspec.structs.replace(audit, sources=tuple(sources), packages=tuple(packages))


class _Draft:
    """A component while it is put together."""

    def __init__(self, ref: str) -> None:
        self.ref = ref
        self.places: list[Place] = []
        self.artifacts: dict[LockedArtifact, None] = {}
        self.verdicts: list[Verdict] = []
        self.licences: list[str] = []

    def agrees(self, entry: LockedPackage) -> bool:
        """Whether an entry may be the same bytes: npm's one archive has one digest of each algorithm."""
        if entry.ecosystem != "npm":
            return True
        mine, other = _by_algorithm(self.artifacts), _by_algorithm(entry.artifacts)
        return all(mine[algorithm] & other[algorithm] for algorithm in mine.keys() & other.keys())


class _Builder:
    def __init__(self, audit: Audit) -> None:
        self._verdicts = {(one.source, one.locked): one for one in audit.packages}
        self._manifests: dict[tuple[Ecosystem, str], ProjectManifest] = {
            (source.manifest.ecosystem, _folder(source.path)): source.manifest
            for source in audit.sources
            if source.manifest is not None
        }
        self._drafts: dict[object, list[_Draft]] = {}
        self.projects: dict[tuple[Ecosystem, str], Project] = {}
        self.needs: dict[str, dict[str, None]] = {}
        self.unrecorded: set[str] = set()

    def add(self, source: Source) -> None:
        """Take in one lock, or a manifest that no lock covers."""
        graph = DependencyGraph(source)
        importers = source.importers or (Importer(),)
        ecosystem = source.packages[0].ecosystem if source.packages else "npm"
        if source.manifest is not None:
            ecosystem = source.manifest.ecosystem
        members = {one.folder: self._project(ecosystem, source.path, one) for one in importers}
        refs: dict[str, dict[str, None]] = {}
        for entry in source.packages:
            own = members.get(_normal(entry.resolved)) if entry.source == "workspace" else None
            ref = own.ref if own else self._component(source, entry)
            refs.setdefault(entry.key, {})[ref] = None
        for key, mine in refs.items():
            below = [ref for needed in graph.needs_of(key) for ref in refs[needed]]
            for ref in mine:
                self.needs.setdefault(ref, {}).update(dict.fromkeys(below))
                if not graph.known:
                    self.unrecorded.add(ref)
        for importer in importers:
            asked = importer.requires if source.importers else _asked(source.packages)
            below = [ref for key in asked for ref in refs.get(key, ())]
            self.needs.setdefault(members[importer.folder].ref, {}).update(dict.fromkeys(below))

    def _project(self, ecosystem: Ecosystem, path: str, importer: Importer) -> Project:
        folder = _normal(posixpath.join(_folder(path), importer.folder))
        manifest = self._manifests.get((ecosystem, folder))
        known = self.projects.get((ecosystem, folder))
        name = importer.name or (manifest.name if manifest else "") or (known.name if known else "")
        version = manifest.version if manifest else ""
        public = bool(manifest and manifest.name and version and not manifest.private)
        project = Project(
            ref=f"project:{ecosystem}:{quote(folder, errors='surrogatepass')}",
            name=name or posixpath.basename(folder),
            folder=folder,
            ecosystem=ecosystem,
            version=version,
            purl=str(make_purl(ecosystem, name, version)) if public else "",
        )
        self.projects[ecosystem, folder] = project
        return project

    def _component(self, source: Source, entry: LockedPackage) -> str:
        away = entry.resolved if entry.source in ("git", "url", "file") else ""
        purl = _purl(entry)
        drafts = self._drafts.setdefault((purl, entry.source, away), [])
        draft = next((one for one in drafts if one.agrees(entry)), None)
        if draft is None:
            draft = _Draft(f"{purl} {len(self._drafts)} {len(drafts)}")
            drafts.append(draft)
        draft.places.append(Place(source.path, entry.line, entry))
        draft.artifacts.update(dict.fromkeys(entry.artifacts))
        audited = self._verdicts.get((source.path, entry))
        if audited is not None:
            draft.verdicts.append(audited.verdict)
        licence = (audited.licence if audited else "") or entry.licence
        if licence:
            draft.licences.append(licence)
        return draft.ref

    def components(self) -> tuple[tuple[Component, ...], dict[str, str]]:
        """Return the components in order, and their final refs by the ones they were drafted under."""
        drafts = [draft for several in self._drafts.values() for draft in several]
        by_purl: dict[str, list[_Draft]] = {}
        for draft in drafts:
            by_purl.setdefault(_purl(draft.places[0].entry), []).append(draft)
        renamed: dict[str, str] = {}
        found: list[Component] = []
        for purl, several in by_purl.items():
            for draft in several:
                ref = purl if len(several) == 1 else f"{purl}#{_mark(draft)}"
                renamed[draft.ref] = ref
                found.append(_finished(draft, ref, purl))
        return tuple(sorted(found, key=lambda one: one.ref)), renamed


def _finished(draft: _Draft, ref: str, purl: str) -> Component:
    digests = sorted({digest for artifact in draft.artifacts for digest in artifact.digests})
    # Weak digests are told only where there is nothing better.
    strong = tuple(digest for digest in digests if digest.strong)
    return Component(
        ref=ref,
        purl=purl,
        places=tuple(draft.places),
        digests=strong or tuple(digests),
        artifacts=tuple(draft.artifacts),
        verdict=max(draft.verdicts, key=lambda one: DECISIONS.index(one.decision), default=None),
        licence=next(iter(draft.licences), ""),
    )


def _asked(packages: Sequence[LockedPackage]) -> Iterable[str]:
    """Keys that a project asks for; of a lock that does not say which, all."""
    direct = [entry.key for entry in packages if entry.dependency == "direct"]
    return direct or [entry.key for entry in packages]


def _by_algorithm(artifacts: Iterable[LockedArtifact]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for artifact in artifacts:
        for digest in artifact.digests:
            found.setdefault(digest.algorithm, set()).add(digest.hex)
    return found


def _purl(entry: LockedPackage) -> str:
    """Write an entry's purl, with where it comes from when no registry serves it."""
    purl = str(entry.purl)
    address = shown_address(entry.resolved)
    if entry.source == "git" and address:
        address = address if address.startswith("git+") else f"git+{address}"
        return f"{purl}?vcs_url={quote(address, safe='/:', errors='surrogatepass')}"
    if entry.source == "url" and address:
        return f"{purl}?download_url={quote(address, safe='/:', errors='surrogatepass')}"
    return purl


def _mark(draft: _Draft) -> str:
    """Tell apart components of one purl by what sets them apart: where they come from, and their bytes."""
    entry = draft.places[0].entry
    digests = sorted(str(digest) for artifact in draft.artifacts for digest in artifact.digests)
    parts = "\0".join([entry.source, shown_address(entry.resolved) if entry.source != "registry" else "", *digests])
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _folder(path: str) -> str:
    return _normal(posixpath.dirname(path.replace("\\", "/")))


def _normal(folder: str) -> str:
    return posixpath.normpath(folder) if folder else "."
