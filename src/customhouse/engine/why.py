"""Answering why a package is here, over every lock of a project."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

import msgspec

from customhouse.engine.audit import NothingToAuditError
from customhouse.model.dependency_graph import COUNTED, DependencyGraph
from customhouse.model.errors import UpstreamError
from customhouse.model.locked import LockedPackage, Source
from customhouse.model.purl import Ecosystem, parse_purl, pypi_name
from customhouse.model.why import Occurrence, Why
from customhouse.versions import npm, pypi

#: Paths told of each project that has any, unless all are asked for; and those that are told when all are.
_FEW, _ALL = 3, 10_000
#: Names and versions offered when the one that was asked for is not here.
_OFFERED = 5


class Question(msgspec.Struct, frozen=True):
    """What is asked for; an ecosystem or a version that is None means any."""

    text: str
    name: str
    version: str | None = None
    ecosystem: Ecosystem | None = None

    def is_about(self, entry: LockedPackage) -> bool:
        """Say whether an entry is the package, under its own name or the one it is installed under."""
        return self._is_named(entry) and self._is_of_version(entry)

    def _is_named(self, entry: LockedPackage) -> bool:
        if self.ecosystem not in (None, entry.ecosystem):
            return False
        name = pypi_name(self.name) if entry.ecosystem == "pypi" else self.name
        return name in (entry.name, entry.alias)

    def _is_of_version(self, entry: LockedPackage) -> bool:
        if self.version is None or self.version == entry.version:
            return True
        if entry.version is None:
            return False
        parse = pypi.parse if entry.ecosystem == "pypi" else npm.parse
        wanted = parse(self.version)
        return wanted is not None and wanted == parse(entry.version)

    def near(self, entries: Iterable[LockedPackage]) -> tuple[str, ...]:
        """Name what is here and comes near: other versions of the package, else names that look like it."""
        entries = tuple(entries)
        versions = dict.fromkeys(entry.purl.display for entry in entries if self._is_named(entry))
        if versions:
            return tuple(versions)[:_OFFERED]
        elsewhere = [str(entry.purl) for entry in entries if self.name in (entry.name, entry.alias)]
        names = dict.fromkeys(name for entry in entries for name in (entry.name, entry.alias) if name)
        own = self.name.lower()
        last = own.rpartition("/")[2]
        alike = [name for name in names if name.lower().rpartition("/")[2] == last and name != self.name]
        return tuple(dict.fromkeys([*elsewhere, *alike, *get_close_matches(own, names, _OFFERED)]))[:_OFFERED]


def read_question(text: str) -> Question:
    """Read `name`, `name@1.0`, `name==1.0` or a purl. Raises CustomhouseError for a purl that is none."""
    if text.startswith("pkg:"):
        purl = parse_purl(text)
        return Question(text, purl.name, purl.version, purl.ecosystem)
    name, equals, version = text.partition("==")
    if equals:
        return Question(text, name.strip(), version.strip() or None, "pypi")
    at = text.rfind("@")
    if at > 0:
        return Question(text, text[:at], text[at + 1 :] or None)
    return Question(text, text)


def why(question: Question, sources: Sequence[Source], *, everything: bool = False) -> Why:
    """Find every entry that a question is about, and the paths that lead to it.

    Raises NothingToAuditError when no lock or manifest that was read has it, UpstreamError when one that could not be
    read may have it: only a project that was read whole can be said not to hold a package.
    """
    occurrences = tuple(one for source in sources for one in _within(question, source, everything=everything))
    unread = tuple(source for source in sources if source.status in ("failed", "unsupported"))
    if occurrences:
        return Why(question.text, occurrences, unread)
    near = question.near(entry for source in sources for entry in source.packages)
    offered = f"here are: {', '.join(near)}" if near else "give its name, name@version or package URL"
    if unread:
        more = f" and {len(unread) - 1} more" if len(unread) > 1 else ""
        raise UpstreamError(
            f"no file that could be read pins {question.text}, but {unread[0].path}{more} could not be read",
            hint=unread[0].hint or offered,
        )
    count = sum(source.kind != "manifest" and source.status == "parsed" for source in sources)
    raise NothingToAuditError(
        f"{question.text} is in none of the {count} locks here"
        if count != 1
        else f"{question.text} is not in the lock",
        hint=offered,
    )


def _within(question: Question, source: Source, *, everything: bool) -> Iterator[Occurrence]:
    entries = [entry for entry in source.packages if question.is_about(entry)]
    if not entries:
        return
    graph = DependencyGraph(source)
    limit, counted = (_ALL, _ALL) if everything else (_FEW, COUNTED)
    for entry in entries:
        paths = graph.paths_to(entry.key, limit=limit, counted=counted)
        if not graph.known:
            paths = tuple(found for found in paths if found.paths[0].importer is not None)
        passed = {key: graph.entries[key] for found in paths for path in found.paths for key in path.keys}
        yield Occurrence(source, entry, graph.known, paths, passed)
