"""The packs that are shipped: whole, sourced, and true to what is known."""

import pytest

from customhouse.indicators.pack import parse_pack, write_pack
from customhouse.indicators.shipped import shipped_campaign, shipped_campaigns, shipped_ids
from customhouse.model.errors import CustomhouseError


@pytest.mark.parametrize("name", shipped_ids())
def test_a_shipped_pack_is_sound(name):
    campaign = shipped_campaign(name)
    assert campaign.id == name
    assert all(each.sources for each in (*campaign.facts, *campaign.releases)), "a fact says where it is from"
    assert parse_pack(write_pack(campaign).encode(), name) == campaign


def test_the_incidents_are_there():
    known = {"axios-2026-03", "litellm-2026-03", "shai-hulud-1", "shai-hulud-2", "nx-2025-08", "chaindrop", "hades"}
    assert known <= set(shipped_ids())
    assert len(shipped_campaigns()) == len(shipped_ids()) >= 29


def test_axios_is_told_with_what_sources_disagree_on():
    campaign = shipped_campaign("axios-2026-03")
    published = {(each.name, each.versions): each.published for each in campaign.releases}
    assert published["axios", ("1.14.1",)].isoformat() == "2026-03-31T00:21:00+00:00"
    removal = next(each for each in campaign.contradictions if "removed" in each.about)
    assert [claim.says for claim in removal.claims] == ["03:15 UTC", "03:20 UTC", "03:29 UTC"]
    sha1 = {d.hex for each in campaign.releases for d in each.digests if d.algorithm == "sha1"}
    assert "2553649f2322049666871cea80a5d0d6adc700ca" in sha1
    assert ("domain", "sfrclak.com") in {(each.kind, each.value) for each in campaign.facts}


def test_lists_are_whole():
    packages = {each.name for each in shipped_campaign("shai-hulud-2").releases}
    assert {"02-echo", "@accordproject/concerto-types"} <= packages
    assert len(packages) == 428
    team = shipped_campaign("litellm-2026-03").releases
    assert {("pypi", "telnyx"), ("npm", "@emilgroup/document-sdk-node")} <= {(e.ecosystem, e.name) for e in team}


@pytest.mark.parametrize("name", ["chaindrop", "hades", "7nohe-2026-08"])
def test_what_must_not_be_done_first_is_said(name):
    (danger,) = shipped_campaign(name).dangers
    assert "revoke" in danger.act
    assert "monitor" in danger.before


def test_a_typing_error_is_answered_with_the_nearest_name():
    with pytest.raises(CustomhouseError, match="did you mean axios-2026-03"):
        shipped_campaign("axios-2026-3")
