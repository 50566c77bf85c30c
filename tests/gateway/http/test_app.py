"""The application over a door of the test's own, asked by a real client over loopback."""

import asyncio
import contextlib
import hashlib
import socket
import threading
import time

import httpx2
import pytest
import uvicorn

from customhouse.gateway.http.app import GatewayApp, Mounts
from customhouse.gateway.http.bounded_protocol import LONGEST_HEAD, BoundedProtocol
from customhouse.gateway.http.kept_replies import Kept, KeptReplies
from customhouse.gateway.http.limits import LARGEST_BODY, Limits
from customhouse.gateway.interface import Client, Handed, Reply, UnavailableError
from customhouse.gateway.watch import Watch
from customhouse.model.errors import CustomhouseError
from customhouse.model.purl import Purl

PACKAGE = Purl("npm", "left-pad")
BIG = b"0123456789" * 1_000_000


class File:
    """A file that is made as it is read."""

    def __init__(self, data):
        self.data, self.size, self.reads, self.fault = data, len(data), 0, None

    async def read(self, start, end):
        self.reads += 1
        if self.fault:
            raise self.fault
        for at in range(start, end, 65536):
            yield self.data[at : min(at + 65536, end)]


class Door:
    def __init__(self):
        self.calls = []
        self.files = {"/small.tgz": File(b"small bytes"), "/big.tgz": File(BIG)}
        self.hold = threading.Event()

    async def answer(self, call):
        self.calls.append(call)
        if call.path in self.files:
            file = self.files[call.path]
            sha256 = hashlib.sha256(file.data).hexdigest()
            handed = Handed(Purl("npm", "left-pad", "1.0.0"), call.path[1:], sha256)
            return Reply(
                200, content_type="application/octet-stream", file=file, etag=sha256, reusable=True, about=PACKAGE,
                handed=handed,
            )  # fmt: skip
        match call.path:
            case "/page":
                body = b'{"n": %d}' % len(self.calls) + b" " * 2000
                return Reply(200, body, etag=f"v{len(self.calls)}", reusable=True, about=PACKAGE, varies=("accept",))
            case "/away":
                raise UnavailableError("upstream does not answer", 7)
            case "/broken-storage":
                raise CustomhouseError("postgresql://user:secret@db is away", hint="wait")
            case "/defect":
                raise ZeroDivisionError
            case "/slow":
                await asyncio.to_thread(self.hold.wait, 10)
            case "/echo":
                return Reply(200, call.body or f"{call.base} {call.query}".encode())
        return Reply(404, b"{}")


class Anybody:
    async def client(self, headers, address):
        return Client(address, "", headers.get("user-agent", ""))


class Notes:
    def __init__(self):
        self.taken = []

    def answered(self, call, reply, status, sent, _seconds):
        self.taken.append((call.path, status, sent, reply.handed))


class Gateway:
    """The app on a port, in a thread of its own."""

    def __init__(self, **limits):
        self.door, self.notes, self.moved = Door(), Notes(), []
        self.watch = Watch(self._changed)
        self.number = 1
        limits = Limits(**{"at_once": 64, **limits})
        self.app = GatewayApp(Mounts((("/npm/", self.door),)), Anybody(), self.notes, self.watch, limits)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        config = uvicorn.Config(self.app, http=BoundedProtocol, lifespan="off", log_config=None, proxy_headers=False)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _changed(self, _after):
        return self.number, frozenset(self.moved)

    def _run(self):
        async def serve():
            await self.watch.start()
            await self.server.serve(sockets=[self.listener])
            await self.watch.stop()

        asyncio.run(serve())

    def __enter__(self):
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)
        return self

    def __exit__(self, *_):
        self.door.hold.set()
        self.server.should_exit = True
        self.thread.join(10)

    def get(self, path, **headers):
        return httpx2.get(f"{self.url}/npm{path}", headers={name.replace("_", "-"): it for name, it in headers.items()})

    def raw(self, text):
        with socket.create_connection(("127.0.0.1", int(self.url.rpartition(":")[2])), timeout=5) as connection:
            connection.sendall(text)
            found = b""
            with contextlib.suppress(TimeoutError, ConnectionError):
                while piece := connection.recv(65536):
                    found += piece
            return found


