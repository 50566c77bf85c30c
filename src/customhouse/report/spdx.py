"""SPDX 2.3 JSON (https://spdx.github.io/spdx-spec/v2.3/): the inventory with its graph, our verdicts as annotations."""

import hashlib
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from customhouse.model.digest import Digest
from customhouse.model.verdict import RepositoryVerdict, Verdict
from customhouse.report.addresses import shown_address
from customhouse.report.identity import NAMESPACE, tool, utc
from customhouse.report.inventory import Component, Inventory, Project
from customhouse.report.json import encode
from customhouse.report.licences import Licence, read_licence
from customhouse.report.text import counted, visible

_DOCUMENT = "SPDXRef-DOCUMENT"
_ROOT = "SPDXRef-Root"
_UNKNOWN = "NOASSERTION"


def write_spdx(of: Inventory, when: datetime) -> str:
    """Write an inventory. Equal inventories give equal bytes but for `when` (UTC); the name space is derived."""
    ids = {project.ref: _id("Project", project.ref) for project in of.projects}
    ids |= {one.ref: _id("Package", one.ref) for one in of.components}
    date = utc(when)
    root = ids[of.projects[0].ref] if len(of.projects) == 1 else _ROOT
    packages = [_project(project, ids[project.ref]) for project in of.projects]
    if root == _ROOT:
        packages.insert(0, _package(_ROOT, of.name, "", "APPLICATION"))
    licences = {licence.reference: licence for one in of.components if (licence := _text_only(one))}
    body: dict[str, Any] = {
        "comment": _comment(of),
        "packages": [*packages, *(_component(one, ids[one.ref], date) for one in of.components)],
        "relationships": list(_relationships(of, ids, root)),
    }
    if licences:
        body["hasExtractedLicensingInfos"] = [
            {
                "licenseId": name,
                "extractedText": visible(licences[name].text),
                "name": visible(licences[name].text[:80]),
            }
            for name in sorted(licences)
        ]
    if of.audit.packages:
        body["annotations"] = list(_annotations(of.audit.repository, of.audit.decision, date))
    # Dates are in the annotations: the name is derived without them.
    name = uuid.uuid5(NAMESPACE, hashlib.sha256(encode(body).replace(date, "").encode()).hexdigest())
    document = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": _DOCUMENT,
        "name": visible(of.projects[0].name if len(of.projects) == 1 else of.name) or "inventory",
        "documentNamespace": f"urn:uuid:{name}",
        "creationInfo": {"created": date, "creators": [f"Tool: {'-'.join(tool())}"]},
        **body,
    }
    return encode(document)


def _id(kind: str, ref: str) -> str:
    """Name an element: readable, unique, and only of letters, digits, `.` and `-`."""
    readable = "".join(letter if (letter.isascii() and letter.isalnum()) or letter == "." else "-" for letter in ref)
    readable = readable.removeprefix("pkg-").removeprefix("project-").strip("-.")[:60]
    return f"SPDXRef-{kind}-{readable}-{hashlib.sha256(ref.encode()).hexdigest()[:10]}"


def _package(identifier: str, name: str, version: str, purpose: str) -> dict[str, Any]:
    told: dict[str, Any] = {"SPDXID": identifier, "name": visible(name) or "unnamed"}
    if version:
        told["versionInfo"] = visible(version)
    return {
        **told,
        "downloadLocation": _UNKNOWN,
        "filesAnalyzed": False,
        "licenseConcluded": _UNKNOWN,
        "licenseDeclared": _UNKNOWN,
        "copyrightText": _UNKNOWN,
        "primaryPackagePurpose": purpose,
    }


def _project(project: Project, identifier: str) -> dict[str, Any]:
    told = _package(identifier, project.name, project.version, "APPLICATION")
    if project.purl:
        told["externalRefs"] = [_purl(project.purl)]
    told["sourceInfo"] = visible(f"the project in {project.folder}")
    return told


def _component(one: Component, identifier: str, date: str) -> dict[str, Any]:
    entry = one.entry
    told = _package(identifier, entry.name, entry.version or "", "LIBRARY")
    location = _location(one)
    if location:
        told["downloadLocation"] = location
    if one.licence:
        licence = read_licence(one.licence)
        told["licenseDeclared"] = licence.expression or licence.reference
    if one.digests:
        told["checksums"] = [_checksum(digest) for digest in one.digests]
    told["externalRefs"] = [_purl(one.purl)]
    told["sourceInfo"] = visible(f"pinned by {', '.join(place.text for place in one.places)}")
    told["comment"] = visible("; ".join(_facts(one)))
    if one.verdict is not None:
        told["annotations"] = list(_annotations(one.verdict, one.verdict.decision, date))
    return told


