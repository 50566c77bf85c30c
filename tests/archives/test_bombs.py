"""Archives made to hurt, read with the limits everybody gets; time is of the whole reading, memory its traced peak."""

import gzip
import io
import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable

import pytest

from archives.making import END, ZipEntry, header, kinds, member, pax, plain_zip, record, tgz, zip_of
from customhouse.archives.interface import DEFAULT_LIMITS, Limits
from customhouse.archives.stream import MemberStream, open_archive

MIB = 1 << 20


def gzip_of(size: int, head: bytes = b"") -> bytes:
    """Compress `size` zeros after a head, without having them in memory."""
    engine = zlib.compressobj(9, zlib.DEFLATED, 31)
    out = [engine.compress(head)]
    block = bytes(MIB)
    out += [engine.compress(block) for _ in range(size // MIB)]
    return b"".join([*out, engine.flush()])


def measured(
    data: bytes, filename: str = "a.tgz", limits: Limits = DEFAULT_LIMITS
) -> tuple[MemberStream, int, float, int]:
    """Read to the end, keeping nothing; return the stream, its members, seconds and peak bytes."""
    tracemalloc.start()
    started = time.process_time()
    stream = open_archive(data, filename, limits)
    count = sum(1 for _ in stream)
    seconds = time.process_time() - started
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return stream, count, seconds, peak


def test_zeros_at_the_highest_ratio_stop_at_the_floor():
    data = gzip_of(512 * MIB, header(b"package/zeros", 512 * MIB))
    assert len(data) * 1000 < 512 * MIB + 100_000
    stream, _, seconds, peak = measured(data)
    assert kinds(stream) == ["ratio"]
    assert stream.fatal
    assert seconds < 3
    assert peak < 16 * MIB


def test_a_member_that_fits_the_bounds_costs_no_more_than_a_few_times_itself():
    data = gzip_of(60 * MIB, header(b"package/zeros", 60 * MIB))
    stream, count, seconds, peak = measured(data)
    assert (count, kinds(stream)) == (1, [])
    assert seconds < 3
    assert peak < 4 * 60 * MIB


def test_unpacked_bytes_are_bounded_below_the_ratio():
    limits = Limits(max_unpacked=8 * MIB, max_member=MIB)
    parts = [member(b"package/%d" % at, bytes(MIB // 2)) for at in range(40)]
    stream, count, _, peak = measured(b"".join(parts) + END, "a.tar", limits)
    assert kinds(stream) == ["too-large"]
    assert count <= 16
    assert peak < 8 * MIB


@pytest.mark.parametrize(
    "make",
    [
        lambda at: header(b"package/f%d" % at),
        lambda at: header(b"package/d%d" % at, flag=b"5"),
        lambda at: header(b"package/l%d" % at, flag=b"2", link=b"../../x"),
        lambda at: pax(record(b"path", b"package/p%d" % at)) + header(),
    ],
    ids=["files", "folders", "links", "pax"],
)
def test_headers_without_end(make: Callable[[int], bytes]):
    engine = zlib.compressobj(6, zlib.DEFLATED, 31)
    data = b"".join(engine.compress(make(at)) for at in range(110_000)) + engine.flush()
    stream, count, seconds, peak = measured(data)
    assert "too-many-members" in kinds(stream) or "ratio" in kinds(stream)
    assert stream.fatal
    assert count <= DEFAULT_LIMITS.max_members
    assert seconds < 20  # traced: about four times slower than untraced
    assert peak < 160 * MIB


def test_endless_extended_headers_count_as_members():
    engine = zlib.compressobj(6, zlib.DEFLATED, 31)
    one = pax(record(b"comment", b"x"))
    data = b"".join(engine.compress(one) for _ in range(30_000)) + engine.flush()
    stream, count, seconds, _ = measured(data, limits=Limits(max_members=10_000))
    assert (count, "too-many-members" in kinds(stream)) == (0, True)
    assert seconds < 5


def test_names_that_take_the_memory():
    limits = Limits(max_names=MIB)
    parts = [pax(record(b"path", b"package/%d/" % at + b"a/" * 1500)) + header() for at in range(600)]
    stream, _, seconds, peak = measured(tgz(*parts), limits=limits)
    assert kinds(stream)[-1] == "too-many-members"
    assert seconds < 5
    assert peak < 24 * MIB


def test_thousands_of_gzip_streams():
    data = gzip.compress(b"") * 20_000
    stream, _, seconds, _ = measured(data)
    assert kinds(stream) == ["too-many-members"]
    assert seconds < 5


def test_blocks_that_are_no_header():
    data = gzip.compress(header() + (b"x" * 512) * 100_000)
    stream, _, seconds, _ = measured(data)
    assert stream.fatal
    assert kinds(stream) == ["corrupt", "corrupt"]
    assert seconds < 3


def test_links_that_lead_in_circles():
    parts = [header(b"package/l%d" % at, flag=b"2", link=b"l%d/l%d" % (at + 1, at + 1)) for at in range(3000)]
    stream, _, seconds, _ = measured(tgz(*parts))
    assert "link-escape" in kinds(stream)
    assert seconds < 10


def overlapping(kernel: bytes, files: int) -> bytes:
    """A zip whose entries all share one kernel (Fifield, "A better zip bomb", 2019)."""
    size = len(kernel)
    packed = zlib.compress(kernel, 9)[2:-4]
    first = ZipEntry(b"0", b"", packed=packed)
    entries = [first]
    fields = {"crc": zlib.crc32(kernel), "packed": len(packed), "size": size}
    first.local |= fields
    first.central |= fields
    for at in range(1, files):
        one = ZipEntry(b"%d" % at, b"", packed=b"", offset=0)
        one.local |= fields | {"name": b"0"}
        one.central |= fields
        entries.append(one)
    return zip_of(*entries)


def test_a_zip_whose_entries_overlap_is_not_unpacked():
    stream, count, seconds, peak = measured(overlapping(bytes(20 * MIB), 200), "a.whl")
    assert count == 0
    assert stream.fatal
    assert any("overlap" in issue.detail for issue in stream.issues)
    assert seconds < 1
    assert peak < 4 * MIB


def test_a_zip_of_zeros_stops_at_the_floor():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for at in range(10):
            archive.writestr(f"zeros{at}", bytes(30 * MIB))
    stream, count, seconds, peak = measured(out.getvalue(), "a.whl")
    assert kinds(stream) == ["ratio"]
    assert count <= 3
    assert seconds < 4
    assert peak < 4 * 30 * MIB


def test_a_zip_that_announces_much_and_holds_little():
    body = zlib.compress(b"x" * 10, 9)[2:-4]
    entry = ZipEntry(b"a", b"", packed=body)
    for side in (entry.local, entry.central):
        side |= {"size": 60 * MIB, "packed": len(body)}
    stream, _, _, peak = measured(zip_of(entry), "a.whl")
    assert kinds(stream) == ["truncated"]
    assert peak < 2 * MIB


def test_a_central_directory_of_nothing_but_entries():
    one = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    data = one * 200_000
    data += struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(data), 0, 0)
    stream, count, seconds, peak = measured(data, "a.whl")
    assert (count, kinds(stream)) == (0, ["too-many-members"])
    assert seconds < 10
    assert peak < 100 * MIB


def nested_gzip(levels: int, body: bytes) -> bytes:
    for _ in range(levels):
        body = gzip.compress(body, 9, mtime=0)
    return body


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("zeros.gz", gzip_of(100 * MIB)),
        ("zeros.zip", plain_zip({"zeros": bytes(40 * MIB)})),
        ("overlap.zip", overlapping(bytes(MIB), 300)),
        ("deep.gz", nested_gzip(8, b"x")),
        ("deep.zip", plain_zip({"a.gz": plain_zip({"b.zip": plain_zip({"c.zip": nested_gzip(3, b"x")})})})),
        ("deep.tgz", tgz(member(b"a.tgz", tgz(member(b"b.tgz", tgz(member(b"c.gz", nested_gzip(3, b"x")))))))),
        ("stored.zip", plain_zip({"zeros.gz": gzip_of(100 * MIB)}, zipfile.ZIP_STORED)),
    ],
)
def test_nested_bombs_are_told(name: str, body: bytes):
    stream, count, seconds, peak = measured(tgz(member(b"package/" + name.encode(), body)))
    assert (count, kinds(stream)) == (1, ["nested-archive"])
    assert stream.issues[0].member == name
    assert seconds < 3
    assert peak < 80 * MIB


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(b"fixture" * 1000),
        plain_zip({"a": b"1", "b": bytes(MIB)}),
        nested_gzip(3, b"x"),
        tgz(member(b"x/../../y", b"1")),
        b"PK\3\4 but no zip",
        b"\x1f\x8b but no gzip",
        gzip.compress(b"cut")[:-9],
        gzip_of(10 * MIB),
    ],
)
def test_ordinary_fixtures_are_no_issue(body: bytes):
    stream, _, _, _ = measured(tgz(member(b"package/test/fixture", body)))
    assert stream.issues == []


def test_looking_into_nested_archives_has_one_budget():
    parts = [member(b"package/%d.gz" % at, gzip_of(15 * MIB)) for at in range(60)]
    _, count, seconds, _ = measured(tgz(*parts))
    assert count == 60
    assert seconds < 5