@pytest.fixture(scope="module")
def gateway():
    with Gateway() as running:
        yield running


@pytest.fixture(autouse=True)
def fresh(gateway):
    gateway.watch.forget()
    gateway.door.calls.clear()
    gateway.notes.taken.clear()


def test_a_reusable_reply_is_made_once(gateway):
    first, second = gateway.get("/page"), gateway.get("/page")
    assert first.content == second.content
    assert len(gateway.door.calls) == 1


def test_it_is_made_again_for_another_value_of_what_it_varies_by(gateway):
    assert gateway.get("/page", accept="a/b").content != gateway.get("/page", accept="c/d").content
    assert gateway.get("/page", accept="a/b").headers["vary"] == "accept, accept-encoding"


def test_it_is_made_again_when_its_package_moves(gateway):
    before = gateway.get("/page").content
    gateway.moved[:] = [Purl("npm", "other")]
    gateway.number += 1
    time.sleep(1)
    assert gateway.get("/page").content == before
    gateway.moved[:] = [PACKAGE]
    gateway.number += 1
    time.sleep(1)
    assert gateway.get("/page").content != before


def test_another_host_name_is_another_base(gateway):
    assert gateway.get("/echo", host="a.example").text.startswith("http://a.example/npm/")
    assert gateway.get("/echo", host="b.example").text.startswith("http://b.example/npm/")


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "identity"])
def test_encodings_have_their_own_validators(gateway, encoding):
    answer = gateway.get("/page", accept_encoding=encoding)
    assert b'"n"' in answer.content
    etag = answer.headers["etag"]
    assert (encoding in etag) == (encoding != "identity")
    again = gateway.get("/page", accept_encoding=encoding, if_none_match=etag)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag
    assert gateway.get("/page", accept_encoding=encoding, if_none_match='"other"').status_code == 200


def test_head_says_what_get_would(gateway):
    for path, size in (("/page", None), ("/small.tgz", 11), ("/big.tgz", len(BIG))):
        answer = httpx2.head(f"{gateway.url}/npm{path}", headers={"accept-encoding": "identity"})
        whole = gateway.get(path, accept_encoding="identity")
        assert answer.content == b""
        assert answer.headers["content-length"] == str(size or len(whole.content))
        assert answer.headers["etag"] == whole.headers["etag"]


@pytest.mark.parametrize("path", ["/small.tgz", "/big.tgz"])
def test_ranges_of_files(gateway, path):
    whole = gateway.door.files[path].data
    part = gateway.get(path, range="bytes=2-5")
    assert (part.status_code, part.content) == (206, whole[2:6])
    assert part.headers["content-range"] == f"bytes 2-5/{len(whole)}"
    assert gateway.get(path, range="bytes=-3").content == whole[-3:]
    assert gateway.get(path, range=f"bytes={len(whole)}-").status_code == 416
    assert gateway.get(path, range="bytes=0-1,4-5").content == whole
    etag = part.headers["etag"]
    assert gateway.get(path, range="bytes=2-5", if_range=etag).status_code == 206
    assert gateway.get(path, range="bytes=2-5", if_range='"other"').content == whole
    assert gateway.get(path, if_none_match=etag).status_code == 304


def test_files_are_never_encoded(gateway):
    assert "content-encoding" not in gateway.get("/small.tgz", accept_encoding="gzip, br").headers


def test_a_small_file_is_read_once_and_a_large_one_every_time(gateway):
    for file in gateway.door.files.values():
        file.reads = 0
    for _ in range(3):
        gateway.get("/small.tgz")
        gateway.get("/big.tgz")
    assert [gateway.door.files[path].reads for path in ("/small.tgz", "/big.tgz")] == [1, 3]


def test_a_large_file_is_decided_once_and_again_when_anything_moves(gateway):
    for _ in range(2):
        assert gateway.get("/big.tgz").content == BIG
    assert len(gateway.door.calls) == 1
    gateway.watch.forget()
    assert gateway.get("/big.tgz").content == BIG
    assert len(gateway.door.calls) == 2


