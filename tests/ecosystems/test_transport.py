"""The transport against a registry that misbehaves in every way it can."""

import asyncio
import logging
import socket
import tempfile
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from customhouse.ecosystems.addresses import Resolver
from customhouse.ecosystems.fetching import Ask, OfflineFetcher, Secret, shown
from customhouse.ecosystems.transport import Bounds, Transport
from customhouse.model.errors import HostileUpstream, NotFoundUpstream, UnreachableUpstream
from simulator import (
    RegistrySimulator,
    bomb,
    cut_body,
    huge_body,
    redirect_loop,
    redirect_to,
    slow,
    stall,
    status,
)
from simulator.http import Response

QUICK = Bounds(connect=2, read=0.3, total=3, backoff=0.01, backoff_max=0.02, retry_after=1)


@pytest.fixture
def sim():
    with RegistrySimulator() as simulator:
        simulator.npm.publish("axios", "1.14.0")
        yield simulator


def get(sim, path="/axios", *, url="", bounds=QUICK, resolver=None, environ=None, **ask):
    async def run():
        transport = Transport(environ or {}, bounds, resolver)
        try:
            defaults = {"what": "axios", "limit": 100_000, "homes": (sim.npm_url,)}
            return await transport.get(Ask(url or sim.npm_url + path, **{**defaults, **ask}))
        finally:
            await transport.aclose()

    return asyncio.run(run())


def test_a_body_arrives_whole(sim):
    answer = get(sim)
    assert answer.content_type == "application/json"
    assert b'"1.14.0"' in answer.data
    assert [request.path for request in sim.requests] == ["/axios"]


@pytest.mark.parametrize(("code", "said"), [(403, "refuses"), (404, "does not have"), (410, "gone"), (451, "legal")])
def test_what_is_not_there_is_asked_for_once(sim, code, said):
    sim.misbehave("axios", status(code))
    with pytest.raises(NotFoundUpstream, match=f"axios: {code}: .*{said}"):
        get(sim)
    assert len(sim.requests) == 1


@pytest.mark.parametrize("code", [408, 429, 500, 502, 503, 504])
def test_passing_failures_are_asked_again(sim, code):
    sim.misbehave("axios", status(code), times=2)
    assert b"1.14.0" in get(sim).data
    assert len(sim.requests) == 3


def test_failures_that_do_not_pass_end_in_an_error_that_says_so(sim):
    sim.misbehave("axios", status(503))
    with pytest.raises(UnreachableUpstream, match=r"axios: status 503 .*4 attempts"):
        get(sim)
    assert len(sim.requests) == 4


def test_a_status_that_nobody_expects_is_not_repeated(sim):
    sim.misbehave("axios", status(418))
    with pytest.raises(UnreachableUpstream, match="unexpected status 418"):
        get(sim)
    assert len(sim.requests) == 1


def test_retry_after_is_honoured(sim):
    sim.misbehave("axios", status(429, retry_after=1), times=1)
    started = time.monotonic()
    get(sim)
    assert time.monotonic() - started >= 1


def test_retry_after_as_a_date_is_honoured(sim):
    past = format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)
    sim.misbehave("axios", status(503, retry_after=past), times=1)
    assert b"1.14.0" in get(sim).data


def test_a_retry_after_beyond_patience_is_not_waited_for(sim):
    sim.misbehave("axios", status(503, retry_after=3600), times=1)
    with pytest.raises(UnreachableUpstream, match=r"status 503, and asks for 3,600 s of patience .*1 attempt\)"):
        get(sim)
    assert len(sim.requests) == 1


def test_a_cut_body_is_asked_for_again(sim):
    sim.misbehave("axios", cut_body(), times=1)
    assert b"1.14.0" in get(sim).data


def test_a_body_that_is_always_cut_is_an_error(sim):
    sim.misbehave("axios", cut_body())
    with pytest.raises(UnreachableUpstream, match="broke"):
        get(sim)


def test_a_length_that_promises_too_much_is_a_cut_body(sim):
    sim.misbehave("axios", huge_body(2000, declared=90_000))
    with pytest.raises(UnreachableUpstream, match="broke"):
        get(sim)


def test_silence_ends_in_a_timeout(sim):
    sim.misbehave("axios", stall(5))
    with pytest.raises(UnreachableUpstream, match="no answer"):
        get(sim)


def test_a_stall_that_passes_is_survived(sim):
    sim.misbehave("axios", stall(5), times=1)
    assert b"1.14.0" in get(sim).data


def test_a_dripping_body_ends_with_the_whole_time(sim):
    sim.misbehave("axios", slow(100))
    with pytest.raises(UnreachableUpstream, match="within 1 s"):
        get(sim, bounds=Bounds(total=1))


