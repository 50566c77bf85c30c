"""Packs: what they say, and how every mistake in one is told."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customhouse.indicators.pack import parse_pack, read_pack, write_pack
from customhouse.model.errors import CustomhouseError
from indicators.campaigns import campaigns

PACK = """\
id = "evil-2026"
title = "Evil"
summary = "It is."
starts = 2026-03-31T00:21:00Z
takes = ["npm-token"]

[[references]]
id = "we"
title = "Our own analysis"

[[releases]]
ecosystem = "npm"
name = "evil"
versions = ["1.0.0"]
digests = ["sha256:{sha256}"]

[[releases]]
ecosystem = "pypi"
runs = "import"

[releases.packages]
evil-one = ["1.0", "1.1"]
evil-two = []

[[facts]]
kind = "domain"
value = "c2.evil.invalid"
role = "contact"
sources = ["we"]
""".format(sha256="ab" * 32)


def test_a_pack_says_what_stands_in_it(tmp_path):
    path = tmp_path / "evil.toml"
    path.write_text(PACK)
    campaign = read_pack(path)
    assert [(each.ecosystem, each.name, each.versions, each.runs) for each in campaign.releases] == [
        ("npm", "evil", ("1.0.0",), ""),
        ("pypi", "evil-one", ("1.0", "1.1"), "import"),
        ("pypi", "evil-two", (), "import"),
    ]
    assert str(campaign.releases[0].digests[0]) == "sha256:" + "ab" * 32
    assert campaign.starts.isoformat() == "2026-03-31T00:21:00+00:00"
    assert campaign.ends is None
    assert campaign.facts[0].value == "c2.evil.invalid"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('title = "Evil"', 'titel = "Evil"', r"evil\.toml:2: `titel`: unknown key"),
        ('title = "Evil"', 'titel = "Evil"', "is missing `title`"),
        ('kind = "domain"', 'kind = "host"', r"evil\.toml:26: `facts\[0\]\.kind`: 'host' is not one of"),
        ("c2.evil.invalid", "co.uk", r"evil\.toml:27: `facts\[0\]\.value`: 'co\.uk' is a public suffix"),
        ("c2.evil.invalid", "C2.evil.invalid", "is not the form that is compared"),
        ('sources = ["we"]', 'sources = ["us"]', r"`facts\[0\]\.sources\[0\]`: 'us' is no reference here"),
        ('"npm-token"', '"npm-tokens"', "'npm-tokens' is no kind of credential"),
        ('versions = ["1.0.0"]', 'versions = ["latest"]', r"evil\.toml:14: .*'latest' is no version that npm has"),
        ('evil-one = ["1.0", "1.1"]', 'evil-one = ["x y"]', r"evil\.toml:22: .*'x y' is no version that pypi has"),
        ('name = "evil"\n', "", "needs either `name` or `packages`"),
        ("sha256:ab", "sha256:", "is no digest of its algorithm's length"),
        ("2026-03-31T00:21:00Z", "2026-03-31T00:21:00", "has no offset from UTC"),
        ("2026-03-31T00:21:00Z", "2026-03-31T00:21:00+02:00", "is not in UTC"),
        ("2026-03-31T00:21:00Z", '"yesterday"', "is no moment"),
        ("evil-two", "Evil_Two", "write evil-two|is not canonical"),
        ('id = "evil-2026"', 'id = "Evil 2026"', "is no id"),
        ('id = "evil-2026"', "id = ", "is no pack"),
        ("takes", "ends = 2020-01-01T00:00:00Z\ntakes", "is before starts"),
    ],
)
def test_every_mistake_is_told_with_its_line_and_key(tmp_path, old, new, told):
    path = tmp_path / "evil.toml"
    assert old in PACK
    path.write_text(PACK.replace(old, new, 1))
    with pytest.raises(CustomhouseError, match=told) as refused:
        read_pack(path)
    assert refused.value.hint


def test_an_md5_is_of_low_confidence_and_nothing_stands_twice():
    fact = '[[facts]]\nkind = "digest"\nvalue = "{}"\nrole = "payload"\n'.format("a" * 32)
    with pytest.raises(CustomhouseError, match="an md5 collides at will") as refused:
        parse_pack((PACK + fact + fact).encode(), "p.toml")
    assert "stands here twice" in refused.value.message


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"a = [[[", b"[" * 100_000, b"\x00"])
def test_what_is_no_toml_is_told_so(data):
    with pytest.raises(CustomhouseError, match=r"p\.toml"):
        parse_pack(data, "p.toml")


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_as_an_error_of_ours(data):
    with pytest.raises(CustomhouseError):
        parse_pack(data, "p.toml")


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(campaigns())
def test_what_is_written_reads_the_same(campaign):
    assert parse_pack(write_pack(campaign).encode(), "p.toml") == campaign


def test_the_pack_of_the_documentation_is_one():
    page = (Path(__file__).parents[2] / "docs/indicators.md").read_text(encoding="utf-8")
    example = page.partition("```toml\n")[2].partition("```")[0].replace("sha256:…", "sha256:" + "ab" * 32)
    campaign = parse_pack(example.encode(), "docs")
    assert [each.name for each in campaign.releases] == ["evil", "evil-two", "evil-three"]
    assert campaign.contradictions[0].claims[1].says == "03:29"


@pytest.mark.parametrize("bad", ["\\u001b[2J", "\\u009b2J", "\\u202e", "\\u0007"])
def test_no_text_of_a_pack_commands_a_terminal(bad):
    text = f'id = "evil"\ntitle = "T"\nsummary = "S"\n[[dangers]]\nact = "{bad}"\nbefore = "b"\nbecause = "c"\n'
    with pytest.raises(CustomhouseError, match=r"control character|turns text"):
        parse_pack(text.encode(), "evil.toml")
