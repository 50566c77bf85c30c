"""Reading the code of an opened package: every file that can act, and how each of them can come to run."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from customhouse.evidence import reach
from customhouse.evidence.package import PackageFacts
from customhouse.evidence.plain_imports import plain_imports
from customhouse.evidence.sketch import MAX_ALL_PIECES, sketch
from customhouse.model.code import CodeFacts, Language, Reach
from customhouse.model.content import Sketch
from customhouse.source.first_look import first_look
from customhouse.source.read import read_source

#: Files remembered by a process: wheels of one release share their modules, and releases share most of their files.
_MAX_REMEMBERED = 3_000


#: Pieces are cut before it is known which files are loaded, so more of them than are kept.
_SPARE = 3


class CodeFile(msgspec.Struct, frozen=True):
    """A file of code, before it is read."""

    data: bytes
    sha256: str
    language: Language


class CodeRead(msgspec.Struct, frozen=True):
    """What reading gave: facts of the files that can act, how many were plain, and every module that any imports."""

    files: tuple[CodeFacts, ...]
    plain_files: int
    modules: tuple[str, ...]
    sketches: tuple[Sketch, ...] = ()


def read_code(code: dict[str, CodeFile], paths: Mapping[str, None], package: PackageFacts) -> CodeRead:
    """Read the files of a package; `code` is emptied on the way, small files first.

    So the syntax tree of the largest file, many times its size, meets the least else in memory.
    """
    files: list[CodeFacts] = []
    edges: dict[str, tuple[str, ...]] = {}
    sketches: list[Sketch] = []
    version = package.manifest.version if package.manifest is not None else ""
    modules: dict[str, None] = {}
    plain_files = 0
    room = _SPARE * MAX_ALL_PIECES

    def load(path: str, imported: tuple[str, ...], language: Language) -> None:
        modules.update(dict.fromkeys(imported))
        edges[path] = (*edges.get(path, ()), *reach.loads(imported, path, language, paths))

    for path in sorted(code, key=lambda each: len(code[each].data)):
        file = code.pop(path)
        drawn = sketch(path, file.data, version, cut=room > 0)
        room -= len(drawn.pieces) // 4
        sketches.append(drawn)
        found = _facts_of(path, file)
        if isinstance(found, CodeFacts):
            files.append(found)
            load(path, tuple(each.module for each in found.imports), file.language)
        else:
            plain_files += 1
            load(path, found, file.language)
    for inline in package.inline:
        facts = read_source(inline.path, inline.source, inline.language)
        files.append(facts)
        load(inline.path, tuple(each.module for each in facts.imports), inline.language)
    reached: dict[str, Reach] = {}
    roots = [hook.path for hook in package.hooks if hook.path] + [inline.path for inline in package.inline]
    reach.spread(roots, edges, "install", reached)
    reach.spread(package.entry_points, edges, "import", reached)
    placed = (msgspec.structs.replace(each, reach=reached.get(each.path, "other")) for each in files)
    return CodeRead(tuple(placed), plain_files, tuple(modules), tuple(_of_loaded(sketches, reached)))


def _of_loaded(sketches: Iterable[Sketch], reached: Mapping[str, Reach]) -> Iterator[Sketch]:
    """Set the reach; pieces are kept of what can run by itself, smallest files first, as far as there is room."""
    room = MAX_ALL_PIECES
    for each in sketches:
        how = reached.get(each.path, "other")
        count = len(each.pieces) // 4
        kept = how != "other" and count <= room
        room -= count if kept else 0
        yield msgspec.structs.replace(each, reach=how, pieces=each.pieces if kept else b"")


_remembered: dict[tuple[str, str, Language], CodeFacts | tuple[str, ...]] = {}


def _facts_of(path: str, code: CodeFile) -> CodeFacts | tuple[str, ...]:
    """Return what reading the file gives, of a plain one its imports; remembered by path and digest."""
    key = (path, code.sha256, code.language)
    found = _remembered.get(key)
    if found is None:
        if len(_remembered) >= _MAX_REMEMBERED:
            _remembered.clear()
        if first_look(code.data, code.language).plain:
            found = plain_imports(code.data, code.language)
        else:
            found = read_source(path, code.data, code.language)
        _remembered[key] = found
    return found


def forget_files() -> None:
    """Forget every file that was read, so that the next archive is read anew (for measuring)."""
    _remembered.clear()