@pytest.mark.parametrize("declared", [None, 500_000_000])
def test_a_body_beyond_its_bound_is_given_up(sim, declared):
    sim.misbehave("axios", huge_body(500_000_000, declared=declared))
    started = time.monotonic()
    with pytest.raises(HostileUpstream, match=r"larger than its bound of 100,000 bytes"):
        get(sim)
    assert time.monotonic() - started < 1
    assert len(sim.requests) == 1


def test_a_length_that_promises_too_little_bounds_the_body(sim):
    sim.misbehave("axios", huge_body(300_000, declared=10))
    assert get(sim).data == b'{"_id": "a'


def test_a_bomb_is_bounded_as_decoded(sim):
    sim.misbehave("axios", bomb(50_000_000))
    with pytest.raises(HostileUpstream, match="inflates beyond it"):
        get(sim)


def test_an_encoding_is_left_alone_on_request(sim):
    sim.misbehave("axios", bomb(50_000))
    assert get(sim, decode=False).data[:2] == b"\x1f\x8b"
    assert sim.requests[0].headers["accept-encoding"] == "identity"
    assert get(sim).data == bytes(50_000)


def test_a_compressed_body_that_ends_early_is_asked_for_again(sim):
    def shortened(_request, response):
        whole = bomb(50_000)(_request, response)
        return type(whole)(200, whole.headers, whole.body[:-9])

    sim.misbehave("axios", shortened, times=1)
    assert b"1.14.0" in get(sim).data


def test_an_encoding_nobody_asked_for_is_refused(sim):
    sim.misbehave("axios", lambda _, r: type(r)(200, {"Content-Encoding": "br"}, b"x"))
    with pytest.raises(HostileUpstream, match="'br'"):
        get(sim)


def test_redirects_are_followed(sim):
    sim.misbehave(lambda path: path == "/axios", redirect_to(sim.elsewhere_url + "/axios"), times=1)
    assert b"1.14.0" in get(sim).data
    assert [request.listener for request in sim.requests] == ["npm", "elsewhere"]


def test_a_redirect_in_a_circle_is_hostile(sim):
    sim.misbehave("axios", redirect_loop())
    with pytest.raises(HostileUpstream, match="circle"):
        get(sim)
    assert len(sim.requests) == 1


def test_redirects_without_end_are_hostile(sim):
    sim.misbehave("", lambda request, _: redirect_to(request.path + "x")(request, _))
    with pytest.raises(HostileUpstream, match="more than 5 redirects"):
        get(sim)
    assert len(sim.requests) == 6


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.1.2.3/",
        "http://192.168.0.1:8080/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://2852039166/",
        "http://0251.0376.0251.0376/",
        "http://0xa9fea9fe/",
        "http://10.1/",
    ],
)
def test_a_loopback_registry_cannot_send_us_into_other_networks(sim, target):
    sim.misbehave("axios", redirect_to(target))
    with pytest.raises(
        HostileUpstream, match=r"address that the registry itself is not at|not an HTTP address: http://0251\."
    ):
        get(sim)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://registry.example/x", "//", "gopher://x/"])
def test_a_redirect_to_what_is_not_http_is_hostile(sim, target):
    sim.misbehave("axios", redirect_to(target))
    with pytest.raises(HostileUpstream):
        get(sim)


def names(**known):
    async def lookup(host):
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [known[host]]

    return Resolver(lookup)


@pytest.mark.parametrize("name", ["inside.example", "localhost"])
def test_a_public_registry_cannot_send_us_inside(sim, name):
    resolver = names(**{"registry.example": "203.0.113.7", "inside.example": "127.0.0.1", "localhost": "127.0.0.1"})
    port = sim.npm_url.rpartition(":")[2]
    with pytest.raises(HostileUpstream, match="loopback"):
        get(sim, url=f"http://{name}:{port}/axios", homes=("http://registry.example/",), resolver=resolver)
    assert sim.requests == []


def test_the_connection_goes_to_the_address_that_was_checked(sim):
    answers = iter(["127.0.0.1", "169.254.169.254", "169.254.169.254"])

    async def rebinding(host):
        return [next(answers)] if host == "files.example" else ["127.0.0.1"]

    port = sim.npm_url.rpartition(":")[2]
    resolver = Resolver(rebinding)
    homes = ("http://registry.example/",)
    assert b"1.14.0" in get(sim, url=f"http://files.example:{port}/axios", homes=homes, resolver=resolver).data


def test_https_is_not_left_for_http(sim):
    with pytest.raises(HostileUpstream, match="unencrypted"):
        get(sim, homes=("https://registry.example/",))
    assert sim.requests == []


def test_a_name_that_does_not_exist_is_said_at_once(sim):
    with pytest.raises(UnreachableUpstream, match=r"no-such\.invalid does not resolve"):
        get(sim, url="http://no-such.invalid/axios", homes=("http://no-such.invalid/",), resolver=names())


def test_a_refused_connection_is_retried_then_named(sim):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(UnreachableUpstream, match=r"axios: no connection to 127\.0\.0\.1"):
        get(sim, url=f"http://127.0.0.1:{port}/axios")


