"""What a member is, and what two archives differ in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.archives.tree import Change, TreeDiff, compare_trees, member_kind
from customhouse.model.content import Member, Tree


@pytest.mark.parametrize(
    ("path", "head", "kind"),
    [
        ("a.js", b"module.exports", "script"),
        ("bin/run", b"#!/usr/bin/env node\n", "script"),
        ("a.mjs", b"", "script"),
        ("a.d.ts", b"export", "script"),
        ("a.py", b"import os", "script"),
        ("evil.pth", b"import os", "script"),
        ("readme.txt", b"\x7fELF\2\1\1", "native"),
        ("a.exe", b"MZ\x90\0\3", "native"),
        ("mz.txt", b"MZ is a country code", "data"),
        ("a.dylib", b"\xcf\xfa\xed\xfe\7", "native"),
        ("a.dylib", b"\xca\xfe\xba\xbe\0\0\0\2", "native"),
        ("A.class", b"\xca\xfe\xba\xbe\0\0\0\x34", "data"),
        ("a.wasm", b"\0asm\1\0\0\0", "native"),
        ("a.wasm", b"", "native"),
        ("a.node", b"", "native"),
        ("a.pyc", b"\xa7\r\r\n", "native"),
        ("liba.so.1.2", b"linker script", "data"),
        ("liba.a", b"!<arch>\n/", "native"),
        ("a.deb", b"!<arch>\ndebian-binary", "archive"),
        ("a.zip", b"PK\3\4", "archive"),
        ("a.jpg", b"PK\3\4", "archive"),
        ("a.gz", b"\x1f\x8b\x08", "archive"),
        ("a.tar", bytes(257) + b"ustar\0", "archive"),
        ("a.bz2", b"BZh91AY&SY", "archive"),
        ("BZh.txt", b"BZh is a format", "data"),
        ("package.json", b"{", "manifest"),
        ("node_modules/x/package.json", b"{", "manifest"),
        ("PKG-INFO", b"", "manifest"),
        ("a-1.0.dist-info/METADATA", b"", "manifest"),
        ("a-1.0.dist-info/entry_points.txt", b"", "manifest"),
        ("package.json", b"\x7fELF", "native"),
        ("readme.md", b"# Readme", "data"),
        ("", b"", "data"),
    ],
)
def test_kinds(path, head, kind):
    assert member_kind(path, head) == kind


def make(path: str, digest: str = "1") -> Member:
    return Member(path, 1, digest)


def test_a_difference():
    before = Tree((make("a"), make("b"), make("c")))
    after = Tree((make("c", "2"), make("d"), make("a")))
    assert compare_trees(before, after) == TreeDiff(
        added=(make("d"),), removed=(make("b"),), changed=(Change(make("c"), make("c", "2")),)
    )


def test_a_new_version_does_not_replace_a_wheel_s_metadata():
    before = Tree((make("a-1.0.dist-info/METADATA"), make("a-1.0.data/scripts/x"), make("a/b.py")))
    after = Tree((make("a-1.1.dist-info/METADATA", "2"), make("a-1.1.data/scripts/x"), make("a/b.py")))
    diff = compare_trees(before, after)
    assert (diff.added, diff.removed) == ((), ())
    assert [change.after.path for change in diff.changed] == ["a-1.1.dist-info/METADATA"]


def test_of_two_members_with_one_path_the_last_counts():
    diff = compare_trees(Tree((make("a"),)), Tree((make("a", "2"), make("a"))))
    assert diff == TreeDiff()


MEMBERS = st.lists(st.builds(make, st.text(max_size=3), st.sampled_from("12")), max_size=8).map(
    lambda m: Tree(tuple(m))
)


@given(MEMBERS, MEMBERS)
def test_comparison_is_symmetric(one, other):
    there, back = compare_trees(one, other), compare_trees(other, one)
    assert there.added == back.removed
    assert there.removed == back.added
    assert [(c.before, c.after) for c in there.changed] == [(c.after, c.before) for c in back.changed]
    assert compare_trees(one, one) == TreeDiff()
