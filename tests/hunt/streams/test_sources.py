"""Files, folders and archives: what is read, and what is said of the rest."""

import gzip
import io
import os
import tarfile
import zipfile

import pytest

from customhouse.hunt.notes import Notebook
from customhouse.hunt.streams.interface import CutError
from customhouse.hunt.streams.sources import streams
from customhouse.hunt.streams.unpacking import unpacked

zstandard = pytest.importorskip("zstandard", reason="there is no zstandard here")
TEXT = b"".join(b"line %d of a log\n" % number for number in range(20_000))


def read(path):
    notes = Notebook()
    return {(stream.member): b"".join(stream.chunks()) for stream in streams([path], "log", notes)}, notes.left_out


def until_cut(chunks):
    got = bytearray()
    try:
        for chunk in unpacked(iter(chunks)):
            got += chunk
    except CutError as error:
        return got, str(error)
    return got, ""


def zipped(members):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


@pytest.mark.parametrize(
    "packed",
    [
        TEXT,
        gzip.compress(TEXT),
        gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:]) + bytes(512),
        zstandard.compress(TEXT),
        zstandard.compress(TEXT[:1000]) + zstandard.compress(TEXT[1000:]),
    ],
    ids=["plain", "gzip", "two gzips", "zstandard", "two zstandards"],
)
@pytest.mark.parametrize("step", [1 << 20, 97])
def test_packed_streams(packed, step):
    assert b"".join(unpacked(packed[at : at + step] for at in range(0, len(packed), step))) == TEXT


@pytest.mark.parametrize("packed", [gzip.compress(TEXT), zstandard.compress(TEXT)], ids=["gzip", "zstandard"])
def test_a_cut_stream_gives_what_there_is(packed):
    got, reason = until_cut([packed[: len(packed) * 3 // 4]])
    assert "ends before" in reason
    assert TEXT.startswith(bytes(got))
    assert len(got) > 1000 or packed[:2] != b"\x1f\x8b"


@pytest.mark.parametrize(
    "packed",
    [gzip.compress(TEXT), zstandard.ZstdCompressor(write_checksum=True).compress(TEXT)],
    ids=["gzip", "zstandard"],
)
def test_a_damaged_stream_is_told(packed):
    broken = packed[:200] + bytes(40) + packed[240:]
    with pytest.raises(CutError):
        list(unpacked(iter([broken])))


def test_a_bomb_is_refused():
    bomb = gzip.compress(bytes(1 << 20)) * 400
    got, reason = until_cut([bomb])
    assert "to 1" in reason
    assert len(got) < 1 << 29


def test_a_folder_is_walked_in_order_and_links_are_not_followed(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.log").write_bytes(b"two")
    (tmp_path / "a.log").write_bytes(b"one")
    (tmp_path / "link").symlink_to("/")
    os.mkfifo(tmp_path / "pipe")
    notes = Notebook()
    assert [b"".join(stream.chunks()) for stream in streams([tmp_path], "log", notes)] == [b"one", b"two"]
    assert [(each.reason, each.serious) for each in notes.left_out] == [
        ("is a link", False),
        ("is no regular file", False),
    ]


def test_members_of_archives_in_archives(tmp_path):
    path = tmp_path / "run.zip"
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w:gz") as archive:
        entry = tarfile.TarInfo("logs/x.txt")
        entry.size = 3
        archive.addfile(entry, io.BytesIO(b"tar"))
    members = {
        "build/1_Set up job.txt": b"one",
        "old.log.gz": gzip.compress(b"two"),
        "more.zip": zipped({"x": b"three"}),
    }
    path.write_bytes(zipped(members | {"more.tgz": tar.getvalue()}))
    found, left_out = read(path)
    assert found == {
        "build/1_Set up job.txt": b"one",
        "old.log.gz": b"two",
        "more.zip/x": b"three",
        "more.tgz/logs/x.txt": b"tar",
    }
    assert left_out == []


def test_a_cut_archive_is_told(tmp_path):
    path = tmp_path / "run.zip"
    path.write_bytes(zipped({"a.txt": TEXT})[:-60])
    found, left_out = read(path)
    assert found == {}
    assert left_out
    assert left_out[0].path.startswith(str(path))


def test_what_is_not_there_is_told(tmp_path):
    _, left_out = read(tmp_path / "none")
    assert "cannot be opened" in left_out[0].reason
