"""Identifiers and constants of STIX 2.1: the same fact has the same id wherever and whenever it is written.

Observables have the UUIDv5 that section 2.9 of the specification gives them. Everything else has one of a namespace of
our own, made of what it is: two exports of one pack are one set of objects to whoever takes them in.
"""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from customhouse.model.campaign import Fact, Tlp

#: OASIS: the namespace of observables' ids (STIX 2.1, section 2.9).
_OBSERVABLES = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
#: Ours, chosen once at random.
_OURS = uuid.UUID("7b0ff1f1-6a0a-4c39-9c2e-0b7d6a2f4d51")
#: The extension that TLP 2.0 markings are made with, and the markings, both by OASIS
#: (https://github.com/oasis-open/cti-stix-common-objects).
TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
TLP_MARKINGS: dict[Tlp, str] = {
    "clear": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "green": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "amber": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "amber+strict": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "red": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
#: TLP 1.0 (STIX 2.1, section 7.2.1.4), as bundles of others still have it.
OLD_MARKINGS: dict[str, Tlp] = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "clear",
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "green",
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "amber",
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "red",
}
_ALGORITHMS = {32: "MD5", 40: "SHA-1", 64: "SHA-256", 128: "SHA-512"}


def own_id(kind: str, *parts: str) -> str:
    """Return the id of an object that is no observable, made of what it is."""
    return f"{kind}--{uuid.uuid5(_OURS, json.dumps([kind, *parts]))}"


OWN_EXTENSION = own_id("extension-definition", "customhouse", "1")


def observable(fact: Fact) -> dict[str, Any] | None:
    """Return the observable that a fact is; None for kinds that STIX has none for."""
    from customhouse.indicators.formats.stix_patterns import long_key  # noqa: PLC0415 - only when one is written

    match fact.kind:
        case "digest":
            return _made("file", {"hashes": {_ALGORITHMS[len(fact.value)]: fact.value}})
        case "domain":
            return _made("domain-name", {"value": fact.value})
        case "address":
            return _made("ipv6-addr" if ":" in fact.value else "ipv4-addr", {"value": fact.value})
        case "url":
            return _made("url", {"value": fact.value})
        case "registry-key":
            return _made("windows-registry-key", {"key": long_key(fact.value)})
        case _:
            return None


def _made(kind: str, contributing: Mapping[str, Any]) -> dict[str, Any]:
    # RFC 8785 for what stands here: sorted keys, no blanks, characters as they are.
    canonical = json.dumps(contributing, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    name = f"{kind}--{uuid.uuid5(_OBSERVABLES, canonical)}"
    return {"type": kind, "spec_version": "2.1", "id": name, **contributing}
