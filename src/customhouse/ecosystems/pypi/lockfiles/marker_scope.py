"""What a pylock's marker says of the scope: `'docs' in dependency_groups`, `'socks' in extras`."""

from packaging.markers import InvalidMarker, Marker

from customhouse.model.locked import Scope
from customhouse.model.purl import pypi_name

_STRENGTH: tuple[Scope, ...] = ("prod", "optional", "dev")


def marker_scope(text: str, default_groups: frozenset[str] = frozenset()) -> Scope:
    """Tell for what a package is installed: `prod` unless each alternative of its marker asks for an extra or a group.

    A group that is installed by default asks for nothing. A marker that cannot be read excuses nothing.
    """
    if "extras" not in text and "dependency_groups" not in text:
        return "prod"
    try:
        return _scope(Marker(text)._markers, default_groups)  # noqa: SLF001 - packaging has no other way to its parts
    except (InvalidMarker, RecursionError):
        return "prod"


def _scope(part: object, default_groups: frozenset[str]) -> Scope:
    """The weakest condition of those joined by `and`, the strongest of those joined by `or`."""
    if isinstance(part, tuple):
        left, operator, right = part
        variable = getattr(right, "value", "")
        if str(operator) != "in" or type(right).__name__ != "Variable":
            return "prod"
        if variable == "extras":
            return "optional"
        named = pypi_name(str(getattr(left, "value", "")))
        return "dev" if variable == "dependency_groups" and named not in default_groups else "prod"
    alternatives: list[Scope] = ["prod"]
    for one in part if isinstance(part, list) else ():
        if one == "or":
            alternatives.append("prod")
        elif one != "and":
            alternatives[-1] = max(alternatives[-1], _scope(one, default_groups), key=_STRENGTH.index)
    return min(alternatives, key=_STRENGTH.index)
