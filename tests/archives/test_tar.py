"""Every way a tar archive can hurt or mislead, and the ways it can be merely old."""

import hashlib
import io
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archives.making import END, files, header, kinds, member, padded, pax, plain_tar, read, record, tgz
from customhouse.archives.interface import Limits

GOOD = member(b"package/index.js", b"module.exports = 1\n")


def test_members_of_an_honest_archive():
    members, stream = read(tgz(header(b"package/", flag=b"5"), GOOD, member(b"package/bin/x", b"#!", mode=0o755)))
    assert stream.issues == []
    assert stream.format == "tar.gz"
    assert [(m.path, m.size, m.kind, m.executable) for m in members] == [
        ("index.js", 19, "file", False),
        ("bin/x", 2, "file", True),
    ]
    assert members[0].sha256 == hashlib.sha256(b"module.exports = 1\n").hexdigest()


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ((member(b"package/../../x", b"1"),), "traversal"),
        ((member(b"package/a/../b", b"1"),), "traversal"),
        ((member(b"package/a\\..\\..\\b", b"1"),), "traversal"),
        ((member(b"../package/x", b"1"),), "traversal"),
        ((member(b"/etc/passwd", b"1"),), "absolute-name"),
        ((member(b"package/C:/x", b"1"),), "absolute-name"),
        ((member(b"C:\\x", b"1"),), "absolute-name"),
        ((member(b"\\\\host\\share", b"1"),), "absolute-name"),
        ((member(b"package/a\\b", b"1"),), "absolute-name"),
        ((header(b"package/l", flag=b"2", link=b"../../x"),), "link-escape"),
        ((header(b"package/l", flag=b"2", link=b"/etc"),), "link-escape"),
        ((header(b"package/l", flag=b"2", link=b"C:x"),), "link-escape"),
        ((header(b"package/l", flag=b"2", link=b"..\\..\\x"),), "link-escape"),
        ((header(b"package/l", flag=b"2"),), "link-escape"),
        ((header(b"package/l", flag=b"1", link=b"/etc/passwd"),), "link-escape"),
        ((header(b"package/l", flag=b"1", link=b"package/../../x"),), "link-escape"),
        ((header(b"package/l", flag=b"2", link=b"d"), member(b"package/l/x", b"1")), "link-escape"),
        ((header(b"package/c", flag=b"3"),), "device"),
        ((header(b"package/c", flag=b"4"),), "device"),
        ((header(b"package/c", flag=b"6"),), "device"),
        ((member(b"package/a", b"1"), member(b"package/a", b"2")), "duplicate-name"),
        ((member(b"package/a", b"1"), member(b"other/a", b"2")), "duplicate-name"),
        ((member(b"package/a", b"1"), member(b"package/a/b", b"2")), "duplicate-name"),
        ((member(b"package/a/b", b"1"), member(b"package/a", b"2")), "duplicate-name"),
        ((member(b"package/A", b"1"), member(b"package/a", b"2")), "case-collision"),
        ((member("package/\u00e9".encode(), b"1"), member("package/e\u0301".encode(), b"2")), "case-collision"),
        ((member("package/stra\u00dfe".encode(), b"1"), member(b"package/strasse", b"2")), "case-collision"),
        ((member(b"package/\xff", b"1"),), "undecodable-name"),
        ((member(b"package/\x1b[2Ja", b"1"),), "undecodable-name"),
        ((member(b"lonely.js", b"1"),), "outside-root"),
        ((member(b"package/a", b"1", mode=0o4755),), "special-mode"),
        ((member(b"package/a", b"1", mode=0o2755),), "special-mode"),
        ((member(b"package/a", b"1", flag=b"S"),), "unsupported"),
        ((member(b"package/a", b"1", flag=b"M"),), "unsupported"),
        ((member(b"package/a", b"1", flag=b"D"),), "unsupported"),
        ((pax(record(b"GNU.sparse.major", b"1")), GOOD), "unsupported"),
        ((header(b"package/a", 1000) + b"1",), "truncated"),
        ((GOOD + header()[:100],), "truncated"),
        ((pax(record(b"path", b"package/b")),), "truncated"),
        ((header(flag=b"x", size=600) + b"1",), "truncated"),
        ((b"x" * 512, GOOD), "corrupt"),
        ((header(size=b"99999999999\0"), GOOD), "corrupt"),
        ((header(size=b"\xff" * 12), GOOD), "corrupt"),
        ((header(flag=b"x", size=2 << 20), GOOD), "too-large"),
        ((pax(record(b"path", b"package/" + b"x/" * 3000)), GOOD), "unsupported"),
    ],
)
def test_one_wrong_is_one_issue(parts, kind):
    _, stream = read(tgz(*parts, end=b"" if kind == "truncated" else END))
    assert kind in kinds(stream), stream.issues


