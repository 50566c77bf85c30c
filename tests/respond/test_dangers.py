"""Sentences of people become an order that holds whatever else waits for what."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.indicators.shipped import shipped_campaigns
from customhouse.model.campaign import Danger
from customhouse.model.response import PHASES, Item
from customhouse.respond.dangers import phases_of, precaution, too_early, with_dangers
from respond.cases import WIPER


def _items(*names):
    return [Item(each, each.partition("-")[0], each, "why") for each in names]


@pytest.mark.parametrize(
    ("act", "phases"),
    [
        ("revoke a stolen token", ("revoke",)),
        ("rotate the keys", ("revoke",)),
        ("disconnect the machine from the network", ("isolate",)),
        ("reboot", ("rebuild",)),
        ("sneeze", ("isolate", "revoke", "rebuild", "recover")),
    ],
)
def test_words_tell_what_an_act_is_about(act, phases):
    assert phases_of(Danger(act, "x", "y")) == phases


def test_every_danger_that_is_shipped_is_understood():
    dangers = [danger for campaign in shipped_campaigns() for danger in campaign.dangers]
    assert dangers
    assert all(phases_of(each) == ("revoke",) for each in dangers)


def test_several_dangers_of_one_campaign():
    campaign = msgspec.structs.replace(
        WIPER, dangers=(*WIPER.dangers, Danger("reboot", "dump its memory", "it is gone"))
    )
    names = [precaution(campaign, 0), precaution(campaign, 1)]
    items, orders = with_dangers(_items("isolate-a", "revoke-b", "rebuild-c", *names), [campaign])
    ids = [each.id for each in items]
    assert ids.index(names[0]) < ids.index("isolate-a")
    assert ids.index(names[0]) < ids.index("revoke-b")
    assert ids.index(names[1]) < ids.index("rebuild-c")
    assert len(orders) == 2


def test_what_is_too_early_is_named():
    items, _ = with_dangers(_items("watchers-wiper-2026", "revoke-aws"), [WIPER])
    assert [each.id for each in too_early(items, (), "revoke-aws")] == ["watchers-wiper-2026"]
    assert too_early(items, ("watchers-wiper-2026",), "revoke-aws") == ()


_IDS = [f"{phase}-{n}" for phase in PHASES for n in range(2)] + ["watchers-wiper-2026"]


@given(st.permutations(_IDS), st.dictionaries(st.sampled_from(_IDS), st.lists(st.sampled_from(_IDS), max_size=3)))
def test_no_item_is_lost_and_none_precedes_what_it_waits_for(order, after):
    items = [Item(each, each.partition("-")[0], each, "", after=tuple(after.get(each, ()))) for each in order]
    told, _ = with_dangers(items, [WIPER])
    assert sorted(each.id for each in told) == sorted(order)
    if not after:
        ids = [each.id for each in told]
        assert all(
            ids.index("watchers-wiper-2026") < ids.index(each) for each in ids if each.startswith(("revoke", "isolate"))
        )
