"""Locks that real clients wrote through a gateway, put right; and what is refused."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.gateway.clients.lockfiles import Upstreams, put_right
from customhouse.model.errors import CustomhouseError

GATEWAY = "http://gateway.test:8080"
UPSTREAMS = Upstreams("https://npm.registry.example/", "https://registry.example/simple/")
LOCKS = sorted(
    path
    for path in (Path(__file__).parent / "locks").glob("*/*")
    if path.suffix in (".lock", ".json", ".toml", ".txt", ".yaml")
)
#: They name no address of their own.
CLEAN = ("pnpm-12/pnpm-lock.yaml", "yarn-4/yarn.lock")


def plainly(data: bytes) -> bytes:
    """Do what the addresses are made for: replace a few prefixes, as a person would."""
    for before, after in (
        ("/pypi/files/https/", "https://"),
        ("/pypi/simple", "https://registry.example/simple"),
        ("/npm/", "https://npm.registry.example/"),
    ):
        data = data.replace(f"{GATEWAY}{before}".encode(), after.encode())
    return data


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: "/".join(path.parts[-2:]))
def test_what_each_client_wrote(path):
    data = path.read_bytes()
    righted = put_right(path.name, data, GATEWAY, UPSTREAMS)
    assert righted == plainly(data)
    assert b"gateway.test" not in righted
    assert (righted == data) == ("/".join(path.parts[-2:]) in CLEAN)
    assert put_right(path.name, righted, GATEWAY, UPSTREAMS) == righted
    windows = data.replace(b"\n", b"\r\n")
    assert put_right(path.name, windows, GATEWAY, UPSTREAMS) == righted.replace(b"\n", b"\r\n")


def test_there_is_one_of_every_client():
    assert {path.parent.name for path in LOCKS} == {
        *("npm", "pnpm-12", "yarn-1", "yarn-4", "bun"),
        *("pip", "pip-compile", "uv", "uv-export", "pdm", "poetry"),
    }


REQUIREMENTS = "--index-url {}\nalpha==1.0.0 --hash=sha256:" + "a" * 64 + "\n"


@pytest.mark.parametrize(
    ("gateway", "written", "righted"),
    [
        ("http://gateway.test:8080", "http://gateway.test:8080/pypi/simple/", "https://registry.example/simple/"),
        ("http://gateway.test:8080/", "http://gateway.test:8080/pypi/simple", "https://registry.example/simple"),
        ("http://gateway.test", "http://gateway.test:80/pypi/simple", "https://registry.example/simple"),
        ("https://gateway.test:443", "https://gateway.test/pypi/simple", "https://registry.example/simple"),
        ("https://gateway.test", "https://GATEWAY.test/pypi/simple", "https://registry.example/simple"),
        ("https://gateway.test", "https://token:s3cret@gateway.test/pypi/simple", "https://registry.example/simple"),
        ("https://proxy.test/a", "https://proxy.test/a/pypi/simple", "https://registry.example/simple"),
        # Somebody else's.
        ("https://gateway.test", "http://gateway.test/pypi/simple", "http://gateway.test/pypi/simple"),
        ("http://gateway.test", "http://gateway.test:8080/pypi/simple", "http://gateway.test:8080/pypi/simple"),
        ("https://proxy.test/a", "https://proxy.test/b/pypi/simple", "https://proxy.test/b/pypi/simple"),
        ("https://gateway.test", "https://gateway.test.evil.example/pypi/simple", "https://gateway.test.evil.example/pypi/simple"),
    ],
)  # fmt: skip
def test_the_gateways_address_however_it_is_written(gateway, written, righted):
    data = REQUIREMENTS.format(written).encode()
    assert put_right("requirements.txt", data, gateway, UPSTREAMS) == REQUIREMENTS.format(righted).encode()


def test_a_host_whose_colon_pip_encodes():
    data = f"alpha @ {GATEWAY}/pypi/files/http/127.0.0.1%3A8081/packages/alpha-1.0.0.tar.gz\n".encode()
    assert put_right("requirements.txt", data, GATEWAY, UPSTREAMS) == (
        b"alpha @ http://127.0.0.1:8081/packages/alpha-1.0.0.tar.gz\n"
    )


def test_an_address_in_an_address_as_yarn_writes_it():
    archive = "http%3A%2F%2Fgateway.test%3A8080%2Fnpm%2Falpha%2F-%2Falpha-1.0.0.tgz"
    text = (
        "__metadata:\n  version: 8\n\n"
        f'"alpha@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "alpha@npm:1.0.0::__archiveUrl={archive}"\n'
        "  languageName: node\n  linkType: hard\n"
    )
    righted = put_right("yarn.lock", text.encode(), GATEWAY, UPSTREAMS).decode()
    assert righted == text.replace(archive, "https%3A%2F%2Fnpm.registry.example%2Falpha%2F-%2Falpha-1.0.0.tgz")


def test_upstreams_credentials_are_never_written():
    upstreams = Upstreams("https://me:secret@npm.registry.example", "https://me:secret@registry.example/simple")
    for path in LOCKS:
        assert put_right(path.name, path.read_bytes(), GATEWAY, upstreams) == plainly(path.read_bytes())


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("uv.lock", b'version = 1\n[[package]\nurl = "http://gateway.test:8080/pypi/simple"\n'),
        ("package-lock.json", b'{"resolved": "http://gateway.test:8080/npm/alpha"'),
        ("notes.txt", b"see http://gateway.test:8080/npm/alpha"),
        ("bun.lockb", b"\0http://gateway.test:8080/npm/alpha"),
        ("requirements.txt", b"--index-url http://gateway.test:8080/other\nalpha==1\n"),
        ("requirements.txt", b"# http://gateway.test:8080/-/customhouse/explain\nalpha==1\n"),
        ("requirements.txt", b"--index-url http://gateway.test:8080/pypi/files/ftp/x\nalpha==1\n"),
        ("requirements.txt", b"--index-url http://gateway.test:8080/pypi/simple\nalpha==1\n\xff\n"),
    ],
)
def test_what_cannot_be_put_right_is_refused_with_a_hint(name, data):
    with pytest.raises(CustomhouseError) as caught:
        put_right(name, data, GATEWAY, UPSTREAMS)
    assert name in caught.value.message
    assert caught.value.hint


def test_what_does_not_read_and_names_no_gateway_is_nobodys_business():
    for name in ("uv.lock", "notes.txt", "bun.lockb"):
        assert put_right(name, b"\0not a lock", GATEWAY, UPSTREAMS) == b"\0not a lock"


def test_an_upstream_that_would_break_the_lock_is_refused():
    lock = (Path(__file__).parent / "locks/uv/uv.lock").read_bytes()
    with pytest.raises(CustomhouseError):
        put_right(
            "uv.lock", lock, GATEWAY, Upstreams("https://x.example", 'https://registry.example/"\n[[package]]\n"')
        )


@pytest.mark.parametrize("gateway", ["", "gateway.test", "ftp://gateway.test"])
def test_an_address_that_is_no_gateway(gateway):
    with pytest.raises(CustomhouseError):
        put_right("uv.lock", b"", gateway, UPSTREAMS)


@settings(deadline=None)
@given(st.sampled_from(LOCKS), st.integers(0, 2000), st.binary(max_size=6))
def test_a_damaged_lock_is_put_right_whole_or_not_at_all(path, at, bytes_in):
    data = path.read_bytes()
    damaged = data[:at] + bytes_in + data[at + len(bytes_in) :]
    try:
        righted = put_right(path.name, damaged, GATEWAY, UPSTREAMS)
    except CustomhouseError:
        return
    assert b"http://gateway.test:8080/" not in righted
