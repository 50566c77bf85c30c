"""Calls across the files of a package: which exports of a file are called as another file of the package is loaded.

A function that one file exports and another calls when it is loaded runs at load, wherever it stands. Reading sees one
file at a time, so it says `call` of what the function does. Here the files that do something in a function are looked
for, then those that import them, and theirs; each of these is asked what it calls at load, and what is found is
followed through files that only pass it on, until nothing new is called.
"""

import posixpath
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

import msgspec

from customhouse.evidence.reach import loads, resolve_relative
from customhouse.model.code import CodeFacts, Language, Reach
from customhouse.source.link import Link
from customhouse.source.read import read_links

#: Files that are asked what they call, questions in all and of one file, bytes of those files, and of those among which
#: they are chosen.
_MOST_FILES, _MOST_QUESTIONS, _MOST_OF_ONE = 200, 300, 4
_MOST_BYTES, _MOST_HELD = 4 << 20, 64 << 20
#: Larger files are bundles: they hold their modules in themselves, and when something in them runs is too vague.
_LARGEST = 512 << 10
#: Over so many files a call is followed from the one that does something.
_DEEPEST = 4
_MOST_NAMES = 64
#: What a package does by itself that is worth knowing the time of.
_ACTING = frozenset({"network", "process", "dynamic-code", "native-code"})
#: What is worth it beside any other ability, such as writing a file.
_GRAVE = frozenset(
    {
        *("drop-service", "throwaway-host", "raw-address", "ip-lookup", "cloud-metadata", "reverse-shell"),
        *("persistence-path", "project-hook", "miner", "wallet", "self-publish", "destructive", "self-delete"),
    }
)
_MOST_REMEMBERED = 3_000

#: Gives those of the paths that exist and are not too large: (path, bytes).
Fetch = Callable[[Collection[str]], Iterator[tuple[str, bytes]]]


class Layout(msgspec.Struct, frozen=True):
    """The files of code of a package: languages, digests, what each loads, and how it comes to run."""

    paths: Mapping[str, object]
    languages: Mapping[str, Language]
    digests: Mapping[str, str]
    edges: Mapping[str, tuple[str, ...]]
    reached: Mapping[str, Reach]


def called_at_load(files: Iterable[CodeFacts], layout: Layout, fetch: Fetch) -> dict[str, tuple[str, ...]]:
    """Return the exports, by path of their file, that some file which runs by itself calls as it is loaded.

    Only of files that do something when called; names are as `Link` has them.
    """
    targets = [each for each in files if each.size <= _LARGEST and each.path in layout.reached and _waits(each)]
    targets.sort(key=_weight, reverse=True)
    asked = _importers([each.path for each in targets], layout)
    if not asked:
        return {}
    return _Following(layout, asked, {each.path for each in targets}, _contents(fetch(asked), asked)).run()


def _waits(facts: CodeFacts) -> bool:
    """Whether a file does something worth knowing only when it is called."""
    able = {each.kind for each in facts.capabilities if each.when == "call"}
    grave = any(each.when == "call" and each.kind in _GRAVE for each in facts.mentions)
    return bool(able & _ACTING) or (bool(able) and grave) or any(each.when == "call" for each in facts.walks)


def _weight(facts: CodeFacts) -> int:
    """The files that would tell most come first, where there are more than are asked."""
    kinds = {each.kind for each in facts.capabilities if each.when == "call"}
    return len(kinds) + len({each.kind for each in facts.mentions}) + 2 * bool(facts.decoded)


def _importers(targets: list[str], layout: Layout) -> dict[str, set[str]]:
    """The files from which loading leads to one of the targets, nearest first as far as there is room.

    With each stand the names of which the file must hold one to load it: `from package import module` is known as an
    import of the package only. None where it is known to load it.
    """
    importers = _loaders(layout)
    found: dict[str, set[str]] = {}
    waiting = deque((path, 0) for path in targets)
    while waiting:
        path, depth = waiting.popleft()
        for each, name in _near(path, importers):
            if each not in found:
                if len(found) >= _MOST_FILES:
                    return found
                found[each] = {name} if name else set()
                if depth + 1 < _DEEPEST:
                    waiting.append((each, depth + 1))
            elif not name:
                found[each].clear()
            elif found[each]:
                found[each].add(name)
    return found


