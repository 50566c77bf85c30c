"""Poetry's version constraints: PEP 440 with carets, tildes, wildcards and alternatives.

https://python-poetry.org/docs/dependency-specification/#version-constraints
"""

from functools import lru_cache

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from customhouse.model.lazy_regex import lazy_regex
from customhouse.versions.pypi import parse

_CLAUSE = lazy_regex(r"[ \t]*(\^|~=|~|===|==|!=|<=|>=|<|>|=)?[ \t]*([^\s,]+)")
_OR = lazy_regex(r"[ \t]*\|\|?[ \t]*")
_MAX = 4096


@lru_cache(maxsize=16384)
def to_specifiers(text: str) -> tuple[SpecifierSet, ...] | None:
    """Translate a constraint into its alternatives, in PEP 440's notation; None when it is none.

    `^1.2` → `>=1.2,<2`; `~1.2` → `>=1.2,<1.3`; `1.*` and `*` are wildcards; a bare version is exact.
    """
    if len(text) > _MAX:
        return None
    found = []
    for alternative in _OR.split(text.strip()):
        clauses: list[str] = []
        at = 0
        for match in _CLAUSE.finditer(alternative):
            if alternative[at : match.start()].strip(" \t,"):
                return None
            at = match.end()
            translated = _translated(match[1] or "", match[2])
            if translated is None:
                return None
            clauses += translated
        if alternative[at:].strip(" \t,"):
            return None
        try:
            found.append(SpecifierSet(",".join(clauses)))
        except InvalidSpecifier:
            return None
    return tuple(found)


def _translated(operator: str, text: str) -> list[str] | None:
    if text in ("*", "x", "X"):
        return [] if operator in ("", "=", "==") else None
    if operator in ("", "=", "==") and text.endswith((".*", ".x")):
        return [f"=={text[:-2]}.*"]
    if operator not in ("", "=", "^", "~"):
        return [operator + text]
    version = parse(text)
    if version is None:
        return None
    if operator in ("", "="):
        return [f"=={text}"]
    above = _above_caret(version) if operator == "^" else _above_tilde(version)
    return [f">={text}", f"<{above}"]


def _above_caret(version: Version) -> str:
    """The first version that breaks: the leftmost number that is not zero is raised (all are zero: the last one)."""
    release = version.release
    at = next((index for index, number in enumerate(release) if number), len(release) - 1)
    return _epoch(version) + ".".join(str(number) for number in (*release[:at], release[at] + 1))


def _above_tilde(version: Version) -> str:
    release = version.release
    at = min(1, len(release) - 1)
    return _epoch(version) + ".".join(str(number) for number in (*release[:at], release[at] + 1))


def _epoch(version: Version) -> str:
    return f"{version.epoch}!" if version.epoch else ""


def satisfies(version: str, constraint: str) -> bool:
    """Say whether a version that somebody chose is within a constraint; False when either cannot be read."""
    alternatives, parsed = to_specifiers(constraint), parse(version)
    if alternatives is None or parsed is None:
        return False
    return any(one.contains(parsed, prereleases=True) for one in alternatives)
