"""What a value must be to be looked for."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.npm.configuration import last_resort
from customhouse.indicators.checking import checked_digest, checked_value
from customhouse.model.errors import CustomhouseError

KINDS = ["digest", "path", "domain", "address", "url", "user-agent", "process", "service", "registry-key", "text"]


@pytest.mark.parametrize(
    ("kind", "value", "checked"),
    [
        ("digest", "A" * 40, "a" * 40),
        ("digest", "sha256:" + "AB" * 32, "ab" * 32),
        ("digest", "SHA-1:" + "b" * 40, "b" * 40),
        ("domain", "C2[.]Evil[.]Invalid.", "c2.evil.invalid"),
        ("domain", "*.h4ck[.]cfd", "h4ck.cfd"),
        ("domain", "anti-theft-web.herokuapp.com", "anti-theft-web.herokuapp.com"),
        ("address", "142[.]11[.]206[.]73", "142.11.206.73"),
        ("address", "203.0.113.7", "203.0.113.7"),
        ("address", "2001:DB8:0::1", "2001:db8::1"),
        ("url", "hxxps://Evil[.]invalid/Path?Q", "https://evil.invalid/Path?Q"),
        ("url", "https://github.com/evil/one", "https://github.com/evil/one"),
        ("registry-key", r"HKEY_CURRENT_USER\Software\Run\Evil", r"HKCU\Software\Run\Evil"),
        ("path", "  /var/ld.py ", "/var/ld.py"),
        ("text", "  keeps its blanks", "  keeps its blanks"),
    ],
)
def test_values_come_back_in_the_form_that_is_compared(kind, value, checked):
    assert checked_value(kind, value) == checked


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("digest", "a" * 39, "has 39 digits"),
        ("digest", "g" * 40, "not all of them hexadecimal"),
        ("digest", "sha256:" + "a" * 40, "has the 40 digits of sha1"),
        ("domain", "co.uk", "is a public suffix"),
        ("domain", "herokuapp.com", "is a public suffix"),
        ("domain", "github.com", "is a code host"),
        ("domain", "localhost", "is no host name"),
        ("domain", "évil.example", "is no host name"),
        ("address", "10.1.2.3", "is private"),
        ("address", "127.0.0.1", "is loopback"),
        ("address", "169.254.169.254", "is link-local"),
        ("address", "::", "is unspecified"),
        ("address", "::1", "is loopback"),
        ("address", "240.0.0.1", "is"),
        ("address", "100.64.0.1", "is not public"),
        ("address", "142.11.206", "is no IP address"),
        ("url", "evil.invalid/path", "is no URL"),
        ("url", "http://192.168.0.1/a", "is private"),
        ("url", "https://github.com/", "is a code host"),
        ("url", "https://a b.invalid/", "is no URL"),
        ("registry-key", r"Software\Run", "is no registry key"),
        ("registry-key", "HKCU", "is no registry key"),
        ("path", "/var/.<random 6 chars>", "placeholder <random 6 chars>"),
        ("path", "/var/.*", "names nearly any file"),
        ("path", "*", "names nearly any file"),
        ("text", "abc", "too short"),
        ("text", "two\nlines", "control character"),
        ("process", " ", "is empty"),
        ("text", "a" * 3000, "3000 characters"),
    ],
)
def test_what_would_never_match_or_always_is_refused(kind, value, message):
    with pytest.raises(CustomhouseError, match=message) as refused:
        checked_value(kind, value)
    assert refused.value.hint


def test_a_registrys_host_and_what_stands_above_it_are_refused():
    host = urlsplit(last_resort()).hostname
    for each in (host, host.upper(), host.partition(".")[2], f"https://{host}/"):
        with pytest.raises(CustomhouseError, match="is a package registry"):
            checked_value("url" if "//" in each else "domain", each)
    assert checked_value("url", f"https://{host}/evil/-/evil-1.0.0.tgz").endswith("evil-1.0.0.tgz")


@given(st.integers(1, 140).filter(lambda length: length not in (32, 40, 64, 128)))
def test_a_digest_of_another_length_is_refused(length):
    with pytest.raises(CustomhouseError, match=f"has {length} digits"):
        checked_digest("a" * length)


@given(st.sampled_from(KINDS), st.text(max_size=60))
def test_any_text_is_refused_with_a_hint_or_stays_as_it_is_once_checked(kind, value):
    hint = ""
    try:
        checked = checked_value(kind, value)
    except CustomhouseError as error:
        hint = error.hint
    assert hint or checked_value(kind, checked) == checked
