"""setup.py: a program. What it asks for can only be learned by running it, which is what nothing here does."""

from pathlib import Path, PurePath

from customhouse.ecosystems.documents import plain_bytes
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.manifest_format import ManifestFormat, UnsupportedManifestError
from customhouse.model.declared import ProjectManifest

_PIN = "uv pip compile --generate-hashes setup.py -o requirements.txt"


def _read(path: Path, data: bytes, files: Files) -> ProjectManifest:  # noqa: ARG001 - as every manifest is read
    """Say whether it asks for anything. Raises UnsupportedManifestError where it does, or UnreadableError."""
    at = plain_bytes(data).find(b"install_requires") if data.strip() else -1
    if at < 0:
        return ProjectManifest("pypi")
    line = data.count(b"\n", 0, at) + 1
    raise UnsupportedManifestError(
        f"its install_requires (line {line}) can only be learned by running it",
        "move the dependencies to [project] in pyproject.toml, or pin them in a sandbox beside it: `" + _PIN + "`",
    )


def _matches(path: PurePath) -> bool:
    return path.name == "setup.py"


SETUP_PY = ManifestFormat("setup.py", "pypi", _matches, _read, _PIN)
