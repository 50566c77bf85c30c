"""Reading the code of an opened package: every file that can act, and how each of them can come to run."""

import hashlib
import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

import msgspec

from customhouse.evidence import reach
from customhouse.evidence.across import Layout, called_at_load, forget_links
from customhouse.evidence.package import PackageFacts
from customhouse.evidence.plain_imports import plain_imports
from customhouse.evidence.sketch import MAX_ALL_PIECES, most_pieces, sketch, with_pieces
from customhouse.evidence.started_files import (
    MOST,
    Wanted,
    is_text,
    loaded_by,
    may_start,
    named_by,
    names_in,
    refined,
    started_by_hooks,
    starts_on_load,
)
from customhouse.model.code import CodeFacts, Language, Reach
from customhouse.model.content import Sketch
from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.first_look import first_look
from customhouse.source.read import language_of, read_source

#: Files remembered by a process: wheels of one release share their modules, and releases share most of their files.
_MAX_REMEMBERED = 3_000
#: A file of another kind may start a further one, and so on; deeper than this nobody is followed.
_ROUNDS = 4
#: No text of the language: whatever loads or starts it fails.
_OTHER_LANGUAGE = lazy_regex(r"^unparsable|could not be parsed|^too many syntax errors")
#: So many files of one name are told apart by nothing that is looked at here.
_FEW = 2
#: What stands between a nested archive's path and that of a file in it.
NESTED = "!/"
#: What a front end calls of a build backend (PEP 517 and 660).
_BACKEND_HOOKS = (
    *("build_wheel", "build_sdist", "build_editable", "prepare_metadata_for_build_wheel"),
    *("prepare_metadata_for_build_editable", "get_requires_for_build_wheel", "get_requires_for_build_sdist"),
    "get_requires_for_build_editable",
)


#: Pieces are cut before it is known which files are loaded, so more of them than are kept.
_SPARE = 3
#: Bytes of files that wait for their pieces.
_MOST_UNCUT = 8 * 1024 * 1024


class CodeFile(msgspec.Struct, frozen=True):
    """A file of code, before it is read."""

    data: bytes
    sha256: str
    language: Language


class Others(msgspec.Struct, frozen=True):
    """The archive's members that are no code by their names: paths by file name, and how to get at their bytes."""

    by_name: Mapping[str, Collection[str]]
    #: Gives those of the paths that exist and are not too large: (path, bytes), of a nested archive its files.
    fetch: Callable[[Collection[str]], Iterator[tuple[str, bytes]]]


def _nothing(paths: Collection[str]) -> Iterator[tuple[str, bytes]]:
    del paths
    yield from ()


#: Where only what its name says is code is read.
NO_OTHERS = Others({}, _nothing)


class CodeRead(msgspec.Struct, frozen=True):
    """What reading gave: facts of the files that can act, how many were plain, and every module that any imports."""

    files: tuple[CodeFacts, ...]
    plain_files: int
    modules: tuple[str, ...]
    sketches: tuple[Sketch, ...] = ()


def read_code(
    code: dict[str, CodeFile], paths: Mapping[str, None], package: PackageFacts, others: Others = NO_OTHERS
) -> CodeRead:
    """Read the files of a package; `code` is emptied on the way, small files first.

    So the syntax tree of the largest file, many times its size, meets the least else in memory.
    """
    version = package.manifest.version if package.manifest is not None else ""
    backends = {hook.path for hook in package.hooks if hook.kind == "build-backend"}
    reading = _Reading([*paths, *code], paths, others, version)
    for path in sorted(code, key=lambda each: len(code[each].data)):
        reading.read(path, code.pop(path), _BACKEND_HOOKS if path in backends else ())
    for inline in package.inline:
        reading.add(read_source(inline.path, inline.source, inline.language))
        reading.keep(inline.path, inline.source)
    roots = [hook.path for hook in package.hooks if hook.path] + [inline.path for inline in package.inline]
    roots += package.started
    waiting = list(started_by_hooks(package.hooks, reading.known))
    waiting += loaded_by("", package.entry_points, "javascript", reading.known)
    for _ in range(_ROUNDS):
        reached = reading.reached(roots, package.entry_points)
        waiting += reading.started(reached)
        if not reading.read_others(waiting):
            break
        waiting = []
    reached = reading.reached(roots, package.entry_points)
    reading.follow_calls(reached)
    placed = (msgspec.structs.replace(each, reach=reached.get(each.path, "other")) for each in reading.files)
    sketches = tuple(_of_loaded(reading.sketches, reached, reading.with_pieces))
    return CodeRead(tuple(placed), reading.plain_files, tuple(reading.modules), sketches)