def test_a_large_file_that_cannot_be_read_is_decided_again(gateway):
    gateway.get("/big.tgz")
    gateway.door.files["/big.tgz"].fault = CustomhouseError("the blob is gone", hint="none")
    with pytest.raises(httpx2.RemoteProtocolError):
        gateway.get("/big.tgz")
    gateway.door.files["/big.tgz"].fault = None
    assert gateway.get("/big.tgz").content == BIG
    assert len(gateway.door.calls) == 2


def test_every_file_that_is_handed_out_is_noted(gateway):
    for _ in range(3):
        gateway.get("/small.tgz")
    time.sleep(0.1)
    noted = [handed.filename for path, status, sent, handed in gateway.notes.taken if handed and sent == 11]
    assert noted == ["small.tgz"] * 3


@pytest.mark.parametrize("path", ["/away", "/broken-storage"])
def test_what_cannot_be_told_is_a_503(gateway, path):
    answer = gateway.get(path)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "secret" not in answer.text
    assert "error" in answer.json()


def test_a_defect_is_a_500_and_the_next_request_is_served(gateway):
    assert gateway.get("/defect").status_code == 500
    assert gateway.get("/page").status_code == 200


def test_nothing_is_served_elsewhere(gateway):
    assert httpx2.get(f"{gateway.url}/elsewhere").status_code == 404
    assert httpx2.get(f"{gateway.url}/npm").status_code == 404


