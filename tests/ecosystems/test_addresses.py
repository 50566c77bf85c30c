import asyncio
import socket
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.addresses import Resolver, kind_of, literal


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "loopback"),
        ("127.255.0.3", "loopback"),
        ("0.0.0.0", "loopback"),  # noqa: S104 - judged here, not bound
        ("::1", "loopback"),
        ("::", "loopback"),
        ("169.254.169.254", "link-local"),
        ("fe80::1", "link-local"),
        ("10.0.0.1", "private"),
        ("172.31.255.255", "private"),
        ("172.32.0.1", "public"),
        ("192.168.1.1", "private"),
        ("100.64.0.1", "private"),
        ("fd12::1", "private"),
        ("::ffff:10.0.0.1", "private"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::7f00:1", "loopback"),
        ("2002:a9fe:a9fe::1", "link-local"),
        ("64:ff9b::10.0.0.1", "private"),
        ("2001:0:1:2:3:4:f5ff:fffe", "private"),
        ("224.0.0.1", "reserved"),
        ("255.255.255.255", "reserved"),
        ("ff02::1", "reserved"),
        ("203.0.113.7", "public"),
        ("2001:db8::1", "public"),
    ],
)
def test_kinds(address, kind):
    assert kind_of(ip_address(address)) == kind


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("registry.example", None),
        ("1.registry.example", None),
        ("", None),
    ],
)
def test_addresses_in_all_their_spellings(host, address):
    assert (str(literal(host)) if literal(host) else None) == address


@given(st.ip_addresses(v=4))
def test_no_spelling_hides_a_kind(address):
    kind = kind_of(address)
    assert kind_of(literal(str(int(address)))) == kind
    assert kind_of(literal(hex(int(address)))) == kind
    assert kind_of(ip_address(f"::ffff:{address}")) == kind


def test_names_are_asked_once_a_minute_and_once_at_a_time():
    asked = []
    now = [1000.0]

    async def lookup(host):
        asked.append(host)
        await asyncio.sleep(0)
        return [f"203.0.113.{len(asked)}"]

    async def run():
        resolver = Resolver(lookup, lambda: now[0])
        assert resolver.checked("a.example") == ()
        assert set(await asyncio.gather(*(resolver.resolve("a.example") for _ in range(5)))) == {("203.0.113.1",)}
        now[0] += 59
        assert await resolver.resolve("a.example") == ("203.0.113.1",)
        now[0] += 2
        assert resolver.checked("a.example") == ("203.0.113.1",)
        assert await resolver.resolve("a.example") == ("203.0.113.2",)
        now[0] += 601
        assert resolver.checked("a.example") == ()

    asyncio.run(run())
    assert asked == ["a.example"] * 2


def test_a_failed_lookup_is_not_remembered():
    answers = iter([socket.gaierror(socket.EAI_AGAIN, "later"), ["203.0.113.1"]])

    async def lookup(_host):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def run():
        resolver = Resolver(lookup)
        with pytest.raises(socket.gaierror):
            await resolver.resolve("a.example")
        return await resolver.resolve("a.example")

    assert asyncio.run(run()) == ("203.0.113.1",)
