"""CycloneDX 1.6 JSON (ECMA-424): the inventory with its graph, our verdicts as properties, and VEX.

Written from the records themselves: the reference library takes more than a second for a thousand components and has
no place for `compositions`, by which an inventory says that a file could not be read (docs/adr/0014).
"""

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from customhouse.model.digest import Algorithm, Digest
from customhouse.model.locked import LockedPackage
from customhouse.model.verdict import RepositoryVerdict, Verdict
from customhouse.report.addresses import shown_address
from customhouse.report.identity import NAMESPACE, tool, utc
from customhouse.report.inventory import Component, Inventory, Project
from customhouse.report.json import encode
from customhouse.report.licences import read_licence
from customhouse.report.text import visible
from customhouse.report.vex import Statement, statements

#: The specification has no name for sha224.
_HASHES: dict[Algorithm, str] = {
    "md5": "MD5",
    "sha1": "SHA-1",
    "sha256": "SHA-256",
    "sha384": "SHA-384",
    "sha512": "SHA-512",
}
_SCOPES = {"prod": "required", "peer": "required", "optional": "optional", "dev": "optional"}
#: OpenVEX's statuses and justifications in this format's words.
_STATES = {"not_affected": "not_affected", "affected": "exploitable", "under_investigation": "in_triage"}
_JUSTIFICATIONS = {
    "component_not_present": "code_not_present",
    "vulnerable_code_not_present": "code_not_present",
    "vulnerable_code_not_in_execute_path": "code_not_reachable",
    "vulnerable_code_cannot_be_controlled_by_adversary": "requires_environment",
    "inline_mitigations_already_exist": "protected_by_mitigating_control",
}
_ROOT = "project"


def write_cyclonedx(of: Inventory, when: datetime, *, vex: bool) -> str:
    """Write an inventory; with `vex`, also what is said of the advisories that speak of its packages.

    Equal inventories give equal bytes but for `when` (UTC). The serial number is derived from the rest.
    """
    said = statements(of.audit) if vex else ()
    body: dict[str, Any] = {
        "metadata": {"component": _root(of), "properties": list(_about(of))},
        "components": [*_members(of), *map(_component, of.components)],
        "dependencies": _dependencies(of),
        "compositions": _compositions(of),
    }
    if said:
        body["vulnerabilities"] = [_vulnerability(one, of) for one in said]
    digest = hashlib.sha256(encode(body).encode()).hexdigest()
    name, version = tool()
    body["metadata"] = {
        "timestamp": utc(when),
        "tools": {"components": [{"type": "application", "name": name, "version": version}]},
        **body["metadata"],
    }
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, digest)}",
        "version": 1,
        **body,
    }
    return encode(document)


