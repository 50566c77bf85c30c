from datetime import timedelta

import pytest

from customhouse.model.errors import CustomhouseError
from customhouse.model.purl import make_purl
from customhouse.policy.configuration import ConfigurationFile
from customhouse.policy.cooldown import minimum_age_for
from customhouse.policy.reading import parse_configuration
from customhouse.policy.tighten import _LOOSER, tighten

ORGANISATION = """
[policy.medium]
medium = "hold"
[rules.install-script]
decision = "hold"
[rules.size-jump]
severity = "medium"
[gaps]
metadata = "block"
[cooldown]
minimum_age = "5d"
pypi = "7d"
exempt = ["@acme/*"]
[vulnerabilities]
hold = ["critical", "high"]
block = ["critical"]
[registries]
npm = "https://registry.example/"
[advisories]
paths = ["/org/osv"]
max_age = "3d"
online = ["osv"]
[cache]
directory = "/org/cache"
metadata_max_age = "1h"
[limits]
max_members = 1000
"""
EXCEPTION = f"""
[[exceptions]]
rule = "r"
purl = "pkg:npm/a@1.0.0"
digest = "sha256:{"0" * 64}"
reason = "read"
owner = "me"
expires = 2027-01-01
"""


def laid(repository, organisation=ORGANISATION):
    return tighten(parse_configuration(organisation, "org.toml"), parse_configuration(repository, "repo.toml"))


@pytest.mark.parametrize(
    ("repository", "told"),
    [
        ('[policy.medium]\nmedium = "allow"', "policy.medium.medium: hold (org.toml:3) → allow (repo.toml:2)"),
        ('[policy.high]\nhigh = "hold"', "policy.high.high: block (default) → hold (repo.toml:2)"),
        ('[rules.install-script]\ndecision = "allow"', "rules.install-script.decision: hold (org.toml:5) → allow"),
        ('[rules.other]\ndecision = "allow"', "rules.other.decision: unset (default) → allow (repo.toml:2)"),
        ('[rules.size-jump]\nseverity = "low"', "rules.size-jump.severity: medium (org.toml:7) → low"),
        ('[gaps]\nmetadata = "hold"', "gaps.metadata: block (org.toml:9) → hold"),
        ('[gaps]\npublish-time = "allow"', "gaps.publish-time: hold (default) → allow"),
        ('[cooldown]\nminimum_age = "4d"', "cooldown.minimum_age: 5d (org.toml:11) → 4d"),
        ('[cooldown]\npypi = "6d"', "cooldown.pypi: 7d (org.toml:12) → 6d"),
        ('[cooldown]\nnpm = "1d"', "cooldown.npm: 5d (default) → 1d"),
        ('[cooldown]\nexempt = ["left-*"]', "cooldown.exempt: [@acme/*] (org.toml:13) → [left-*]"),
        ('[vulnerabilities]\nhold = ["critical"]', "vulnerabilities.hold: [critical, high]"),
        ("[vulnerabilities]\nblock = []", "vulnerabilities.block: [critical] (org.toml:16) → [] (repo.toml:2)"),
        ('[vulnerabilities]\ndev_scope = "allow"', "vulnerabilities.dev_scope: judge (default) → allow"),
        ('[vulnerabilities]\nwithout_fix = "allow"', "vulnerabilities.without_fix: judge (default) → allow"),
        ('[advisories]\ndirectory = "mine"', "advisories.directory: unset (default) → mine"),
        ('[advisories]\nmax_age = "30d"', "advisories.max_age: 3d (org.toml:21) → 30d"),
        ("[advisories]\nonline = []", "advisories.online: [osv] (org.toml:22) → []"),
        ('[registries]\nnpm = "https://other.invalid/"', "registries.npm: https://registry.example/ (org.toml:18)"),
        ('[cache]\ndirectory = "mine"', "cache.directory: /org/cache (org.toml:24) → mine"),
        ('[cache]\nmetadata_max_age = "9d"', "cache.metadata_max_age: 1h (org.toml:25) → 9d"),
        ("[limits]\nmax_members = 1001", "limits.max_members: 1000 (org.toml:27) → 1001"),
        ('[pypi]\nartifacts = "installable"', "pypi.artifacts: all (default) → installable"),
        ("[lookups]\nattestations = false", "lookups.attestations: True (default) → False (repo.toml:2)"),
        ("allow_repository_exceptions = true", "allow_repository_exceptions: False (default) → True (repo.toml:1)"),
        ("allow_repository_exclusions = true", "allow_repository_exclusions: False (default) → True (repo.toml:1)"),
        ('[discovery]\nexclude = ["legacy"]', "discovery.exclude: [] (default) → [legacy] (repo.toml:2)"),
        (EXCEPTION, "exceptions: the organisation does not let repositories add any (repo.toml:2)"),
    ],
)
def test_every_attempt_to_loosen_is_refused_with_both_values(repository, told):
    with pytest.raises(CustomhouseError) as caught:
        laid(repository)
    assert told in caught.value.message