@pytest.mark.parametrize(
    "parts",
    [
        (GOOD, member(b"package/.npmignore", b"x"), member(b"package/...", b"x"), member(b"package/Icon\r", b"")),
        (member(b"package/a", b"1"), member(b"package/a", b"1")),
        (member(b"package/README.md", b"1"), member(b"package/readme.md", b"1")),
        (member(b"root/package.json", b"{}"), member(b"other/x.js", b"1")),
        (header(b"package/", flag=b"5"), header(b"package/lib", flag=b"5"), header(b"package/lib/", flag=b"5"), GOOD),
        (header(b"package/lib/", flag=b"\0"), header(b"package/x/", flag=b"0"), GOOD),
        (pax(record(b"comment", b"abc"), flag=b"g"), GOOD),
        (pax(record(b"mtime", b"1.5"), record(b"path", "package/ü.js".encode())), GOOD),
        (pax(record(b"SCHILY.xattr.user.x", b"\x01\n\x02")), GOOD),
        (member(b"././@LongLink", b"package/" + b"d/" * 90 + b"a.js\0", flag=b"L"), GOOD),
        (header(b"package/l", flag=b"2", link=b"./index.js"), GOOD),
        (header(b"package/l", flag=b"2", link=b"gone.js"), GOOD),
        (member(b"index.js", b"1", prefix=b"package/lib"),),
        (member(b"package/a", b"1", magic=b"ustar  \0"), member(b"package/b", b"1", magic=b"")),
        (member(b"package/a", b"1", mode=0o100644), header(b"package/d", flag=b"5", mode=0o2755)),
        (member(b"package/a", b"1", flag=b"7"),),
    ],
)
def test_what_is_merely_old_or_odd_is_no_issue(parts):
    _, stream = read(tgz(*parts))
    assert stream.issues == []


def test_padding_and_a_missing_end_are_no_issue():
    for end in (b"", bytes(512), bytes(1024), bytes(10240), bytes(10240 + 100)):
        members, stream = read(tgz(GOOD, end=end))
        assert stream.issues == []
        assert len(members) == 1


def test_bytes_after_the_end_are_told():
    members, stream = read(tgz(GOOD, end=END + member(b"package/evil.js", b"1")))
    assert kinds(stream) == ["trailing-data"]
    assert [m.path for m in members] == ["index.js"]


def test_members_after_one_block_of_zeros_are_seen_and_told():
    members, stream = read(tgz(GOOD, bytes(512), member(b"package/evil.js", b"1")))
    assert kinds(stream) == ["trailing-data"]
    assert [m.path for m in members] == ["index.js", "evil.js"]


def test_members_after_a_bad_block_are_seen_as_node_sees_them():
    members, stream = read(tgz(GOOD, header(b"package/x", checksum=b"000001\0 "), member(b"package/evil.js", b"1")))
    assert kinds(stream) == ["corrupt"]
    assert [m.path for m in members] == ["index.js", "evil.js"]


def test_a_truncated_member_is_handed_out_as_far_as_it_goes():
    members, stream = read(tgz(header(b"package/a", 1000) + b"abc", end=b""))
    assert stream.fatal
    assert files(members) == [("a", b"abc")]


def test_hostile_names_never_leave_the_root():
    names = [
        b"package/../../x",
        b"/abs/x",
        b"package//a//./b",
        b"..",
        b"package/..",
        b"/",
        b"//x",
        b"package/a/../../../b",
    ]
    for layout in ("a.tgz", "a.tar.gz", "a.gz"):
        members, _ = read(tgz(*(member(name, b"1") for name in names)), layout)
        for one in members:
            assert not one.path.startswith("/")
            assert not {"..", ".", ""} & set(one.path.split("/")[:1] + one.path.split("/")[1:]), one.path


def test_npm_takes_the_first_component_off_whatever_it_is():
    members, stream = read(tgz(member(b"./package/a", b"1"), member(b"x/y/z", b"1")))
    assert [m.path for m in members] == ["package/a", "y/z"]
    assert stream.issues == []


