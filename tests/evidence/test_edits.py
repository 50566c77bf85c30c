"""What a release did to its code files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.archives.tree import member_kind
from customhouse.evidence.edits import _blocks, edits
from customhouse.evidence.sketch import sketch
from customhouse.model.content import ContentFacts, InstallHook, Member, Sketch, Tree
from customhouse.source.read import language_of

BODY = "const a = 1\nconst b = 2\nconst c = 3\nconst d = 4\nconst e = 5\nmodule.exports = a\n"


def tree(files, reach="import"):
    members, sketches = [], []
    for path, text in files.items():
        data = text.encode()
        members.append(Member(path, len(data), text, member_kind(path, data[:512])))
        if language_of(path, data[:512]):
            drawn = sketch(path, data, "")
            sketches.append(Sketch(path, reach, *(getattr(drawn, name) for name in drawn.__struct_fields__[2:])))
    return Tree(tuple(members), tuple(sketches))


def changed(before, after, hooks=(), reach="import"):
    facts = ContentFacts("a.tgz", "0" * 64, "0" * 128, 1, hooks=hooks)
    return edits(facts, tree(after, reach), tree(before))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BODY + "run()\n", [("end", 7, 7)]),
        ("'use strict'\nrun()\n" + BODY, [("start", 1, 2)]),
        (BODY.replace("const d", "x()\ny()\nconst d"), [("middle", 4, 5)]),
        (BODY.rstrip() + " " * 500 + ";run()\n", [("end", 6, 6)]),
        ("first()\n" + BODY + "last()\n", [("start", 1, 1), ("end", 8, 8)]),
        (BODY.replace("const a = 1", "const a = 2") + "run()\n", []),
        (BODY.replace("const b = 2\n", ""), []),
    ],
)
def test_text_put_into_a_file_that_is_otherwise_unchanged(text, expected):
    found = changed({"index.js": BODY}, {"index.js": text})
    assert [(each.place, each.first, each.last) for each in found.insertions] == expected
    assert found.altered == ("index.js",)


def test_text_that_begins_like_what_follows_it_is_one_block():
    before, after = "a()\nb()\nc()\nd()\n", "a()\nb()\nc()\nd()\nb()\nd()\n"
    assert [(each.first, each.last) for each in changed({"x.js": before}, {"x.js": after}).insertions] == [(4, 5)]


def test_files_that_nothing_loads_are_no_concern():
    found = changed({"index.js": BODY}, {"index.js": BODY + "run()\n", "b.js": "run()\n"}, reach="other")
    assert found.insertions == ()
    assert found.added_code == ()


def test_new_files_are_told_with_how_much_of_them_was_there():
    found = changed({"index.js": BODY}, {"a.js": BODY, "b.js": "run()\n" * 3, "notes.md": "text"})
    assert {each.path: each.known for each in found.added_code} == {"a.js": 1.0, "b.js": 0.0}


def test_a_chunk_too_long_for_pieces_is_the_one_that_went_under_another_digest():
    text = "a\n" * (3 << 19)
    found = changed({"d/chunk-BHkUv4Z8.js": text}, {"d/chunk-Bg9PZ8Iq.js": text + "b\n"})
    assert [each.known for each in found.added_code] == [1.0]
    found = changed({"d/chunk-BHkUv4Z8.js": text}, {"d/other-Bg9PZ8Iq.js": text + "b\n"})
    assert [each.known for each in found.added_code] == [None]


def test_shell_scripts_count_as_run_where_a_hook_starts_them():
    hook = InstallHook("lifecycle-script", "postinstall", "sh go.sh", "go.sh")
    found = changed({}, {"go.sh": "#!/bin/sh\n", "other.sh": "#!/bin/sh\n", "types.d.ts": "x"}, hooks=(hook,))
    assert {each.path: each.reach for each in found.added_code} == {"go.sh": "install", "other.sh": "other"}


def test_one_of_several_forms():
    before = {"dist/cjs/a.js": BODY, "dist/esm/a.js": BODY, "lib/b.cjs": BODY, "lib/b.mjs": BODY, "lib/c.js": BODY}
    alone = changed(before, before | {"dist/cjs/a.js": BODY + "run()\n"})
    assert [(each.changed, each.unchanged) for each in alone.lone_variants] == [("dist/cjs/a.js", ("dist/esm/a.js",))]
    both = changed(before, before | {"lib/b.cjs": BODY + "run()\n", "lib/b.mjs": BODY + "run()\n"})
    assert both.lone_variants == ()
    assert changed(before, before | {"lib/c.js": BODY + "run()\n"}).lone_variants == ()


def test_built_files_without_their_sources():
    before = {"src/a.ts": "let a: 1", "dist/a.js": BODY, "package.json": "{}"}
    alone = changed(before, before | {"dist/a.js": BODY + "run()\n", "package.json": "{ }"})
    assert alone.built_alone == ("dist/a.js",)
    assert alone.altered_files == 2
    assert changed(before, before | {"dist/a.js": BODY + "run()\n", "src/a.ts": "let b: 1"}).built_alone == ()
    assert changed({"dist/a.js": BODY}, {"dist/a.js": BODY + "run()\n"}).built_alone == ()


@given(st.lists(st.integers(0, 5), max_size=30), st.lists(st.integers(0, 5), max_size=8), st.integers(0, 30))
def test_without_its_blocks_the_text_is_the_one_before(before, new, at):
    at = min(at, len(before))
    after = before[:at] + new + before[at:]
    blocks = _blocks(before, after)
    left = [each for index, each in enumerate(after) if not any(start <= index < end for start, end in blocks)]
    assert left == before
    assert sum(end - start for start, end in blocks) == len(new)


@given(st.lists(st.integers(0, 3), max_size=20), st.lists(st.integers(0, 3), max_size=20))
def test_blocks_never_tell_of_a_text_that_is_not_there(before, after):
    blocks = _blocks(before, after)
    if blocks:
        left = [each for index, each in enumerate(after) if not any(start <= index < end for start, end in blocks)]
        assert left == before
