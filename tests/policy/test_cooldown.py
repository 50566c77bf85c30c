from datetime import timedelta

import pytest

from customhouse.model.purl import make_purl
from customhouse.policy.configuration import Configuration, Cooldown, CooldownPackages
from customhouse.policy.cooldown import matches, minimum_age_for

AXIOS, OURS, REACT, REQUESTS = (
    make_purl("npm", "axios", "1.0.0"),
    make_purl("npm", "@acme/tool", "1.0.0"),
    make_purl("npm", "react-dom", "1.0.0"),
    make_purl("pypi", "Requests", "2.0"),
)


def test_the_first_that_speaks_decides():
    cooldown = Cooldown(
        minimum_age="72h",
        pypi="24h",
        exempt=("@acme/*",),
        packages=(CooldownPackages(("npm:react*",), "7d"), CooldownPackages(("*",), "5d")),
    )
    configuration = Configuration(cooldown=cooldown)
    assert [minimum_age_for(configuration, purl).days for purl in (AXIOS, OURS, REACT, REQUESTS)] == [5, 0, 7, 5]
    configuration = Configuration(cooldown=Cooldown(pypi="24h"))
    assert [minimum_age_for(configuration, purl).days for purl in (AXIOS, REQUESTS)] == [3, 1]


def test_default_is_three_days():
    assert minimum_age_for(Configuration(), AXIOS) == timedelta(hours=72)


def test_the_floor_is_never_undercut():
    floor = Configuration(cooldown=Cooldown(minimum_age="10d", exempt=("@acme/*",)))
    configuration = Configuration(cooldown=Cooldown(minimum_age="1h", exempt=("*",)), floor=floor)
    assert [minimum_age_for(configuration, purl).days for purl in (AXIOS, OURS)] == [10, 0]


@pytest.mark.parametrize(
    ("pattern", "npm", "pypi"),
    [
        ("pkg:npm/@acme/*", True, False),
        ("pkg:npm/%40acme/*", True, False),
        ("npm:@acme/*", True, False),
        ("@acme/*", True, False),
        ("@acme/tool", True, False),
        ("@acme", False, False),
        ("acme*", False, True),
        ("ACME_Tool", False, True),
        ("pkg:pypi/acme.*", False, True),
        ("*", True, True),
        ("[a@]*", False, False),
    ],
)
def test_patterns(pattern, npm, pypi):
    assert matches(pattern, make_purl("npm", "@acme/tool", "1.0.0")) is npm
    assert matches(pattern, make_purl("pypi", "acme-tool", "1.0.0")) is pypi
