import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.rules.shared.hosts import host_of, is_raw_address, suspicious


@pytest.mark.parametrize(
    "text",
    [
        "45.9.148.108",
        "http://23.254.164.92:8000/x",
        "203.0.113.7:80",
        "169.254.169.254",
        "[2001:db8::1]:80",
        "http://2.5.4.3/x",
        "2.5.4.3:443",
        "2.5.40.3",
        "1.3.6.14",
    ],
)
def test_raw(text):
    assert is_raw_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "http://localhost:3000",
        "10.1.2.3",
        "192.168.0.1",
        "::1",
        "100.64.0.0",
        "169.254.0.0",
        "198.18.0.1",
        "224.0.0.251",
        "2.5.4.10",
        "1.3.101.112",
        "1.3.6.1",
        "example.test",
        "1.2.3",
        "a.b",
        "",
    ],
)
def test_not_raw(text):
    assert not is_raw_address(text)


def test_drop_services_by_name_and_subdomain():
    assert suspicious(["https://x.y.ngrok.io/z", "webhook.site", "registry.example"]) == (
        "https://x.y.ngrok.io/z",
        "webhook.site",
    )
    assert suspicious(["notwebhook.site", "webhook.site.example.test"]) == ()


@given(st.text())
def test_any_text_is_taken(text):
    assert isinstance(host_of(text), str)
    assert is_raw_address(text) in (True, False)
