"""Where the configuration lies: the project's file, the organisation's, and what they make together."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from customhouse.model.errors import CustomhouseError
from customhouse.policy.configuration import Configuration

FILE_NAME = "customhouse.toml"
PYPROJECT = "pyproject.toml"
#: Environment variable that names the organisation's file.
ORGANISATION = "CUSTOMHOUSE_POLICY"
#: Bytes; a configuration is a page or two.
_LARGEST = 1_000_000


class Settings(msgspec.Struct, frozen=True):
    """The configuration in force, the files it came from (organisation's first), and what to warn of."""

    configuration: Configuration
    sources: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    #: The project's own file; None when it has none.
    project_file: Path | None = None
    #: Where the project's file is or would be: the repository's root, else where the search started.
    root: Path = Path()


def load_settings(
    start: Path,
    *,
    explicit: Path | None = None,
    environ: Mapping[str, str],
    today: date | None = None,
    known_rules: Collection[str] = (),
) -> Settings:
    """Find and read the configuration for a project.

    The project's file is `explicit`, else the nearest customhouse.toml, or pyproject.toml with `[tool.customhouse]`,
    from `start` up to the repository's root (the folder that holds .git); outside a repository only `start` is looked
    at. The organisation's file is what CUSTOMHOUSE_POLICY names.

    Raises CustomhouseError when a file is missing, unreadable, wrong, looser than the organisation's, or names a rule
    that is not among `known_rules` (not checked when that is empty).
    """
    today = today or datetime.now(UTC).date()
    folder = start if start.is_dir() else start.parent
    folders = _folders(folder.resolve())
    project_file = explicit if explicit is not None else _nearest(folders)
    organisation = load_organisation(environ, today=today, known_rules=known_rules)
    configuration = organisation or Configuration()
    sources = [environ[ORGANISATION]] if organisation else []
    if project_file is not None:
        from customhouse.policy.tighten import tighten  # noqa: PLC0415 - many projects have no file

        mine = _checked(_load(project_file, "--config names it" if explicit else ""), today, known_rules)
        configuration = tighten(organisation, mine) if organisation else mine
        sources.append(_shown(project_file))
    return Settings(configuration=configuration, sources=tuple(sources), project_file=project_file, root=folders[-1])


def load_organisation(
    environ: Mapping[str, str], *, today: date | None = None, known_rules: Collection[str] = ()
) -> Configuration | None:
    """Read the file that CUSTOMHOUSE_POLICY names; None when it names none.

    Raises CustomhouseError when the file is missing, unreadable or wrong.
    """
    named = environ.get(ORGANISATION, "")
    if not named:
        return None
    today = today or datetime.now(UTC).date()
    return _checked(_load(Path(named), f"{ORGANISATION} names it"), today, known_rules)


def _folders(folder: Path) -> list[Path]:
    """List the folders to look in, nearest first: up to the one that holds .git, or the first alone."""
    found: list[Path] = []
    for candidate in (folder, *folder.parents):
        found.append(candidate)
        if (candidate / ".git").exists():
            return found
    return [folder]


def _nearest(folders: list[Path]) -> Path | None:
    for folder in folders:
        own, shared = folder / FILE_NAME, folder / PYPROJECT
        in_shared = shared.is_file() and _holds_table(shared)
        if own.is_file():
            if in_shared:
                raise CustomhouseError(
                    f"both {_shown(own)} and {_shown(shared)} configure Customhouse",
                    hint=f"move what [tool.customhouse] says into {FILE_NAME} and remove that table",
                )
            return own
        if in_shared:
            return shared
    return None


def _holds_table(path: Path) -> bool:
    """Whether a pyproject.toml speaks of us. One that is not TOML is not ours to complain of unless it seems to."""
    import tomllib  # noqa: PLC0415 - most projects never get here

    text = _read(path, "")
    if "customhouse" not in text:
        return False
    try:
        tool = tomllib.loads(text).get("tool", {})
    except (tomllib.TOMLDecodeError, RecursionError):
        return "tool.customhouse" in text
    return isinstance(tool, dict) and "customhouse" in tool


def _load(path: Path, why: str) -> Configuration:
    """Read one file; the relative paths that it names are taken from where it lies."""
    from customhouse.policy.reading import parse_configuration  # noqa: PLC0415 - as above

    configuration = parse_configuration(_read(path, why), _shown(path))
    base = path.resolve().parent
    advisories = msgspec.structs.replace(
        configuration.advisories,
        paths=tuple(_absolute(base, named) for named in configuration.advisories.paths),
        sources=tuple(
            named if "://" in named else _absolute(base, named) for named in configuration.advisories.sources
        ),
        directory=_absolute(base, named) if (named := configuration.advisories.directory) else None,
    )
    cache = configuration.cache
    if cache.directory:
        cache = msgspec.structs.replace(cache, directory=_absolute(base, cache.directory))
    return msgspec.structs.replace(configuration, advisories=advisories, cache=cache)


def _absolute(base: Path, named: str) -> str:
    return str(base / Path(named).expanduser())


def _read(path: Path, why: str) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise CustomhouseError(f"{_shown(path)} is larger than {_LARGEST} bytes", hint="is it the right file?")
        return data.decode()
    except OSError as error:
        reason = f" ({why})" if why else ""
        raise CustomhouseError(
            f"cannot read {_shown(path)}{reason}: {error.strerror}",
            hint="correct the path, or make the file readable; without it the policy is unknown",
        ) from None
    except UnicodeDecodeError:
        raise CustomhouseError(f"{_shown(path)} is not UTF-8", hint="save it as UTF-8") from None


def _shown(path: Path) -> str:
    """Name a file as short as it is plain: relative to where the user stands when it lies below."""
    try:
        return str(path.resolve().relative_to(Path.cwd().resolve()))
    except (ValueError, OSError):
        return str(path)


def _checked(configuration: Configuration, today: date, known_rules: Collection[str]) -> Configuration:
    from customhouse.policy.exceptions import check_dates  # noqa: PLC0415 - as above

    check_dates(configuration, today)
    if known_rules:
        check_rules(configuration, known_rules)
    return configuration


def check_rules(configuration: Configuration, known: Collection[str]) -> None:
    """Refuse a rule that does not exist: what is said of it would silently do nothing.

    Raises CustomhouseError naming every one.
    """
    told, hints = [], []
    named = [(keys[1], origin) for keys, origin in configuration.origins.items() if keys[0] == "rules"]
    named += [
        (exception.rule, configuration.origin("exceptions", str(index)) or "")
        for index, exception in enumerate(configuration.exceptions)
        if not exception.rule.startswith("gap:")
    ]
    for rule, origin in named:
        if rule not in known:
            told.append(f"{origin}: there is no rule `{rule}`")
            import difflib  # noqa: PLC0415 - only for a mistake

            hints += [f"did you mean `{near}`?" for near in difflib.get_close_matches(rule, known, n=1)]
    if told:
        hint = "; ".join(dict.fromkeys(hints)) or "customhouse explain lists the rules"
        raise CustomhouseError("\n".join(dict.fromkeys(told)), hint=hint)