def test_an_sdist_keeps_what_stands_beside_its_folder():
    parts = (member(b"./p-1/setup.py", b"1"), member(b"p-1/a.py", b"1"), member(b"q/b.py", b"1"))
    members, stream = read(tgz(*parts), "p-1.tar.gz")
    assert [m.path for m in members] == ["setup.py", "a.py", "q/b.py"]
    assert kinds(stream) == ["outside-root"]


def test_links_carry_what_they_lead_to():
    parts = (
        header(b"p-1/setup.py", flag=b"2", link=b"x/../evil.txt", mode=0o755),
        member(b"p-1/evil.txt", b"import os"),
        header(b"p-1/hard.py", flag=b"1", link=b"p-1/evil.txt"),
        header(b"p-1/chain.py", flag=b"2", link=b"setup.py"),
    )
    members, stream = read(tgz(*parts), "p-1.tar.gz")
    assert stream.issues == []
    assert {(m.path, m.kind, m.data, m.target) for m in members} == {
        ("evil.txt", "file", b"import os", ""),
        ("setup.py", "link", b"import os", "x/../evil.txt"),
        ("hard.py", "hardlink", b"import os", "p-1/evil.txt"),
        ("chain.py", "link", b"import os", "setup.py"),
    }


def test_links_that_leave_through_other_links():
    parts = (
        header(b"package/a/up", flag=b"2", link=b".."),
        header(b"package/b", flag=b"2", link=b"a/up/../x"),
        header(b"package/loop", flag=b"2", link=b"loop"),
        GOOD,
    )
    _, stream = read(tgz(*parts))
    assert sorted(issue.member for issue in stream.issues if issue.kind == "link-escape") == ["b", "loop"]


def test_a_hard_link_to_nothing_and_to_a_link():
    parts = (
        header(b"package/l", flag=b"2", link=b"index.js"),
        header(b"package/h", flag=b"1", link=b"package/l"),
        header(b"package/n", flag=b"1", link=b"package/none"),
        GOOD,
    )
    _, stream = read(tgz(*parts))
    assert {(issue.kind, issue.member) for issue in stream.issues} == {("link-escape", "h"), ("corrupt", "n")}


def test_a_link_cannot_multiply_bytes_beyond_the_bound():
    links = [header(b"package/l%d" % at, flag=b"1", link=b"package/big") for at in range(100)]
    limits = Limits(max_unpacked=400_000)
    members, stream = read(tgz(member(b"package/big", b"x" * 50_000), *links), limits=limits)
    assert sum(m.size for m in members) <= 400_000
    assert "too-large" in kinds(stream)


def test_a_large_member_is_hashed_and_withheld():
    body = b"0123456789" * 1000
    members, stream = read(tgz(member(b"package/big", body), GOOD), limits=Limits(max_member=4096))
    assert stream.issues == []
    assert (members[0].path, members[0].size, members[0].data, members[0].withheld) == ("big", 10_000, b"", True)
    assert members[0].sha256 == hashlib.sha256(body).hexdigest()
    assert members[1].data.startswith(b"module")


def test_a_large_member_cut_short():
    members, stream = read(tgz(header(b"package/big", 10_000), b"x" * 5000, end=b""), limits=Limits(max_member=4096))
    assert stream.fatal
    assert members[0].size == 5000


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        ((pax(record(b"comment", b"x\n" + record(b"path", b"package/evil").rstrip(b"\n"))), GOOD), "another path"),
        ((pax(record(b"path", b"package/a\0b")), GOOD), "another path"),
        ((pax(record(b"path", b"package/one")), pax(record(b"path", b"package/two")), GOOD), "another path"),
        ((member(b"L", b"package/one\0", flag=b"L"), pax(record(b"path", b"package/two")), GOOD), "another path"),
        ((pax(b"12 path=package/a\n"), GOOD), "record's length"),
        ((pax(record(b"size", b"19")), member(b"package/a", b"x" * 19, size=512)), "two sizes"),
        ((pax(record(b"size", b"1e3")), GOOD), "no number"),
        ((pax(record(b"path", b"package/all"), flag=b"g"), GOOD), "global header"),
        ((pax(record(b"size", b"9"), flag=b"g"), GOOD), "global header"),
        ((member(b"package/a", b"1", link=b"x"),), "link target"),
        ((header(b"package/d", 512, flag=b"5"), GOOD), "a folder of 512"),
        ((header(b"package/d/", 512, flag=b"0"), GOOD), "folder's name"),
        ((member(b"package/l", b"x" * 9, flag=b"2", link=b"index.js"), GOOD), "a link of 9"),
        ((member(b"package/c", b"x" * 9, flag=b"3"), GOOD), "a device of 9"),
        ((member(b"a.js", b"1", prefix=b"package", magic=b"ustar  \0"),), "not POSIX"),
        ((member(b"package/a\0x\ny", b"1"),), "node-tar reads"),
        ((header(b"L", 0, flag=b"L", link=b"x"), GOOD), "extended header that Node ignores"),
        ((member(b"", b"1"),), "without a name"),
    ],
)
def test_headers_that_readers_read_differently(parts, what):
    _, stream = read(tgz(*parts))
    assert any(what in issue.detail for issue in stream.issues), stream.issues


