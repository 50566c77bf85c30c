import pytest

from customhouse.ecosystems.proxies import proxy_for

BOTH = {"HTTPS_PROXY": "http://secure.test:1", "http_proxy": "plain.test:2", "NO_PROXY": ""}


@pytest.mark.parametrize(
    ("environ", "scheme", "expected"),
    [
        ({}, "https", ""),
        (BOTH, "https", "http://secure.test:1"),
        (BOTH, "http", "http://plain.test:2"),
        ({**BOTH, "https_proxy": "http://lower.test"}, "https", "http://lower.test"),
        ({"ALL_PROXY": "http://all.test"}, "https", "http://all.test"),
        ({"HTTP_PROXY": "http://cgi.test", "REQUEST_METHOD": "GET"}, "http", ""),
    ],
)
def test_the_proxy_of_a_scheme(environ, scheme, expected):
    assert proxy_for(environ, scheme, "registry.example", 443) == expected


@pytest.mark.parametrize(
    ("no_proxy", "host", "bypassed"),
    [
        ("*", "registry.example", True),
        ("registry.example", "registry.example", True),
        ("registry.example", "npm.registry.example", True),
        (".registry.example", "npm.registry.example", True),
        ("*.registry.example", "npm.registry.example", True),
        ("registry.example", "evilregistry.example", False),
        ("REGISTRY.EXAMPLE", "Registry.example", True),
        ("registry.example:443", "registry.example", True),
        ("registry.example:8443", "registry.example", False),
        ("a.test, ,registry.example", "registry.example", True),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("10.0.0.0/8", "registry.example", False),
        ("127.0.0.1", "127.0.0.1", True),
        ("::1", "[::1]", True),
        ("", "registry.example", False),
    ],
)
def test_hosts_that_are_reached_directly(no_proxy, host, bypassed):
    found = proxy_for({"https_proxy": "http://p.test", "no_proxy": no_proxy}, "https", host, 443)
    assert (found == "") is bypassed
