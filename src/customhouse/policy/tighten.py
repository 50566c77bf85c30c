"""A repository's file on top of the organisation's: it may only tighten.

Two locks. What a repository writes is compared with what the organisation set, and each attempt to loosen is an error
that names both. And whatever the comparison misses cannot matter, because `decide` and `minimum_age_for` judge under
both configurations and keep the stricter answer (`Configuration.floor`).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from customhouse.model.errors import CustomhouseError
from customhouse.model.finding import SEVERITIES
from customhouse.model.verdict import DECISIONS, Decision
from customhouse.policy.configuration import GAP_DEFAULTS, Configuration, ConfigurationFile
from customhouse.policy.durations import duration

_EXCLUDE = ("discovery", "exclude")
#: Lists of which both are kept.
_JOINED = (("advisories", "paths"), ("advisories", "sources"))


def tighten(organisation: Configuration, repository: Configuration) -> Configuration:
    """Lay a repository's configuration over the organisation's.

    Advisory paths and sources, and permitted exceptions and exclusions, of both are kept. Raises CustomhouseError that
    lists every value by which the repository's file would loosen, beside the organisation's.
    """
    attempts = list(_attempts(organisation, repository))
    if attempts:
        raise CustomhouseError(
            "the repository's configuration loosens the organisation's:\n" + "\n".join(attempts),
            hint="remove these lines, or ask the owner of the organisation's file (CUSTOMHOUSE_POLICY) to change it",
        )
    merged: dict[str, Any] = _plain(organisation)
    written: dict[str, Any] = _plain(repository)
    for keys in repository.origins:
        if keys[0] != "exceptions" and keys not in _JOINED:
            _set(merged, keys, _get(written, keys))
    file = msgspec.convert(merged, ConfigurationFile)
    sections = {name: getattr(file, name) for name in ConfigurationFile.__struct_fields__}
    first = len(organisation.exceptions)
    sections["exceptions"] = (*organisation.exceptions, *repository.exceptions)
    sections["advisories"] = msgspec.structs.replace(
        sections["advisories"],
        paths=tuple(dict.fromkeys((*organisation.advisories.paths, *repository.advisories.paths))),
        sources=tuple(dict.fromkeys((*organisation.advisories.sources, *repository.advisories.sources))),
    )
    if organisation.allow_repository_exclusions:
        sections["discovery"] = msgspec.structs.replace(
            file.discovery,
            exclude=tuple(dict.fromkeys((*organisation.discovery.exclude, *repository.discovery.exclude))),
        )
    moved = {
        ("exceptions", str(first + int(keys[1]))) if keys[0] == "exceptions" else keys: origin
        for keys, origin in repository.origins.items()
    }
    return Configuration(**sections, origins={**organisation.origins, **moved}, floor=organisation)


def _plain(configuration: Configuration) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(configuration)
    for key in ("origins", "floor", "approvals"):
        plain.pop(key)
    return plain


def _get(values: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        values = values[key]
    return values


def _set(values: dict[str, Any], keys: tuple[str, ...], value: object) -> None:
    for key in keys[:-1]:
        values = values.setdefault(key, {})
    values[keys[-1]] = value


def _attempts(organisation: Configuration, repository: Configuration) -> Iterator[str]:
    """Say which lines of the repository's file loosen."""
    if repository.exceptions and not organisation.allow_repository_exceptions:
        where = ", ".join(
            repository.origin("exceptions", str(index)) or "?" for index in range(len(repository.exceptions))
        )
        yield f"  exceptions: the organisation does not let repositories add any ({where})"
    theirs, ours = _plain(organisation), _plain(repository)
    for keys, origin in repository.origins.items():
        if keys[0] == "exceptions" or (keys == _EXCLUDE and organisation.allow_repository_exclusions):
            continue
        wanted = _get(ours, keys)
        allowed = _loosened(keys, organisation, wanted, _lookup(theirs, keys))
        if allowed is not None:
            floor = organisation.origin(*keys) or "default"
            yield f"  {'.'.join(keys)}: {allowed} ({floor}) → {_told(wanted)} ({origin})"