def test_each_ecosystem_sees_what_its_own_reader_sees():
    both = (pax(record(b"path", b"package/one")), pax(record(b"path", b"package/two")), GOOD)
    assert read(tgz(*both))[0][0].path == "two"
    assert read(tgz(*both), "package-1.tar.gz")[0][0].path == "one"


def test_a_header_with_a_signed_checksum_is_seen_and_told():
    block = bytearray(header("package/é".encode(), 1))
    block[148:156] = b"        "
    total = sum(block) - 256 * sum(1 for byte in block if byte & 0x80)
    block[148:156] = b"%06o\0 " % total
    members, stream = read(tgz(bytes(block), padded(b"1")))
    assert [m.path for m in members] == ["é"]
    assert "signed" in stream.issues[0].detail


def test_python_stops_at_numbers_that_others_ignore():
    parts = (member(b"p-1/a", b"1", mtime=b"not a number"),)
    assert read(tgz(*parts))[1].issues == []
    assert kinds(read(tgz(*parts), "p-1.tar.gz")[1]) == ["corrupt"]


NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\\:", exclude_categories=["Cc"]), min_size=1, max_size=150
)
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join).map(lambda path: "p-1/" + path.rstrip("/") + "x")


@settings(max_examples=120, deadline=None)
@given(
    members=st.dictionaries(PATHS, st.binary(max_size=2000), min_size=1, max_size=8),
    form=st.sampled_from([tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]),
)
def test_reads_what_tarfile_writes(members, form):
    try:
        data = plain_tar(members, form)
    except ValueError:  # too long a name for ustar
        return
    found, stream = read(data, "p-1.tar")
    hostile = {"traversal", "duplicate-name", "case-collision", "corrupt", "absolute-name", "outside-root"}
    if stream.issues:
        assert set(kinds(stream)) <= hostile
        return
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        expected = [
            ("/".join(p for p in i.name.split("/")[1:] if p not in ("", ".")), tar.extractfile(i).read()) for i in tar
        ]
    assert files(found) == expected


BLOCKS = st.sampled_from(
    [
        GOOD,
        member(b"package/b.js", b"1" * 600),
        bytes(512),
        header(b"package/", flag=b"5"),
        pax(record(b"path", b"package/c")),
        pax(record(b"size", b"512")),
        member(b"L", b"package/" + b"y" * 120, flag=b"L"),
        member(b"K", b"package/" + b"y" * 120, flag=b"K"),
        header(b"package/l", flag=b"2", link=b"index.js"),
        header(b"package/h", flag=b"1", link=b"package/index.js"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    parts=st.lists(BLOCKS, min_size=1, max_size=6),
    edits=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 511), st.integers(0, 255)), max_size=3),
    mend=st.booleans(),
)
def test_what_is_clean_is_what_tarfile_sees(parts, edits, mend):
    """The heart of the matter: no issue means that Python's reader takes the same bytes for the same names."""
    data = bytearray(b"".join(parts) + END)
    for block, at, value in edits:
        start = block * 512
        if start + 512 > len(data):
            continue
        data[start + at] = value
        if mend:
            data[start + 148 : start + 156] = b" " * 8
            data[start + 148 : start + 156] = b"%06o\0 " % sum(data[start : start + 512])
    found, stream = read(bytes(data), "package-1.tar")
    for one in found:
        assert not one.path.startswith("/")
        assert ".." not in one.path.split("/")
    if stream.issues:
        return
    with tarfile.open(fileobj=io.BytesIO(bytes(data))) as tar:
        expected = [(i.name.partition("/")[2], tar.extractfile(i).read()) for i in tar if i.isreg()]
    assert files(found) == [(path, body) for path, body in expected]
