"""pip's own log (`--log`, PIP_LOG): what it collected, downloaded and installed. Its times have no zone."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from customhouse.hunt.admits import admitted
from customhouse.hunt.installs.archive_names import named_release, projects
from customhouse.hunt.installs.findings import Findings
from customhouse.hunt.installs.reading import UnreadError, lines_of
from customhouse.model.hunt import Grade, Moment, Place
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import pypi_name
from customhouse.versions import pypi

_MAX_LOG = 1 << 30
_TIME = lazy_regex(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:,(\d{1,3}))? ")
_FILE = lazy_regex(
    r"(?:Downloading|Using cached|Downloaded|Processing|Link requires|Saved|Added) .*?([^/\s]+?\.(?:whl|tar\.gz|zip))\b"
)
_COLLECTING = lazy_regex(
    r"(?:Collecting|Requirement already satisfied:) ([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?([^\s(;]*)"
)
_INSTALLED = lazy_regex(r"Successfully installed (.*)")
_CREDENTIALS = lazy_regex(r"//[^/@\s]+@")
_CONTROL = ("Collecting ", "Successfully installed", "Downloading ", "Using cached ")


def read_pip_log(path: Path, findings: Findings) -> None:
    """Read one log. Never raises."""
    wanted = projects(findings)
    told: set[tuple[str, str, Grade]] = set()
    count = control = 0
    try:
        for number, raw in enumerate(lines_of(path, _MAX_LOG), 1):
            count += 1
            line = raw.decode("utf-8", "replace")
            control += any(mark in line for mark in _CONTROL)
            for name, version, grade, what in _said(line, wanted, findings):
                if (name, version, grade) in told:
                    continue
                told.add((name, version, grade))
                message = f"{path.name}: pip {what} {name}=={version}"
                findings.release(
                    "pypi",
                    name,
                    version,
                    grade,
                    message,
                    Place(str(path), number),
                    str(path.parent),
                    when=_time(line),
                    excerpt=_CREDENTIALS.sub("//", line.strip()),
                )
    except UnreadError as error:
        findings.unexamined(path, str(error))
    findings.looked(path, "pip log", str(path.parent), lines=count, control=control > 0)


def _said(line: str, wanted: tuple[str, ...], findings: Findings) -> Iterator[tuple[str, str, Grade, str]]:
    if match := _FILE.search(line):
        release = named_release(match[1], wanted)
        if release:
            yield *release, "fetched", "fetched the archive of"
    elif match := _INSTALLED.search(line):
        for name, _, version in (word.rpartition("-") for word in match[1].split()):
            if pypi_name(name) in wanted and pypi.parse(version):
                yield pypi_name(name), version, "fetched", "installed"
    elif match := _COLLECTING.search(line):
        project = pypi_name(match[1])
        for _, each in findings.asked.packages("pypi", project):
            fits = admitted(each, match[2])
            if fits:
                yield project, fits.version, "declared", f"was asked for {project}{match[2]}, which fits"


def _time(line: str) -> Moment | None:
    match = _TIME.match(line)
    if match is None:
        return None
    try:
        at = datetime.fromisoformat(f"{match[1]}T{match[2]}").replace(tzinfo=UTC)
    except ValueError:
        return None
    return Moment(at, by="log line", doubtful=True)