def _of_loaded(
    sketches: Iterable[Sketch], reached: Mapping[str, Reach], complete: Callable[[Sketch], Sketch]
) -> Iterator[Sketch]:
    """Set the reach; pieces are kept of what can run by itself, smallest files first, as far as there is room."""
    room = MAX_ALL_PIECES
    for each in sketches:
        how = reached.get(each.path, "other")
        pieces = complete(each).pieces if how != "other" else b""
        kept = len(pieces) // 4 <= room
        room -= len(pieces) // 4 if kept else 0
        yield msgspec.structs.replace(each, reach=how, pieces=pieces if kept else b"")


class _Reading:
    """The files of one package as they are read."""

    def __init__(self, files: Collection[str], paths: Mapping[str, None], others: Others, version: str) -> None:
        self._version = version
        self._room = _SPARE * MAX_ALL_PIECES
        #: Files that get pieces when it is known that they are loaded, with their bytes, and the most pieces they have.
        self._uncut: dict[str, bytes] = {}
        self._uncut_size = self._uncut_most = 0
        #: The names of all files, of which what a file says is told.
        self._file_names = others.by_name.keys() | {posixpath.basename(path) for path in files}
        self.sketches: list[Sketch] = []
        self.files: list[CodeFacts] = []
        self.known: set[str] = set()
        self.modules: dict[str, None] = {}
        self.plain_files = 0
        self._paths = paths
        self._others = others
        self._edges: dict[str, tuple[str, ...]] = {}
        self._languages: dict[str, Language] = {}
        self._names: dict[str, frozenset[str]] = {}
        self._asked: set[str] = set()
        self._digests: dict[str, str] = {}
        self._entries: dict[str, tuple[str, ...]] = {}
        self._kept: dict[str, bytes] = {}
        #: Files of code by file name.
        self._by_name: dict[str, list[str]] = {}

    def read(self, path: str, file: CodeFile, entry: tuple[str, ...]) -> None:
        """Read a file of code."""
        self._sketch(path, file.data)
        found = _facts_of(path, file, entry)
        self._digests[path] = file.sha256
        self._entries[path] = entry
        self._by_name.setdefault(posixpath.basename(path), []).append(path)
        if isinstance(found, CodeFacts):
            if may_start(found):
                self._names[path] = names_in(file.data, self._file_names)
            self.add(found)
        else:
            self.plain_files += 1
            self._load(path, found, file.language)

    def _sketch(self, path: str, data: bytes) -> None:
        """Sketch a file; its pieces wait until it is known whether it is loaded, while there is room for all anyway."""
        most = most_pieces(data) if self._room > 0 else 0
        if self._uncut_size + len(data) > _MOST_UNCUT or self._uncut_most + most >= self._room:
            self._cut()
            drawn = sketch(path, data, self._version, cut=self._room > 0)
            self._room -= len(drawn.pieces) // 4
        else:
            drawn = sketch(path, data, self._version, cut=False)
            if most:
                self._uncut[path] = data
                self._uncut_size += len(data)
                self._uncut_most += most
        self.sketches.append(drawn)

    def _cut(self) -> None:
        """Cut what waits, in the order in which it came."""
        if self._uncut:
            self.sketches = [self.with_pieces(each) for each in self.sketches]
            self._room -= sum(len(each.pieces) // 4 for each in self.sketches if each.path in self._uncut)
            self._uncut.clear()
            self._uncut_size = self._uncut_most = 0

    def with_pieces(self, drawn: Sketch) -> Sketch:
        """Give a sketch the pieces that were not cut yet."""
        data = self._uncut.get(drawn.path)
        return drawn if data is None else with_pieces(drawn, data, self._version)

    def add(self, facts: CodeFacts) -> None:
        """Take a file's facts in."""
        self.files.append(facts)
        self._load(facts.path, tuple(each.module for each in facts.imports), facts.language)

    def keep(self, path: str, data: bytes) -> None:
        """Remember a source that is no member of the archive, to ask it again what it calls."""
        self._kept[path] = data
        self._digests[path] = hashlib.sha256(data).hexdigest()

    def _load(self, path: str, imported: tuple[str, ...], language: Language) -> None:
        self.known.add(path)
        self._languages[path] = language
        self.modules.update(dict.fromkeys(imported))
        if language != "shell":
            self._edges[path] = (*self._edges.get(path, ()), *reach.loads(imported, path, language, self._paths))

    def reached(self, roots: Iterable[str], entry_points: Iterable[str]) -> dict[str, Reach]:
        """How each file can come to run, by what is known so far."""
        found: dict[str, Reach] = {}
        reach.spread(roots, self._edges, "install", found)
        while more := self._started_code(found):  # a program of the package that an install starts runs at install
            reach.spread(more, self._edges, "install", found)
        reach.spread(entry_points, self._edges, "import", found)
        return found

    def follow_calls(self, reached: Mapping[str, Reach]) -> None:
        """Read again what other files call as they are loaded: what those functions do is done at load."""
        running = {path: how for path, how in reached.items() if how != "other"}
        layout = Layout(self._paths, self._languages, self._digests, self._edges, running)
        called = called_at_load(self.files, layout, self._fetch)
        again: dict[str, CodeFacts] = {}
        for path, data in self._others.fetch(called) if called else ():
            if path in called and path not in again and path not in self._kept:
                file = CodeFile(data, self._digests[path], self._languages[path])
                found = _facts_of(path, file, (*self._entries.get(path, ()), *called[path]))
                if isinstance(found, CodeFacts):
                    again[path] = found
        self.files = [again.get(each.path, each) for each in self.files]

    def _fetch(self, paths: Collection[str]) -> Iterator[tuple[str, bytes]]:
        wanted = {path for path in paths if path not in self._kept}
        yield from ((path, self._kept[path]) for path in paths if path in self._kept)
        yield from self._others.fetch(wanted) if wanted else ()

    def _started_code(self, reached: Mapping[str, Reach]) -> set[str]:
        """Files of code that a file which is started at install may start, by a name that few others have."""
        named = {name for path in reached for name in self._names.get(path, ())}
        paths = (self._by_name.get(name, []) for name in named)
        return {path for found in paths if len(found) <= _FEW for path in found if path not in reached}

    def started(self, reached: Mapping[str, Reach]) -> list[Wanted]:
        """Members of other kinds that a file which runs by itself loads, or may start."""
        wanted: list[Wanted] = []
        for path, targets in self._edges.items():
            if path in reached and path in self._languages:
                wanted += loaded_by(path, targets, self._languages[path], self.known)
        for facts in self.files:
            if facts.path in reached and facts.path in self._names:
                named = named_by(facts, self._names[facts.path], self._others.by_name)
                at_install = reached[facts.path] == "install"
                wanted += (each for each in named if at_install or starts_on_load(facts, each.path))
        return wanted

    def read_others(self, waiting: Iterable[Wanted]) -> bool:
        """Read members whose names do not say that they are code; False when there was none left to read."""
        wanted: dict[str, Wanted] = {}
        for each in waiting:
            if each.path not in self.known | self._asked and len(self._asked) + len(wanted) < MOST:
                wanted.setdefault(each.path, each)
        self._asked.update(wanted)
        for path, data in self._others.fetch(wanted) if wanted else ():
            outer, _, inner = path.partition(NESTED)
            self._read_other(path, data, wanted[outer], nested=bool(inner))
        return bool(wanted)

    def _read_other(self, path: str, data: bytes, wanted: Wanted, *, nested: bool) -> None:
        language = language_of(path, data[:512]) if nested else refined(wanted, data)
        if language is None or not is_text(data):
            return
        facts = read_source(path, data, language)
        if not wanted.certain and facts.unread and (not facts.capabilities or _OTHER_LANGUAGE.search(facts.unread)):
            return  # no program in that language: a style sheet, a document, a page with scripts in it
        self.add(facts)
        if not nested:
            self._digests[path] = hashlib.sha256(data).hexdigest()
        self._names[path] = names_in(data, self._file_names) if may_start(facts) else frozenset()
        if nested or wanted.by != path:
            self._edges[wanted.by] = (*self._edges.get(wanted.by, ()), path)


_remembered: dict[tuple[str, str, Language, tuple[str, ...]], CodeFacts | tuple[str, ...]] = {}


def _facts_of(path: str, code: CodeFile, entry: tuple[str, ...] = ()) -> CodeFacts | tuple[str, ...]:
    """Return what reading the file gives, of a plain one its imports; remembered by path, digest and entry."""
    key = (path, code.sha256, code.language, entry)
    found = _remembered.get(key)
    if found is None:
        if len(_remembered) >= _MAX_REMEMBERED:
            _remembered.clear()
        if code.language != "shell" and first_look(code.data, code.language).plain:
            found = plain_imports(code.data, code.language)
        else:
            found = read_source(path, code.data, code.language, entry=entry)
        _remembered[key] = found
    return found


def forget_files() -> None:
    """Forget every file that was read, so that the next archive is read anew (for measuring)."""
    _remembered.clear()
    forget_links()
