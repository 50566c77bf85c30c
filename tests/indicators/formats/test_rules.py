"""YARA and Sigma: rules that find what the pack says, and what is read of others' YARA."""

import hashlib

import pytest
import yaml
import yara_x
from hypothesis import HealthCheck, given, settings

from customhouse.indicators.draft import Draft
from customhouse.indicators.formats.sigma import write_sigma
from customhouse.indicators.formats.yara_read import read_yara
from customhouse.indicators.formats.yara_write import write_yara
from customhouse.indicators.shipped import shipped_campaign, shipped_ids
from customhouse.model.campaign import Campaign, Fact
from customhouse.model.errors import CustomhouseError
from indicators.campaigns import campaigns


def campaign(*facts):
    return Campaign("evil-1", "Evil", "It is.", None, None, (), facts)


def read(source):
    draft = Draft()
    read_yara(source.encode(), "r.yar", draft)
    return draft.finish("r")


def test_yara_finds_the_bytes_and_the_texts():
    data = b"just these bytes"
    made = campaign(
        Fact("digest", hashlib.sha256(data).hexdigest(), "payload"),
        Fact("text", 'say "evil" \\ ä', "marker"),
        Fact("path", "name.js", "payload"),
        Fact("domain", "c2.evil.invalid", "contact", confidence="low"),
    )
    rules = yara_x.compile(write_yara(made))
    assert [rule.identifier for rule in rules.scan(data).matching_rules] == ["customhouse_evil_1_bytes"]
    said = b"x " + 'say "evil" \\ ä'.encode() + b" y"
    assert [rule.identifier for rule in rules.scan(said).matching_rules] == ["customhouse_evil_1_texts"]
    assert not list(rules.scan(b"name.js c2.evil.invalid").matching_rules), "what everybody has is not looked for"


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40, deadline=None)
@given(campaigns())
def test_what_is_written_compiles(made):
    yara_x.compile(write_yara(made))
    assert all(rule["detection"]["condition"] for rule in yaml.safe_load_all(write_sigma(made)) if rule)


@pytest.mark.parametrize("name", shipped_ids())
def test_every_pack_gives_rules(name):
    yara_x.compile(write_yara(shipped_campaign(name)))
    rules = list(yaml.safe_load_all(write_sigma(shipped_campaign(name))))
    ids = [rule["id"] for rule in rules]
    assert len(ids) == len(set(ids))
    for rule in rules:
        assert rule["logsource"]["category"]
        assert all(
            values
            for selection in rule["detection"].values()
            if isinstance(selection, dict)
            for values in selection.values()
        )


def test_sigma_says_where_each_fact_is_seen():
    rules = {}
    for rule in yaml.safe_load_all(write_sigma(shipped_campaign("axios-2026-03"))):
        rules[rule["logsource"]["category"], rule["logsource"].get("product", "")] = rule["detection"]
    assert rules["dns", ""]["selection_name"] == {"query": ["sfrclak.com"]}
    assert rules["dns", ""]["selection_below"] == {"query|endswith": [".sfrclak.com"]}
    assert rules["proxy", ""]["selection_url"] == {"c-uri|contains": ["http://sfrclak.com:8000/6202033"]}
    assert rules["firewall", ""]["selection_address"] == {"dst_ip": ["142.11.206.73"]}
    assert rules["file_event", "windows"]["selection_path"]["TargetFilename|endswith"][0] == "\\ProgramData\\wt.exe"
    assert rules["file_event", "linux"]["selection_path"] == {"TargetFilename|endswith": ["/tmp/ld.py"]}
    key = rules["registry_event", "windows"]["selection_key"]["TargetObject|contains"]
    assert key == ["\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\MicrosoftUpdate"]
    assert ("registry_event", "linux") not in rules


RULE = r"""
import "pe"
/* rule not_one { strings: $no = "never" } */
private rule Evil : tag {
  meta:
    description = "Evil loader"  // "not this"
    reference = "https://vendor.invalid/post"
    sha256 = "%s"
    hash = "short"
    score = 75
  strings:
    $a = "say \"evil\"" wide ascii
    $b = { 6A 40 [4-8] ?? }
    $c = /ev[i1]l="x"/ nocase
    $d = "ab"
  condition:
    any of them or #a > 2
}
""" % ("ab" * 32)


def test_strings_and_meta_of_others_are_read():
    found = read(RULE)
    assert found.campaign.title == "Evil loader"
    assert [(each.kind, each.value, each.confidence) for each in found.campaign.facts] == [
        ("digest", "ab" * 32, "medium"),
        ("text", 'say "evil"', "low"),
    ]
    assert found.campaign.references[0].url == "https://vendor.invalid/post"
    assert [each.place for each in found.problems] == ["r.yar:9", "r.yar:15"]
    assert [each.place for each in found.left_out] == ["r.yar:13", "r.yar:14"]


@pytest.mark.parametrize("source", ["", "rule", "/* rule a { }", "not a rule"])
def test_a_file_without_a_rule_is_refused(source):
    with pytest.raises(CustomhouseError, match="no YARA rule"):
        read(source)


def test_what_is_written_is_read_again_as_texts():
    found = read(write_yara(campaign(Fact("text", 'say "evil" \\ it', "marker"))))
    assert [each.value for each in found.campaign.facts] == ['say "evil" \\ it']
