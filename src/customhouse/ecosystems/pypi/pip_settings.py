"""What pip is configured to do: its files in its order, then PIP_* (pip's documentation, "Configuration")."""

import configparser
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from customhouse.ecosystems.pypi.settings import IndexSettings, Stated
from customhouse.model.errors import CustomhouseError

_NAME = "pip.ini" if os.name == "nt" else "pip.conf"
#: The command whose section counts over `[global]`.
_COMMAND = "install"


def read_pip_settings(project: Path, environ: Mapping[str, str]) -> IndexSettings:
    """Read pip's files and environment. Raises CustomhouseError for a file that cannot be read."""
    merged: dict[str, Stated] = {}
    for path in _files(project, environ):
        merged |= _read(path)
    options = {key.partition(".")[2]: merged[key] for section in ("global", _COMMAND) for key in _of(merged, section)}
    for variable, value in environ.items():
        if variable.startswith("PIP_") and value:
            options[variable[len("PIP_") :].lower().replace("_", "-")] = Stated(value, variable)
    warnings = []
    if found := options.get("find-links"):
        warnings.append(f"pip ({found.source}): find-links is not asked: Customhouse asks indexes only")
    if (found := options.get("no-index")) and found.value.lower() in ("1", "true", "yes", "on"):
        warnings.append(f"pip ({found.source}): no-index is not followed: the index is asked all the same")
    if found := options.get("trusted-host"):
        warnings.append(f"pip ({found.source}): trusted-host is not followed: connections are always verified")
    extra = options.get("extra-index-url")
    cert = options.get("cert")
    return IndexSettings(
        default=options.get("index-url"),
        extra=tuple(Stated(url, extra.source) for url in extra.value.split()) if extra else (),
        cafile=os.path.expanduser(cert.value) if cert else "",  # noqa: PTH111 - as pip does, by the process's own HOME
        warnings=tuple(warnings),
    )


def _of(merged: Mapping[str, Stated], section: str) -> list[str]:
    return [key for key in merged if key.startswith(f"{section}.")]


def _files(project: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    """Give pip's files, weakest first. PIP_CONFIG_FILE takes the user's place, and os.devnull that of all."""
    named = environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return
    home = Path(environ.get("HOME") or Path.home())
    yield from _global(environ)
    if not (named and Path(named).exists()):
        yield home / (".pip" if os.name != "nt" else "pip") / _NAME
        yield _user(home, environ) / "pip" / _NAME
    environment = environ.get("VIRTUAL_ENV") or project / ".venv"
    yield Path(environment) / _NAME
    if named:
        yield Path(named)


def _global(environ: Mapping[str, str]) -> Iterator[Path]:
    if sys.platform == "win32":
        yield Path(environ.get("PROGRAMDATA", r"C:\ProgramData")) / "pip" / _NAME
    elif sys.platform == "darwin":
        yield Path("/Library/Application Support/pip") / _NAME
    else:
        for folder in (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep):
            yield Path(folder) / "pip" / _NAME
        yield Path("/etc") / _NAME


def _user(home: Path, environ: Mapping[str, str]) -> Path:
    if sys.platform == "win32":
        return Path(environ.get("APPDATA", home / "AppData" / "Roaming"))
    support = home / "Library" / "Application Support"
    if sys.platform == "darwin" and (support / "pip").is_dir():
        return support
    return Path(environ.get("XDG_CONFIG_HOME") or home / ".config")


def _read(path: Path) -> dict[str, Stated]:
    """Read one file into `section.key`, keys in lower case with hyphens; nothing when there is no file."""
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(path.read_text("utf-8"), source=str(path))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError, configparser.Error) as error:
        raise CustomhouseError(
            f"pip's configuration {path} cannot be read: {str(error).splitlines()[0]}",
            hint="see what pip makes of it: pip config debug",
        ) from None
    return {
        f"{section}.{key.lower().replace('_', '-').removeprefix('--')}": Stated(value, str(path))
        for section in parser.sections()
        for key, value in parser.items(section)
    }