def test_all_attempts_are_listed_at_once():
    with pytest.raises(CustomhouseError) as caught:
        laid('[policy.critical]\nhigh = "allow"\nmedium = "hold"\nlow = "block"\n[gaps]\ndefault = "allow"')
    assert caught.value.message.count("→") == 3


@pytest.mark.parametrize(
    "repository",
    [
        '[policy.medium]\nmedium = "block"',
        '[policy.low]\nlow = "hold"',
        '[lookups]\nsource_hosts = ["code.example"]\nmail_domains = true',
        '[rules.other]\ndecision = "hold"',
        '[rules.other]\nseverity = "low"',
        '[rules.size-jump]\nseverity = "critical"',
        '[gaps]\nno-advisory-source = "hold"',
        '[cooldown]\nminimum_age = "6d"\nexempt = []',
        '[vulnerabilities]\nhold = ["critical", "high", "low"]\nblock = ["critical", "high"]',
        '[registries]\nnpm = "https://registry.example/"\npypi = "https://index.example/simple/"',
        '[cache]\nmetadata_max_age = "10m"',
        '[advisories]\nmax_age = "1d"\nonline = ["npm", "osv"]\nsources = ["https://osv.example/all.zip"]',
        "[limits]\nmax_members = 999\nmax_ratio = 5",
        "allow_repository_exceptions = false",
        "[discovery]\nexclude = []\ninclude_installed = true",
        "",
    ],
)
def test_the_same_and_the_stricter_are_taken(repository):
    merged = laid(repository)
    assert merged.floor == parse_configuration(ORGANISATION, "org.toml")


def test_what_the_repository_does_not_say_is_the_organisations():
    merged = laid('[policy.low]\nhigh = "hold"\n[advisories]\npaths = ["/repo/osv"]\n[cooldown]\nminimum_age = "6d"')
    assert merged.policy.decision("low", "high") == "hold"
    assert merged.policy.decision("medium", "medium") == "hold"
    assert merged.registries.npm == "https://registry.example/"
    assert merged.advisories.paths == ("/org/osv", "/repo/osv")
    assert merged.origin("policy", "low", "high") == "repo.toml:2"
    assert merged.origin("policy", "medium", "medium") == "org.toml:3"
    assert minimum_age_for(merged, make_purl("npm", "@acme/x", "1.0.0")) == timedelta()
    assert minimum_age_for(merged, make_purl("npm", "x", "1.0.0")) == timedelta(days=6)
    assert minimum_age_for(merged, make_purl("pypi", "x", "1.0.0")) == timedelta(days=7)


def test_a_cooldown_by_pattern_cannot_undercut():
    merged = laid('[[cooldown.packages]]\nmatch = ["left-pad"]\nminimum_age = "0"')
    assert minimum_age_for(merged, make_purl("npm", "left-pad", "1.0.0")) == timedelta(days=5)


def test_permitted_exceptions_of_both_are_kept_with_their_lines():
    organisation = "allow_repository_exceptions = true\n" + EXCEPTION
    merged = laid(EXCEPTION.replace('"r"', '"s"'), organisation)
    assert [exception.rule for exception in merged.exceptions] == ["r", "s"]
    assert [merged.origin("exceptions", index) for index in "01"] == ["org.toml:3", "repo.toml:2"]


def test_every_section_has_its_comparison():
    assert {*_LOOSER, "exceptions"} == set(ConfigurationFile.__struct_fields__)


def test_permitted_exclusions_of_both_are_kept():
    organisation = 'allow_repository_exclusions = true\n[discovery]\nexclude = ["vendor"]\ninclude_installed = true\n'
    merged = laid('[discovery]\nexclude = ["legacy"]', organisation)
    assert merged.discovery.exclude == ("vendor", "legacy")
    assert merged.discovery.include_installed
    with pytest.raises(CustomhouseError) as caught:
        laid("[discovery]\ninclude_installed = false", organisation)
    assert "discovery.include_installed: True (org.toml:4) → False (repo.toml:2)" in caught.value.message
