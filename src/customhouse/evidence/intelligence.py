"""What advisories say of releases: records looked up by package, matched, and merged where they are aliases."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from customhouse.evidence.advisory_files import MemberError, members
from customhouse.evidence.osv_record import RecordError, read_record
from customhouse.model.advisory import AdvisoryRecord, AffectedPackage
from customhouse.model.intelligence import AdvisoryMatch
from customhouse.model.purl import Ecosystem, Purl
from customhouse.versions.osv import covers

PackageName = tuple[Ecosystem, str]


class RecordSource(Protocol):
    """Where records are looked up: the local index, files, or what an online source answered."""

    def records(self, names: Iterable[PackageName]) -> Mapping[PackageName, tuple[AdvisoryRecord, ...]]:
        """Return the records about each package, withdrawn ones too; packages without any may be left out."""


class FileRecords:
    """Records read once from the files that `[advisories] paths` names."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Read every record under the paths; raises CustomhouseError when one of them cannot be read at all."""
        self.record_count = 0
        #: Files that are no OSV record, with why; told, since a database that is half read is a gap.
        self.unreadable: list[str] = []
        self._by_package: dict[PackageName, tuple[AdvisoryRecord, ...]] = {}
        for path in paths:
            for member in members(path):
                try:
                    record = read_record(member.read())
                except (RecordError, MemberError) as error:
                    self.unreadable.append(f"{_within(path, member.name)}: {error}")
                    continue
                self.record_count += 1
                for name in {(each.ecosystem, each.name) for each in record.affected}:
                    self._by_package[name] = (*self._by_package.get(name, ()), record)

    def records(self, names: Iterable[PackageName]) -> Mapping[PackageName, tuple[AdvisoryRecord, ...]]:
        """Return the records about each package."""
        return {name: self._by_package[name] for name in names if name in self._by_package}


def _within(path: Path, name: str) -> str:
    return f"{path}!{name}" if path.suffix == ".zip" else str(path / name) if path.is_dir() else name


class AdvisoryIndex:
    """Every source of records behind one face."""

    def __init__(self, sources: Sequence[RecordSource]) -> None:
        """Look records up in each of the sources, in order."""
        self._sources = tuple(sources)
        self._known: dict[PackageName, tuple[AdvisoryRecord, ...]] = {}

    def prepare(self, purls: Iterable[Purl]) -> None:
        """Look all these packages up at once, which is faster than one by one."""
        self._look_up({(purl.ecosystem, purl.name) for purl in purls} - self._known.keys())

    def add(self, name: PackageName, records: Iterable[AdvisoryRecord]) -> None:
        """Add what an online source said of a package."""
        self._known[name] = _current((*self._of(name), *records))

    def match(self, purl: Purl, versions: Sequence[str] = ()) -> tuple[AdvisoryMatch, ...]:
        """Return what covers the release: one match for records that are aliases of each other, malicious ones first.

        `versions` are releases that the registry lists; with them each match names the nearest one that no advisory
        covers. A purl without a version matches nothing.
        """
        if purl.version is None:
            return ()
        records = self._of((purl.ecosystem, purl.name))
        matches = {record.id: match for record in records if (match := _match(record, purl)) is not None}
        if not matches:
            return ()
        groups = _groups(records, matches)
        malicious = any(match.kind == "malicious" for match in matches.values())
        safe = self._nearest_safe(purl, versions, matches.values(), back=malicious) if versions else ""
        merged = (msgspec.structs.replace(_merge(group), safe=safe) for group in groups)
        return tuple(sorted(merged, key=lambda match: (match.kind != "malicious", match.id)))

    def unmatchable(self, purl: Purl) -> tuple[str, ...]:
        """Return the ids of records about the package that name only commits: whether they cover it is unknown."""
        return tuple(
            record.id
            for record in self._of((purl.ecosystem, purl.name))
            if not record.withdrawn and any(each.commits_only for each in _entries(record, purl))
        )

    def covered(self, purl: Purl) -> bool:
        """Say whether any advisory covers the release."""
        return any(_match(record, purl) is not None for record in self._of((purl.ecosystem, purl.name)))

    def _nearest_safe(
        self, purl: Purl, versions: Sequence[str], matches: Iterable[AdvisoryMatch], *, back: bool
    ) -> str:
        """Choose where to go: `back` before what was attacked, else forward to what is fixed."""
        from customhouse.versions.release_line import nearest  # noqa: PLC0415 - only for a release that matched

        candidates = dict.fromkeys((*versions, *(match.fixed for match in matches if match.fixed)))

        def free(version: str) -> bool:
            return not self.covered(Purl(purl.ecosystem, purl.name, version))

        return nearest(purl.ecosystem, purl.version or "", candidates, free, back=back) or ""

    def _of(self, name: PackageName) -> tuple[AdvisoryRecord, ...]:
        if name not in self._known:
            self._look_up({name})
        return self._known[name]

    def _look_up(self, names: set[PackageName]) -> None:
        if not names:
            return
        answers = [source.records(names) for source in self._sources]
        for name in names:
            self._known[name] = _current(record for answer in answers for record in answer.get(name, ()))