def _property(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": visible(value)}


def _root(of: Inventory) -> dict[str, Any]:
    if len(of.projects) == 1:
        return _project(of.projects[0])
    return {"type": "application", "bom-ref": _ROOT, "name": visible(of.name)}


def _members(of: Inventory) -> list[dict[str, Any]]:
    return [_project(project) for project in of.projects] if len(of.projects) != 1 else []


def _project(project: Project) -> dict[str, Any]:
    told: dict[str, Any] = {"type": "application", "bom-ref": project.ref, "name": visible(project.name)}
    if project.version:
        told["version"] = visible(project.version)
    if project.purl:
        told["purl"] = project.purl
    told["properties"] = [_property("customhouse:folder", project.folder)]
    return told


def _component(one: Component) -> dict[str, Any]:
    entry = one.entry
    group, _, name = entry.name.rpartition("/") if entry.ecosystem == "npm" else ("", "", entry.name)
    told: dict[str, Any] = {"type": "library", "bom-ref": one.ref}
    if group:
        told["group"] = visible(group)
    told["name"] = visible(name)
    if entry.version:
        told["version"] = visible(entry.version)
    told["scope"] = _SCOPES[one.scope]
    hashes = _hashes(one.digests)
    if hashes:
        told["hashes"] = hashes
    if one.licence:
        told["licenses"] = [_licence(one.licence)]
    told["purl"] = one.purl
    references = list(_references(one))
    if references:
        told["externalReferences"] = references
    told["properties"] = list(_facts(one))
    told["evidence"] = {"occurrences": [_occurrence(place.path, place.line) for place in one.places]}
    return told


def _licence(text: str) -> dict[str, Any]:
    licence = read_licence(text)
    if licence.expression:
        return {"expression": licence.expression, "acknowledgement": "declared"}
    return {"license": {"name": visible(licence.text), "acknowledgement": "declared"}}


def _references(one: Component) -> Iterator[dict[str, Any]]:
    """Give where it comes from: the repository, the archive, and each file that an installer may take."""
    kind = "vcs" if one.entry.source == "git" else "distribution"
    told: dict[str, dict[str, Any]] = {}
    told |= {address: {"type": kind, "url": address} for address in one.addresses if one.entry.ecosystem == "npm"}
    if one.entry.source in ("git", "url"):
        told |= {address: {"type": kind, "url": address} for address in one.addresses}
    for artifact in one.artifacts:
        address = shown_address(artifact.url)
        if address:
            hashes = _hashes(artifact.digests)
            told[address] = {"type": kind, "url": address, **({"hashes": hashes} if hashes else {})}
    yield from told.values()


def _hashes(digests: Iterable[Digest]) -> list[dict[str, str]]:
    return [{"alg": _HASHES[each.algorithm], "content": each.hex} for each in digests if each.algorithm in _HASHES]


def _occurrence(path: str, line: int | None) -> dict[str, Any]:
    return {"location": visible(path), **({"line": line} if line else {})}


def _facts(one: Component) -> Iterator[dict[str, str]]:
    if one.scope == "dev" and one.entry.ecosystem == "npm":
        yield _property("cdx:npm:package:development", "true")
    if all(place.entry.bundled for place in one.places):
        yield _property("cdx:npm:package:bundled", "true")
    yield _property("customhouse:scope", one.scope)
    yield _property("customhouse:dependency", "direct" if one.direct else "transitive")
    yield _property("customhouse:source", one.entry.source)
    yield from _peculiarities([place.entry for place in one.places])
    for place in one.places:
        yield _property("customhouse:location", place.text)
    if one.verdict is not None:
        yield _property("customhouse:verdict", one.verdict.decision)
        yield from _judgements(one.verdict)
        for digest in one.verdict.digests:
            yield _property("customhouse:inspected", digest)


def _peculiarities(entries: Sequence[LockedPackage]) -> Iterator[dict[str, str]]:
    """Tell what is not as with most packages."""
    for alias in sorted({entry.alias for entry in entries if entry.alias}):
        yield _property("customhouse:alias", alias)
    for patch in sorted({entry.patch for entry in entries if entry.patch}):
        yield _property("customhouse:patch", patch)
    if entries[0].version is None:
        yield _property("customhouse:specifier", entries[0].specifier or "any version")
    if all(entry.installed for entry in entries):
        yield _property("customhouse:installed", "true")
    if any(entry.has_install_script for entry in entries):
        yield _property("customhouse:install-script", "true")


def _judgements(verdict: Verdict | RepositoryVerdict) -> Iterator[dict[str, str]]:
    for judged in verdict.findings:
        finding = judged.finding
        mark = "excepted" if judged.excepted else judged.decision
        yield _property("customhouse:finding", f"{mark} {finding.rule} ({finding.severity}): {finding.message}")
    for gapped in verdict.gaps:
        mark = "excepted" if gapped.excepted else gapped.decision
        yield _property("customhouse:gap", f"{mark} {gapped.gap.kind}: {gapped.gap.message}")


def _about(of: Inventory) -> Iterator[dict[str, str]]:
    """Account for every file, and give the decision over the whole where one was taken."""
    for source in of.audit.sources:
        document = f" document {source.document}" if source.document else ""
        reason = f": {source.reason}" if source.reason else ""
        yield _property("customhouse:file", f"{source.status} {source.path}{document} ({source.format}){reason}")
    if of.audit.packages:
        yield _property("customhouse:verdict", of.audit.decision)
        yield _property("customhouse:incomplete", str(of.audit.incomplete).lower())
        yield from _judgements(of.audit.repository)


def _dependencies(of: Inventory) -> list[dict[str, Any]]:
    told = []
    if len(of.projects) != 1:
        told.append({"ref": _ROOT, "dependsOn": [project.ref for project in of.projects]})
    for ref, needed in of.needs.items():
        if ref not in of.unrecorded:  # an empty list would say that it needs nothing
            told.append({"ref": ref, "dependsOn": list(needed)} if needed else {"ref": ref})
    return told


def _compositions(of: Inventory) -> list[dict[str, Any]]:
    """Say how complete it is: not, where a file was not read; not known, where a lock does not record the graph."""
    root = of.projects[0].ref if len(of.projects) == 1 else _ROOT
    told: list[dict[str, Any]] = [{"aggregate": "complete" if of.complete else "incomplete", "assemblies": [root]}]
    recorded = sorted(ref for ref in of.needs if ref not in of.unrecorded)
    if recorded:
        told.append({"aggregate": "complete" if of.complete else "incomplete", "dependencies": recorded})
    if of.unrecorded:
        told.append({"aggregate": "unknown", "dependencies": sorted(of.unrecorded)})
    return told


def _vulnerability(one: Statement, of: Inventory) -> dict[str, Any]:
    detail = [text for text in (one.reason, f"{one.owner}, until {one.until}" if one.owner else "", one.action) if text]
    if one.justification:
        detail.append(f"OpenVEX justification: {one.justification}")
    analysis: dict[str, Any] = {"state": _STATES[one.status]}
    if one.justification:
        analysis["justification"] = _JUSTIFICATIONS[one.justification]
    if one.status == "affected" and one.owner:
        analysis["response"] = ["will_not_fix"]
    analysis["detail"] = visible("; ".join(detail))
    if one.said:
        analysis["firstIssued"] = utc(one.said)
    told: dict[str, Any] = {"bom-ref": f"{one.id}:{one.purl}", "id": visible(one.id)}
    if one.aliases:
        told["references"] = [{"id": visible(alias), "source": {"name": _database(alias)}} for alias in one.aliases]
    told["ratings"] = [{"severity": one.severity, "method": "other"}]
    if one.summary:
        told["description"] = visible(one.summary)
    if one.action and one.status != "not_affected":
        told["recommendation"] = visible(one.action)
    links = [{"url": address} for address in dict.fromkeys(map(shown_address, one.references)) if address]
    if links:
        told["advisories"] = links
    told["analysis"] = analysis
    told["affects"] = [{"ref": ref} for ref in _affected(one, of.components)]
    return told


def _affected(one: Statement, components: Iterable[Component]) -> list[str]:
    return [each.ref for each in components if each.verdict is not None and each.verdict.purl == one.purl]


def _database(name: str) -> str:
    """Name the database that an id is of, by how it begins."""
    return {"CVE": "NVD", "GHSA": "GitHub Advisories", "PYSEC": "PyPI Advisory Database"}.get(
        name.partition("-")[0], "OSV"
    )
