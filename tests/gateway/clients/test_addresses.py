"""A gateway's address as people write it."""

import pytest

from customhouse.gateway.clients.addresses import gateway_root, is_loopback, is_plain, with_token
from customhouse.model.errors import CustomhouseError


@pytest.mark.parametrize(
    ("written", "root"),
    [
        ("http://gateway.test:8080", "http://gateway.test:8080/"),
        (" https://gateway.test/ ", "https://gateway.test/"),
        ("https://proxy.test/customhouse//", "https://proxy.test/customhouse/"),
        ("http://[::1]:8080", "http://[::1]:8080/"),
    ],
)
def test_it_ends_in_one_slash(written, root):
    assert gateway_root(written) == root


@pytest.mark.parametrize(
    "written",
    [
        "",
        "gateway.test:8080",
        "ftp://gateway.test",
        "http://",
        "http://gateway.test:0",
        "http://gateway.test:port",
        "http://[::1",
        "http://token@gateway.test",
        "http://gateway.test?x=1",
        "http://gateway.test#x",
        "http://gate way.test",
        "http://gateway.test\n",
        "http://gateway.test/\x00",
        "http://g\u00e4te.test",
    ],
)
def test_what_is_none_is_refused(written):
    if written.endswith("\n"):
        assert gateway_root(written) == "http://gateway.test/"
        return
    with pytest.raises(CustomhouseError) as caught:
        gateway_root(written)
    assert caught.value.hint


def test_a_token_is_the_password():
    assert with_token("https://gateway.test/npm/", "s3cret") == "https://token:s3cret@gateway.test/npm/"
    assert with_token("https://gateway.test/npm/", "") == "https://gateway.test/npm/"


@pytest.mark.parametrize(
    ("address", "loopback", "plain"),
    [
        ("http://127.0.0.1:8080/", True, False),
        ("http://localhost/", True, False),
        ("http://[::1]:80/", True, False),
        ("http://192.0.2.1/", False, True),
        ("http://gateway.test/", False, True),
        ("https://gateway.test/", False, False),
    ],
)
def test_plain_http_over_a_network(address, loopback, plain):
    assert (is_loopback(address), is_plain(address)) == (loopback, plain)
