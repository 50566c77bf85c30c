"""Reading one OSV record (https://ossf.github.io/osv-schema/): from its JSON to what is kept of it."""

from typing import Any

import msgspec

from customhouse.evidence.severity import severity_of
from customhouse.model.advisory import AdvisoryRecord, AffectedPackage
from customhouse.model.intelligence import AdvisoryKind
from customhouse.model.purl import Ecosystem, pypi_name
from customhouse.versions.osv import listed_versions, version_ranges

#: Bytes of one record; the largest published ones are far below.
MAX_RECORD = 16 * 1024 * 1024
_ECOSYSTEMS: dict[str, Ecosystem] = {"npm": "npm", "pypi": "pypi"}
#: Embedded malicious code. Advisories of the weakness databases that carry it speak of an attack, not of a weakness.
_MALICIOUS_WEAKNESS = "CWE-506"
_SUMMARY = 300
_REFERENCES = 5


class RecordError(ValueError):
    """The bytes are no OSV record; the message says why."""


class _Package(msgspec.Struct):
    name: str = ""
    ecosystem: str = ""


class _Affected(msgspec.Struct):
    # As the field `package` is absent from records about commits alone, and null in some.
    package: _Package | None = None
    ranges: list[dict[str, Any]] | None = None
    versions: list[str] | None = None
    database_specific: dict[str, Any] | None = None
    severity: list[dict[str, Any]] | None = None


class _Record(msgspec.Struct):
    id: str
    modified: str = ""
    summary: str = ""
    details: str = ""
    aliases: list[str] | None = None
    withdrawn: str | None = None
    affected: list[_Affected] | None = None
    severity: list[dict[str, Any]] | None = None
    references: list[dict[str, Any]] | None = None
    database_specific: dict[str, Any] | None = None


_DECODER = msgspec.json.Decoder(_Record)


def ecosystem_of(name: str) -> Ecosystem | None:
    """Read OSV's name of an ecosystem, `PyPI` or `npm:suffix`; None for all others."""
    return _ECOSYSTEMS.get(name.partition(":")[0].lower())


def read_record(data: bytes) -> AdvisoryRecord:
    """Read a record; one that speaks of neither npm nor PyPI has no `affected`.

    Raises RecordError when the bytes are not JSON, or not a record.
    """
    try:
        record = _DECODER.decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise RecordError(f"not an OSV record: {error}") from None
    if not record.id or len(record.id) > _SUMMARY:
        raise RecordError("not an OSV record: it has no usable id")
    aliases = tuple(dict.fromkeys(record.aliases or ()))
    affected = tuple(_affected(record))
    if not affected:
        return AdvisoryRecord(record.id, "vulnerability", record.modified, bool(record.withdrawn))
    kind = _kind(record, aliases)
    word = (record.database_specific or {}).get("severity")
    severity, known = severity_of(word, _vectors(record)) if kind == "vulnerability" else ("critical", True)
    return AdvisoryRecord(
        id=record.id,
        kind=kind,
        modified=record.modified,
        withdrawn=bool(record.withdrawn),
        aliases=aliases,
        summary=(record.summary or record.details.strip().partition("\n")[0])[:_SUMMARY],
        severity=severity,
        severity_known=known,
        references=_references(record),
        affected=affected,
    )


def _affected(record: _Record) -> list[AffectedPackage]:
    found: list[AffectedPackage] = []
    for each in record.affected or ():
        package = each.package
        if package is None or not package.name or (ecosystem := ecosystem_of(package.ecosystem)) is None:
            continue
        entry = {"ranges": each.ranges, "versions": each.versions}
        ranges, versions = version_ranges(entry), tuple(dict.fromkeys(listed_versions(entry)))
        told = (each.database_specific or {}).get("last_known_affected_version_range")
        found.append(
            AffectedPackage(
                ecosystem=ecosystem,
                name=pypi_name(package.name) if ecosystem == "pypi" else package.name,
                ranges=ranges,
                versions=versions,
                commits_only=bool(each.ranges) and not ranges and not versions,
                known_range=told[:_SUMMARY] if isinstance(told, str) else "",
            )
        )
    return found


def _kind(record: _Record, aliases: tuple[str, ...]) -> AdvisoryKind:
    if record.id.startswith("MAL-") or any(alias.startswith("MAL-") for alias in aliases):
        return "malicious"
    weaknesses = (record.database_specific or {}).get("cwe_ids")
    said = isinstance(weaknesses, list) and _MALICIOUS_WEAKNESS in weaknesses
    return "malicious" if said else "vulnerability"


def _vectors(record: _Record) -> list[dict[str, Any]]:
    return [*(record.severity or ()), *(each for entry in record.affected or () for each in entry.severity or ())]


def _references(record: _Record) -> tuple[str, ...]:
    urls = (each.get("url") for each in record.references or ())
    return tuple(url[:_SUMMARY] for url in urls if isinstance(url, str) and url)[:_REFERENCES]
