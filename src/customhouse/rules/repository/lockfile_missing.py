"""A manifest asks for packages, and no lock says which releases of them.

## What it looks for

package.json, pyproject.toml, Pipfile, setup.cfg and requirements.in files that ask for packages from outside the
repository and that no lock covers: none beside them, and none further up that counts them among its workspace's
members. Dependencies on other projects of the same repository, on extras and on peers that may be absent do not count.

| Case | Severity | Confidence |
|---|---|---|
| An application, or anything npm installs from | medium | high |
| A Python project that has a name and so may be a library | low | high |

With the default policy the first is held and the second is told.

## Why attackers do it

They need do nothing: without a lock the next install takes the newest release that fits, minutes after it was
published. When axios 1.14.1 was poisoned (2026), it was live for about three hours: repositories with a committed
lock that installed with `npm ci` did not take it in that time, and those without one took it at their next build.

## Known evasions

A lock that is committed and that no build uses. ci-installs-unlocked looks for that.

## Known false positives

Libraries whose maintainers want every build to test the newest of everything. They can say so:
`[rules.lockfile-missing] decision = "allow"` in customhouse.toml, or an exception for the one path.

## What to do now

Make the lock with the project's own client, commit it, and install from it in CI: `npm ci`, `pnpm install
--frozen-lockfile`, `uv sync --locked`, `pip install --require-hashes -r requirements.txt`.

## References

- [npm: package-lock.json](https://github.com/npm/cli/blob/latest/docs/lib/content/configuring-npm/package-lock-json.md)
- [PyPA: pylock.toml](https://packaging.python.org/en/latest/specifications/pylock-toml/)
- [OpenSSF Scorecard: Pinned-Dependencies](https://github.com/ossf/scorecard/blob/main/docs/checks.md#pinned-dependencies)
"""

from collections.abc import Iterator

from customhouse.model.declared import Declared
from customhouse.model.finding import Finding, Location
from customhouse.model.locked import Source
from customhouse.model.repository import RepositoryCase
from customhouse.rules.repository.rule import RepositoryRule

#: Names told in the message before "and N more".
_NAMES = 3
#: Formats by which a Python library is described as well as an application.
_LIBRARIES = ("pyproject.toml", "setup.cfg", "setup.py")


def _asked_for(source: Source) -> list[Declared]:
    """What the manifest needs from outside the repository."""
    declared = source.manifest.declared if source.manifest else ()
    return [one for one in declared if one.source != "workspace" and not one.optional]


def _few(names: list[str]) -> str:
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return ", ".join(names[:_NAMES]) + more


def judge(case: RepositoryCase) -> Iterator[Finding]:
    """Speak of each manifest that asks for something and is covered by nothing."""
    for source in case.sources:
        wanted = _asked_for(source)
        if source.kind != "manifest" or source.status != "parsed" or source.covered_by or not wanted:
            continue
        library = source.format in _LIBRARIES and bool(source.manifest and source.manifest.name)
        names = list(dict.fromkeys(one.alias or one.name for one in wanted))
        message = f"no lock says which releases of {_few(names)} an install takes"
        if library:
            message += "; a library may go without one, but its own builds then take whatever is newest"
        yield RULE.finding(
            message,
            at=(Location(source.path, wanted[0].line),),
            hint=source.hint or "make a lock with the project's client and commit it",
            severity="low" if library else None,
        )


RULE = RepositoryRule(
    id="lockfile-missing",
    title="Lockfile missing",
    severity="medium",
    confidence="high",
    judge=judge,
    page=__doc__,
)
