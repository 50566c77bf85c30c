"""pip: the options in requirements files; no other file of a repository speaks to it.

Facts from pip's reference of the requirements file format and of `pip install`, and from pip 26.3: `--only-binary
:all:` on a line of its own keeps source distributions, and so their build code, out; `--uploaded-prior-to` (26.0, and
spans such as `P3D` since 26.1) is taken from the command line, PIP_UPLOADED_PRIOR_TO and pip.conf, never from a
requirements file. Where every entry has a digest, nothing younger than the file can come in.
"""

from collections.abc import Iterator
from pathlib import Path

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.pypi.lockfiles.requirements_lines import Line, decode, lines
from customhouse.model.clients import ClientState
from customhouse.model.hardening import Impossible, Setting
from customhouse.repository.clients.client import Client, Found, Wanted, days, state
from customhouse.repository.clients.project import Project
from customhouse.repository.clients.written import MAX_SETTINGS, Written

_ONLY = "--only-binary"


def requirements_files(project: Project) -> list[Path]:
    """Name the folder's requirements files, and the .in files that such are made from."""
    try:
        names = project.reader.files.names(project.folder)[1]
    except UnreadableError:
        return []
    inside = project.folder.name == "requirements"
    return [
        project.folder / name
        for name in names
        if name.endswith((".txt", ".in")) and (inside or "requirements" in name) and "constraints" not in name
    ]


def requirement_lines(project: Project, path: Path) -> list[Line]:
    """Read a requirements file's lines; none where it cannot be read, which its own reading tells."""
    try:
        return list(lines(decode(project.reader.files.read(path, MAX_SETTINGS))))
    except UnreadableError:
        return []


def _wheels_only(found: list[Line]) -> Line | None:
    """The line that leaves source distributions out, unless a later one lets them in again."""
    decided: Line | None = None
    for line in found:
        if line.option == _ONLY and line.text.strip() == ":all:":
            decided = line
        elif line.option == "--no-binary" or (line.option == _ONLY and line.text.strip() == ":none:"):
            decided = None
    return decided


def _lacking(project: Project) -> tuple[list[Path], Written | None]:
    """The files that let source distributions be built, and a line that keeps them out."""
    read = {path: requirement_lines(project, path) for path in requirements_files(project)}
    said = {path: _wheels_only(found) for path, found in read.items()}
    covered = {path for path, line in said.items() if line}
    for path, found in read.items():
        if path in covered:
            covered |= {path.parent / line.text for line in found if line.kind in ("include", "constraint")}
    first = next((Written(":all:", str(path), line.number) for path, line in said.items() if line), None)
    asking = {path for path, found in read.items() if any(one.kind == "requirement" for one in found)}
    return sorted(asking - covered), first


def _cooldown(project: Project) -> Found:
    entries = [
        (path, line)
        for path in requirements_files(project)
        if path.suffix == ".txt"
        for line in requirement_lines(project, path)
        if line.kind == "requirement"
    ]
    if entries and all(line.hashes for _, line in entries):
        return Found("on", Written("--hash", str(entries[0][0]), entries[0][1].number))
    note = "pip reads a minimum age from its command line, PIP_UPLOADED_PRIOR_TO or pip.conf, and from no file here"
    return Found("unsupported", None, note)


def _read(project: Project) -> ClientState:
    lacking, first = _lacking(project)
    note = "pip builds source distributions, which runs code of theirs"
    return state(
        "pip",
        project,
        "",
        scripts=Found("off", Written("", str(lacking[0])), note) if lacking else Found("on", first),
        cooldown=_cooldown(project),
        frozen=Found("unsupported"),
    )


def _harden(project: Project, found: ClientState, wanted: Wanted) -> Iterator[Setting | Impossible]:
    for path in _lacking(project)[0]:
        why = "only wheels are installed: a source distribution would run code of its own to be built"
        yield Setting("pip", "scripts", str(path), "requirements", (_ONLY,), ":all:", why)
    if found.cooldown == "unsupported" and wanted.pypi_age:
        span = f"P{days(wanted.pypi_age)}D"
        hint = f"set PIP_UPLOADED_PRIOR_TO={span} where pip runs (pip 26.1 and later), or pin every entry with --hash"
        yield Impossible("pip", found.folder, "cooldown", found.cooldown_note, hint)


PIP = Client("pip", "pypi", _read, _harden)
