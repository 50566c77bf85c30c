"""Writing a campaign as a STIX 2.1 bundle.

A campaign that uses a malware; an indicator each fact and package; observables for what can be contacted or hashed.
What STIX has no property for goes with each object in a property extension of ours, so that reading it gives the same
campaign, and others lose nothing that they would know what to do with.
"""

from datetime import datetime
from typing import Any

from customhouse.indicators.draft import meta_of
from customhouse.indicators.formats.interface import json_text, since
from customhouse.indicators.formats.stix_ids import OWN_EXTENSION, TLP_EXTENSION, TLP_MARKINGS, observable, own_id
from customhouse.indicators.formats.stix_patterns import pattern_of, release_pattern
from customhouse.model.campaign import AffectedReleases, Campaign, Fact
from customhouse.model.intelligence import Confidence
from customhouse.model.purl import Purl

#: Appendix A of STIX 2.1, "None / Low / Med / High".
CONFIDENCES: dict[Confidence, int] = {"low": 15, "medium": 50, "high": 85}
_CALLED = frozenset({"contact", "exfiltration"})
_CALLABLE = frozenset({"domain", "address", "url"})
_TLP_SINCE = "2022-10-01T00:00:00.000Z"


def write_stix(campaign: Campaign) -> str:
    """Write a bundle; the same campaign gives the same bytes."""
    return json_text(_Bundle(campaign).document())


class _Bundle:
    """One bundle in the making."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._dated = timestamp(since(campaign))
        self._author = own_id("identity", "customhouse")
        self._marking = TLP_MARKINGS[campaign.tlp]
        self._subject = own_id("campaign", campaign.id)
        self._malware = own_id("malware", campaign.id)
        self._counts: dict[str, int] = {}

    def document(self) -> dict[str, Any]:
        campaign = self._campaign
        facts = [self._indicator(fact) for fact in campaign.facts]
        releases = [self._release(each) for each in campaign.releases]
        seen = {made["id"]: made for fact in campaign.facts if (made := observable(fact))}
        observables = [{**made, "object_marking_refs": [self._marking]} for made in seen.values()]
        return {
            "type": "bundle",
            "id": own_id("bundle", campaign.id),
            "objects": [
                self._tlp(),
                self._identity(),
                self._extension(),
                self._named("campaign", self._subject, campaign),
                self._payload(),
                *releases,
                *facts,
                *observables,
                *self._relations([each["id"] for each in (*releases, *facts)]),
            ],
        }

    def _common(self, kind: str, identifier: str) -> dict[str, Any]:
        return {
            "type": kind,
            "spec_version": "2.1",
            "id": identifier,
            "created_by_ref": self._author,
            "created": self._dated,
            "modified": self._dated,
            "object_marking_refs": [self._marking],
        }

    def _tlp(self) -> dict[str, Any]:
        return {
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": self._marking,
            "created": _TLP_SINCE,
            "name": f"TLP:{self._campaign.tlp.upper()}",
            "extensions": {
                TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": self._campaign.tlp.lower()}
            },
        }

    def _identity(self) -> dict[str, Any]:
        made = self._common("identity", self._author)
        del made["created_by_ref"]
        return {**made, "name": "Customhouse", "identity_class": "system"}

    def _extension(self) -> dict[str, Any]:
        return {
            **self._common("extension-definition", OWN_EXTENSION),
            "name": "Customhouse campaign",
            "description": "What a Customhouse pack says and STIX has no property for.",
            "schema": "docs/indicators.md of Customhouse",
            "version": "1.0.0",
            "extension_types": ["property-extension"],
        }

    def _named(self, kind: str, identifier: str, campaign: Campaign) -> dict[str, Any]:
        made = {**self._common(kind, identifier), "name": campaign.title, "description": campaign.summary}
        if campaign.aliases:
            made["aliases"] = list(campaign.aliases)
        for key, moment in (("first_seen", campaign.starts), ("last_seen", campaign.ends)):
            if moment is not None:
                made[key] = timestamp(moment)
        references = [
            {"source_name": each.id, "description": each.title, **({"url": each.url} if each.url else {})}
            for each in campaign.references
        ]
        if references:
            made["external_references"] = references
        return {**made, **_own(campaign=meta_of(campaign))}

    def _payload(self) -> dict[str, Any]:
        campaign = self._campaign
        made = {**self._common("malware", self._malware), "name": campaign.title, "is_family": False}
        if campaign.payload:
            made["description"] = " ".join(campaign.payload)
        samples = [
            found["id"]
            for fact in campaign.facts
            if fact.kind == "digest" and fact.role == "payload" and (found := observable(fact))
        ]
        return {**made, "sample_refs": samples} if samples else made

    def _indicator(self, fact: Fact) -> dict[str, Any]:
        made = self._common("indicator", own_id("indicator", self._campaign.id, fact.kind, fact.value, fact.platform))
        if fact.note:
            made["description"] = fact.note
        return {
            **made,
            "name": f"{fact.role} {fact.kind}: {fact.value[:200]}",
            "indicator_types": ["malicious-activity"],
            "pattern": pattern_of(fact),
            "pattern_type": "stix",
            "valid_from": self._dated,
            "confidence": CONFIDENCES[fact.confidence],
            **_own(fact=fact),
        }

    def _release(self, each: AffectedReleases) -> dict[str, Any]:
        purl = str(Purl(each.ecosystem, each.name))
        # Several entries may be about one package, and each has its place: what it says may be mended, it stays itself.
        number = self._counts.get(purl, 0)
        self._counts[purl] = number + 1
        made = self._common("indicator", own_id("indicator", self._campaign.id, "release", purl, str(number)))
        if each.note:
            made["description"] = each.note
        pattern = release_pattern(each)
        # The vocabulary of pattern types is open; a range of versions is what `vers` was made for.
        ranges = "|".join(each.ranges)
        return {
            **made,
            "name": f"releases of {purl}",
            "indicator_types": ["malicious-activity"],
            "pattern": pattern or f"vers:{each.ecosystem}/{ranges or 'unknown'}",
            "pattern_type": "stix" if pattern else "vers",
            "valid_from": self._dated,
            "confidence": CONFIDENCES[each.confidence],
            **_own(release=each),
        }

    def _relations(self, indicators: list[str]) -> list[dict[str, Any]]:
        pairs = [(self._subject, "uses", self._malware)]
        pairs += [(each, "indicates", self._subject) for each in indicators]
        called = [fact for fact in self._campaign.facts if fact.role in _CALLED and fact.kind in _CALLABLE]
        targets = dict.fromkeys(made["id"] for fact in called if (made := observable(fact)))
        pairs += [(self._malware, "communicates-with", target) for target in targets]
        return [
            {
                **self._common("relationship", own_id("relationship", *pair)),
                "relationship_type": pair[1],
                "source_ref": pair[0],
                "target_ref": pair[2],
            }
            for pair in pairs
        ]


def timestamp(moment: datetime) -> str:
    """Write a moment (UTC) as STIX does, to the millisecond."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _own(**said: Any) -> dict[str, Any]:
    return {"extensions": {OWN_EXTENSION: {"extension_type": "property-extension", **said}}}
