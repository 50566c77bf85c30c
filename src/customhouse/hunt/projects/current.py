"""Lock files and manifests as they are now: what they pin, and what they ask for."""

from collections.abc import Sequence
from pathlib import Path

from customhouse.ecosystems.discovery import discover, read_lockfile
from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.formats import is_lockfile
from customhouse.hunt.asked import Asked
from customhouse.hunt.loose_npm_lock import loose_entries
from customhouse.hunt.notes import Notes
from customhouse.hunt.places import Assets
from customhouse.hunt.projects.matching import Matcher
from customhouse.model.errors import CustomhouseError
from customhouse.model.hunt import Hit, Looked, Place, Unexamined
from customhouse.model.locked import Source

#: What a client wrote down of what it installed; the hunt through installations reads it, and grades it higher.
_INSTALLED = frozenset({"npm-hidden-lockfile", "pnpm-installed-lock"})
#: Formats of which entries can be made out one by one.
_LOOSE = frozenset({"package-lock", "npm-shrinkwrap"})


def hunt_projects(paths: Sequence[Path], asked: Asked, notes: Notes) -> None:
    """Look at every lock and manifest under `paths` (files or folders), whatever its format.

    What an audit skips is read too: a lock in an ignored folder, or one that its client passes over for another, was
    written by a client all the same. Records of what is installed are left to the hunt through installations.
    """
    matcher = Matcher(asked)
    assets = Assets()
    for start in paths:
        try:
            sources = discover([start])
        except CustomhouseError as error:
            notes.unexamined(Unexamined("project", str(start), error.message))
            continue
        for source in sources:
            if source.format in _INSTALLED:
                continue
            if source.status == "skipped" and is_lockfile(Path(source.path)):
                for again in read_lockfile(Path(source.path)):
                    _note(again, start, matcher, assets, notes, aside=source.reason)
            else:
                _note(source, start, matcher, assets, notes)


def _note_loosely(source: Source, asset: str, matcher: Matcher, notes: Notes) -> None:
    """Note what the rest of a lock pins that cannot be read to its end: an entry is told by its version alone."""
    try:
        data = DISK.read(Path(source.path))
    except UnreadableError:
        return
    known = {each.key for each in source.packages}
    found = tuple(each for each in loose_entries(data) if each.key not in known)
    for trace in matcher.traces(Source(source.path, source.format, "parsed", found)):
        message = f"{Path(source.path).name} {trace.what}, in a part of it that cannot be read otherwise"
        place = Place(source.path, trace.line)
        notes.hit(Hit(trace.campaign, asset, "project", trace.grade, trace.subject, message, place, "medium"))


def _note(source: Source, start: Path, matcher: Matcher, assets: Assets, notes: Notes, *, aside: str = "") -> None:
    path = Path(source.path)
    asset = assets.of(path, start)
    if source.status in ("failed", "unsupported") or (source.status == "skipped" and not aside):
        reason = source.reason or source.status
        # A folder of mere ignored files says so itself; everything else may hide an entry.
        notes.unexamined(Unexamined("project", source.path, reason, serious=source.status != "skipped"))
    if source.status != "unsupported":
        entries = len(source.manifest.declared) if source.manifest else len(source.packages)
        notes.looked(Looked("project", asset, source.path, source.format, (("entries", entries),), note=aside))
    if source.manifest is not None and not source.covered_by:
        for declared in source.manifest.declared:
            # What a catalogue says stands elsewhere, and no lock tells what it came to.
            if declared.specifier.startswith("catalog:") and matcher.asks(source.manifest, declared):
                reason = f"asks for {declared.name} through a catalogue ({declared.specifier}), which is not followed"
                notes.unexamined(Unexamined("project", source.path, reason))
    if source.status == "failed" and source.format in _LOOSE:
        _note_loosely(source, asset, matcher, notes)
    pinned = f"; {Path(source.covered_by).name} pins what is installed" if source.covered_by else ""
    for trace in matcher.traces(source):
        message = f"{path.name} {trace.what}{pinned}"
        if aside:
            message += f" (the file {aside})"
        notes.hit(
            Hit(
                trace.campaign,
                asset,
                "project",
                trace.grade,
                trace.subject,
                message,
                Place(source.path, trace.line),
                trace.confidence,
            )
        )
