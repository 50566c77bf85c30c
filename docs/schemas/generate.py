"""Write the published JSON Schemas (draft 2020-12) from the records they describe.

python docs/schemas/generate.py           write them beside this file
python docs/schemas/generate.py --check   exit 1 when one is not up to date
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from customhouse.policy.configuration import ApprovalsFile, ConfigurationFile
from customhouse.policy.exceptions import DIGEST_PATTERN
from customhouse.report.advisory_status import DatabaseStatusDocument
from customhouse.report.client_proof import ClientProofDocument
from customhouse.report.documents import CheckDocument, InspectDocument, RuleDocument
from customhouse.report.drill import DrillDocument
from customhouse.report.gateway_documents import (
    CanaryDocument,
    DowngradesDocument,
    FetchesDocument,
    GatewayExplainDocument,
    LedgerCheckDocument,
    LedgerDocument,
    TokensDocument,
)
from customhouse.report.hardening import HardeningDocument
from customhouse.report.hunt import HuntDocument
from customhouse.report.response import ResponseDocument
from customhouse.report.sweep import SweepDocument
from customhouse.report.why import WhyDocument

HERE = Path(__file__).parent
#: File name → what it describes, and whether readers must expect further fields (reports) or none (configuration).
SCHEMAS: dict[str, tuple[type[msgspec.Struct], str]] = {
    "check-1.json": (CheckDocument, "Output of customhouse check --format json"),
    "client-proof-1.json": (ClientProofDocument, "Output of customhouse doctor --gateway URL --format json"),
    "db-status-1.json": (DatabaseStatusDocument, "Output of customhouse db status --format json"),
    "drill-1.json": (DrillDocument, "Output of customhouse drill --format json, and AFTER-ACTION.json"),
    "gateway-canary-1.json": (CanaryDocument, "Answer of GET /-/customhouse/canaries/DIGITS"),
    "gateway-downgrades-1.json": (DowngradesDocument, "Answer of GET /-/customhouse/downgrades"),
    "gateway-explain-1.json": (GatewayExplainDocument, "Output of customhouse explain PURL --gateway --format json"),
    "gateway-fetches-1.json": (FetchesDocument, "Answer of GET /-/customhouse/fetches/PURL"),
    "gateway-tokens-1.json": (TokensDocument, "Output of customhouse gateway token list --format json"),
    "harden-1.json": (HardeningDocument, "Output of customhouse harden --format json"),
    "hunt-1.json": (HuntDocument, "Output of customhouse hunt --format json"),
    "inspect-1.json": (InspectDocument, "Output of customhouse inspect --format json"),
    "ledger-1.json": (LedgerDocument, "Output of customhouse ledger show --format json"),
    "ledger-verify-1.json": (LedgerCheckDocument, "Output of customhouse ledger verify --format json"),
    "response-1.json": (ResponseDocument, "Output of customhouse respond --format json"),
    "rule-1.json": (RuleDocument, "Output of customhouse explain RULE --format json"),
    "sweep-1.json": (SweepDocument, "Output of customhouse sweep --format json"),
    "why-1.json": (WhyDocument, "Output of customhouse why --format json"),
    "approvals.json": (ApprovalsFile, "customhouse.approvals.toml"),
    "configuration.json": (ConfigurationFile, "customhouse.toml, and [tool.customhouse] of pyproject.toml"),
}
_DIGEST = {"type": "string", "pattern": f"^(?:{DIGEST_PATTERN})$"}


def schemas() -> Iterator[tuple[str, str]]:
    """Give each schema's file name and text."""
    for name, (kind, title) in SCHEMAS.items():
        document: dict[str, Any] = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"urn:customhouse:schema:{name.removesuffix('.json')}",
            **msgspec.json.schema(kind),
            "title": title,
        }
        definitions = document["$defs"]
        for definition in definitions.values():
            if "description" in definition:
                definition["description"] = " ".join(definition["description"].split())
        for answered in ("PolicyException", "Approval"):  # stated here alone: see Sha256s in policy/configuration.py
            if answered in definitions:
                definitions[answered]["properties"]["digest"] = {
                    "anyOf": [_DIGEST, {"type": "array", "items": _DIGEST, "minItems": 1}]
                }
        yield name, json.dumps(document, indent=2) + "\n"


def main() -> int:
    """Write or check."""
    stale = [(name, text) for name, text in schemas() if not _same(HERE / name, text)]
    for name, text in stale:
        if "--check" in sys.argv:
            print(f"{name} is not up to date: run python docs/schemas/generate.py", file=sys.stderr)
        else:
            (HERE / name).write_text(text, encoding="utf-8")
    return 1 if stale and "--check" in sys.argv else 0


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
