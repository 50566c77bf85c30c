"""The packages whose versions a project sets over the heads of those that ask for them.

npm and bun read `overrides`, yarn `resolutions`, pnpm `pnpm.overrides` (and `resolutions`).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from customhouse.ecosystems.npm.projects.specifiers import split_descriptor
from customhouse.model.lazy_regex import lazy_regex

_STEP = lazy_regex(r"(?<=[^ |@])>")
#: Rules nested deeper than anybody writes.
_MAX_DEPTH = 16


def overridden_names(document: Mapping[str, Any]) -> Iterator[str]:
    """Name every package that a rule of a package.json is for; a name may come several times."""
    pnpm = document.get("pnpm")
    for rules in (
        document.get("overrides"),
        document.get("resolutions"),
        pnpm.get("overrides") if isinstance(pnpm, Mapping) else None,
    ):
        if isinstance(rules, Mapping):
            yield from names_of_rules(rules)


def names_of_rules(rules: Mapping[str, Any]) -> Iterator[str]:
    """Name the packages of a table of rules: `a`, `a@^1`, `a/**/b`, `a>b@2`, or objects of such within one another."""
    still: list[tuple[Mapping[str, Any], int]] = [(rules, 0)]
    while still:
        table, depth = still.pop()
        for selector, value in table.items():
            if isinstance(value, Mapping):
                if "." in value:
                    yield _target(selector)
                if depth < _MAX_DEPTH:
                    still.append((value, depth + 1))
            elif selector != ".":
                yield _target(selector)


def _target(selector: str) -> str:
    """Return the package that a selector ends in."""
    # pnpm's `a@>=1` is a range, its `a>b` a path: only after a space, `|` or `@` does `>` begin a range.
    parts = _STEP.split(selector)[-1].split("/")
    at = next((index for index in range(len(parts) - 1, -1, -1) if parts[index].startswith("@")), None)
    last = parts[-1] if at is None or at < len(parts) - 2 else "/".join(parts[at:])
    return split_descriptor(last)[0]
