"""The one DNS question, answered by a name server on loopback."""

import asyncio
import contextlib

import pytest

from customhouse.evidence import mail_domain
from customhouse.evidence.mail_domain import domain_exists, domain_of


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("a@Mail.Invalid", "mail.invalid"),
        ("a@mail.invalid.", "mail.invalid"),
        ("a@b@mail.invalid", "mail.invalid"),
        ("a@bücher.invalid", "xn--bcher-kva.invalid"),
        ("nobody", ""),
        ("a@localhost", ""),
        ("a@..", ""),
        ("a@-x.invalid", ""),
        ("a@" + "x" * 70 + ".invalid", ""),
        ("a@" + "\u00fc" * 70 + ".invalid", ""),
        ("a@with space.invalid", ""),
    ],
)
def test_the_domain_of_an_address(email, domain):
    assert domain_of(email) == domain


class Server(asyncio.DatagramProtocol):
    def __init__(self, code, *, number=None):
        self.code, self.number, self.asked = code, number, []

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        self.asked.append(data)
        for number in (self.number, data[:2]) if self.number else (data[:2],):
            if self.code is not None:
                self.transport.sendto(number + b"\x81" + bytes((0x80 | self.code,)) + data[4:], addr)
                return


def ask(server, domain="lapsed.invalid"):
    async def run():
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: server, local_addr=("127.0.0.1", 0))
        with contextlib.closing(transport):
            return await domain_exists(domain, transport.get_extra_info("sockname"))

    return asyncio.run(run())


@pytest.mark.parametrize(("code", "exists"), [(0, True), (3, False), (2, None), (5, None)])
def test_only_a_plain_answer_counts(code, exists):
    server = Server(code)
    assert ask(server) is exists
    assert b"\x06lapsed\x07invalid\x00\x00\x06\x00\x01" in server.asked[0]


def test_silence_and_another_questions_answer_are_unknown(monkeypatch):
    monkeypatch.setattr(mail_domain, "_TIMEOUT", 0.1)
    assert ask(Server(None)) is None
    assert ask(Server(3, number=b"\x00\x00")) in (None, False)  # one in 65,536 has that number


def test_nothing_to_ask():
    assert asyncio.run(domain_exists("", ("127.0.0.1", 9))) is None


def test_a_system_without_a_name_server(monkeypatch, tmp_path):
    monkeypatch.setattr(mail_domain, "_RESOLV", tmp_path / "none")
    assert asyncio.run(domain_exists("lapsed.invalid")) is None
    (tmp_path / "none").write_text("# nothing\n")
    assert asyncio.run(domain_exists("lapsed.invalid")) is None