def _lookup(values: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        values = values.get(key) if isinstance(values, dict) else None
    return values


def _told(value: object) -> str:
    return "[" + ", ".join(str(item) for item in value) + "]" if isinstance(value, list | tuple) else str(value)


def _loosened(keys: tuple[str, ...], organisation: Configuration, wanted: Any, theirs: Any) -> str | None:
    """Return the organisation's value, as text, when `wanted` is looser; None when it is not."""
    if theirs is None:
        theirs = _implied(keys, organisation)
    return _told(theirs) if _LOOSER[keys[0]](keys, wanted, theirs) else None


def _implied(keys: tuple[str, ...], organisation: Configuration) -> Any:
    """What an organisation's file means by not setting a key."""
    match keys:
        case ("gaps", kind):
            return organisation.gaps.get("default") or GAP_DEFAULTS.get(kind, GAP_DEFAULTS["default"])
        case ("cooldown", _):
            return organisation.cooldown.minimum_age
        case _:
            return "unset"


def _looser_decision(_keys: tuple[str, ...], wanted: Any, theirs: Any) -> bool:
    """Compare two decisions. Where none is set, the matrix decides, and only `allow` is sure to loosen."""
    return bool(wanted == "allow") if theirs == "unset" else _rank(wanted) < _rank(theirs)


def _looser_rule(keys: tuple[str, ...], wanted: Any, theirs: Any) -> bool:
    if keys[-1] == "decision":
        return _looser_decision(keys, wanted, theirs)
    return theirs != "unset" and SEVERITIES.index(wanted) > SEVERITIES.index(theirs)


def _looser_cooldown(keys: tuple[str, ...], wanted: Any, theirs: Any) -> bool:
    if keys[1] == "exempt":
        return not set(wanted) <= set(theirs)
    if keys[1] == "packages":
        return False  # ages by pattern are not comparable; the floor keeps the longer one
    return duration(wanted) < duration(theirs)


def _looser_vulnerabilities(keys: tuple[str, ...], wanted: Any, theirs: Any) -> bool:
    if keys[1] in {"dev_scope", "without_fix"}:
        return bool(wanted == "allow" and theirs == "judge")
    return not set(theirs) <= set(wanted)


def _looser_advisories(keys: tuple[str, ...], wanted: Any, theirs: Any) -> bool:
    match keys[1]:
        case "directory":  # it could hold an index of the repository's own making
            return bool(wanted != theirs)
        case "max_age":
            return duration(wanted) > duration(theirs)
        case "online":
            return not set(theirs) <= set(wanted)
        case _:
            return False  # those of both are consulted


def _looser_cache(keys: tuple[str, ...], wanted: Any, theirs: Any) -> bool:
    if keys[1] == "directory":  # it could hold evidence of the repository's own making
        return bool(wanted != theirs)
    return duration(wanted) > duration(theirs)


def _looser_repository(keys: tuple[str, ...], wanted: Any, theirs: Any) -> bool:
    if keys[1] == "internal":
        return not set(theirs) <= set(wanted)
    if keys[1] == "registries":  # none means whatever is configured, which the organisation did not mean by a list
        return bool(theirs) and (not wanted or not set(wanted) <= set(theirs))
    return bool(theirs is True and not wanted)


def _looser_lookups(keys: tuple[str, ...], wanted: Any, theirs: Any) -> bool:
    if keys[1] == "source_hosts":
        return theirs != "unset" and not set(theirs) <= set(wanted)
    return bool(theirs is True and not wanted)


def _looser_discovery(keys: tuple[str, ...], wanted: Any, theirs: Any) -> bool:
    if keys[1] == "exclude":
        return not set(wanted) <= set(theirs)
    return bool(theirs and not wanted)


#: The values of `[changes]`, by key.
_LAXEST_FIRST: Mapping[str, tuple[str, ...]] = {
    "approve": ("none", "new", "all"),
    "approvals_from": ("working-tree", "base"),
}


#: By section: whether a wanted value is looser than the organisation's (`unset` where it sets none).
_LOOSER: Mapping[str, Callable[[tuple[str, ...], Any, Any], bool]] = {
    "allow_repository_exceptions": lambda _, wanted, theirs: wanted and not theirs,
    "allow_repository_exclusions": lambda _, wanted, theirs: wanted and not theirs,
    "policy": _looser_decision,
    "rules": _looser_rule,
    "gaps": _looser_decision,
    "cooldown": _looser_cooldown,
    "vulnerabilities": _looser_vulnerabilities,
    "registries": lambda _, wanted, theirs: theirs not in ("unset", wanted),
    "advisories": _looser_advisories,
    "cache": _looser_cache,
    "limits": lambda _, wanted, theirs: theirs != "unset" and wanted > theirs,
    "discovery": _looser_discovery,
    "gateway": lambda _keys, _wanted, _theirs: False,  # how it serves, not what it admits
    "changes": lambda keys, wanted, theirs: _LAXEST_FIRST[keys[1]].index(wanted) < _LAXEST_FIRST[keys[1]].index(theirs),
    "pypi": lambda _, wanted, theirs: wanted == "installable" and theirs == "all",
    "repository": _looser_repository,
    "lookups": _looser_lookups,
}


def _rank(decision: Decision) -> int:
    return DECISIONS.index(decision)
