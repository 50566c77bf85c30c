"""Every way a zip can hurt or mislead; central and local headers that tell different stories above all."""

import hashlib
import io
import stat
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archives.making import ZipEntry, files, kinds, plain_zip, read, zip_of
from customhouse.archives.interface import Limits

WHEEL = "a-1.0-py3-none-any.whl"
A = ZipEntry(b"a/__init__.py", b"x = 1\n" * 20)
DISAGREE = "central-local-disagreement"


def unicode_path(raw: bytes, name: bytes) -> bytes:
    return struct.pack("<HHBL", 0x7075, 5 + len(name), 1, zlib.crc32(raw)) + name


def test_members_of_an_honest_wheel():
    members, stream = read(plain_zip({"a/__init__.py": b"x", "a/b.py": b"y" * 9, "a/": b""}), WHEEL)
    assert stream.issues == []
    assert stream.format == "zip"
    assert [(m.path, m.kind, m.data) for m in members] == [
        ("a/__init__.py", "file", b"x"),
        ("a/b.py", "file", b"y" * 9),
        ("a", "directory", b""),
    ]
    assert members[1].sha256 == hashlib.sha256(b"y" * 9).hexdigest()


def test_a_zip_sdist_loses_its_folder_and_a_wheel_nothing():
    data = plain_zip({"p-1/setup.py": b"x"})
    assert read(data, "p-1.zip")[0][0].path == "setup.py"
    assert read(data, WHEEL)[0][0].path == "p-1/setup.py"


