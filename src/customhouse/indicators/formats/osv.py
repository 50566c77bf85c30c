"""OSV records of malicious packages (https://ossf.github.io/osv-schema/).

Releases are `affected`; indicators stand where the malicious-packages database has them, `database_specific.iocs`, with
what else a campaign says under `database_specific.customhouse`. Digests of archives and times of publication have no
place of their own and go there too.
"""

from typing import Any

import msgspec

from customhouse.indicators.draft import Draft, Meta, clean, meta_of
from customhouse.indicators.formats.interface import json_object, json_text, objects, since, text, texts
from customhouse.indicators.formats.osv_ranges import events_of, range_of
from customhouse.model.campaign import AffectedReleases, Campaign, Fact, FactKind
from customhouse.model.errors import CustomhouseError
from customhouse.model.purl import Ecosystem
from customhouse.versions.osv import version_ranges

_ECOSYSTEMS: dict[str, Ecosystem] = {"npm": "npm", "pypi": "pypi"}
_NAMES: dict[Ecosystem, str] = {"npm": "npm", "pypi": "PyPI"}
#: Keys of `iocs` as the database writes them, and as others do.
_IOCS: dict[str, FactKind] = {
    "domains": "domain", "ips": "address", "urls": "url", "hashes": "digest", "sha1": "digest", "sha256": "digest",
    "sha512": "digest", "md5": "digest", "files": "path", "filenames": "path", "user_agents": "user-agent",
}  # fmt: skip
_WRITTEN: dict[FactKind, str] = {"domain": "domains", "address": "ips", "url": "urls", "digest": "hashes"}
_OWN = "customhouse"


def read_osv(data: bytes, name: str, draft: Draft) -> None:
    """Read one record."""
    record = json_object(data, name)
    identifier = text(record.get("id"))
    if not identifier or ("affected" not in record and "schema_version" not in record):
        raise CustomhouseError(f"{name} is no OSV record", hint="give one record with id and affected")
    if record.get("withdrawn"):
        draft.skip(f"{name}#/withdrawn", f"{identifier} was withdrawn: it says nothing any more")
        return
    specific = record.get("database_specific")
    specific = specific if isinstance(specific, dict) else {}
    own = specific.get(_OWN)
    place = f"{name}#/database_specific/{_OWN}"
    if isinstance(own, dict) and _take_own(own, place, draft):
        return
    draft.take(
        Meta(
            title=clean(text(record.get("summary"))),
            summary=clean(text(record.get("details")) or text(record.get("summary"))),
            aliases=tuple(map(clean, (identifier, *texts(record.get("aliases"))))),
        )
    )
    for _, reference in objects(record.get("references")):
        if url := text(reference.get("url")):
            draft.reference(url)
    for index, affected in objects(record.get("affected")):
        _affected(f"{name}#/affected/{index}", affected, draft)
    iocs = specific.get("iocs")
    for key, values in iocs.items() if isinstance(iocs, dict) else ():
        where = f"{name}#/database_specific/iocs/{key}"
        if key not in _IOCS:
            draft.skip(where, f"indicators called {key} have no room in a pack")
            continue
        for index, value in enumerate(texts(values)):
            draft.fact(f"{where}/{index}", _IOCS[key], value)


class _Own(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is written under `database_specific.customhouse`: the campaign whole."""

    meta: Meta
    releases: tuple[AffectedReleases, ...] = ()
    facts: tuple[Fact, ...] = ()


def _take_own(own: dict[str, Any], place: str, draft: Draft) -> bool:
    try:
        found = msgspec.convert(own, _Own)
    except msgspec.ValidationError as error:
        draft.refuse(place, f"is not what this tool writes: {error}", "the rest of the record is read instead")
        return False
    draft.take(found.meta)
    for index, each in enumerate(found.releases):
        said = {key: getattr(each, key) for key in AffectedReleases.__struct_fields__}
        ecosystem, name = said.pop("ecosystem"), said.pop("name")
        said["digests"] = tuple(digest.hex for digest in each.digests)
        draft.release(f"{place}/releases/{index}", ecosystem, name, **said)
    for index, fact in enumerate(found.facts):
        values = {key: getattr(fact, key) for key in Fact.__struct_fields__ if key not in ("kind", "value")}
        draft.fact(f"{place}/facts/{index}", fact.kind, fact.value, **values)
    return True


def _affected(place: str, affected: dict[str, Any], draft: Draft) -> None:
    package = affected.get("package")
    package = package if isinstance(package, dict) else {}
    stated = text(package.get("ecosystem"))
    ecosystem = _ECOSYSTEMS.get(stated.partition(":")[0].lower())
    if ecosystem is None:
        draft.skip(place, f"packages of {stated or 'no ecosystem'} have no room in a pack: {text(package.get('name'))}")
        return
    ranges = []
    for events in version_ranges(affected):
        made = range_of(events, ecosystem)
        if made:
            ranges.append(made)
        else:
            draft.skip(place, "a range of a shape that cannot be written as one comparison")
    draft.release(place, ecosystem, text(package.get("name")), versions=texts(affected.get("versions")), ranges=ranges)


def write_osv(campaign: Campaign) -> str:
    """Write one record for the whole campaign, with its own id: those of others speak of single packages."""
    dated = since(campaign).strftime("%Y-%m-%dT%H:%M:%SZ")
    iocs: dict[str, list[str]] = {}
    for fact in campaign.facts:
        if key := _WRITTEN.get(fact.kind):
            iocs.setdefault(key, []).append(fact.value)
    own = _Own(meta_of(campaign), campaign.releases, campaign.facts)
    return json_text(
        {
            "schema_version": "1.7.0",
            "id": f"CUSTOMHOUSE-{campaign.id}",
            "modified": dated,
            "published": dated,
            "related": list(campaign.aliases),
            "summary": campaign.title,
            "details": campaign.summary,
            "affected": [_written(each) for each in campaign.releases],
            "references": [{"type": "REPORT", "url": each.url} for each in campaign.references if each.url],
            "database_specific": {"iocs": iocs, _OWN: own},
        }
    )


def _written(each: AffectedReleases) -> dict[str, Any]:
    found: dict[str, Any] = {"package": {"ecosystem": _NAMES[each.ecosystem], "name": each.name}}
    events = [made for text in each.ranges if (made := events_of(text, each.ecosystem))]
    if events:
        kind = "SEMVER" if each.ecosystem == "npm" else "ECOSYSTEM"
        found["ranges"] = [{"type": kind, "events": each} for each in events]
    found["versions"] = list(each.versions)
    return found
