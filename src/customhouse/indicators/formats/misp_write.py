"""Writing a campaign as a MISP event: an attribute each fact, an object each package, and one for the campaign.

Role, platform, confidence and sources are machine tags of our own, which other instances keep and show. Objects have
templates of our own too; MISP takes objects whose template it does not know.
"""

from typing import Any

import msgspec

from customhouse.indicators.checking import ALGORITHMS
from customhouse.indicators.draft import meta_of
from customhouse.indicators.formats.interface import json_text, since
from customhouse.indicators.formats.misp_names import CAMPAIGN, RELEASE, TAG, WRITTEN, own_uuid
from customhouse.model.campaign import AffectedReleases, Campaign, Fact

_HIGH_THREAT, _COMPLETE, _OWN_ORGANISATION = "1", "2", "0"
_TEMPLATE_VERSION = "1"


def write_misp(campaign: Campaign) -> str:
    """Write an event, for the own organisation until somebody shares it; the same campaign gives the same bytes."""
    dated = since(campaign)
    stamp = str(max(int(dated.timestamp()), 0))
    attributes = [_attribute(campaign, fact, stamp) for fact in campaign.facts]
    attributes += [
        {
            **_plain(campaign, "reference", each.id, stamp),
            "type": "link",
            "category": "External analysis",
            "value": each.url,
            "comment": each.title,
            "to_ids": False,
        }
        for each in campaign.references
        if each.url
    ]
    return json_text(
        {
            "Event": {
                "uuid": own_uuid(campaign.id),
                "info": campaign.title,
                "date": dated.strftime("%Y-%m-%d"),
                "timestamp": stamp,
                "threat_level_id": _HIGH_THREAT,
                "analysis": _COMPLETE,
                "distribution": _OWN_ORGANISATION,
                "published": False,
                "Tag": [{"name": f"tlp:{campaign.tlp.lower()}"}],
                "Attribute": attributes,
                "Object": [
                    _campaign_object(campaign, stamp),
                    *(_release_object(campaign, i, each, stamp) for i, each in enumerate(campaign.releases)),
                ],
            }
        }
    )


def _attribute(campaign: Campaign, fact: Fact, stamp: str) -> dict[str, Any]:
    kind, category = WRITTEN.get(fact.kind) or (ALGORITHMS[len(fact.value)], "Payload delivery")
    tags: list[tuple[str, str]] = [
        ("kind", fact.kind),
        ("role", fact.role),
        ("platform", fact.platform),
        ("confidence", fact.confidence),
    ]
    tags += [("source", source) for source in fact.sources]
    return {
        **_plain(campaign, fact.kind, f"{fact.value}\0{fact.platform}", stamp),
        "type": kind,
        "category": category,
        "value": fact.value,
        "comment": fact.note,
        "to_ids": fact.confidence != "low",
        "Tag": [{"name": f'{TAG}:{name}="{value}"'} for name, value in tags],
    }


def _plain(campaign: Campaign, kind: str, value: str, stamp: str) -> dict[str, Any]:
    return {"uuid": own_uuid(campaign.id, kind, value), "timestamp": stamp, "distribution": "5", "deleted": False}


def _campaign_object(campaign: Campaign, stamp: str) -> dict[str, Any]:
    record = msgspec.json.encode(meta_of(campaign)).decode()
    values = [("id", campaign.id), ("summary", campaign.summary), ("record", record)]
    values += [("payload", each) for each in campaign.payload] + [("takes", each) for each in campaign.takes]
    values += [("danger", f"Do not {each.act} before you {each.before}: {each.because}") for each in campaign.dangers]
    return _object(campaign, CAMPAIGN, campaign.id, values, stamp)


def _release_object(campaign: Campaign, index: int, each: AffectedReleases, stamp: str) -> dict[str, Any]:
    values = [("ecosystem", each.ecosystem), ("name", each.name)]
    values += [("version", version) for version in each.versions] + [("range", text) for text in each.ranges]
    values += [("digest", str(digest)) for digest in each.digests]
    values.append(("record", msgspec.json.encode(each).decode()))
    return _object(campaign, RELEASE, f"{each.ecosystem}\0{each.name}\0{index}", values, stamp)


def _object(campaign: Campaign, template: str, name: str, values: list[tuple[str, str]], stamp: str) -> dict[str, Any]:
    return {
        "uuid": own_uuid(campaign.id, template, name),
        "name": template,
        "meta-category": "misc",
        "template_uuid": own_uuid("template", template),
        "template_version": _TEMPLATE_VERSION,
        "timestamp": stamp,
        "distribution": "5",
        "Attribute": [
            {
                **_plain(campaign, f"{template}\0{name}\0{relation}", value, stamp),
                "type": "text",
                "category": "Other",
                "object_relation": relation,
                "value": value,
                "to_ids": False,
            }
            for relation, value in values
            if value
        ],
    }
