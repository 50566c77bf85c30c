"""What the names of Python archives say, wherever they lie: `litellm-1.82.8-py3-none-any.whl` and its like."""

from pathlib import Path

from customhouse.ecosystems.pypi.filenames import read_filename
from customhouse.hunt.installs.findings import Findings
from customhouse.hunt.installs.reading import entries, file_time
from customhouse.model.hunt import Place
from customhouse.model.purl import pypi_name


def projects(findings: Findings) -> tuple[str, ...]:
    """Return the canonical names of the Python projects that campaigns are about."""
    return tuple(name for ecosystem, name in findings.asked.names if ecosystem == "pypi")


def named_release(filename: str, wanted: tuple[str, ...]) -> tuple[str, str] | None:
    """Return project and version of an archive of one of the projects; None for any other file."""
    start = pypi_name(filename)
    for project in wanted:
        if start.startswith(project):
            found = read_filename(filename, project)
            if found is not None:
                return project, str(found.version)
    return None


def read_archives(folder: Path, findings: Findings) -> None:
    """Tell of the archives in one folder of a cache: pip's wheels, Poetry's artifacts, pdm's packages. Never raises."""
    wanted = projects(findings)
    folders, files = entries(folder, findings)
    count = 0
    unpacked = [f"{name}.whl" for name in folders] if folder.name == "packages" else []
    for name in (*files, *unpacked):
        if not name.endswith((".whl", ".tar.gz", ".zip")):
            continue
        count += 1
        release = named_release(name, wanted)
        if release is not None:
            path = folder / name.removesuffix(".whl") if name in unpacked else folder / name
            built = " (built here, which runs the release's own build)" if "wheels" in folder.parts else ""
            message = f"the archive of {release[0]}=={release[1]} lies in a cache{built}"
            findings.release("pypi", *release, "fetched", message, Place(str(path)), str(folder), when=file_time(path))
    findings.looked(folder, "Python archives", str(folder), entries=count)
