"""A folder in the shape of an archive."""

import hashlib
import os
from pathlib import Path

import pytest

from customhouse.archives.interface import Limits
from customhouse.archives.stream import open_directory


def read(root: Path, limits: Limits | None = None):
    stream = open_directory(root, limits) if limits else open_directory(root)
    return list(stream), stream


def test_a_folder_gives_members_in_order(tmp_path: Path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "package.json").write_bytes(b"{}")
    (tmp_path / "lib" / "a.js").write_bytes(b"1")
    (tmp_path / "bin.sh").write_bytes(b"#!")
    (tmp_path / "bin.sh").chmod(0o755)
    members, stream = read(tmp_path)
    assert stream.issues == []
    assert stream.format == "directory"
    assert [(m.path, m.kind, m.executable) for m in members] == [
        ("bin.sh", "file", True),
        ("lib", "directory", False),
        ("package.json", "file", False),
        ("lib/a.js", "file", False),
    ]
    assert members[3].sha256 == hashlib.sha256(b"1").hexdigest()


def test_links_are_judged_and_carry_what_they_lead_to(tmp_path: Path):
    root = tmp_path / "package"
    root.mkdir()
    (tmp_path / "secret").write_bytes(b"do not read")
    (root / "a.js").write_bytes(b"1")
    (root / "in.js").symlink_to("a.js")
    (root / "out.js").symlink_to("../secret")
    (root / "absolute").symlink_to(tmp_path / "secret")
    (root / "gone").symlink_to("nothing")
    members, stream = read(root)
    found = {m.path: (m.kind, m.data) for m in members}
    assert found["in.js"] == ("link", b"1")
    assert found["out.js"] == ("link", b"")
    assert found["absolute"] == ("link", b"")
    assert found["gone"] == ("link", b"")
    assert {(issue.kind, issue.member) for issue in stream.issues} == {
        ("link-escape", "out.js"),
        ("link-escape", "absolute"),
    }


def test_a_folder_behind_a_link_is_not_entered(tmp_path: Path):
    root = tmp_path / "package"
    root.mkdir()
    (root / "a").write_bytes(b"1")
    (root / "up").symlink_to("..")
    members, stream = read(root)
    assert [m.path for m in members] == ["a", "up"]
    assert [issue.kind for issue in stream.issues] == ["link-escape"]


def test_a_fifo_is_told_and_not_opened(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    members, stream = read(tmp_path)
    assert [m.kind for m in members] == ["device"]
    assert [issue.kind for issue in stream.issues] == ["device"]


def test_an_undecodable_name_is_told_and_read(tmp_path: Path):
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xff")).write_bytes(b"1")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    members, stream = read(tmp_path)
    assert members[0].data == b"1"
    members[0].path.encode()
    assert [issue.kind for issue in stream.issues] == ["undecodable-name"]


def test_bounds(tmp_path: Path):
    for at in range(20):
        (tmp_path / f"f{at:02}").write_bytes(b"x" * 1000)
    assert [i.kind for i in read(tmp_path, Limits(max_members=5))[1].issues] == ["too-many-members"]
    assert [i.kind for i in read(tmp_path, Limits(max_unpacked=5000))[1].issues] == ["too-large"]
    members, stream = read(tmp_path, Limits(max_member=999))
    assert stream.issues == []
    assert all(m.withheld and m.size == 1000 and not m.data for m in members)
    assert members[0].sha256 == hashlib.sha256(b"x" * 1000).hexdigest()


def test_a_folder_that_is_empty_or_absent_is_told(tmp_path: Path):
    assert [i.kind for i in read(tmp_path)[1].issues] == ["corrupt"]
    stream = read(tmp_path / "none")[1]
    assert stream.fatal
    assert "cannot be read" in stream.issues[0].detail


def test_setuid_is_told(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "a").chmod(0o4755)
    assert [i.kind for i in read(tmp_path)[1].issues] == ["special-mode"]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path):
    for name in "ab":
        (tmp_path / name).write_bytes(b"1")
    stream = open_directory(tmp_path)
    members = iter(stream)
    assert next(members).data == b"1"
    (tmp_path / "b").unlink()
    assert [(m.path, m.withheld) for m in members] == [("b", True)]
    assert stream.fatal


def test_a_file_replaced_by_a_link_is_not_followed(tmp_path: Path):
    root = tmp_path / "package"
    root.mkdir()
    (tmp_path / "secret").write_bytes(b"do not read")
    for name in "ab":
        (root / name).write_bytes(b"1")
    stream = open_directory(root)
    members = iter(stream)
    next(members)
    (root / "b").unlink()
    (root / "b").symlink_to("../secret")
    assert [(m.path, m.data) for m in members] == [("b", b"")]
    assert stream.fatal