def _purl(purl: str) -> dict[str, str]:
    return {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}


def _checksum(digest: Digest) -> dict[str, str]:
    return {"algorithm": digest.algorithm.upper(), "checksumValue": digest.hex}


def _location(one: Component) -> str:
    """Where its bytes come from, when one place does: of a release with a file for each platform none is *the* one."""
    source = one.entry.source
    addresses = one.addresses if one.entry.ecosystem == "npm" or source in ("git", "url") else ()
    if not addresses:
        addresses = tuple(filter(None, (shown_address(artifact.url) for artifact in one.artifacts)))
    if len(addresses) != 1:
        return ""
    return f"git+{addresses[0]}" if source == "git" and not addresses[0].startswith("git") else addresses[0]


def _facts(one: Component) -> Iterator[str]:
    entries = [place.entry for place in one.places]
    yield f"scope {one.scope}"
    yield "direct" if one.direct else "transitive"
    yield f"source {one.entry.source}"
    if one.entry.version is None:
        yield f"not pinned: {one.entry.specifier or 'any version'}"
    for alias in sorted({entry.alias for entry in entries if entry.alias}):
        yield f"installed as {alias}"
    for patch in sorted({entry.patch for entry in entries if entry.patch}):
        yield f"patched with {patch}"
    if any(entry.has_install_script for entry in entries):
        yield "the lock says it has an install script"


def _annotations(verdict: Verdict | RepositoryVerdict, decision: str, date: str) -> Iterator[dict[str, str]]:
    def note(text: str) -> dict[str, str]:
        annotator = f"Tool: {'-'.join(tool())}"
        return {"annotationDate": date, "annotationType": "REVIEW", "annotator": annotator, "comment": visible(text)}

    yield note(f"customhouse:verdict {decision}")
    for judged in verdict.findings:
        finding = judged.finding
        mark = "excepted" if judged.excepted else judged.decision
        yield note(f"customhouse:finding {mark} {finding.rule} ({finding.severity}): {finding.message}")
    for gapped in verdict.gaps:
        mark = "excepted" if gapped.excepted else gapped.decision
        yield note(f"customhouse:gap {mark} {gapped.gap.kind}: {gapped.gap.message}")


def _relationships(of: Inventory, ids: dict[str, str], root: str) -> Iterator[dict[str, str]]:
    yield _relation(_DOCUMENT, "DESCRIBES", root)
    projects = {project.ref for project in of.projects}
    if root == _ROOT:
        for project in of.projects:
            yield _relation(_ROOT, "CONTAINS", ids[project.ref])
    scopes = {one.ref: one.scope for one in of.components}
    for ref, needed in of.needs.items():
        for below in needed:
            scope = scopes.get(below, "prod")
            if ref in projects and scope in ("dev", "optional"):
                kind = "DEV_DEPENDENCY_OF" if scope == "dev" else "OPTIONAL_DEPENDENCY_OF"
                yield _relation(ids[below], kind, ids[ref])
            else:
                yield _relation(ids[ref], "DEPENDS_ON", ids[below])
        if not needed and ref not in of.unrecorded:
            yield _relation(ids[ref], "DEPENDS_ON", "NONE")
        elif ref in of.unrecorded:
            yield _relation(ids[ref], "DEPENDS_ON", _UNKNOWN)


def _relation(one: str, kind: str, other: str) -> dict[str, str]:
    return {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}


def _text_only(one: Component) -> Licence | None:
    licence = read_licence(one.licence) if one.licence else None
    return licence if licence and not licence.expression else None


def _comment(of: Inventory) -> str:
    """Account for every file that was found."""
    sources = of.audit.sources
    lines = [f"Made from {counted(len(sources), 'file')}:"]
    for source in sources:
        document = f" document {source.document}" if source.document else ""
        reason = f": {source.reason}" if source.reason else ""
        lines.append(visible(f"{source.status} {source.path}{document} ({source.format}){reason}"))
    if not of.complete:
        lines.append("The inventory is not complete: what the failed and unsupported files pin is missing.")
    return "\n".join(lines)
