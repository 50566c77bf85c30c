"""setup.cfg: what `install_requires`, its extras and the files they name ask for.

https://setuptools.pypa.io/en/latest/userguide/declarative_config.html
"""

import configparser
from collections.abc import Iterator
from pathlib import Path, PurePath

from customhouse.ecosystems.documents import UnreadableError, plain_text
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.manifest_format import ManifestFormat
from customhouse.ecosystems.pypi.projects.requirement_files import from_files, from_texts
from customhouse.model.declared import Declared, DeclaredScope, ProjectManifest

_OPTIONS: tuple[tuple[str, DeclaredScope, bool], ...] = (
    ("install_requires", "prod", False),
    ("tests_require", "dev", True),
)


def _texts(value: str) -> list[str]:
    """Split as setuptools does: at line ends, or at semicolons where there are none."""
    parts = value.splitlines() if "\n" in value else value.split(";")
    return [text for one in parts if (text := one.partition(" #")[0].strip()) and not text.startswith("#")]


class _Reading:
    def __init__(self, text: str, folder: Path, files: Files) -> None:
        self._parser = configparser.RawConfigParser()
        try:
            self._parser.read_string(text)
        except configparser.Error as error:
            raise UnreadableError(f"it is no INI file: {error.message.splitlines()[0]}") from error
        self._lines: dict[str, int] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            for each in (line, line.partition("=")[2]):
                self._lines.setdefault(each.partition(" #")[0].strip(), number)
        self._folder = folder
        self._files = files
        self.problems: list[str] = []

    def get(self, section: str, option: str) -> str:
        return self._parser.get(section, option, fallback="")

    def declared(self) -> Iterator[Declared]:
        for option, scope, optional in _OPTIONS:
            yield from self._value(self.get("options", option), (scope, f"options.{option}", optional))
        section = "options.extras_require"
        for extra, value in self._parser.items(section) if self._parser.has_section(section) else ():
            yield from self._value(value, ("optional", f"{section}.{extra}", True))

    def _value(self, value: str, told: tuple[DeclaredScope, str, bool]) -> Iterator[Declared]:
        if value.strip().startswith("file:"):
            names = [one.strip() for one in value.strip().removeprefix("file:").replace("\n", ",").split(",")]
            yield from from_files([one for one in names if one], self._folder, self._files, told, self.problems)
            return
        yield from from_texts([(self._lines.get(text), text) for text in _texts(value)], told, self.problems)


def _read(path: Path, data: bytes, files: Files) -> ProjectManifest:
    reading = _Reading(plain_text(data) if data.strip() else "", path.parent, files)
    declared = tuple(reading.declared())
    name, version = reading.get("metadata", "name").strip(), reading.get("metadata", "version").strip()
    version = "" if version.startswith(("attr:", "file:")) else version
    return ProjectManifest("pypi", name, version, declared, problems=tuple(dict.fromkeys(reading.problems)))


def _matches(path: PurePath) -> bool:
    return path.name == "setup.cfg"


SETUP_CFG = ManifestFormat(
    "setup.cfg", "pypi", _matches, _read, "uv pip compile --generate-hashes setup.cfg -o requirements.txt"
)