@pytest.mark.parametrize(
    ("data", "kind", "what"),
    [
        (zip_of(ZipEntry(b"../x", b"1")), "traversal", "climbs"),
        (zip_of(ZipEntry(b"/x", b"1")), "absolute-name", "absolute"),
        (zip_of(ZipEntry(b"C:/x", b"1")), "absolute-name", "drive"),
        (zip_of(ZipEntry(b"a\\x", b"1")), "absolute-name", "Windows"),
        (zip_of(ZipEntry(b"a.py\0.txt", b"1")), "undecodable-name", "NUL"),
        (zip_of(ZipEntry(b"\xff", b"1", flags=0x800)), "undecodable-name", "UTF-8"),
        (zip_of(ZipEntry(b"a", b"1"), ZipEntry(b"a", b"2")), "duplicate-name", "differ"),
        (zip_of(ZipEntry(b"a", b"1"), ZipEntry(b"A", b"2")), "case-collision", "collides"),
        (zip_of(ZipEntry(b"l", b"../../x", mode=stat.S_IFLNK | 0o777)), "link-escape", "leads out"),
        (zip_of(ZipEntry(b"l", b"d", mode=stat.S_IFLNK), ZipEntry(b"l/x", b"1")), "link-escape", "through a link"),
        (zip_of(ZipEntry(b"c", b"", mode=stat.S_IFCHR)), "device", "device"),
        (zip_of(ZipEntry(b"a", b"1", mode=stat.S_IFREG | 0o4755)), "special-mode", "4755"),
        (zip_of(ZipEntry(b"d/", b"hidden")), "corrupt", "folder"),
        (zip_of(ZipEntry(b"a", b"1", flags=1)), "encrypted", "encrypted"),
        (zip_of(ZipEntry(b"a", b"1", method=12)), "unsupported", "bzip2"),
        (zip_of(ZipEntry(b"a", b"1", method=77)), "unsupported", "77"),
        (zip_of(ZipEntry(b"a", b"1", local={"name": b"b"})), DISAGREE, "name (b)"),
        (zip_of(ZipEntry(b"a", b"1", local={"size": 7})), DISAGREE, "size (7, 1)"),
        (zip_of(ZipEntry(b"a", b"1", local={"packed": 7})), DISAGREE, "packed (7, 3)"),
        (zip_of(ZipEntry(b"a", b"1", local={"crc": 7})), DISAGREE, "crc (7"),
        (zip_of(ZipEntry(b"a", b"1", local={"method": 0})), DISAGREE, "method (0, 8)"),
        (zip_of(ZipEntry(b"a", b"1", local={"flags": 1})), DISAGREE, "flags"),
        (
            zip_of(ZipEntry(b"a", b"1", flags=8, descriptor=struct.pack("<4L", 0x08074B50, 1, 2, 3))),
            DISAGREE,
            "after its",
        ),
        (zip_of(A, ZipEntry(b"evil.py", b"1", listed=False)), DISAGREE, "does not list"),
        (zip_of(A, ZipEntry(b"b", b"1", gap=b"junkjunk")), DISAGREE, "8 bytes between"),
        (zip_of(A, before=b"#!/bin/sh\n"), DISAGREE, "10 bytes before"),
        (zip_of(A, before=b"#!/bin/sh\n", shifted=1), DISAGREE, "10 bytes before"),
        (zip_of(A, count=7), DISAGREE, "says 7"),
        (zip_of(ZipEntry(b"a", b"12345", central={"size": 3}, local={"size": 3})), DISAGREE, "more than the 3 bytes"),
        (zip_of(ZipEntry(b"a", b"", packed=zlib.compress(b"")[2:-4] + b"hidden")), DISAGREE, "hidden after"),
        (zip_of(ZipEntry(b"a", b"1", central={"extra": unicode_path(b"a", b"b")})), DISAGREE, "second name: b"),
        (zip_of(ZipEntry(b"a", b"1", local={"extra": unicode_path(b"a", b"b")})), DISAGREE, "second name: b"),
        (zip_of(ZipEntry(b"a", b"1", central={"extra": unicode_path(b"a", b"a") * 2})), DISAGREE, "stands twice"),
        (zip_of(ZipEntry(b"a", b"1", central={"extra": b"\1\0\xff\0"})), DISAGREE, "past its end"),
        (zip_of(ZipEntry(b"a", b"1", central={"size": 0xFFFFFFFF, "extra": b"\1\0\4\0abcd"})), DISAGREE, "shorter"),
        (zip_of(A, after=b"junk"), "trailing-data", "4 bytes follow"),
        (zip_of(A, comment=zip_of(ZipEntry(b"evil", b"1"))), DISAGREE, "two end records"),
        (zip_of(ZipEntry(b"a", b"1"), ZipEntry(b"b", b"1", offset=0)), DISAGREE, "overlap"),
        (zip_of(ZipEntry(b"a", b"1", offset=9)), "corrupt", "no local header"),
        (
            zip_of(ZipEntry(b"a", b"1", central={"packed": 9999}, local={"packed": 9999})),
            "truncated",
            "past the archive",
        ),
        (zip_of(ZipEntry(b"a", b"1", central={"crc": 7}, local={"crc": 7})), "corrupt", "checksum"),
        (zip_of(ZipEntry(b"a", b"1", central={"size": 7}, local={"size": 7})), "truncated", "1 bytes of the 7"),
        (zip_of(ZipEntry(b"a", b"1", packed=b"\xff\xff\xff")), "corrupt", "damaged"),
        (zip_of(A)[:-30], "truncated", "no end record"),
        (b"PK\3\4", "truncated", "no end record"),
        (zip_of(A)[:40] + zip_of(A)[-22:], "corrupt", "beyond itself"),
    ],
)
def test_one_wrong_is_one_issue(data, kind, what):
    _, stream = read(data, WHEEL)
    assert any(issue.kind == kind and what in issue.detail for issue in stream.issues), stream.issues


@pytest.mark.parametrize(
    "data",
    [
        zip_of(A),
        zip_of(A, comment=b"built by a tool"),
        zip_of(ZipEntry(b"a", b"1", method=0), ZipEntry(b"b", b"", method=0)),
        zip_of(ZipEntry(b"a", b"1", flags=8, descriptor=struct.pack("<4sL2L", b"PK\7\10", zlib.crc32(b"1"), 3, 1))),
        zip_of(ZipEntry(b"a", b"1", flags=8, descriptor=struct.pack("<3L", zlib.crc32(b"1"), 3, 1))),
        zip_of(ZipEntry(b"a", b"1", flags=8, descriptor=struct.pack("<4sL2Q", b"PK\7\10", zlib.crc32(b"1"), 3, 1),
                        local={"crc": 0, "packed": 0, "size": 0})),
        zip_of(ZipEntry("ü.py".encode(), b"1", flags=0x800)),
        zip_of(ZipEntry(b"a", b"1", central={"extra": unicode_path(b"a", b"a")})),
        zip_of(ZipEntry(b"d/", b"", mode=stat.S_IFDIR | 0o755), A),
        zip_of(ZipEntry(b"a.sh", b"1", mode=stat.S_IFREG | 0o755)),
    ],
)  # fmt: skip
def test_what_is_merely_unusual_is_no_issue(data):
    members, stream = read(data, WHEEL)
    assert stream.issues == []
    assert members


