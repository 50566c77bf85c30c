"""What a release did to its code files: which are new and how new their text is, what was put in and where. Pure."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from customhouse.archives.tree import TreeDiff, compare_trees
from customhouse.evidence.sketch import hashes, line_numbers
from customhouse.model.change import AddedFile, Insertion, LoneVariant
from customhouse.model.code import Reach
from customhouse.model.content import ContentFacts, Member, Sketch, Tree
from customhouse.model.lazy_regex import lazy_regex

_Place = Literal["start", "middle", "end"]
_MOST = 40
#: Pieces at the very end (or start) after which an insertion still counts as being there: a closing brace, a directive.
_EDGE = 2
#: Blocks of new text in one file beyond which it is an edit like any other.
_MAX_BLOCKS = 3
_ORDER: Mapping[Reach, int] = {"install": 0, "import": 1, "other": 2}
#: Folders and endings that tell one module format of a built file from another.
_FORMS = frozenset(("cjs", "esm", "mjs", "es", "es5", "es6", "commonjs", "module", "modules", "umd", "amd"))
_ENDING = lazy_regex(r"(?:[.-](?:cjs|esm|mjs|umd|commonjs|module)){0,8}\.\w+$")
#: What bundlers put into names of files whose content has that digest: `chunk-BHkUv4Z8.js`.
_DIGEST = lazy_regex(r"[-._][A-Za-z0-9_-]{6,16}(?=\.\w+$)")
#: How much larger or smaller the file under another digest may be and still be taken for the same one.
_ALIKE = 0.25
_SOURCES = lazy_regex(r"^(?:src|source|sources)/.+\.(?:[cm]?[jt]sx?|coffee|vue|svelte)$")
_CODE = frozenset((".js", ".cjs", ".mjs", ".jsx"))
_DECLARATIONS = (".d.ts", ".d.mts", ".d.cts", ".pyi")
_BUILT = lazy_regex(r"^(?:dist|build|lib|out|cjs|esm|es|umd)/")


class Edits(msgspec.Struct, frozen=True):
    """The part of ChangeFacts that is about the text of code files, under the names it has there."""

    added_code: tuple[AddedFile, ...] = ()
    longest_before: int = 0
    encoded_before: int = 0
    insertions: tuple[Insertion, ...] = ()
    lone_variants: tuple[LoneVariant, ...] = ()
    altered: tuple[str, ...] = ()
    altered_files: int = 0
    built_alone: tuple[str, ...] = ()


def edits(after: ContentFacts, after_tree: Tree, before_tree: Tree) -> Edits:
    """Compare two archives' code; see `ChangeFacts` for what each part holds."""
    trees = compare_trees(before_tree, after_tree)
    old = {each.path: each for each in before_tree.sketches}
    new = {each.path: each for each in after_tree.sketches}
    altered = tuple(each.after.path for each in trees.changed if not _same_text(old, new, each.after.path))
    loaded = [each for each in before_tree.sketches if each.reach != "other"]
    return Edits(
        added_code=_added(after, trees, new, before_tree.sketches),
        longest_before=max((each.longest for each in loaded), default=0),
        encoded_before=max((each.encoded for each in loaded), default=0),
        insertions=tuple(_insertions(altered, old, new))[:_MOST],
        lone_variants=tuple(_lone_variants(frozenset(altered), old, new))[:_MOST],
        altered=altered[:_MOST],
        altered_files=len(altered),
        built_alone=_built_alone(trees, before_tree, frozenset(altered)),
    )


def _same_text(old: Mapping[str, Sketch], new: Mapping[str, Sketch], path: str) -> bool:
    """Whether nothing but layout and the version number changed, as far as pieces were kept of both."""
    before, after = old.get(path), new.get(path)
    if before is None or after is None or not before.pieces or not after.pieces:
        return False
    return hashes(before.pieces) == hashes(after.pieces)


