"""What a call of a module's name from outside runs: functions, classes, and methods of what a call gives."""

from collections.abc import Iterable

from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.python.loading import Loading
from customhouse.source.python.resolver import Names, Resolver

_PARTS = lazy_regex(r"\(\)|[^.()]+")
_MOST = 64


def enter(entry: Iterable[str], loading: Loading, resolver: Resolver) -> list[str]:
    """Note what calls of these names run (`run`, `Client`, `Client().open`); gives the names that lead elsewhere.

    The latter are dotted, from what the module imports: `.support.run`.
    """
    outside: dict[str, None] = {}
    for name in entry:
        _enter(_PARTS.findall(name)[:_MOST], loading, resolver, outside)
    return list(outside)


def _enter(parts: list[str], loading: Loading, resolver: Resolver, outside: dict[str, None]) -> None:
    if not parts:
        return
    names: Names = resolver.name(resolver.bindings.scopes[0], parts[0])
    if not names:
        rest = ".".join(parts).replace(".()", "()")
        outside.update(dict.fromkeys(f"{star}{'' if star.endswith('.') else '.'}{rest}" for star in _stars(resolver)))
    for part in parts[1:]:
        if part == "()":
            for each in names:
                _call(each, loading, outside)
            names = tuple(given for each in names for given in resolver.result(each))
        else:
            names = tuple(member for each in names for member in resolver.member(each, part))
    for each in names:
        _call(each, loading, outside)


def _stars(resolver: Resolver) -> list[str]:
    return resolver.bindings.stars


def _call(name: str, loading: Loading, outside: dict[str, None]) -> None:
    kind, _, number = name.partition(":")
    if kind == "local" and number.isdigit():
        loading.enter([int(number)])
    elif kind == "class" and number.isdigit():
        loading.enter_class(int(number))
    elif ":" not in name:
        outside[name] = None
