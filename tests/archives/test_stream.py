"""The door: what is recognised, what is refused, and that nothing raises."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archives.making import END, files, kinds, member, plain_tar, plain_zip, read, tgz
from customhouse.archives.stream import layout_of, open_archive

TAR = plain_tar({"p-1/setup.py": b"x", "p-1/p/__init__.py": b"y" * 5000})
EXPECTED = [("setup.py", b"x"), ("p/__init__.py", b"y" * 5000)]


@pytest.mark.parametrize(
    ("data", "filename", "form"),
    [
        (TAR, "p-1.tar", "tar"),
        (gzip.compress(TAR), "p-1.tar.gz", "tar.gz"),
        (gzip.compress(TAR), "p-1.tgz", "tar.gz"),
        (bz2.compress(TAR), "p-1.tar.bz2", "tar.bz2"),
        (lzma.compress(TAR), "p-1.tar.xz", "tar.xz"),
        (plain_zip({f"p-1/{path}": body for path, body in EXPECTED}), "p-1.zip", "zip"),
        (plain_zip(dict(EXPECTED)), "p-1-py3-none-any.whl", "zip"),
        (plain_zip(dict(EXPECTED)), "p-1-py3.11.egg", "zip"),
    ],
)
def test_every_format_gives_the_same_members(data, filename, form):
    found, stream = read(data, filename)
    assert stream.issues == []
    assert stream.format == form
    assert files(found) == EXPECTED
    assert (stream.member_count, stream.unpacked_size) == (2, 5001)
    assert not stream.fatal


@pytest.mark.parametrize(
    ("data", "kind", "what"),
    [
        (b"", "truncated", "empty"),
        (b"hello", "corrupt", "neither"),
        (b"\x28\xb5\x2f\xfd....", "unsupported", "zstandard"),
        (b"\x1f\x9d....", "unsupported", "compress"),
        (b"Rar!....", "unsupported", "RAR"),
        (gzip.compress(b""), "corrupt", "no member"),
        (gzip.compress(END), "corrupt", "no member"),
        (gzip.compress(b"no tar at all" * 99), "corrupt", "checksum"),
        (tgz(member())[:-20], "truncated", "before its end"),
        (tgz(member(body=b"x" * 99999))[:-8] + b"\0" * 8, "corrupt", "damaged"),
        (gzip.compress(TAR)[:100], "truncated", "before its end"),
        (bz2.compress(TAR)[:60], "truncated", "before its end"),
        (lzma.compress(TAR)[:60], "truncated", "before its end"),
        (lzma.compress(TAR)[:60] + b"junk" * 99, "corrupt", "damaged"),
        (bz2.compress(TAR)[:40] + b"junk" * 99, "corrupt", "damaged"),
        (tgz(member()) + b"junk", "trailing-data", "4 bytes"),
        (tgz(member()) + bytes(9) + gzip.compress(b"x"), "trailing-data", "after zero padding"),
        (bz2.compress(TAR) + b"junk", "trailing-data", "4 bytes"),
        (lzma.compress(TAR) + b"junk", "trailing-data", "4 bytes"),
    ],
)
def test_what_cannot_be_read_is_told(data, kind, what):
    _, stream = read(data)
    assert any(issue.kind == kind and what in issue.detail for issue in stream.issues), stream.issues


def test_legal_oddities_of_compression_are_no_issue():
    half = len(TAR) // 2
    for data in (
        gzip.compress(TAR[:half]) + gzip.compress(TAR[half:]),
        gzip.compress(TAR) + bytes(600),
        bz2.compress(TAR[:half]) + bz2.compress(TAR[half:]),
        lzma.compress(TAR[:half]) + lzma.compress(TAR[half:]),
        lzma.compress(TAR) + bytes(8),
    ):
        found, stream = read(data, "p-1.tar.gz")
        assert stream.issues == []
        assert files(found) == EXPECTED


def test_an_xz_that_wants_too_much_memory_is_told():
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9, "dict_size": 1 << 30}]
    _, stream = read(lzma.compress(TAR, filters=filters), "p-1.tar.xz")
    assert kinds(stream) == ["corrupt"]
    assert "emory" in stream.issues[0].detail


def test_bytes_and_name_that_disagree_are_told():
    found, stream = read(gzip.compress(TAR), "p-1-py3-none-any.whl")
    assert kinds(stream) == ["corrupt"]
    assert len(found) == 2
    found, stream = read(plain_zip({"package/a": b"1"}), "a.tgz")
    assert kinds(stream) == ["corrupt"]
    assert [one.path for one in found] == ["a"]


def test_a_wheel_that_begins_as_something_else_is_still_read_as_zip():
    data = gzip.compress(TAR) + plain_zip({"evil.py": b"1"})
    found, stream = read(data, "p-1-py3-none-any.whl")
    assert stream.format == "zip"
    assert [one.path for one in found] == ["evil.py"]
    assert "central-local-disagreement" in kinds(stream)


def test_a_stream_is_read_once_and_its_issues_do_not_grow():
    stream = open_archive(tgz(member(b"lonely", b"1")), "a.tgz")
    assert stream.issues == []
    assert len(list(stream)) == 1
    assert list(stream) == []
    assert kinds(stream) == ["outside-root"]


@pytest.mark.parametrize(
    ("filename", "layout"),
    [
        ("axios-1.14.0.tgz", "npm"),
        ("a-1-py3-none-any.whl", "wheel"),
        ("a-1-py3.11.egg", "wheel"),
        ("a-1.TAR.GZ", "sdist"),
        ("a-1.tar.bz2", "sdist"),
        ("a-1.zip", "sdist"),
        ("anything", "plain"),
    ],
)
def test_the_name_decides_the_layout(filename, layout):
    assert layout_of(filename) == layout


def honest(filename: str) -> bytes:
    body = {"p-1/a.py": b"x = 1\n" * 30, "p-1/b.py": b"", "p-1/c/d.py": bytes(range(256)) * 9}
    if filename.endswith((".whl", ".zip")):
        return plain_zip(body)
    tar = plain_tar(body)
    return {"z": gzip.compress, "2": bz2.compress}.get(filename[-1], lambda data: data)(tar)


@settings(max_examples=400, deadline=None)
@given(data=st.data(), filename=st.sampled_from(["a.tgz", "a.tar", "a.tar.bz2", "a.whl", "a.zip"]))
def test_no_bytes_raise(data, filename):
    raw = bytearray(honest(filename))
    for _ in range(data.draw(st.integers(0, 8))):
        at = data.draw(st.integers(0, len(raw) - 1))
        match data.draw(st.sampled_from(["set", "cut", "drop", "double"])):
            case "set":
                raw[at] = data.draw(st.integers(0, 255))
            case "cut":
                del raw[max(1, at) :]
            case "drop":
                del raw[max(1, at) : at + 64]
            case "double":
                raw[at:at] = raw[max(0, at - 512) : at]
    found, stream = read(bytes(raw), filename)
    assert found or stream.issues
    assert sum(one.size for one in found) < 1 << 20


@settings(max_examples=200, deadline=None)
@given(
    data=st.binary(max_size=3000),
    head=st.sampled_from([b"", b"\x1f\x8b\x08\0", b"PK\3\4", b"PK\5\6", b"BZh9", b"\xfd7zXZ\0"]),
)
def test_no_noise_raises(data, head):
    found, stream = read(head + data, "a.tgz")
    assert found or stream.issues


def test_stdlib_agrees_on_the_fixtures():
    """So that a broken helper cannot make the tests above agree with themselves."""
    with tarfile.open(fileobj=io.BytesIO(TAR)) as tar:
        assert tar.getnames() == ["p-1/setup.py", "p-1/p/__init__.py"]
    with zipfile.ZipFile(io.BytesIO(plain_zip(dict(EXPECTED)))) as archive:
        assert archive.namelist() == ["setup.py", "p/__init__.py"]
