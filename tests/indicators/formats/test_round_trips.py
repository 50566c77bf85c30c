"""What is exported and imported again is the same campaign, as far as the form can carry it."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customhouse.indicators.draft import Draft
from customhouse.indicators.formats.all_formats import BY_NAME, FORMATS
from customhouse.indicators.pack import parse_pack, write_pack
from customhouse.indicators.shipped import shipped_campaign
from customhouse.model.errors import CustomhouseError
from indicators.campaigns import campaigns

quick = settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40, deadline=None)


def again(form, campaign):
    draft = Draft()
    BY_NAME[form].read(BY_NAME[form].write(campaign).encode(), "export", draft)
    return draft.finish("export")


def taken_or_refused(form, data):
    """A campaign that can be told to everybody, or an error with a hint; nothing else."""
    draft, hint = Draft(), ""
    try:
        BY_NAME[form].read(data, "any", draft)
    except CustomhouseError as error:
        hint = error.hint
    imported = draft.finish("any")
    assert hint or imported.campaign.id
    if not imported.problems:
        assert parse_pack(write_pack(imported.campaign).encode(), "any") == imported.campaign


@pytest.mark.parametrize("form", ["stix", "misp", "osv"])
@quick
@given(campaign=campaigns())
def test_these_carry_a_campaign_whole(form, campaign):
    imported = again(form, campaign)
    assert imported.problems == ()
    assert imported.campaign == campaign


@quick
@given(campaigns())
def test_csv_carries_facts_versions_and_digests(campaign):
    imported = again("csv", campaign)
    assert imported.problems == ()
    assert imported.campaign.facts == campaign.facts
    kept = ("ecosystem", "name", "versions", "ranges", "digests", "note", "sources", "confidence")
    assert [[getattr(each, key) for key in kept] for each in imported.campaign.releases] == [
        [getattr(each, key) for key in kept] for each in campaign.releases
    ]


@pytest.mark.parametrize("form", [each.name for each in FORMATS])
def test_the_same_pack_gives_the_same_bytes(form):
    campaign = shipped_campaign("axios-2026-03")
    copy = msgspec.json.decode(msgspec.json.encode(campaign), type=type(campaign))
    assert BY_NAME[form].write(campaign) == BY_NAME[form].write(copy)


@pytest.mark.parametrize("form", [each.name for each in FORMATS if each.read])
@given(data=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(form, data):
    taken_or_refused(form, data)


@pytest.mark.parametrize("form", ["stix", "misp", "osv"])
@given(data=st.data())
def test_any_json_is_read_or_refused(form, data):
    """What is exported, with any part of it replaced by something else."""
    plain = msgspec.json.decode(BY_NAME[form].write(shipped_campaign("rand-user-agent")))
    odd = st.sampled_from([None, 0, "", "x", [], {}, ["x"], {"id": 1}, True])
    node = plain
    for _ in range(data.draw(st.integers(1, 6))):
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            break
        key = data.draw(st.sampled_from(keys))
        if not isinstance(node[key], dict | list) or data.draw(st.booleans()):
            node[key] = data.draw(odd)
            break
        node = node[key]
    taken_or_refused(form, msgspec.json.encode(plain))
