"""OpenVEX 0.2.0 (https://openvex.dev): what is said of each advisory, as a document other scanners can apply."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from customhouse.model.audit import Audit
from customhouse.report.formats import NothingToStateError
from customhouse.report.identity import NAMESPACE, tool, utc
from customhouse.report.json import encode
from customhouse.report.text import visible
from customhouse.report.vex import Statement, statements

_CONTEXT = "https://openvex.dev/ns/v0.2.0"


def audit_openvex(audit: Audit, when: datetime) -> str:
    """Write what is said of an audit's advisories; `when` (UTC) is when the document is issued.

    Raises NothingToStateError when there is nothing to say.
    """
    found = statements(audit)
    if not found:
        raise NothingToStateError(
            "no advisory speaks of any package here, so there is nothing for a VEX document to state",
            hint="name a folder or zip of OSV records under [advisories] paths in customhouse.toml, and check again",
        )
    told = [_statement(one) for one in found]
    document: dict[str, Any] = {
        "@context": _CONTEXT,
        "@id": f"urn:uuid:{uuid.uuid5(NAMESPACE, encode(told))}",
        "author": _author(found),
        "timestamp": utc(when),
        "version": 1,
        "tooling": " ".join(tool()),
        "statements": told,
    }
    return encode(document)


def _author(found: Sequence[Statement]) -> str:
    owners = sorted({visible(one.owner) for one in found if one.owner})
    return ", ".join(owners) or "Customhouse (nobody has answered for these yet)"


def _statement(one: Statement) -> dict[str, Any]:
    vulnerability: dict[str, Any] = {"name": visible(one.id)}
    if one.summary:
        vulnerability["description"] = visible(one.summary)
    if one.aliases:
        vulnerability["aliases"] = [visible(alias) for alias in one.aliases]
    product: dict[str, Any] = {"@id": str(one.purl), "identifiers": {"purl": str(one.purl)}}
    if len(one.digests) == 1:  # the field holds one digest of each algorithm
        product["hashes"] = {"sha-256": one.digests[0].removeprefix("sha256:")}
    told: dict[str, Any] = {"vulnerability": vulnerability}
    if one.said:
        told["timestamp"] = utc(one.said)
    told |= {"products": [product], "status": one.status}
    if one.owner:
        told["supplier"] = visible(one.owner)
        told["status_notes"] = visible(f"{one.reason} ({one.owner}, until {one.until})")
    if one.justification:
        told["justification"] = one.justification
    if one.status == "affected":
        told["action_statement"] = visible(one.action)
    elif one.status == "under_investigation":
        told["status_notes"] = visible(one.action)
    return told
