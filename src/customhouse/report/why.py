"""Telling why a package is here: a line a path for people, `customhouse/why/1` for programs."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from customhouse.model.dependency_graph import DependencyPath
from customhouse.model.locked import Directness, Importer, LockedPackage, Scope, Source, SourceStatus
from customhouse.model.why import Occurrence, Why
from customhouse.report.json import encode
from customhouse.report.text import counted, visible

#: Projects whose paths are told of one entry, unless all are asked for.
_PROJECTS = 10
_SCOPES: dict[Scope, str] = {"prod": "production", "dev": "development", "optional": "optional", "peer": "peer"}


class StepDocument(msgspec.Struct, frozen=True):
    """One entry on a path. `alias` is the name it is installed under, when that is another."""

    purl: str
    key: str
    alias: str
    line: int | None


class PathDocument(msgspec.Struct, frozen=True):
    """One way to the package, which is the last step.

    `project` and `folder` name where it begins; both are null where no project asks for the first step.
    """

    project: str | None
    folder: str | None
    steps: tuple[StepDocument, ...]


class OccurrenceDocument(msgspec.Struct, frozen=True):
    """One entry of the package. `recorded` is false where its file does not record who needs whom.

    `more` counts the paths that are left out; where `exact` is false there may be more still.
    """

    purl: str
    source: str
    document: int
    format: str
    key: str
    alias: str
    line: int | None
    scope: Scope
    dependency: Directness
    recorded: bool
    paths: tuple[PathDocument, ...]
    more: int
    exact: bool


class UnreadDocument(msgspec.Struct, frozen=True):
    """A file that may pin the package too."""

    path: str
    status: SourceStatus
    reason: str


class WhyDocument(msgspec.Struct, frozen=True):
    """What `customhouse why --format json` writes."""

    schema: Literal["customhouse/why/1"]
    package: str
    occurrences: tuple[OccurrenceDocument, ...]
    unread: tuple[UnreadDocument, ...]


def why_text(answer: Why, *, everything: bool = False) -> str:
    """Write an answer for people, without a newline at its end."""
    blocks = ["\n".join(_occurrence(one, everything=everything)) for one in answer.occurrences]
    blocks += [
        visible(f"warning: {source.path} was not read and may need it too: {source.reason}") for source in answer.unread
    ]
    return "\n\n".join(blocks)


def why_json(answer: Why) -> str:
    """Write an answer as `customhouse/why/1`."""
    document = WhyDocument(
        "customhouse/why/1",
        answer.question,
        tuple(_document(one) for one in answer.occurrences),
        tuple(UnreadDocument(source.path, source.status, source.reason) for source in answer.unread),
    )
    return encode(msgspec.to_builtins(document))


def place(source: Source, line: int | None) -> str:
    """Write where an entry stands: `package-lock.json:412`, with the number of a document where it is not the first."""
    document = f", document {source.document}" if source.document > 1 else ""
    return f"{source.path}{f':{line}' if line else ''}{document}"


def project_name(importer: Importer, source: Source) -> str:
    """Name a project: by its own name, else by its folder, else by the lock's."""
    if importer.name:
        return importer.name
    folder = "/".join(filter(None, (source.path.rpartition("/")[0], importer.folder)))
    return folder or "this project"


def step_name(entry: LockedPackage) -> str:
    """Name a step: `qs@6.11.0`, `lodash3 (lodash@3.10.1)` when an alias renames it."""
    shown = entry.purl.display
    return f"{entry.alias} ({shown})" if entry.alias and entry.alias != entry.name else shown


def _occurrence(one: Occurrence, *, everything: bool) -> Iterator[str]:
    entry = one.entry
    told = f"{_SCOPES[entry.scope]}, {entry.dependency}" if one.known else _SCOPES[entry.scope]
    yield visible(f"{step_name(entry)}  ({told}, {place(one.source, entry.line)})")
    if one.source.kind == "manifest":
        yield f"  the manifest asks for it ({visible(entry.specifier or 'any version')}), and no lock pins it"
    elif not one.known and not one.paths:
        yield visible(f"  {one.source.path.rpartition('/')[2]} does not record who needs what")
    elif not one.paths:
        here = one.entry.source == "workspace"
        yield "  a project of this repository, which no other asks for" if here else "  nothing in the lock needs it"
    shown = one.paths if everything else one.paths[:_PROJECTS]
    for paths in shown:
        for path in paths.paths:
            yield visible(f"  {_path(path, one)}")
        if paths.more:
            yield f"    and {'' if paths.exact else 'more than '}{paths.more} more{'' if everything else ' (--all)'}"
    if len(one.paths) > len(shown):
        yield f"  and from {counted(len(one.paths) - len(shown), 'project')} more (--all)"


def _path(path: DependencyPath, one: Occurrence) -> str:
    steps = [step_name(one.passed[key]) for key in path.keys]
    start = "(no project asks for it)" if path.importer is None else project_name(path.importer, one.source)
    return f"{' → '.join([start, *steps])} ({place(one.source, one.entry.line)})"


def _document(one: Occurrence) -> OccurrenceDocument:
    entry = one.entry
    return OccurrenceDocument(
        purl=str(entry.purl),
        source=one.source.path,
        document=one.source.document,
        format=one.source.format,
        key=entry.key,
        alias=entry.alias,
        line=entry.line,
        scope=entry.scope,
        dependency=entry.dependency,
        recorded=one.known,
        paths=tuple(_path_document(path, one) for paths in one.paths for path in paths.paths),
        more=sum(paths.more for paths in one.paths),
        exact=all(paths.exact for paths in one.paths),
    )


def _path_document(path: DependencyPath, one: Occurrence) -> PathDocument:
    entries = [one.passed[key] for key in path.keys]
    return PathDocument(
        project=project_name(path.importer, one.source) if path.importer else None,
        folder=path.importer.folder if path.importer else None,
        steps=tuple(StepDocument(str(entry.purl), entry.key, entry.alias, entry.line) for entry in entries),
    )