def test_zip64_is_read_and_its_disagreements_told():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("a", "w", force_zip64=True) as member:
        member.write(b"1" * 99)
    members, stream = read(out.getvalue(), WHEEL)
    assert stream.issues == []
    assert files(members) == [("a", b"1" * 99)]
    plain = zip_of(A)
    start = int.from_bytes(plain[-6:-2], "little")
    size = int.from_bytes(plain[-10:-6], "little")
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, size, start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, start + size, 1)
    assert read(plain[:-22] + end64 + locator + plain[-22:], WHEEL)[1].issues == []
    lying = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 2, 2, size, start)
    assert any(
        "zip64 form differ" in i.detail for i in read(plain[:-22] + lying + locator + plain[-22:], WHEEL)[1].issues
    )
    assert kinds(read(plain[:-22] + locator + plain[-22:], WHEEL)[1]) == ["corrupt"]


def test_the_name_before_a_nul_is_the_one_python_sees():
    members, _ = read(zip_of(ZipEntry(b"a.py\0.txt", b"1")), WHEEL)
    assert members[0].path == "a.py"


def test_a_link_is_the_text_that_zipfile_would_write():
    members, stream = read(
        zip_of(ZipEntry(b"l.py", b"a.py", mode=stat.S_IFLNK | 0o777), ZipEntry(b"a.py", b"1")), WHEEL
    )
    assert stream.issues == []
    assert (members[0].kind, members[0].target, members[0].data) == ("link", "a.py", b"a.py")


def test_a_large_member_is_hashed_and_withheld():
    body = b"0123456789" * 1000
    members, stream = read(zip_of(ZipEntry(b"big", body), A), WHEEL, Limits(max_member=4096))
    assert stream.issues == []
    assert (members[0].size, members[0].data, members[0].withheld) == (10_000, b"", True)
    assert members[0].sha256 == hashlib.sha256(body).hexdigest()


def test_too_many_members():
    data = plain_zip({f"f{at}": b"" for at in range(50)})
    members, stream = read(data, WHEEL, Limits(max_members=20))
    assert members == []
    assert kinds(stream) == ["too-many-members"]
    assert stream.fatal


NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\\:/", exclude_categories=["Cc"]), min_size=1, max_size=40
)


@settings(max_examples=120, deadline=None)
@given(
    members=st.dictionaries(NAMES.map(lambda name: "a/x" + name), st.binary(max_size=2000), min_size=1, max_size=8),
    method=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
)
def test_reads_what_zipfile_writes(members, method):
    found, stream = read(plain_zip(members, method), WHEEL)
    if stream.issues:
        assert set(kinds(stream)) == {"case-collision"}
    assert files(found) == list(members.items())


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_what_is_clean_is_what_zipfile_sees(data):
    entries = data.draw(
        st.lists(
            st.sampled_from([A, ZipEntry(b"b.py", b"b"), ZipEntry(b"c.py", b"c", method=0)]), min_size=1, unique=True
        )
    )
    raw = bytearray(zip_of(*entries))
    for _ in range(data.draw(st.integers(0, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    found, stream = read(bytes(raw), WHEEL)
    for one in found:
        assert not one.path.startswith("/")
        assert ".." not in one.path.split("/")
    if stream.issues:
        return
    with zipfile.ZipFile(io.BytesIO(bytes(raw))) as archive:
        expected = [(i.filename, archive.read(i)) for i in archive.infolist() if not i.is_dir()]
    assert [(m.path, m.data) for m in found if m.kind != "directory"] == expected
