"""The matcher against a slow reference that says obviously what each kind means, and against examples."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.hunt.asked import Asked
from customhouse.hunt.matching.matcher import Matcher
from customhouse.model.campaign import Campaign, Fact

DOMAINS = ("sfrclak.com", "c2.sfrclak.com", "models.litellm.cloud", "a.b")
ADDRESSES = ("142.11.206.73", "83.142.209.203:8080", "42.11.206.7")
DIGEST = "0123456789abcdef0123456789abcdef01234567"
DOTS = re.compile(r"\[\.\]|\(\.\)|\[dot\]", re.IGNORECASE)

pieces = st.sampled_from(
    (
        "sfrclak", "SFRCLAK", "com", "c2", "models", "litellm", "cloud", "a", "b", ".", ".", ".", "[.]", "(.)", "[dot]",
        "-", "_", " ", "/", ":", "not", "evil", "test", "http://", "hxxp://", "@", "\n", "142", "11", "206", "73", "731",
        "1142", "83", "142.11.206.73", "83.142.209.203", ":8080", ":80", ":8", "42.11.206.7", DIGEST, DIGEST.upper(), "f",
        "sfrclak.com", "models.litellm[.]cloud", "..", ",", '"',
    )
)  # fmt: skip
texts = st.lists(pieces, max_size=14).map("".join)


def asked(*facts):
    return Asked((Campaign("case", "", "", None, None, (), facts),))


def matcher(kind, *values):
    return Matcher(asked(*(Fact(kind, value, "contact") for value in values)))


def found(kind, value, text):
    data = text if isinstance(text, bytes) else text.encode()
    return bool(matcher(kind, value).scan(data).matches)


def domains_said(text):
    """Every name in a text with dots put back: runs of what names are made of."""
    for run in re.findall(r"[a-z0-9_.-]+", DOTS.sub(".", text).lower()):
        for name in run.split(".."):
            yield name.strip(".").split(".")


def addresses_said(text):
    for match in re.finditer(r"([A-Za-z0-9_.]+)(?=(?::([0-9]+))?)", DOTS.sub(".", text)):
        names = match[1].split("..")
        for name in names:
            ended = name is names[-1] and not match[1].endswith(".")
            yield name.strip("."), match[2] if ended else None


MATCHER = Matcher(
    asked(
        *(Fact("domain", each, "contact") for each in DOMAINS),
        *(Fact("address", each, "contact") for each in ADDRESSES),
        Fact("digest", DIGEST, "payload"),
    )
)


@given(texts)
def test_finds_what_the_obvious_reference_finds(text):
    names = list(domains_said(text))
    expected = {
        domain for domain in DOMAINS if any(name[-len(domain.split(".")) :] == domain.split(".") for name in names)
    }
    for address in ADDRESSES:
        host, _, port = address.partition(":")
        if any(said == host and (not port or number in (None, port)) for said, number in addresses_said(text)):
            expected.add(address)
    if any(run.lower() == DIGEST for run in re.findall("[0-9A-Fa-f]+", text)):
        expected.add(DIGEST)
    assert {match.needle.fact.value for match in MATCHER.scan(text.encode()).matches} == expected


@pytest.mark.parametrize(
    "text",
    [
        "sfrclak.com", "SFRCLAK.COM", "x.sfrclak.com", "https://sfrclak.com/", "sfrclak.com.", "sfrclak.com. Then",
        "sfrclak[.]com", "sfrclak(.)com", "sfrclak[dot]com", "hxxp://sfrclak[.]com:8000/x", "a[.]b[.]sfrclak[.]com",
        "https%3A%2F%2Fsfrclak.com%2Fx", r'"\nsfrclak.com\n"', r'"\u0022sfrclak.com"', "user@sfrclak.com", "“sfrclak.com”",
        "(3)api(7)sfrclak(3)com(0)", "→sfrclak.com", "url=sfrclak.com&x",
    ],
)  # fmt: skip
def test_a_domain_is_found(text):
    assert found("domain", "sfrclak.com", text)


@pytest.mark.parametrize(
    "text",
    [
        "notsfrclak.com", "not-sfrclak.com", "sfrclak.com.evil.test", "sfrclak.community", "sfrclak.com-x", "sfrclak_com",
        "sfrclak.com[.]evil[.]test", "ésfrclak.com", "sfrclak.comé", "(10)notsfrclak(3)com(0)",
        "(7)sfrclak(3)com(4)evil(4)test(0)", "sfrclak .com",
    ],
)  # fmt: skip
def test_a_domain_is_not_found_in_another(text):
    assert not found("domain", "sfrclak.com", text)


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        ("142.11.206.73", "142.11.206.73:8000", True),
        ("142.11.206.73", "::ffff:142.11.206.73", True),
        ("142.11.206.73", "142[.]11[.]206[.]73", True),
        ("142.11.206.73", "10.0.0.1-142.11.206.73", True),
        ("142.11.206.73", "1142.11.206.73", False),
        ("142.11.206.73", "142.11.206.731", False),
        ("142.11.206.73", "142.11.206.73.1", False),
        ("142.11.206.73", "saddr=02001F408E0BCE490000000000000000", True),
        ("142.11.206.73", "saddr=0A001F408E0BCE490000000000000000", False),
        ("142.11.206.73", "8E0BCE49", False),
        ("142.11.206.73:8000", "saddr=02001F408E0BCE49", True),
        ("142.11.206.73:8000", "saddr=020001BB8E0BCE49", False),
        ("142.11.206.73:8000", "142.11.206.73", True),
        ("142.11.206.73:8000", "142.11.206.73:8000/x", True),
        ("142.11.206.73:8000", "142.11.206.73:80001", False),
        ("142.11.206.73:8000", "142.11.206.73:443", False),
        ("2001:db8::1", "[2001:db8::1]:443", True),
        ("2001:db8::1", "2001:0DB8:0000:0000:0000:0000:0000:0001", True),
        ("2001:db8::1", "2001:db8:0:0:0:0:0:1", True),
        ("2001:db8::1", "2001:db8::12", False),
        ("2001:db8::1", "12001:db8::1", False),
        ("2001:db8::1", "2001:db8::1:2", False),
        ("2001:db8::1", "saddr=0A0001BB0000000020010DB8000000000000000000000001", True),
    ],
)
def test_addresses(value, text, expected):
    assert found("address", value, text) is expected


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        ("http://sfrclak.com:8000/6202033", "GET http://sfrclak.com:8000/6202033?x=1", True),
        ("http://sfrclak.com:8000/6202033", "hxxp://SFRCLAK[.]com:8000/6202033", True),
        ("http://sfrclak.com:8000/6202033", "http://sfrclak.com:8000/6202033/more", True),
        ("http://sfrclak.com:8000/6202033", "sfrclak.com:8000/6202033.", True),
        ("http://sfrclak.com:8000/6202033", r'"http:\/\/sfrclak.com:8000\/6202033"', True),
        ("http://sfrclak.com:8000/6202033", "http%3A%2F%2Fsfrclak.com:8000%2F6202033%22", True),
        ("http://sfrclak.com:8000/6202033", "http://sfrclak.com:8000/62020331", False),
        ("http://sfrclak.com:8000/6202033", "http://sfrclak.com/6202033", False),
        ("http://sfrclak.com:8000/6202033", "http://notsfrclak.com:8000/6202033", False),
        ("https://paste.example/raw/XLeVP82h", "https://paste.example:443/raw/XLeVP82h", True),
        ("https://paste.example/raw/XLeVP82h", "https://paste.example/raw/xlevp82h", False),
        ("https://paste.example/raw", "paste.example/raw", True),
        ("https://paste.example/raw", "paste.example/rawer", False),
    ],
)
def test_urls(value, text, expected):
    assert found("url", value, text) is expected


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        ("/tmp/ld.py", "python3 /tmp/ld.py &", True),
        ("/tmp/ld.py", "/private/tmp/ld.py", True),
        ("/tmp/ld.py", "/tmp/ld.pyc", False),
        ("/tmp/ld.py", "/tmp/ld.py.bak", False),
        ("/tmp/ld.py", "/x/tmp/ld.py", False),
        ("$TMPDIR/6202033", "/var/folders/ab/cd/T/6202033", True),
        ("$TMPDIR/6202033", "${TMPDIR}/6202033", True),
        ("$TMPDIR/6202033", "http://sfrclak.com:8000/6202033", False),
        ("$TMPDIR/6202033", "http://sfrclak.com/6202033", False),
        ("%PROGRAMDATA%\\wt.exe", r"C:\ProgramData\wt.exe", True),
        ("%PROGRAMDATA%\\wt.exe", r'"C:\\PROGRAMDATA\\WT.EXE"', True),
        ("%PROGRAMDATA%\\wt.exe", r"%ProgramData%\wt.exe", True),
        ("%PROGRAMDATA%\\wt.exe", r"$env:ProgramData\wt.exe", True),
        ("%PROGRAMDATA%\\wt.exe", r"C:\ProgramData\swt.exe", False),
        ("~/.config/sysmon/sysmon.py", "/home/ci/.config/sysmon/sysmon.py", True),
        ("~/.config/sysmon/sysmon.py", "~/.config/sysmon/sysmon.py", True),
        ("/tmp/.<random 6 chars>", "/tmp/.aB3xYz ", True),
        ("/tmp/.<random 6 chars>", "/tmp/.aB3xYzz ", False),
        ("/tmp/tpcp*.tar.gz", "/tmp/tpcp-12.tar.gz", True),
        ("/tmp/tpcp*.tar.gz", "/tmp/tpcp/12.tar.gz", False),
    ],
)
def test_paths(value, text, expected):
    assert found("path", value, text) is expected


@pytest.mark.parametrize(
    ("kind", "value", "text", "expected"),
    [
        ("digest", "sha256:" + "ab" * 32, "AB" * 32, True),
        ("digest", "ab" * 32, "ab" * 33, False),
        ("digest", "00" * 20, "sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA=", True),
        ("text", "X-Filename: tpcp.tar.gz", "> X-Filename: tpcp.tar.gz\r", True),
        ("text", "X-Filename: tpcp.tar.gz", "> x-filename: tpcp.tar.gz\r", False),
        ("user-agent", "mozilla/4.0 (compatible; msie 8.0)", "Mozilla/4.0+(compatible;+MSIE+8.0)", True),
        ("user-agent", "curl/7.1", "curl/7.10", False),
        ("process", "wt.exe", r"C:\x\WT.EXE -k", True),
        ("process", "wt.exe", "swt.exe", False),
        ("service", "sysmon.service", "Started sysmon.service.", True),
        ("service", "sysmon.service", "mysysmon.service", False),
        ("registry-key", "HKCU\\Software\\Run\\Update", r"HKEY_CURRENT_USER\\SOFTWARE\\Run\\update", True),
        ("registry-key", "HKCU\\Software\\Run\\Update", r"HKCU:\Software\Run\Updater", False),
    ],
)
def test_words(kind, value, text, expected):
    assert found(kind, value, text) is expected


def test_a_fact_that_cannot_be_searched_for_is_told():
    made = matcher("domain", "localhost", "x" * 2000 + ".test", "sfrclak.com")
    assert [fact.value[:9] for fact in made.unusable] == ["localhost", "xxxxxxxxx"]
    assert [match.start for match in made.scan(b"at sfrclak.com").matches] == [3]


def test_many_candidates_on_one_line_are_each_judged():
    line = b"xsfrclak.com " * 5000 + b"sfrclak.com " * 3
    assert [match.start for match in matcher("domain", "sfrclak.com").scan(line).matches] == [65000, 65012, 65024]


def test_words_are_told_beside_facts():
    made = Matcher(asked(Fact("domain", "sfrclak.com", "contact")), words=(b"axios@1.14.1", b"sfrclak.com"))
    found = made.scan(b"Axios@1.14.1 sfrclak.com")
    assert found.words == [(0, 0), (13, 1)]
    assert [match[:2] for match in found.matches] == [(13, 24)]
