"""MISP events: those of others, and what ours look like to them."""

import json
import uuid

import pytest

from customhouse.indicators.draft import Draft
from customhouse.indicators.formats.misp_read import read_misp
from customhouse.indicators.formats.misp_write import write_misp
from customhouse.indicators.shipped import shipped_campaign
from customhouse.model.errors import CustomhouseError


def read(document):
    draft = Draft()
    read_misp(json.dumps(document).encode(), "e.json", draft)
    return draft.finish("e")


def attribute(kind, value, **more):
    return {"type": kind, "value": value, "to_ids": True, **more}


EVENT = {
    "info": "Evil packages",
    "Tag": [{"name": "tlp:amber+strict"}, {"name": "other"}],
    "Attribute": [
        attribute("filename|sha256", "setup.js|" + "AB" * 32, comment="dropper"),
        attribute("ip-dst|port", "203.0.113.7|8080"),
        attribute("domain|ip", "c2.evil.invalid|203.0.113.8"),
        attribute("regkey|value", "HKLM\\Software\\Run|Evil"),
        attribute("user-agent", "Evil/1.0 (beacon)"),
        attribute("md5", "c" * 32),
        attribute("hostname", "quiet.evil.invalid", to_ids=False),
        attribute("link", "https://vendor.invalid/post", comment="Post"),
        attribute("email-src", "evil@evil.invalid"),
        attribute("comment", "a remark"),
        attribute("sha1", "a" * 39),
        attribute("domain", "gone.evil.invalid", deleted=True),
    ],
    "Object": [{"name": "file", "Attribute": [attribute("filename", "/var/ld.py")]}],
}


@pytest.mark.parametrize("document", [{"Event": EVENT}, {"response": [{"Event": EVENT}]}])
def test_an_event_of_others(document):
    found = read(document)
    campaign = found.campaign
    assert (campaign.title, campaign.tlp) == ("Evil packages", "amber+strict")
    assert [(each.kind, each.value, each.note, each.confidence) for each in campaign.facts] == [
        ("digest", "ab" * 32, "dropper; file setup.js", "medium"),
        ("address", "203.0.113.7", "port 8080", "medium"),
        ("domain", "c2.evil.invalid", "", "medium"),
        ("address", "203.0.113.8", "", "medium"),
        ("registry-key", "HKLM\\Software\\Run\\Evil", "", "medium"),
        ("user-agent", "Evil/1.0 (beacon)", "", "medium"),
        ("digest", "c" * 32, "", "low"),
        ("domain", "quiet.evil.invalid", "", "low"),
        ("path", "/var/ld.py", "", "medium"),
    ]
    assert [each.url for each in campaign.references] == ["https://vendor.invalid/post"]
    (refused,) = found.problems
    assert refused.place.endswith("Event/Attribute/10")
    assert "has 39 digits" in refused.message
    assert [each.message for each in found.left_out] == ["an attribute of the type email-src has no room in a pack"]


def test_what_ours_look_like():
    event = json.loads(write_misp(shipped_campaign("chaindrop")))["Event"]
    assert event["Tag"] == [{"name": "tlp:clear"}]
    assert event["distribution"] == "0", "nobody gets it until somebody shares it"
    assert uuid.UUID(event["uuid"]).version == 5
    by_value = {each["value"]: each for each in event["Attribute"]}
    assert by_value["npm-cache.com"]["type"] == "domain"
    assert {"name": 'customhouse:role="contact"'} in by_value["npm-cache.com"]["Tag"]
    said = [each["value"] for one in event["Object"] for each in one["Attribute"]]
    assert any(each.startswith("Do not revoke a stolen token before") for each in said)
    ids = [each["uuid"] for each in event["Attribute"]]
    assert len(ids) == len(set(ids))


def test_a_damaged_record_of_ours_is_told_with_its_place():
    document = json.loads(write_misp(shipped_campaign("cline")))
    for each in document["Event"]["Object"][1]["Attribute"]:
        if each["object_relation"] == "record":
            each["value"] = "{"
    found = read(document)
    assert found.problems[0].place == "e.json#/Event/Object/1"


@pytest.mark.parametrize("document", [{}, {"Event": []}, {"response": []}, {"response": [{"Event": {}}] * 2}])
def test_what_is_no_event_is_refused(document):
    with pytest.raises(CustomhouseError, match="no MISP event"):
        read(document)
