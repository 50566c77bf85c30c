"""setup.cfg: what `install_requires` asks for."""

import configparser
from pathlib import Path, PurePath

from customhouse.ecosystems.documents import UnreadableError, plain_text
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.manifest_format import ManifestFormat
from customhouse.ecosystems.pypi.projects.pyproject import requirements
from customhouse.model.declared import ProjectManifest


def _read(path: Path, data: bytes, files: Files) -> ProjectManifest:  # noqa: ARG001 - as every manifest is read
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(plain_text(data) if data.strip() else "")
    except configparser.Error as error:
        raise UnreadableError(f"it is no INI file: {error.message.splitlines()[0]}") from error
    lines = parser.get("options", "install_requires", fallback="").splitlines()
    declared = requirements([one for one in lines if one.strip()], "prod", "options.install_requires")
    return ProjectManifest("pypi", declared=tuple(declared))


def _matches(path: PurePath) -> bool:
    return path.name == "setup.cfg"


SETUP_CFG = ManifestFormat(
    "setup.cfg", "pypi", _matches, _read, "uv pip compile --generate-hashes setup.cfg -o requirements.txt"
)
