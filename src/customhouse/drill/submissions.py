"""What a team hands in: a hunt's JSON (`customhouse/hunt/1`), or a CSV of paths and grades."""

import csv
import os
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from customhouse.model.drill import Reported, Submission
from customhouse.model.errors import CustomhouseError
from customhouse.model.hunt import GRADES, Area, Grade, Hit

_MAX_FILE = 256 * 1024 * 1024
_MAX_ROWS = 100_000
#: The folders that a drill has at its top: whoever worked on a copy names them all the same.
TOPS = ("projects", "homes", "logs", "network", "hosts", "intel")
_AREAS: dict[str, Area] = {
    "project": "project",
    "history": "history",
    "install": "install",
    "log": "log",
    "host": "host",
    "network": "network",
}
_HINT = "hand in what `customhouse hunt --format json` writes, or a CSV with the columns path,grade (and area, found)"


class _Hunt(msgspec.Struct):
    """What is needed of a hunt's JSON."""

    schema: Literal["customhouse/hunt/1"]
    hits: tuple[Hit, ...] = ()
    started: datetime | None = None
    seconds: float = 0


def read_submission(path: Path, folder: Path, campaign: str) -> Submission:
    """Read a file that a team hands in, about a drill in `folder`. Raises CustomhouseError for one of no known form.

    Of a hunt only hits of the drill's campaign count: what is merely odd accuses nobody.
    """
    data = _bytes(path)
    if data.lstrip()[:1] == b"{":
        try:
            hunt = msgspec.json.decode(data, type=_Hunt)
        except (msgspec.DecodeError, RecursionError) as error:
            raise CustomhouseError(f"{path} is no hunt's JSON: {error}", hint=_HINT) from None
        started = _utc(hunt.started)
        named = any(hit.campaign == campaign for hit in hunt.hits)
        return from_hits(hunt.hits, folder, campaign, started if named else None)
    return _table(path, data, folder)


def from_hits(hits: Iterable[Hit], folder: Path, campaign: str, detected: datetime | None = None) -> Submission:
    """Take a hunt's hits for what somebody reports: those of the drill's campaign, and what is merely odd apart."""
    reported: list[Reported] = []
    odd: list[Reported] = []
    elsewhere: list[str] = []
    for hit in hits:
        if hit.campaign not in (campaign, ""):
            continue
        # What stands in a history is named as its repository names it.
        path = os.path.join(hit.asset, hit.place.path) if hit.area == "history" else hit.place.path  # noqa: PTH118
        inner = inside(path, folder)
        if inner is None:
            elsewhere.append(path)
        else:
            one = Reported(inner, hit.grade, hit.area, hit.subject, hit.place.line, hit.confidence)
            (reported if hit.campaign else odd).append(one)
    return Submission(tuple(reported), detected, tuple(odd), tuple(elsewhere))


def inside(path: str, folder: Path) -> str | None:
    """Return a path below the drill's folder, as the key has it; None for one that does not lie there."""
    text = path.strip().replace("\\", "/") if os.sep == "\\" else path.strip()
    for top in {str(folder), os.path.realpath(folder)}:
        if text.startswith(f"{top}/"):
            text = text[len(top) + 1 :]
            break
    normal = os.path.normpath(text).replace(os.sep, "/")
    parts = normal.split("/")
    if parts[0] in TOPS:
        return normal
    # The longest end that begins as the drill does: `projects` may be a folder's name above it too.
    at = next((number for number, part in enumerate(parts) if part in TOPS and number), None)
    return "/".join(parts[at:]) if at is not None else None


def _table(path: Path, data: bytes, folder: Path) -> Submission:
    text = data.decode("utf-8-sig", "replace")
    reported: list[Reported] = []
    elsewhere: list[str] = []
    for number, row in _rows(path, text):
        grade = _grade(row.get("grade", ""))
        if grade is None:
            raise CustomhouseError(
                f"{path}:{number}: {row.get('grade', '')!r} is no grade", hint=f"one of {', '.join(GRADES)}"
            )
        area = row.get("area", "").strip().lower()
        if area and area not in _AREAS:
            raise CustomhouseError(f"{path}:{number}: {area!r} is no area", hint=f"one of {', '.join(_AREAS)}, or none")
        inner = inside(row["path"], folder)
        if inner is None:
            elsewhere.append(row["path"])
            continue
        inner, line = _line(inner)
        reported.append(Reported(inner, grade, _AREAS.get(area), "", line, "high", _moment(path, number, row)))
    moments = [one.at for one in reported if one.at is not None]
    return Submission(tuple(reported), min(moments, default=None), elsewhere=tuple(elsewhere))


def _rows(path: Path, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(text.splitlines())
    columns: list[str] | None = None
    try:
        for row in reader:
            if not any(cell.strip() for cell in row) or row[0].startswith("#"):
                continue
            if columns is None:
                columns = [cell.strip().lower() for cell in row]
                if "path" in columns and "grade" in columns:
                    continue
                columns = ["path", "grade", "area", "found"]
            if reader.line_num > _MAX_ROWS:
                raise CustomhouseError(f"{path} has more than {_MAX_ROWS} lines", hint=_HINT)
            found = dict(zip(columns, row, strict=False))
            if not found.get("path", "").strip() or "grade" not in found:
                raise CustomhouseError(f"{path}:{reader.line_num}: no path and grade", hint=_HINT)
            yield reader.line_num, found
    except csv.Error as error:
        raise CustomhouseError(f"{path}:{reader.line_num}: {error}", hint=_HINT) from None


def _line(path: str) -> tuple[str, int | None]:
    """Take a line's number off a path, `logs/a.txt:12`."""
    found = re.fullmatch(r"(.+):(\d{1,9})", path)
    return (found[1], int(found[2])) if found else (path, None)


def _grade(text: str) -> Grade | None:
    plain = re.sub(r"[\s_]+", "-", text.strip().lower())
    return next((grade for grade in GRADES if grade == plain), None)


def _moment(path: Path, number: int, row: dict[str, str]) -> datetime | None:
    text = row.get("found", "").strip()
    if not text:
        return None
    try:
        return _utc(datetime.fromisoformat(text))
    except ValueError:
        raise CustomhouseError(
            f"{path}:{number}: {text!r} is no time", hint="write 2026-03-31T09:15Z, or leave it empty"
        ) from None


def _utc(moment: datetime | None) -> datetime | None:
    """Read a moment without a zone as UTC."""
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_FILE + 1)
    except OSError as error:
        raise CustomhouseError(f"{path} cannot be read: {error.strerror}", hint=_HINT) from None
    if len(data) > _MAX_FILE:
        raise CustomhouseError(f"{path} is larger than {_MAX_FILE >> 20} MiB", hint=_HINT)
    return data
