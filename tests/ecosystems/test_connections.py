"""TLS, proxies and HTTP/2: how connections come about."""

import asyncio
import contextlib
import logging
import threading

import h2.config
import h2.connection
import h2.events
import pytest

from customhouse.ecosystems.addresses import Resolver
from customhouse.ecosystems.fetching import Ask, Secret
from customhouse.ecosystems.transport import Bounds, Transport
from customhouse.model.errors import CustomhouseError, HostileUpstream, UnreachableUpstream
from simulator import RegistrySimulator, redirect_to
from simulator.tls import CERTIFICATE, server_context

QUICK = Bounds(connect=2, read=1, total=5, backoff=0.01, backoff_max=0.02)


@pytest.fixture
def secure():
    with RegistrySimulator(tls=server_context()) as simulator:
        simulator.npm.publish("left", "1.0.0")
        yield simulator


def get(url, *, environ=None, bounds=QUICK, homes=None, resolver=None, **ask):
    async def run():
        transport = Transport(environ or {}, bounds, resolver)
        try:
            return await transport.get(Ask(url, "left", 100_000, homes or (url,), **ask))
        finally:
            await transport.aclose()

    return asyncio.run(run())


def test_a_configured_authority_is_trusted(secure):
    assert b"1.0.0" in get(secure.npm_url + "/left", cafile=CERTIFICATE).data
    assert b"1.0.0" in get(secure.npm_url + "/left", environ={"SSL_CERT_FILE": CERTIFICATE}).data


def test_an_unknown_authority_is_refused_at_once(secure):
    with pytest.raises(UnreachableUpstream, match=r"no trusted TLS connection to 127\.0\.0\.1") as caught:
        get(secure.npm_url + "/left")
    assert "SSL_CERT_FILE" in caught.value.hint
    assert secure.requests == []


def test_a_certificate_for_another_name_is_refused(secure):
    async def lookup(_host):
        return ["127.0.0.1"]

    port = secure.npm_url.rpartition(":")[2]
    right, wrong = (f"https://{name}:{port}/left" for name in ("registry.example", "other.example"))
    assert get(right, cafile=CERTIFICATE, resolver=Resolver(lookup)).data
    with pytest.raises(UnreachableUpstream, match=r"no trusted TLS connection to other\.example"):
        get(wrong, cafile=CERTIFICATE, resolver=Resolver(lookup))


def test_authorities_that_cannot_be_read_are_an_error_of_ours(secure, tmp_path):
    (tmp_path / "bad.pem").write_text("nothing")
    for path in (tmp_path / "bad.pem", tmp_path / "missing.pem"):
        with pytest.raises(CustomhouseError, match="certificate authorities cannot be read"):
            get(secure.npm_url + "/left", cafile=str(path))


def test_a_redirect_from_https_to_http_is_refused(secure):
    secure.misbehave("left", redirect_to(secure.elsewhere_url + "/left"))
    with pytest.raises(HostileUpstream, match="from HTTPS to unencrypted"):
        get(secure.npm_url + "/left", cafile=CERTIFICATE)
    assert secure.asked("elsewhere") == []


def test_a_server_that_does_not_speak_tls_is_an_error():
    with RegistrySimulator() as plain, pytest.raises(UnreachableUpstream):
        get(plain.npm_url.replace("http:", "https:") + "/left", bounds=Bounds(connect=0.2, attempts=2, backoff=0.01))


def test_the_proxys_credential_is_the_proxys():
    with RegistrySimulator() as proxy:
        proxy.npm.publish("left", "1.0.0")
        at = proxy.npm_url.replace("://", "://user:p%40ss@")
        get("http://registry.example/left", environ={"http_proxy": at}, authorise=lambda _: Secret("Bearer t"))
        (request,) = proxy.requests
        assert request.headers["proxy-authorization"] == "Basic dXNlcjpwQHNz"
        assert request.headers["authorization"] == "Bearer t"


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "ftp://u:s3cret@h/", "http://"])
def test_a_proxy_of_another_kind_is_an_error_of_ours(proxy):
    with pytest.raises(CustomhouseError, match="proxy") as caught:
        get("http://registry.example/left", environ={"http_proxy": proxy})
    assert "s3cret" not in caught.value.message


def test_behind_a_proxy_addresses_are_judged_all_the_same():
    for target in ("http://10.0.0.1/left", "http://localhost/left", "http://127.0.0.1/left"):
        with pytest.raises(HostileUpstream):
            get(target, homes=("http://registry.example/",), environ={"http_proxy": "http://127.0.0.1:1"})


class Http2Server:
    """Answers every request with what it was sent as Authorization."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        start = asyncio.start_server(self.serve, "127.0.0.1", 0, ssl=server_context("h2"))
        self.server = asyncio.run_coroutine_threadsafe(start, self.loop).result(5)
        self.url = f"https://127.0.0.1:{self.server.sockets[0].getsockname()[1]}/left"
        self.connections = 0

    async def serve(self, reader, writer):
        self.connections += 1
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        connection.initiate_connection()
        writer.write(connection.data_to_send())
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            while data := await reader.read(65536):
                for event in connection.receive_data(data):
                    if isinstance(event, h2.events.RequestReceived):
                        sent = dict(event.headers).get(b"authorization", b"")
                        connection.send_headers(event.stream_id, [(":status", "200"), ("content-type", "text/plain")])
                        connection.send_data(event.stream_id, sent, end_stream=True)
                writer.write(connection.data_to_send())
            writer.close()

    def close(self):
        async def stop():
            self.server.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(stop(), self.loop).result(5)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()


def test_http2_is_spoken_on_request_over_one_connection_and_logs_nothing(caplog):
    caplog.set_level(logging.DEBUG)
    server = Http2Server()
    try:

        async def run():
            transport = Transport({}, Bounds(http2=True, connect=2, read=2, total=5))
            ask = Ask(server.url, "left", 100, (server.url,), lambda _: Secret("Bearer s3cret"), cafile=CERTIFICATE)
            answers = [await transport.get(ask), *await asyncio.gather(*(transport.get(ask) for _ in range(10)))]
            await transport.aclose()
            return answers

        assert {answer.data for answer in asyncio.run(run())} == {b"Bearer s3cret"}
        assert server.connections == 1
    finally:
        server.close()
    assert "s3cret" not in caplog.text