def test_bodies_have_a_bound(gateway):
    assert httpx2.post(f"{gateway.url}/npm/echo", content=b"x" * 1000).content == b"x" * 1000
    too_long = gateway.raw(
        b"POST /npm/echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\nConnection: close\r\n\r\nx" % (LARGEST_BODY + 1)
    )
    assert too_long.startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    "smuggled",
    [
        b"POST /npm/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /npm/page",
        b"POST /npm/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 40\r\n\r\nabcdGET /npm/page HTTP/1.1\r\n",
        b"POST /npm/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\nGET /npm/page HTTP/1.1\r\n\r\n",
        b"GET /npm/page HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET /npm/page HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n",
        b"GET /npm/pa\x00ge HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
def test_shapes_of_smuggling_reach_no_second_request(gateway, smuggled):
    answer = gateway.raw(smuggled)
    assert answer.count(b"HTTP/1.1") <= 1
    assert not any(call.path == "/page" for call in gateway.door.calls)


@pytest.mark.parametrize(
    "head",
    [
        b"".join(b"x-%d: %s\r\n" % (number, b"a" * 1000) for number in range(200)) + b"\r\n",
        b"x: " + b"a" * (2 * LONGEST_HEAD) + b"\r\n\r\n",
        b"x: " + b"a" * (8 * LONGEST_HEAD),
    ],
)
def test_heads_have_a_bound(gateway, head):
    assert b" 431 " in gateway.raw(b"GET /npm/page HTTP/1.1\r\nHost: x\r\n" + head)
    assert gateway.door.calls == []


def test_a_head_of_the_usual_length_passes(gateway):
    assert gateway.get("/page", authorization="Bearer " + "a" * 4000).status_code == 200


def test_a_head_that_does_not_come_is_not_waited_for_long(gateway, monkeypatch):
    monkeypatch.setattr("customhouse.gateway.http.bounded_protocol.SLOWEST_HEAD", 0.3)
    began = time.monotonic()
    assert gateway.raw(b"GET /npm/page HTTP/1.1\r\nHost: x\r\n") == b""
    assert gateway.raw(b"") == b""
    assert time.monotonic() - began < 3


def test_requests_one_after_the_other_on_one_connection(gateway):
    """Heads are counted one by one: a connection that is kept alive never grows too long."""
    with httpx2.Client() as client:
        for _ in range(100):
            assert client.get(f"{gateway.url}/npm/page", headers={"x": "a" * 2000}).status_code == 200
        assert client.post(f"{gateway.url}/npm/echo", content=b"x" * 500_000).content == b"x" * 500_000
        assert client.get(f"{gateway.url}/npm/page").status_code == 200


def test_too_many_at_once_and_too_fast():
    with Gateway(at_once=1, rate=0.01, burst=6) as small:
        waiting = threading.Thread(target=small.get, args=("/slow",), daemon=True)
        waiting.start()
        time.sleep(0.3)
        answer = small.get("/page")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        small.door.hold.set()
        waiting.join(5)
        statuses = [small.get("/echo").status_code for _ in range(8)]
        assert statuses[0] == 200
        assert statuses[-1] == 429


def test_nothing_is_answered_from_memory_while_the_state_cannot_be_followed():
    with Gateway() as alone:
        alone.get("/page")
        alone.get("/page")
        assert len(alone.door.calls) == 1
        alone.watch._changed = lambda _after: (_ for _ in ()).throw(CustomhouseError("away", hint="wait"))
        time.sleep(2.6)
        for _ in range(2):
            assert alone.get("/page").status_code == 503
        assert len(alone.door.calls) == 1, "and no door is asked, which would wait for the state"


def test_a_body_that_does_not_come_frees_its_place(monkeypatch):
    monkeypatch.setattr("customhouse.gateway.http.limits.SLOWEST_BODY", 0.5)
    with Gateway(at_once=1) as small:
        port = int(small.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=5) as slow:
            slow.sendall(b"POST /npm/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
            time.sleep(0.2)
            assert small.get("/echo").status_code == 503
            assert slow.recv(65536).startswith(b"HTTP/1.1 408")
            assert small.get("/echo").status_code == 200


def test_a_file_that_a_client_lets_stall_is_noted_too(monkeypatch):
    """Who takes all but the last byte has had the file."""
    monkeypatch.setattr("customhouse.gateway.http.app._STALLED", 0.5)
    with Gateway() as alone:
        port = int(alone.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=5) as slow:
            slow.sendall(b"GET /npm/big.tgz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert slow.recv(1000).startswith(b"HTTP/1.1 200")
            for _ in range(100):
                if alone.notes.taken:
                    break
                time.sleep(0.05)
            assert [handed.filename for *_, handed in alone.notes.taken] == ["big.tgz"]


def test_what_is_sent_and_not_kept_counts_for_nothing():
    """Else the memory for replies would be taken up by replies that nobody has."""
    watch = Watch(lambda _after: (1, frozenset()))
    watch._looked = time.monotonic()
    replies = KeptReplies(watch)
    body = b'{"n": 1}' * 1000
    made = Kept(Reply(200, body, etag="v", reusable=True, about=PACKAGE), body, -1)  # its package moved meanwhile
    replies.put(("/page", "http://x/"), {}, made)
    *_, grown = asyncio.run(made.body("gzip"))
    replies.grown(made, grown)
    assert grown > 0
    assert replies.size == 0
    watch.forget()
    kept = Kept(made.reply, body, watch.epoch)
    replies.put(("/page", "http://x/"), {}, kept)
    *_, grown = asyncio.run(kept.body("gzip"))
    replies.grown(kept, grown)
    assert replies.size == kept.size


def test_what_hostile_clients_ask_for_counts_in_full():
    """Addresses and headers are a client's to choose: long ones must not take memory that nobody counts."""
    watch = Watch(lambda _after: (1, frozenset()))
    watch._looked = time.monotonic()
    replies = KeptReplies(watch, most=2_000_000)
    for number in range(500):
        base, accept = f"http://host-{number}.example/", f"{number}/" + "x" * 50_000
        made = Kept(Reply(200, b"{}", reusable=True, about=PACKAGE, varies=("accept",)), b"{}", watch.epoch)
        replies.put(("/page", base), {"accept": accept}, made)
    kept = list(replies._kept)
    assert 0 < len(kept) < 40
    assert sum(len(part) for key in kept for part in key) < 2_000_000


def test_a_query_is_answered_and_not_remembered(gateway):
    first, second = gateway.get("/page?x=1"), gateway.get("/page?x=1")
    assert (first.status_code, second.status_code) == (200, 200)
    assert len(gateway.door.calls) == 2
