"""Calls across the files of a package: which exports of a file are called as another file of the package is loaded.

A function that one file exports and another calls when it is loaded runs at load, wherever it stands. Reading sees one
file at a time, so it says `call` of what the function does. Here the files that do something in a function are looked
for, then those that import them, and theirs; each of these is asked what it calls at load, and what is found is
followed through files that only pass it on, until nothing new is called.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

import msgspec

from customhouse.evidence.reach import loads, resolve_relative
from customhouse.model.code import CodeFacts, Language, Reach
from customhouse.source.link import Link
from customhouse.source.read import read_links

#: Files that are asked what they call, questions in all, and bytes of those files.
_MOST_FILES, _MOST_QUESTIONS, _MOST_BYTES = 200, 400, 6 << 20
#: Over so many files a call is followed from the one that does something.
_DEEPEST = 4
_MOST_NAMES = 64
#: What a package does by itself that is worth knowing the time of.
_ACTING = frozenset({"network", "process", "dynamic-code", "native-code"})
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
    targets = [each for each in files if each.path in layout.reached and _waits(each)]
    targets.sort(key=_weight, reverse=True)
    asked = _importers([each.path for each in targets], layout)
    if not asked:
        return {}
    return _Following(layout, asked, {each.path for each in targets}, dict(_limited(fetch(asked)))).run()


def _waits(facts: CodeFacts) -> bool:
    """Whether a file does something worth knowing only when it is called."""
    return (
        any(each.when == "call" and each.kind in _ACTING for each in facts.capabilities)
        or any(each.when == "call" for each in facts.mentions)
        or any(each.when == "call" for each in facts.walks)
    )


def _weight(facts: CodeFacts) -> int:
    """The files that would tell most come first, where there are more than are asked."""
    kinds = {each.kind for each in facts.capabilities if each.when == "call"}
    return len(kinds) + len({each.kind for each in facts.mentions}) + 2 * bool(facts.decoded)


def _importers(targets: list[str], layout: Layout) -> frozenset[str]:
    """The files from which loading leads to one of the targets, nearest first as far as there is room."""
    importers: dict[str, list[str]] = {}
    for path, loaded in layout.edges.items():
        if path in layout.reached and path in layout.digests:
            for each in loaded:
                if each != path:
                    importers.setdefault(each, []).append(path)
    found: dict[str, None] = {}
    waiting = deque((path, 0) for path in targets)
    while waiting:
        path, depth = waiting.popleft()
        for each in importers.get(path, ()):
            if each in found:
                continue
            if len(found) >= _MOST_FILES:
                return frozenset(found)
            found[each] = None
            if depth + 1 < _DEEPEST:
                waiting.append((each, depth + 1))
    return frozenset(found)


def _limited(members: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    room = _MOST_BYTES
    for path, data in members:
        if len(data) <= room:
            room -= len(data)
            yield path, data


class _Following:
    """The calls of one package, followed from file to file."""

    def __init__(
        self, layout: Layout, asked: frozenset[str], targets: Collection[str], contents: Mapping[str, bytes]
    ) -> None:
        self.layout = layout
        self.asked = asked
        self.targets = targets
        self.contents = contents
        #: Exports that are called, by file.
        self.called: dict[str, dict[str, None]] = {}

    def run(self) -> dict[str, tuple[str, ...]]:
        waiting = deque(sorted(self.contents))
        pending = set(waiting)
        for _ in range(_MOST_QUESTIONS):
            if not waiting:
                break
            path = waiting.popleft()
            pending.discard(path)
            for target, name in self._links(path):
                names = self.called.setdefault(target, {})
                if name in names or len(names) >= _MOST_NAMES:
                    continue
                names[name] = None
                if target in self.contents and target not in pending:
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