def _loaders(layout: Layout) -> dict[str, list[str]]:
    """By file, the files that load it and run by themselves."""
    importers: dict[str, list[str]] = {}
    for path, loaded in layout.edges.items():
        if path in layout.reached and path in layout.digests:
            for each in loaded:
                importers.setdefault(each, []).append(path)
    return importers


def _near(path: str, importers: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    """The files that load one, and the name that those must hold of which it is not known."""
    yield from ((each, "") for each in importers.get(path, ()) if each != path)
    if path.endswith(".py"):
        folder, module = posixpath.split(path.removesuffix("/__init__.py").removesuffix(".py"))
        yield from ((each, module) for each in importers.get(f"{folder}/__init__.py", ()) if each != path)


def _contents(members: Iterator[tuple[str, bytes]], asked: Mapping[str, set[str]]) -> dict[str, bytes]:
    """The contents of the files that are asked: the nearest, as far as there is room."""
    fetched: dict[str, bytes] = {}
    held = 0
    for path, data in members:
        names = asked.get(path, ())
        if len(data) <= min(_LARGEST, _MOST_HELD - held) and (
            not names or any(name.encode() in data for name in names)
        ):
            held += len(data)
            fetched[path] = data
    room = _MOST_BYTES
    kept: dict[str, bytes] = {}
    for path in asked:
        if path in fetched and len(fetched[path]) <= room:
            room -= len(fetched[path])
            kept[path] = fetched[path]
    return kept


class _Following:
    """The calls of one package, followed from file to file."""

    def __init__(
        self, layout: Layout, asked: Collection[str], targets: Collection[str], contents: Mapping[str, bytes]
    ) -> None:
        self.layout = layout
        self.asked = asked
        self.targets = targets
        self.contents = contents
        #: Exports that are called, by file.
        self.called: dict[str, dict[str, None]] = {}

    def run(self) -> dict[str, tuple[str, ...]]:
        waiting = deque(self.contents)
        pending = set(waiting)
        asked: Counter[str] = Counter()
        while waiting and asked.total() < _MOST_QUESTIONS:
            path = waiting.popleft()
            pending.discard(path)
            asked[path] += 1
            for target, name in self._links(path):
                names = self.called.setdefault(target, {})
                if name in names or len(names) >= _MOST_NAMES:
                    continue
                names[name] = None
                if target in self.contents and target not in pending and asked[target] < _MOST_OF_ONE:
                    pending.add(target)
                    waiting.append(target)
        return {path: tuple(sorted(names)) for path, names in self.called.items() if path in self.targets}

    def _links(self, path: str) -> Iterator[tuple[str, str]]:
        """The exports that a file calls, of the files that matter."""
        language = self.layout.languages[path]
        entry = tuple(sorted(self.called.get(path, ())))
        for link in _links_of(path, self.contents[path], self.layout.digests[path], language, entry):
            for target, name in self._meant(link, path, language):
                if target in self.targets or target in self.asked:
                    yield target, name

    def _meant(self, link: Link, path: str, language: Language) -> Iterator[tuple[str, str]]:
        """The files and their exports that a link can mean."""
        if language != "python":
            target = resolve_relative(link.module, path, self.layout.paths)
            if target is not None:
                yield target, link.name
            return
        if link.star:
            for target in loads((link.module,), path, "python", self.layout.paths):
                yield target, link.name
            return
        stripped = link.module.lstrip(".")
        dots = link.module[: len(link.module) - len(stripped)]
        parts = stripped.split(".")
        # The longest name that is a module, something of it being left to call.
        first = next((at for at, part in enumerate(parts) if part.endswith(")")), len(parts) - 1)
        for at in range(min(first, len(parts) - 1), -1, -1):
            module = dots + ".".join(parts[:at])
            found = loads((module,), path, "python", self.layout.paths) if module else ()
            for target in found:
                yield target, ".".join(parts[at:])
            if found:
                return


_remembered: dict[tuple[str, str, Language, tuple[str, ...]], tuple[Link, ...]] = {}


def _links_of(path: str, data: bytes, digest: str, language: Language, entry: tuple[str, ...]) -> tuple[Link, ...]:
    key = (path, digest, language, entry)
    found = _remembered.get(key)
    if found is None:
        if len(_remembered) >= _MOST_REMEMBERED:
            _remembered.clear()
        found = _remembered[key] = read_links(path, data, language, entry=entry)
    return found


def forget_links() -> None:
    """Forget what every file calls (for measuring)."""
    _remembered.clear()
