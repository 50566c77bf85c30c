"""requirements.in and its family: what pip-compile or uv turns into a pinned requirements file."""

import re
from pathlib import Path, PurePath

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.manifest_format import ManifestFormat
from customhouse.ecosystems.pypi.lockfiles.requirements import read_requirements
from customhouse.model.declared import Declared, ProjectManifest
from customhouse.model.lazy_regex import lazy_regex

_NAME = lazy_regex(r"(?:.*[-_.])?(?:requirements?|constraints?)(?:[-_.].*)?\.in", re.IGNORECASE)


def _read(path: Path, data: bytes, files: Files) -> ProjectManifest:
    declared = []
    problems = []
    for source in read_requirements(path, data, files) if data.strip() else ():
        if source.status != "parsed":
            problems.append(source.reason if source.path == str(path) else f"{source.path}: {source.reason}")
        for one in source.packages:
            wanted = f"=={one.version}" if one.version else one.specifier
            declared.append(
                Declared(
                    one.name,
                    one.resolved or wanted,
                    "dev" if one.scope == "dev" else "prod",
                    one.source,
                    group=Path(source.path).name,
                    line=one.line if source.path == str(path) else None,
                    marker=one.marker,
                )
            )
    if problems and not declared:
        raise UnreadableError(problems[0])
    return ProjectManifest("pypi", declared=tuple(declared), problems=tuple(problems))


def _matches(path: PurePath) -> bool:
    in_folder = path.parent.name == "requirements" and path.suffix == ".in"
    return bool(_NAME.fullmatch(path.name)) or in_folder


REQUIREMENTS_IN = ManifestFormat(
    "requirements.in", "pypi", _matches, _read, "uv pip compile --generate-hashes requirements.in -o requirements.txt"
)
