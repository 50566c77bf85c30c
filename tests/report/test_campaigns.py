"""A campaign as a page: what strangers wrote stays data."""

from customhouse.model.campaign import AffectedReleases, Campaign, Fact
from customhouse.report.campaigns import campaign_text, campaigns_text


def test_escapes_and_line_ends_of_others_are_shown_and_not_obeyed():
    fact = Fact("text", "mark\x1b[2J", "marker", note="one\ntwo")
    made = Campaign("evil", "E\x1b]0;x\x07", "s", None, None, (AffectedReleases("npm", "e\r"),), (fact,))
    for text in (campaign_text(made), campaigns_text([made])):
        assert "\x1b" not in text
        assert "\r" not in text
        assert "one\ntwo" not in text


def test_many_packages_are_counted():
    releases = tuple(AffectedReleases("npm", f"evil-{number}") for number in range(60))
    text = campaign_text(Campaign("evil", "Evil", "s", None, None, releases))
    assert "60 packages" in text
    assert "and 20 more" in text
