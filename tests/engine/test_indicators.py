"""Indicators as they are published."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.engine.indicators import indicator, read_indicators, refanged
from customhouse.model.errors import CustomhouseError


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("A" * 64, "digest", "a" * 64),
        ("sha256-" + base64.b64encode(b"x" * 32).decode(), "digest", "78" * 32),
        ("c2[.]evil[.]invalid", "host", "c2.evil.invalid"),
        ("192[.]0[.]2[.]7", "address", "192.0.2.7"),
        ("2001:DB8::1", "address", "2001:db8::1"),
        ("hxxps://evil.invalid/a", "url", "https://evil.invalid/a"),
        ("request-maker@1.2.3", "release", "pkg:npm/request-maker@1.2.3"),
        ("@scope/name@1.2.3", "release", "pkg:npm/%40scope/name@1.2.3"),
        ("Some_Lib==1.0", "release", "pkg:pypi/some-lib@1.0"),
        ("pkg:npm/request-maker", "release", "pkg:npm/request-maker"),
        ("/var/ld.py", "file", "/var/ld.py"),
        ("setup_bun.js", "file", "setup_bun.js"),
        ("text:SHA1HULUD", "text", "SHA1HULUD"),
    ],
)
def test_a_value_says_what_it_is(text, kind, value):
    found = indicator(text)
    assert (found.kind, found.value) == (kind, value)


@given(st.integers(30, 140).filter(lambda length: length not in (40, 64, 128)))
def test_a_digest_of_another_length_is_an_error(length):
    with pytest.raises(CustomhouseError, match=f"has {length} digits"):
        indicator("a" * length)


@pytest.mark.parametrize("text", ["", "word", "text:ab", "two words", "999.1.2.3"])
def test_what_is_none_is_an_error(text):
    with pytest.raises(CustomhouseError):
        indicator(text)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    try:
        found = indicator(text)
    except CustomhouseError:
        return
    assert found.value


def test_refanging_is_done_once_and_for_all():
    assert refanged(refanged("hxxp://a[.]b[:]80")) == "http://a.b:80"


def test_three_layouts_and_a_plain_list(tmp_path):
    typed = tmp_path / "typed.csv"
    typed.write_text(
        'type,indicator,context\ndomain,c2[.]evil.invalid,"C2, since March"\nnpm package,@a/b@1.0.0,\n'
        "registry,HKCU\\Software\\Run\\Evil,\nsha1," + "b" * 40 + ",\n"
    )
    packages = tmp_path / "packages.csv"
    packages.write_text("package_name,package_version\n@a/c,1.0.0 || 1.0.1\nd,2.0.0\n")
    artifacts = tmp_path / "artifacts.csv"
    artifacts.write_text('artifact_type,name,affected_versions\npypi package,e,"1.0, 2.0"\ndocker image,f,1\n')
    plain = tmp_path / "plain.txt"
    plain.write_text("# found by us\n192.0.2.9\n\nc2[.]evil.invalid\n")
    found = read_indicators([f"@{path}" for path in (typed, packages, artifacts, plain)])
    assert [(each.kind, each.value) for each in found] == [
        ("host", "c2.evil.invalid"),
        ("release", "pkg:npm/%40a/b@1.0.0"),
        ("text", "HKCU\\Software\\Run\\Evil"),
        ("digest", "b" * 40),
        ("release", "pkg:npm/%40a/c@1.0.0"),
        ("release", "pkg:npm/%40a/c@1.0.1"),
        ("release", "pkg:npm/d@2.0.0"),
        ("release", "pkg:pypi/e@1.0"),
        ("release", "pkg:pypi/e@2.0"),
        ("address", "192.0.2.9"),
    ]
    assert found[0].note == "C2, since March"


def test_a_mistake_in_a_file_is_named_with_its_line(tmp_path):
    typed = tmp_path / "typed.csv"
    typed.write_text("type,indicator\nsha256," + "a" * 63 + "\n")
    with pytest.raises(CustomhouseError, match=r"record 2: .* has 63 digits"):
        read_indicators([f"@{typed}"])
    plain = tmp_path / "plain.txt"
    plain.write_text("evil.invalid\nnothing at all\n")
    with pytest.raises(CustomhouseError, match=r"plain\.txt:2"):
        read_indicators([f"@{plain}"])
    with pytest.raises(CustomhouseError, match="cannot be read"):
        read_indicators([f"@{tmp_path / 'missing'}"])