def _current(records: Iterable[AdvisoryRecord]) -> tuple[AdvisoryRecord, ...]:
    """Keep the newest of the records that several sources have under one id: one may have been withdrawn since."""
    newest: dict[str, AdvisoryRecord] = {}
    for record in records:
        standing = newest.get(record.id)
        if standing is None or _when(record) > _when(standing):
            newest[record.id] = record
    return tuple(newest.values())


def _when(record: AdvisoryRecord) -> str:
    return record.modified.rstrip("Zz")


def _entries(record: AdvisoryRecord, purl: Purl) -> list[AffectedPackage]:
    return [each for each in record.affected if (each.ecosystem, each.name) == (purl.ecosystem, purl.name)]


def _match(record: AdvisoryRecord, purl: Purl) -> AdvisoryMatch | None:
    if record.withdrawn:
        return None
    fixes: list[str] = []
    hit, note = False, ""
    for each in record.affected:
        if each.name != purl.name or each.ecosystem != purl.ecosystem:
            continue
        covered, fix = covers(each.ranges, each.versions, purl.ecosystem, purl.version or "")
        hit = hit or covered
        if covered and fix:
            fixes.append(fix)
        elif covered and each.known_range:
            note = f"known to affect {each.known_range}; no fix is on record, so later versions count too"
    if not hit:
        return None
    return AdvisoryMatch(
        id=record.id,
        kind=record.kind,
        summary=record.summary,
        aliases=record.aliases,
        severity=record.severity,
        fixed=fixes[0] if fixes else "",
        references=record.references,
        severity_known=record.severity_known,
        note=note,
    )


def _groups(records: Iterable[AdvisoryRecord], matches: Mapping[str, AdvisoryMatch]) -> list[list[AdvisoryMatch]]:
    """Put matches together that are aliases of each other, also through records that do not match themselves.

    `related` and `upstream` do not count: a record may be related to several vulnerabilities.
    """
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = name = parent[parent[name]]
        return name

    for record in records:
        if not record.withdrawn:
            for alias in record.aliases:
                parent[root(alias)] = root(record.id)
    groups: dict[str, list[AdvisoryMatch]] = {}
    for match in matches.values():
        groups.setdefault(root(match.id), []).append(match)
    names: dict[str, set[str]] = {}
    for name in list(parent):
        names.setdefault(root(name), set()).add(name)
    return [
        [msgspec.structs.replace(match, aliases=tuple(sorted(names.get(key, set()) - {match.id}))) for match in group]
        for key, group in groups.items()
    ]


_ORDER = ("critical", "high", "medium", "low", "info")


def _merge(group: Sequence[AdvisoryMatch]) -> AdvisoryMatch:
    """Make one match of several: malice wins, then the id that comes first; the worst severity that was said."""
    first = min(group, key=lambda match: (match.kind != "malicious", not match.id.startswith("MAL-"), match.id))
    said = [match for match in group if match.severity_known] or list(group)

    def told(get: Callable[[AdvisoryMatch], str]) -> str:
        return get(first) or next((get(match) for match in group if get(match)), "")

    return msgspec.structs.replace(
        first,
        summary=told(lambda match: match.summary),
        fixed=told(lambda match: match.fixed),
        note=told(lambda match: match.note),
        severity=min((match.severity for match in said), key=_ORDER.index),
        severity_known=any(match.severity_known for match in group),
        references=tuple(dict.fromkeys(url for match in (first, *group) for url in match.references))[:5],
    )
