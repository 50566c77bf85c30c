"""A root is never left, and whatever vanishes, refuses or goes in circles is a note."""
# ruff: noqa: PTH103, PTH112, PTH116, PTH106, PTH108, PTH118, PTH120, PTH123, PTH211 - paths are texts where they are walked

import errno
import os
import re

import pytest

from customhouse.hunt.hosts.tree import Tree, shown
from customhouse.hunt.notes import Notebook


@pytest.fixture
def tree(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    return Tree(str(root), Notebook())


def make(tree, path, data=b"x"):
    real = os.path.join(tree.root, path)
    os.makedirs(os.path.dirname(real), exist_ok=True)
    with open(real, "wb") as file:
        file.write(data)
    return real


def test_links_are_resolved_against_the_root(tree, tmp_path):
    inside = make(tree, "etc/real/passwd")
    (tmp_path / "passwd").write_text("outside")
    os.symlink("/etc/real", os.path.join(tree.root, "absolute"))
    os.symlink("../../../../../etc/real/passwd", os.path.join(tree.root, "up"))
    os.symlink(str(tmp_path / "passwd"), os.path.join(tree.root, "out"))
    assert tree.resolve("/absolute/passwd") == inside
    assert tree.resolve("/up") == inside
    assert tree.resolve("/out") is None
    assert tree.resolve("/../../passwd") is None
    assert tree.resolve("/etc/./real/../real/passwd") == inside


def test_links_in_a_circle_are_bounded_and_told(tree):
    os.symlink("/b", os.path.join(tree.root, "a"))
    os.symlink("/a", os.path.join(tree.root, "b"))
    os.symlink("self/self/self", os.path.join(tree.root, "self"))
    assert tree.resolve("/a/x") is None
    assert tree.resolve("/self") is None
    assert {each.reason for each in tree._notes.left_out} == {"its links lead in a circle"}


def test_a_walk_follows_no_link(tree):
    make(tree, "home/a/file")
    os.symlink("..", os.path.join(tree.root, "home/a/loop"))
    seen = [(os.path.relpath(each.path, tree.root), each.files) for each in tree.walk(tree.root)]
    assert seen == [(".", []), ("home", []), ("home/a", ["file"])]


def test_folded_trees_find_names_of_another_case(tmp_path):
    tree = Tree(str(tmp_path), Notebook(), folded=True)
    real = make(tree, "ProgramData/Wt.EXE")
    assert tree.resolve("/PROGRAMDATA/wt.exe") == real
    assert Tree(str(tmp_path), Notebook()).resolve("/PROGRAMDATA/wt.exe") is None


def test_the_kernel_s_folders_are_not_walked(tree):
    for name in ("proc/1", "sys/x", "dev/x", "home/proc"):
        make(tree, f"{name}/file")
    walked = {os.path.relpath(each.path, tree.root) for each in tree.walk(tree.root)}
    assert walked == {".", "home", "home/proc"}


def test_a_folder_that_may_not_be_listed_is_a_serious_note(tree, monkeypatch):
    make(tree, "home/secret/file")
    make(tree, "home/open/file")
    real = os.scandir

    def scandir(path):
        if str(path).endswith("secret"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert [each.files for each in tree.walk(tree.root)] == [[], [], ["file"], []]  # the last is what may not be listed
    (note,) = tree._notes.left_out
    assert (note.reason, note.serious) == ("permission denied", True)


def test_what_vanishes_while_it_is_walked_is_a_light_note(tree):
    make(tree, "a/file")
    make(tree, "b/file")
    walk = tree.walk(tree.root)
    next(walk)
    os.unlink(os.path.join(tree.root, "b/file"))
    os.rmdir(os.path.join(tree.root, "b"))
    assert [each.files for each in walk] == [["file"]]
    (note,) = tree._notes.left_out
    assert not note.serious
    assert "vanished" in note.reason


def test_only_regular_files_are_opened(tree):
    os.mkfifo(os.path.join(tree.root, "pipe"))
    make(tree, "file")
    os.symlink("file", os.path.join(tree.root, "link"))
    assert tree.read(os.path.join(tree.root, "pipe"), 10) is None
    assert tree.read(os.path.join(tree.root, "link"), 10) is None
    assert tree.read("/dev/zero", 10) is None
    assert tree.read(os.path.join(tree.root, "file"), 10) == b"x"


def test_long_files_and_lines_are_cut_and_told(tree):
    real = make(tree, "long", b"a" * 100 + b"\nb\n")
    assert tree.read(real, 10) == b"a" * 10
    assert tree._notes.left_out[0].reason == "only its first 10 bytes were read"
    assert list(tree.lines(real, 10)) == [(1, b"a" * 10), (2, b"b")]


def test_patterns_find_names_of_any_folder(tree):
    first, second = make(tree, "var/a/T/x"), make(tree, "var/b/T/x")
    make(tree, "var/b/U/x")
    assert list(tree.find(("var", re.compile(r"[^/]+"), "T", "x"))) == [first, second]
    assert list(tree.find(("var", re.compile("b"), re.compile("[TU]"), "y"))) == []


def test_a_large_folder_comes_in_parts(tree, monkeypatch):
    monkeypatch.setattr("customhouse.hunt.hosts.tree._BATCH", 10)
    for number in range(25):
        make(tree, f"many/{number}")
    parts = [each.files for each in tree.walk(os.path.join(tree.root, "many"))]
    assert [len(each) for each in parts] == [10, 10, 5]


def test_a_deep_tree_ends_with_a_note(tree, monkeypatch):
    monkeypatch.setattr("customhouse.hunt.hosts.tree.MAX_DEPTH", 5)
    make(tree, "/".join("abcdefgh") + "/file")
    assert len(list(tree.walk(tree.root, 5))) == 6
    assert "levels deep" in tree._notes.left_out[0].reason


def test_refusals_are_bounded(tree):
    for number in range(2000):
        tree.refuse(f"/{number}", "no")
    assert len(tree._notes.left_out) == 501
    assert "the rest is not told" in tree._notes.left_out[-1].reason


def test_bad_bytes_are_written_so_that_every_encoder_takes_them():
    assert shown(os.fsdecode(b"a\xffb\n")) == "a\\xffb\n"


@pytest.mark.skipif(
    not os.path.isdir("/dev/shm") or os.stat("/dev/shm").st_dev == os.stat("/dev").st_dev,
    reason="/dev/shm is no file system of its own here",
)
def test_a_walk_stays_on_its_file_system_unless_told():
    notes = Notebook()
    walked = {each.path for each in Tree("/", notes).walk("/dev", 1)}
    assert "/dev/shm" not in walked
    assert ("/dev/shm", "it is another file system", False) in {
        (each.path, each.reason, each.serious) for each in notes.left_out
    }
    assert "/dev/shm" in {each.path for each in Tree("/", Notebook(), one_filesystem=False).walk("/dev", 1)}
