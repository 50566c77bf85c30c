"""requirements.in: what pip-compile or uv turns into a pinned requirements file."""

from pathlib import Path, PurePath

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.manifest_format import ManifestFormat
from customhouse.ecosystems.pypi.lockfiles.requirements import read_requirements
from customhouse.model.declared import Declared, ProjectManifest


def _read(path: Path, data: bytes, files: Files) -> ProjectManifest:
    declared = []
    for source in read_requirements(path, data, files) if data.strip() else ():
        if source.status == "failed":
            raise UnreadableError(source.reason)
        for one in source.packages:
            wanted = f"=={one.version}" if one.version else one.specifier
            declared.append(Declared(one.name, wanted, "dev" if one.scope == "dev" else "prod", one.source))
    return ProjectManifest("pypi", declared=tuple(declared))


def _matches(path: PurePath) -> bool:
    return path.name == "requirements.in"


REQUIREMENTS_IN = ManifestFormat(
    "requirements.in", "pypi", _matches, _read, "uv pip compile --generate-hashes requirements.in -o requirements.txt"
)
