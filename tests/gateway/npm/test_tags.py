"""Where tags point when what they named is hidden."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.gateway.npm.tags import shown_tags
from customhouse.model.gateway import Standing
from customhouse.versions.npm import parse


def moved(tags, shown, *, deprecated=(), days=None):
    """Tags over versions, of which those in `days` were published on that day."""
    times = {version: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(day) for version, day in (days or {}).items()}
    standings = {version: Standing(version, "allow", "admitted", published=when) for version, when in times.items()}
    return shown_tags(tags, list(shown), standings, lambda version: version in deprecated)


@pytest.mark.parametrize(
    ("latest", "shown", "deprecated", "expected"),
    [
        ("2.0.0", ["1.0.0", "2.0.0"], (), "2.0.0"),
        ("2.0.0", ["1.0.0", "1.10.0", "1.9.0"], (), "1.10.0"),
        ("2.0.0", ["1.0.0", "3.0.0"], (), "1.0.0"),  # never above upstream's own
        ("2.0.0", ["1.0.0", "2.0.0-rc.1"], (), "1.0.0"),
        ("2.0.0", ["2.0.0-rc.1", "2.0.0-rc.2"], (), "2.0.0-rc.2"),
        ("2.0.0-rc.3", ["1.0.0", "2.0.0", "2.0.0-rc.4"], (), "1.0.0"),
        ("2.0.0-rc.3", ["0.0.1", "2.0.0-rc.2"], (), "2.0.0-rc.2"),  # upstream's own is a prerelease
        ("2.0.0", ["1.0.0", "1.1.0", "1.2.0"], ("1.2.0",), "1.1.0"),
        ("2.0.0", ["1.0.0", "1.1.0"], ("1.0.0", "1.1.0"), "1.1.0"),
        ("2.0.0", ["1.0.0", "2.0.0-rc.1"], ("1.0.0",), "1.0.0"),
        ("2.0.0", ["3.0.0"], (), None),
        ("2.0.0", [], (), None),
        ("not a version", ["1.0.0"], (), None),
        ("2.0.0", ["nonsense", "1.0.0"], (), "1.0.0"),
    ],
)
def test_latest_moves_down_by_semver(latest, shown, deprecated, expected):
    assert moved({"latest": latest}, shown, deprecated=deprecated).get("latest") == expected


@pytest.mark.parametrize(
    ("tag", "hidden", "shown", "days", "expected"),
    [
        ("next", "2.0.0-beta.2", ["1.0.0", "2.0.0-beta.1"], {}, "2.0.0-beta.1"),
        ("next", "2.0.0-beta.1", ["1.0.0", "2.0.0-alpha.9"], {}, None),
        ("next", "2.0.0-beta.1", ["2.0.0-beta.2"], {}, None),
        ("dev", "5.7.0-dev.20240901", ["5.6.0-dev.20240831", "5.5.0-dev.20240101", "5.6.0"], {}, "5.6.0-dev.20240831"),
        (  # by commit, which semver orders by chance
            "canary",
            "19.0.0-canary-5a11-20240103",
            ["19.0.0-canary-0000-20240101", "19.0.0-canary-9999-20240102", "19.0.0-canary-1111-20240104"],
            {
                "19.0.0-canary-5a11-20240103": 3,
                "19.0.0-canary-0000-20240101": 1,
                "19.0.0-canary-9999-20240102": 2,
                "19.0.0-canary-1111-20240104": 4,
            },
            "19.0.0-canary-9999-20240102",
        ),
        ("nightly", "1.0.0-20240103", ["1.0.0-20240102", "1.0.0-rc.1"], {}, "1.0.0-20240102"),
        ("lts", "4.2.1", ["4.2.0", "4.3.0", "3.9.0", "4.2.1-rc.1"], {}, "4.2.0"),
        ("lts", "4.2.1", ["3.9.0", "5.0.0"], {}, None),
    ],
)
def test_other_tags_move_down_their_own_line(tag, hidden, shown, days, expected):
    assert moved({tag: hidden}, shown, days=days).get(tag) == expected


texts = st.builds(
    "{}.{}.{}{}".format,
    *(st.integers(0, 1) for _ in range(3)),
    st.sampled_from(["", "", "", "-beta.1", "-beta.2", "-rc.1", "-canary-ff-2"]),
)


@given(st.sets(texts, min_size=1, max_size=12), st.data())
def test_tags_lead_to_what_is_shown_and_never_up(versions, data):
    ordered = sorted(versions)
    shown = data.draw(st.lists(st.sampled_from(ordered), unique=True))
    tags = data.draw(st.dictionaries(st.sampled_from(["latest", "next", "lts"]), st.sampled_from(ordered)))
    deprecated = data.draw(st.sets(st.sampled_from(ordered)))
    now = moved(tags, shown, deprecated=deprecated)
    for tag, version in now.items():
        assert version in shown
        assert parse(version) <= parse(tags[tag])
        assert version == tags[tag] or tags[tag] not in shown
    if "latest" in tags and any(parse(version) <= parse(tags["latest"]) for version in shown):
        assert "latest" in now
    stable = [parse(each) for each in shown if "-" not in each and parse(each) <= parse(tags.get("latest", "0.0.0"))]
    if stable and "latest" in now and now["latest"] != tags["latest"] and "-" not in tags["latest"]:
        assert "-" not in now["latest"]
        assert parse(now["latest"]) == max(stable) or deprecated
