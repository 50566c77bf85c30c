"""A campaign in the making: what files say is checked, joined and bounded."""

import time

from customhouse.indicators import draft as module
from customhouse.indicators.draft import Draft, Meta, moment, slug


def test_releases_that_say_the_same_become_one_and_others_stay_apart():
    draft = Draft()
    draft.release("a:1", "pypi", "Evil_Lib", versions=["1.0"])
    draft.release("a:2", "pypi", "evil-lib", versions=["1.1", "1.0", "latest"])
    draft.release("a:3", "pypi", "evil-lib", versions=["2.0"], note="another time")
    draft.release("a:4", "npm", "no name")
    made = draft.finish("a")
    assert [(each.name, each.versions) for each in made.campaign.releases] == [
        ("evil-lib", ("1.0", "1.1")),
        ("evil-lib", ("2.0",)),
    ]
    assert [each.place for each in made.problems] == ["a:2", "a:4"]


def test_what_is_said_first_stands_and_lists_grow():
    draft = Draft()
    draft.take(Meta(title="First", aliases=("A",)))
    draft.take(Meta(title="Second", aliases=("A", "B"), tlp="green"))
    campaign = draft.finish("file", id="mine").campaign
    assert (campaign.id, campaign.title, campaign.aliases, campaign.tlp) == ("mine", "First", ("A", "B"), "green")


def test_a_reference_is_one_by_its_url_and_sources_without_one_are_made():
    draft = Draft()
    first = draft.reference("https://vendor.invalid/a", "Post")
    assert draft.reference("https://vendor.invalid/a", "Other title") == first
    second = draft.reference("https://vendor.invalid/b", "Post")
    assert (first, second) == ("post", "post-2")
    draft.fact("a:1", "domain", "c2.evil.invalid", sources=("we",))
    made = draft.finish("file")
    assert made.problems == ()
    assert [each.id for each in made.campaign.references] == ["post", "post-2", "we"]


def test_more_entries_than_any_campaign_has_are_refused_once(monkeypatch):
    monkeypatch.setattr(module, "MAX_ENTRIES", 3)
    draft = Draft()
    for number in range(10):
        draft.fact(f"a:{number}", "domain", f"c{number}.evil.invalid")
    made = draft.finish("a")
    assert len(made.campaign.facts) == 3
    assert [each.place for each in made.problems] == ["a:3"]


def test_many_versions_and_references_take_no_more_time_than_they_are():
    draft = Draft()
    begun = time.perf_counter()
    for number in range(20_000):
        draft.release("a", "npm", "evil", versions=[f"1.0.{number}"])
        draft.reference(f"https://vendor.invalid/{number}", "Post")
    draft.finish("a")
    assert time.perf_counter() - begun < 10, "it was quadratic once: minutes"


def test_remarks_lose_what_a_terminal_obeys():
    draft = Draft()
    draft.fact("a", "domain", "c2.evil.invalid", note="one\n\x1b[2Jtwo\ud800")
    assert draft.finish("a").campaign.facts[0].note == "one [2Jtwo"


def test_ids_and_moments_of_anything():
    assert slug("Évil Packages: 2026!") == "vil-packages-2026"
    assert slug("中") == ""
    assert moment("2026-03-31T02:00:00+02:00").isoformat() == "2026-03-31T00:00:00+00:00"
    assert moment("2026-03-31").isoformat() == "2026-03-31T00:00:00+00:00"
    assert moment("0001-01-01T00:00:00+14:00") is None
    assert moment("soon") is None
    assert moment(7) is None
