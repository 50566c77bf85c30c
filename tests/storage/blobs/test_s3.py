"""What only a bucket can do wrong: servers that are gone, cut, refuse, or echo what they were told."""

import asyncio
import hashlib
import http.server
import threading
import traceback

import pytest

from customhouse.model.errors import CustomhouseError
from customhouse.storage.blobs.errors import BlobsUnavailableError
from customhouse.storage.blobs.location import open_blobs
from storage.blobs.cutting import CuttingProxy
from storage.blobs.storing import KEY, SECRET, keep, run, whole, writer

MIB = 1 << 20
#: Two parts and a piece of a third.
LARGE = bytes(range(256)) * (17 * 4096)
NAME = hashlib.sha256(LARGE).hexdigest()


def each_way(store):
    """Every way to ask a store, by name."""

    async def path():
        async with store.local_path(NAME):
            pass

    async def sizes():
        return [each async for each in store.sizes()]

    return {
        "open": lambda: store.open(NAME), "has": lambda: store.has(NAME), "verify": lambda: store.verify(NAME),
        "delete": lambda: store.delete(NAME), "sizes": sizes, "path": path, "commit": lambda: keep(store, b"x"),
        "check": store.check,
    }  # fmt: skip


def test_a_large_file_goes_up_in_parts_and_comes_back(bucket, tmp_path):
    store = open_blobs(bucket, tmp_path / "staging")
    assert run(keep(store, LARGE)) == NAME
    assert run(whole(run(store.open(NAME)))) == LARGE


def test_an_upload_that_is_cut_is_told_and_nobody_sees_half_of_it(bucket, aws, s3_server, tmp_path):
    with CuttingProxy(s3_server, 9 * MIB) as cut:
        aws(cut.url)
        with pytest.raises(BlobsUnavailableError, match="was not kept") as told:
            run(keep(open_blobs(bucket, tmp_path / "staging"), LARGE))
    assert told.value.hint
    aws(s3_server)
    store = open_blobs(bucket, tmp_path / "staging")
    assert not run(store.has(NAME))
    assert list((tmp_path / "staging").iterdir()) == []
    assert run(keep(store, LARGE)) == NAME
    assert run(store.verify(NAME)) == "sound"


def test_a_commit_may_be_tried_again_without_receiving_anew(bucket, aws, tmp_path):
    working = open_blobs(bucket, tmp_path / "staging")
    aws("http://127.0.0.1:9")  # nobody listens
    with working.stage() as staged:
        staged.write(LARGE)
        with pytest.raises(BlobsUnavailableError):
            run(open_blobs(bucket, tmp_path / "staging").commit(staged))
        assert not run(working.has(NAME))
        assert run(working.commit(staged)) == NAME
    assert run(working.verify(NAME)) == "sound"


def test_a_process_killed_in_the_middle_of_an_upload_leaves_nothing_to_be_seen(bucket, aws, s3_server, tmp_path):
    with CuttingProxy(s3_server, 12 * MIB, stall=True) as slow:
        aws(slow.url)
        process = writer(bucket, tmp_path / "staging", 272)  # 17 MiB
        assert slow.stalled.wait(30)
        process.kill()
        assert process.communicate(timeout=10)[0] == ""
    aws(s3_server)
    store = open_blobs(bucket, tmp_path / "staging")

    async def listed():
        return [each async for each in store.sizes()]

    assert run(listed()) == []


def test_a_download_that_is_cut_fails_and_the_next_one_is_whole(bucket, aws, s3_server, tmp_path):
    run(keep(open_blobs(bucket, tmp_path / "staging"), LARGE))
    with CuttingProxy(s3_server, 3000) as cut:  # a few requests go through
        aws(cut.url)
        store = open_blobs(bucket, tmp_path / "staging")

        async def work():
            return await whole(await store.open(NAME))

        with pytest.raises(BlobsUnavailableError, match="cannot be read"):
            run(work())
    aws(s3_server)
    assert run(whole(run(open_blobs(bucket, tmp_path / "staging").open(NAME)))) == LARGE


class _Echo(http.server.BaseHTTPRequestHandler):
    """Refuses, and tells everything that it was told, as S3 does with the key's name and some proxies with the rest."""

    def _refuse(self):
        size = int(self.headers.get("content-length") or 0)
        self.rfile.read(size)
        body = f"<Error><Code>{self.server.code}</Code><AWSAccessKeyId>{KEY}</AWSAccessKeyId>{self.headers}</Error>"
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(body.encode())

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _refuse  # noqa: N815 - http.server's names

    def log_message(self, *_):
        pass


@pytest.fixture
def echo():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "code", "said"), [(403, "SignatureDoesNotMatch", "may not"), (400, "InvalidRequest", "no usable")]
)
def test_a_refusal_is_told_without_a_word_of_the_credentials(echo, aws, tmp_path, status, code, said):
    echo.status, echo.code = status, code
    aws(f"http://user:{SECRET}@127.0.0.1:{echo.server_address[1]}")
    store = open_blobs("s3://bucket/prefix", tmp_path / "staging")
    for name, ask in each_way(store).items():
        with pytest.raises(BlobsUnavailableError, match=said) as told:
            run(ask())
        text = "".join(traceback.format_exception(told.value)) + told.value.hint
        assert SECRET not in text, name
        assert KEY not in text, name
    assert code in text
    assert "s3://bucket/prefix" in text


def test_a_server_that_is_gone_is_told_in_every_way_of_asking(aws, tmp_path):
    aws("http://127.0.0.1:9")  # discard: nobody listens
    store = open_blobs("s3://bucket", tmp_path / "staging")

    async def work():
        answers = await asyncio.gather(*(ask() for ask in each_way(store).values()), return_exceptions=True)
        assert {type(each) for each in answers} == {BlobsUnavailableError}

    run(work())


def test_a_bucket_that_is_not_there_is_told_when_asked_and_when_keeping(s3_server, aws, tmp_path):
    aws(s3_server)
    store = open_blobs("s3://no-such-bucket", tmp_path / "staging")
    for ask in (store.check, lambda: keep(store, b"x"), lambda: keep(store, LARGE)):
        with pytest.raises(BlobsUnavailableError, match="no such bucket"):
            run(ask())


def test_variables_that_make_no_sense_are_told(aws, tmp_path, monkeypatch):
    aws("http://127.0.0.1:9")
    monkeypatch.setenv("AWS_VIRTUAL_HOSTED_STYLE_REQUEST", "perhaps")
    with pytest.raises(CustomhouseError) as told:
        open_blobs("s3://bucket", tmp_path / "staging")
    assert "AWS_" in told.value.hint