def _added(
    after: ContentFacts, trees: TreeDiff, new: Mapping[str, Sketch], before: Sequence[Sketch]
) -> tuple[AddedFile, ...]:
    started = {hook.path for hook in after.hooks if hook.path}
    found = []
    known: set[int] | None = None
    for member in trees.added:
        drawn = new.get(member.path)
        if drawn is None:
            if member.kind == "script" and not member.path.endswith(_DECLARATIONS):
                reach: Reach = "install" if member.path in started else "other"
                found.append(AddedFile(member.path, member.size, reach))
            continue
        if drawn.reach == "other":
            continue
        share = None
        if drawn.pieces:
            if known is None:
                known = {each for one in before for each in hashes(one.pieces)}
            pieces = hashes(drawn.pieces)
            share = round(sum(each in known for each in pieces) / len(pieces), 2)
        elif _renamed(member, trees.removed):
            share = 1.0
        found.append(
            AddedFile(member.path, member.size, drawn.reach, drawn.lines, drawn.longest, drawn.encoded, known=share)
        )
    return tuple(sorted(found, key=lambda each: (_ORDER[each.reach], -each.size, each.path)))[:_MOST]


def _renamed(member: Member, removed: Iterable[Member]) -> bool:
    """Whether a file too long to be cut into pieces is one that went, with another digest in its name."""
    name = _DIGEST.sub("", member.path)
    return name != member.path and any(
        _DIGEST.sub("", each.path) == name and abs(each.size - member.size) <= _ALIKE * each.size for each in removed
    )


def _insertions(altered: Iterable[str], old: Mapping[str, Sketch], new: Mapping[str, Sketch]) -> Iterator[Insertion]:
    for path in altered:
        before, after = old.get(path), new.get(path)
        if before is None or after is None or after.reach == "other" or not before.pieces or not after.pieces:
            continue
        blocks = _blocks(hashes(before.pieces), hashes(after.pieces))
        if not 0 < len(blocks) <= _MAX_BLOCKS:
            continue
        numbers = line_numbers(after.pieces)
        for start, end in blocks:
            place: _Place = "end" if len(numbers) - end <= _EDGE else "start" if start <= _EDGE else "middle"
            yield Insertion(path, after.reach, numbers[start], numbers[end - 1], place, after.size - before.size)


def _blocks(before: Sequence[int], after: Sequence[int]) -> list[tuple[int, int]]:
    """Runs of pieces, as (start, end), without which the file after is the one before; none when it never is."""
    found: list[tuple[int, int]] = []
    at = 0
    # From the end what is common is the tail: else new text that begins like the old tail would be cut in two.
    tail = 0
    while tail < min(len(before), len(after)) and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    rest = len(before) - tail
    for index in range(len(after) - tail):
        if at < rest and after[index] == before[at]:
            at += 1
        elif found and found[-1][1] == index:
            found[-1] = (found[-1][0], index + 1)
        else:
            found.append((index, index + 1))
    return found if at == rest else []


def _lone_variants(
    altered: frozenset[str], old: Mapping[str, Sketch], new: Mapping[str, Sketch]
) -> Iterator[LoneVariant]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for path, drawn in new.items():
        if drawn.reach != "other" and drawn.pieces and path in old and old[path].pieces:
            groups.setdefault(_variant(path), []).append(path)
    for paths in groups.values():
        changed = [path for path in paths if path in altered]
        rest = tuple(path for path in paths if path not in altered)
        if len(changed) == 1 and rest:
            yield LoneVariant(changed[0], rest)


def _variant(path: str) -> tuple[str, ...]:
    """What the forms of one file have in common: `dist/cjs/a/b.js` and `dist/esm/a/b.mjs` are both `dist, a, b`."""
    folder, _, name = path.rpartition("/")
    parts = [part for part in folder.split("/") if part and part not in _FORMS]
    stem = _ENDING.sub("", name)
    return (*parts, stem)


def _built_alone(trees: TreeDiff, before: Tree, altered: frozenset[str]) -> tuple[str, ...]:
    sources = sum(1 for member in before.members if _SOURCES.match(member.path))
    if not sources:
        return ()
    touched = [each.after.path for each in trees.changed] + [each.path for each in (*trees.added, *trees.removed)]
    if any(_SOURCES.match(path) for path in touched):
        return ()
    built = [path for path in sorted(altered) if _BUILT.match(path) and posixpath.splitext(path)[1] in _CODE]
    return tuple(built[:_MOST])