def test_credentials_go_only_where_they_are_configured(sim, caplog):
    caplog.set_level(logging.DEBUG)
    sim.misbehave(lambda path: path == "/axios", redirect_to(sim.elsewhere_url + "/axios"), times=1)
    get(sim, authorise=lambda url: Secret("Bearer s3cret") if url.startswith(sim.npm_url) else None)
    first, second = sim.requests
    assert first.headers["authorization"] == "Bearer s3cret"
    assert "authorization" not in second.headers
    assert "s3cret" not in caplog.text


def test_user_information_is_neither_sent_nor_shown(sim):
    at = sim.npm_url.replace("://", "://user:s3cret@")
    sim.misbehave("axios", status(404))
    with pytest.raises(NotFoundUpstream) as caught:
        get(sim, url=at + "/axios?token=s3cret#s3cret", authorise=lambda _: Secret("Bearer s3cret"))
    assert "s3cret" not in str(caught.value) + caught.value.hint + repr(caught.value)
    assert sim.requests[0].headers["authorization"] == "Bearer s3cret"


def test_a_refused_credential_is_said(sim):
    sim.require_token("right")
    with pytest.raises(UnreachableUpstream, match="401") as caught:
        get(sim, authorise=lambda _: Secret("Bearer wrong-s3cret"))
    assert "s3cret" not in str(caught.value)
    assert len(sim.requests) == 1


def test_a_proxy_from_the_environment_is_used(sim):
    get(
        sim,
        url="http://registry.example/axios",
        homes=("http://registry.example/",),
        environ={"http_proxy": sim.npm_url},
    )
    assert sim.requests[0].path == "http://registry.example/axios"


def test_requests_at_once_are_bounded(sim):
    sim.misbehave("axios", stall(0.05))

    async def run():
        transport = Transport({}, Bounds(concurrency=4))
        ask = Ask(sim.npm_url + "/axios", "axios", 100_000, (sim.npm_url,))
        started = time.monotonic()
        await asyncio.gather(*(transport.get(ask) for _ in range(16)))
        await transport.aclose()
        return time.monotonic() - started

    assert 0.2 <= asyncio.run(run()) < 1.5


def test_offline_names_what_it_may_not_fetch():
    ask = Ask("http://registry.example/axios", "axios", 1, ())
    with pytest.raises(UnreachableUpstream, match="axios was not fetched: offline"):
        asyncio.run(OfflineFetcher().get(ask))


def test_a_shown_address_holds_no_secrets_and_no_control_characters():
    assert shown("https://u:p@h.example:1/a\x1b[31m?k=v#f") == "https://h.example:1/a\N{REPLACEMENT CHARACTER}[31m"
    assert len(shown("https://h.example/" + "a" * 1000)) == 200


def test_a_secret_does_not_print_or_pickle():
    secret = Secret("Bearer s3cret")
    assert "s3cret" not in f"{secret} {secret!r} {[secret]}"
    with pytest.raises(TypeError):
        secret.__reduce__()


def test_a_question_may_have_a_body(sim):
    answer = get(sim, "/-/npm/v1/security/advisories/bulk", body=b'{"axios":["1.14.0"]}')
    assert answer.data == b"{}"
    (request,) = sim.requests
    assert (request.method, request.body) == ("POST", b'{"axios":["1.14.0"]}')
    assert request.headers["content-type"] == "application/json"


def test_what_did_not_change_is_not_sent_again(sim):
    sim.misbehave("axios", lambda request, _: Response(status=304 if "if-none-match" in request.headers else 200,
                                                       headers={"ETag": '"7"', "Last-Modified": "then"}, body=b"x"))  # fmt: skip
    first = get(sim)
    assert (first.data, first.etag, first.last_modified, first.unchanged) == (b"x", '"7"', "then", False)
    again = get(sim, etag=first.etag, last_modified=first.last_modified)
    assert (again.data, again.unchanged) == (b"", True)
    assert sim.requests[-1].headers["if-modified-since"] == "then"


def test_a_304_that_nobody_asked_for_is_no_answer(sim):
    sim.misbehave("axios", status(304))
    with pytest.raises(UnreachableUpstream, match="unexpected status 304"):
        get(sim)


def test_a_body_may_go_to_a_file_and_begins_anew_with_each_attempt(sim):
    sim.misbehave("axios", cut_body(), times=1)
    with tempfile.TemporaryFile() as file:
        answer = get(sim, sink=file)
        file.seek(0)
        assert (answer.data, b'"1.14.0"' in file.read()) == (b"", True)
        assert file.tell() == len(get(sim).data)
    assert len(sim.requests) == 3


def test_a_file_is_bounded_too(sim):
    sim.misbehave("axios", huge_body(200_000))
    with tempfile.TemporaryFile() as file, pytest.raises(HostileUpstream, match="larger than its bound"):
        get(sim, sink=file)
