# ruff: noqa: S104 - addresses are data here, and read best on one line
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.source.hosts import MAX_HOSTS, hosts_in


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("https://a.b@evil.invalid:80/x", ("evil.invalid",)),
        ("//cdn.x.com/y", ("cdn.x.com",)),
        ("c2.example.com", ("c2.example.com",)),
        ("api.trongrid.io", ("api.trongrid.io",)),
        ("webhook.invalid/abc", ("webhook.invalid",)),
        ("198.51.100.7:8080", ("198.51.100.7",)),
        ("curl 198.51.100.7:80/x", ("198.51.100.7",)),
        ("http://2130706433/", ("127.0.0.1",)),
        ("http://0x7f000001/", ("127.0.0.1",)),
        ("2001:db8::1", ("2001:db8::1",)),
        ("http://[2001:db8::2]:8/x", ("2001:db8::2",)),
        ("https:\\/\\/x.com\\/y", ("x.com",)),
        ("mongodb+srv://u:p@h.invalid/x", ("h.invalid",)),
        ("see https://a.test. And https://b.test)", ("a.test", "b.test")),
        ("HTTPS://UPPER.TEST/", ("upper.test",)),
    ],
)
def test_hosts(text, hosts):
    assert hosts_in(text) == hosts


@pytest.mark.parametrize(
    "text",
    [
        "lodash.get", "socket.io", "console.log", "setup.py", "index.html", "os.path", "self.name", "Foo.com", "v1.2.3.4",
        "1.2.3", "Chrome/120.1.2.3 Safari", "0.0.0.0", "255.255.255.0", "file:///etc/passwd", "https://{}/x", "a::b", "12:34:56",
        "http://www.w3.org/2000/svg", "//comment foo.bar", "webpack://app/x.js", "http://", "://", "",
    ],
)  # fmt: skip
def test_no_hosts(text):
    assert hosts_in(text) == ()


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_searched(text):
    assert len(hosts_in(text)) <= MAX_HOSTS


@pytest.mark.parametrize(
    "text", ["a." * 40_000, "http://" * 12_000, "1." * 40_000, ":" * 70_000, "//" + "a." * 40_000, "[" * 70_000]
)
def test_hostile_texts_take_no_time(text):
    start = time.process_time()
    hosts_in(text)
    assert time.process_time() - start < 1
