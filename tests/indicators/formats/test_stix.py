"""STIX bundles: ours as the standard's own library reads them, and those of others."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.indicators.draft import Draft
from customhouse.indicators.formats.stix_ids import OWN_EXTENSION
from customhouse.indicators.formats.stix_patterns import PatternError, facts_of
from customhouse.indicators.formats.stix_read import read_stix
from customhouse.indicators.formats.stix_write import write_stix
from customhouse.indicators.shipped import shipped_campaign, shipped_ids
from customhouse.model.errors import CustomhouseError


def read(document):
    draft = Draft()
    read_stix(json.dumps(document).encode(), "b.json", draft)
    return draft.finish("b")


def bundle(*objects):
    return {"type": "bundle", "id": "bundle--1", "objects": list(objects)}


def indicator(pattern, **more):
    return {"type": "indicator", "pattern": pattern, "pattern_type": "stix", "name": "Seen", **more}


@pytest.mark.parametrize("name", shipped_ids())
def test_the_standards_library_takes_every_pack(name):
    stix2 = pytest.importorskip("stix2", reason="stix2 is a development dependency")
    text = write_stix(shipped_campaign(name))
    parsed = stix2.parse(text, allow_custom=False)
    known = {each.id for each in parsed.objects}
    for each in parsed.objects:
        for key in ("source_ref", "target_ref", "created_by_ref"):
            assert getattr(each, key, None) in {None, *known}


def test_observables_have_the_ids_that_the_specification_gives_them():
    stix2 = pytest.importorskip("stix2", reason="stix2 is a development dependency")
    made = {
        "domain-name": stix2.DomainName,
        "ipv4-addr": stix2.IPv4Address,
        "url": stix2.URL,
        "file": stix2.File,
        "windows-registry-key": stix2.WindowsRegistryKey,
    }
    seen = set()
    for each in json.loads(write_stix(shipped_campaign("axios-2026-03")))["objects"]:
        if kind := made.get(each["type"]):
            contributing = {key: each[key] for key in ("value", "hashes", "key") if key in each}
            assert kind(**contributing).id == each["id"]
            seen.add(each["type"])
    assert seen == set(made)


def test_a_bundle_is_marked_by_tlp_2():
    objects = json.loads(write_stix(shipped_campaign("axios-2026-03")))["objects"]
    (marking,) = [each for each in objects if each["type"] == "marking-definition"]
    assert marking["name"] == "TLP:CLEAR"
    assert all(each["object_marking_refs"] == [marking["id"]] for each in objects if each is not marking)


def test_a_bundle_of_others():
    found = read(
        bundle(
            {"type": "malware", "name": "Evil loader"},
            {
                "type": "campaign",
                "name": "Operation Evil",
                "description": "What it did.",
                "aliases": ["Evil"],
                "first_seen": "2026-03-31T00:00:00.000Z",
            },
            indicator(
                "[file:hashes.'SHA-256' = '" + "AB" * 32 + "' AND file:name = 'setup.js']",
                confidence=90,
                external_references=[{"source_name": "Vendor", "url": "https://vendor.invalid/post"}],
                object_marking_refs=["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"],
            ),
            indicator("[domain-name:value = 'c2.evil.invalid'] OR [ipv4-addr:value IN ('203.0.113.7','203.0.113.8')]"),
            indicator(
                "[windows-registry-key:key = 'HKEY_CURRENT_USER\\\\Run' AND windows-registry-key:values[*].name = 'Evil']"
            ),
            indicator("[url:value = 'https://evil.invalid/it\\'s']", confidence=10),
            indicator("[file:name = 'ld.py' AND file:parent_directory_ref.path = '/var']"),
            indicator("[domain-name:value = 'old.evil.invalid']", revoked=True),
        )
    )
    assert found.problems == ()
    campaign = found.campaign
    assert (campaign.id, campaign.title, campaign.aliases, campaign.tlp) == (
        "operation-evil",
        "Operation Evil",
        ("Evil",),
        "amber",
    )
    assert campaign.starts.year == 2026
    assert [(each.kind, each.value, each.confidence) for each in campaign.facts] == [
        ("digest", "ab" * 32, "high"),
        ("domain", "c2.evil.invalid", "medium"),
        ("address", "203.0.113.7", "medium"),
        ("address", "203.0.113.8", "medium"),
        ("registry-key", "HKCU\\Run\\Evil", "medium"),
        ("url", "https://evil.invalid/it's", "low"),
        ("path", "/var/ld.py", "medium"),
    ]
    assert campaign.facts[0].note == "Seen (file setup.js)"
    assert campaign.references[0].url == "https://vendor.invalid/post"
    assert campaign.facts[0].sources == (campaign.references[0].id,)
    assert found.left_out[0].place == "b.json#/objects/7"


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("[domain-name:value = 'a.invalid'] FOLLOWEDBY [url:value = 'b']", "says more than a fact can"),
        ("[domain-name:value MATCHES '.*']", "compared by MATCHES"),
        ("[domain-name:value = 'a.invalid' AND url:value = 'b']", "more than one fact"),
        ("[mutex:name = 'x']", "has no room"),
        ("[domain-name:value != 'a.invalid']", "compared by !="),
        ("[domain-name:value = 'a.invalid'", "ends too early|missing"),
        ("(" * 100 + "[a:b = 'c']" + ")" * 100, "nested too deep"),
        ("[(a:b = 'c' OR a:b = 'd') AND " * 3, "stands where a word should"),
        ("", "ends too early"),
        ("\x00", "cannot be read|begins none|stands where"),
    ],
)
def test_patterns_that_no_fact_can_carry_are_told_with_their_place(pattern, why):
    with pytest.raises(PatternError, match=why):
        list(facts_of(pattern))
    found = read(bundle(indicator(pattern)))
    assert found.problems[0].place == "b.json#/objects/0/pattern"


def test_a_pattern_that_multiplies_is_bounded():
    many = "(" + " OR ".join(f"a:b = '{n}'" for n in range(80)) + ")"
    with pytest.raises(PatternError, match="more than"):
        list(facts_of("[" + " AND ".join([many] * 6) + "]"))


@given(st.text("[]()'=ANDORIN :.-abc,<>!\\", max_size=60))
def test_any_pattern_is_read_or_refused(pattern):
    said = "read"
    try:
        list(facts_of(pattern))
    except PatternError as error:
        said = str(error)
    assert said


def test_a_pattern_that_was_changed_beside_our_extension_is_what_counts():
    document = json.loads(write_stix(shipped_campaign("rand-user-agent")))
    changed = next(each for each in document["objects"] if "ipv4-addr" in each.get("pattern", ""))
    changed["pattern"] = "[ipv4-addr:value = '203.0.113.99']"
    found = read(document)
    assert "203.0.113.99" in {each.value for each in found.campaign.facts}
    assert "85.239.62.36" not in {each.value for each in found.campaign.facts}
    assert "disagree" in found.left_out[0].message


def test_an_extension_that_is_not_ours_in_shape_is_left_aside():
    own = {OWN_EXTENSION: {"extension_type": "property-extension", "fact": {"kind": "nonsense"}}}
    found = read(bundle(indicator("[domain-name:value = 'a.evil.invalid']", extensions=own)))
    assert [each.value for each in found.campaign.facts] == ["a.evil.invalid"]
    assert "is not what this tool writes" in found.left_out[0].message


def test_what_is_no_bundle_is_refused():
    with pytest.raises(CustomhouseError, match="no STIX bundle"):
        read({"type": "indicator"})
