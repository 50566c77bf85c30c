"""What advisories say: OSV records read from local files (https://ossf.github.io/osv-schema/)."""

import contextlib
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from customhouse.model.errors import CustomhouseError
from customhouse.model.intelligence import AdvisoryKind, AdvisoryMatch, Severity
from customhouse.model.purl import Ecosystem, Purl, make_purl
from customhouse.versions.osv import affects

#: Bytes of one record; the largest published ones are far below.
_MAX_RECORD = 16 * 1024 * 1024
_ECOSYSTEMS: dict[str, Ecosystem] = {"npm": "npm", "PyPI": "pypi"}
_WORDS: dict[str, Severity] = {
    "CRITICAL": "critical",
    "HIGH": "high",
    "MODERATE": "medium",
    "MEDIUM": "medium",
    "LOW": "low",
    "NONE": "info",
}


class _Package(msgspec.Struct):
    name: str = ""
    ecosystem: str = ""


class _Affected(msgspec.Struct):
    package: _Package = msgspec.field(default_factory=_Package)
    ranges: list[dict[str, Any]] = msgspec.field(default_factory=list)
    versions: list[str] = msgspec.field(default_factory=list)
    ecosystem_specific: dict[str, Any] | None = None
    database_specific: dict[str, Any] | None = None
    severity: list[dict[str, Any]] | None = None


class _Record(msgspec.Struct):
    id: str
    summary: str = ""
    details: str = ""
    aliases: list[str] | None = None
    withdrawn: str | None = None
    affected: list[_Affected] = msgspec.field(default_factory=list)
    severity: list[dict[str, Any]] | None = None
    references: list[dict[str, Any]] | None = None
    database_specific: dict[str, Any] | None = None


class AdvisoryIndex:
    """OSV records by package, read once from files, folders and zips."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Read every record under the paths; raises CustomhouseError when one of them cannot be read at all."""
        self.record_count = 0
        #: Files that are no OSV record, with why; told, since a database that is half read is a gap.
        self.unreadable: list[str] = []
        self._by_package: dict[tuple[Ecosystem, str], list[_Record]] = {}
        decoder = msgspec.json.Decoder(_Record)
        for path in paths:
            for name, data in _files(path):
                try:
                    self._add(decoder.decode(data))
                except (msgspec.MsgspecError, RecursionError) as error:
                    self.unreadable.append(f"{name}: {error}")

    def _add(self, record: _Record) -> None:
        self.record_count += 1
        if record.withdrawn:
            return
        names = {
            (ecosystem, make_purl(ecosystem, each.package.name).name)
            for each in record.affected
            if (ecosystem := _ECOSYSTEMS.get(each.package.ecosystem.partition(":")[0])) is not None
        }
        for name in names:
            self._by_package.setdefault(name, []).append(record)

    def match(self, purl: Purl) -> tuple[AdvisoryMatch, ...]:
        """Return what covers the release, one match for records that name each other as aliases."""
        merged: list[AdvisoryMatch] = []
        for record in self._by_package.get((purl.ecosystem, purl.name), ()):
            match = _match(record, purl)
            if match is None:
                continue
            names = {match.id, *match.aliases}
            same = next((index for index, each in enumerate(merged) if names & {each.id, *each.aliases}), None)
            if same is None:
                merged.append(match)
            else:
                merged[same] = _merge(merged[same], match)
        return tuple(merged)


def _match(record: _Record, purl: Purl) -> AdvisoryMatch | None:
    fixed: list[str] = []
    hit = False
    for each in record.affected:
        ecosystem = _ECOSYSTEMS.get(each.package.ecosystem.partition(":")[0])
        if ecosystem != purl.ecosystem or make_purl(ecosystem, each.package.name).name != purl.name:
            continue
        covered, fix = affects({"ranges": each.ranges, "versions": each.versions}, purl.ecosystem, purl.version or "")
        hit = hit or covered
        if covered and fix:
            fixed.append(fix)
    if not hit:
        return None
    kind: AdvisoryKind = "malicious" if record.id.startswith("MAL-") else "vulnerability"
    return AdvisoryMatch(
        id=record.id,
        kind=kind,
        summary=record.summary or record.details.strip().partition("\n")[0][:300],
        aliases=tuple(record.aliases or ()),
        severity="critical" if kind == "malicious" else _severity(record),
        fixed=fixed[0] if fixed else "",
        references=tuple(str(each.get("url", "")) for each in record.references or ())[:5],
    )


def _merge(one: AdvisoryMatch, other: AdvisoryMatch) -> AdvisoryMatch:
    first, second = (other, one) if other.kind == "malicious" and one.kind != "malicious" else (one, other)
    aliases = {*first.aliases, second.id, *second.aliases} - {first.id}
    return msgspec.structs.replace(first, aliases=tuple(sorted(aliases)), fixed=first.fixed or second.fixed)


def _severity(record: _Record) -> Severity:
    """The record's own word, else its CVSS vector's band, else medium: unknown is not harmless."""
    word = str((record.database_specific or {}).get("severity", "")).upper()
    if word in _WORDS:
        return _WORDS[word]
    vectors = [*(record.severity or ()), *(each for affected in record.affected for each in affected.severity or ())]
    for vector in vectors:
        text = str(vector.get("score", ""))
        with contextlib.suppress(Exception):  # the library raises a class per CVSS version, with no common root
            return _WORDS[_cvss_band(text)]
    return "medium"


def _cvss_band(vector: str) -> str:
    from cvss import CVSS2, CVSS3, CVSS4  # noqa: PLC0415 - slow to import, seldom needed

    if vector.startswith("CVSS:4"):
        return str(CVSS4(vector).severity).upper()
    if vector.startswith("CVSS:3"):
        return str(CVSS3(vector).severities()[0]).upper()
    return str(CVSS2(vector).severities()[0]).upper()


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    hint = "give a folder, a .json file or a .zip of OSV records under [advisories] paths"
    try:
        if path.is_dir():
            for each in sorted(path.rglob("*.json")):
                yield str(each), each.read_bytes()[:_MAX_RECORD]
        elif path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                for info in archive.infolist():
                    if info.filename.endswith(".json") and info.file_size <= _MAX_RECORD:
                        yield f"{path}!{info.filename}", archive.read(info)
        else:
            yield str(path), path.read_bytes()
    except (OSError, zipfile.BadZipFile, RuntimeError) as error:
        raise CustomhouseError(f"advisories cannot be read from {path}: {error}", hint=hint) from error
