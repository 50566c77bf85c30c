"""A build installs packages in a way that may take releases which no lock names.

## What it looks for

Commands in workflows (GitHub, GitLab, Azure, CircleCI, Jenkins), image recipes and scripts that install without
keeping to the lock: `npm install` where `npm ci` is meant, yarn without `--immutable` or `--frozen-lockfile`, `bun
install` without `--frozen-lockfile`, `pip install` of what carries no hash, `uv sync` without `--locked`, `pdm
install` and `pipenv install` likewise, every `update`; and tools that are fetched as they are newest (`npm install -g
x`, `npx -y x`, `uvx x`). What each client does by itself is known: pnpm and yarn from version 2 on keep to the lock
when they run in CI, poetry always installs from it, and pip checks digests as soon as one requirement has one.

| Case | Severity | Confidence |
|---|---|---|
| A project's packages, in a workflow or an image recipe | medium | medium |
| The same in a script or Makefile, which people run as well | low | medium |
| One exact version whose own dependencies float; a tool | low | medium |
| It depends on what cannot be seen here (`npx x`, an unknown file) | as above | low |

Nothing of this is held by the default policy, because a lock that fits is followed by most of these commands: it is
told. `[rules.ci-installs-unlocked] decision = "hold"` makes it hold.

## Why attackers do it

A build machine holds tokens, and builds many times a day: it takes a poisoned release within minutes of its
publication. axios 1.14.1 (2026) reached builds that resolved anew in the three hours while it was there; those that
ran `npm ci` did not take it. nx's editor extension asked for `nx@latest` by itself, and so fetched the compromised
release (2025) for people who had upgraded nothing.

## Known evasions

Commands that a script computes (`$CLIENT install`), installs behind a tool of one's own, and build systems that are
not listed above.

## Known false positives

Jobs whose purpose is to change the lock or to test the newest of everything. Give them an exception for their path.
A Dockerfile that sets nothing and runs `pnpm install` with a lock that fits takes nothing else.

## What to do now

Write the command that the hint names. It fails where the lock does not fit, which is what you want to know.

## References

- [npm ci](https://github.com/npm/cli/blob/latest/docs/lib/content/commands/npm-ci.md)
- [pip: hash-checking mode](https://pip.pypa.io/en/stable/topics/secure-installs/#hash-checking-mode)
- [uv: automatic lock and sync](https://docs.astral.sh/uv/concepts/projects/sync/#automatic-lock-and-sync)
- [MITRE ATT&CK T1195.001: Compromise Software Dependencies](https://attack.mitre.org/techniques/T1195/001/)
"""

from collections.abc import Iterator

from customhouse.model.finding import Finding, Location
from customhouse.model.repository import RepositoryCase
from customhouse.model.workflow import InstallCommand
from customhouse.rules.repository.installing import Unlocked, told
from customhouse.rules.repository.npm_installs import CLIENTS as NPM_CLIENTS
from customhouse.rules.repository.npm_installs import judge_npm
from customhouse.rules.repository.python_installs import CLIENTS as PYTHON_CLIENTS
from customhouse.rules.repository.python_installs import judge_python
from customhouse.rules.repository.rule import RepositoryRule


def _unlocked(install: InstallCommand, case: RepositoryCase) -> Unlocked | None:
    if install.client in NPM_CLIENTS:
        return judge_npm(install, case)
    return judge_python(install, case) if install.client in PYTHON_CLIENTS else None


def judge(case: RepositoryCase) -> Iterator[Finding]:
    """Speak of each command once a file, with every line on which it stands."""
    found: dict[tuple[str, str, Unlocked], list[Location]] = {}
    for install in case.installs:
        unlocked = _unlocked(install, case)
        if unlocked is None:
            continue
        if install.system == "shell":
            unlocked = Unlocked(unlocked.why, unlocked.hint, "low", unlocked.confidence)
        places = found.setdefault((install.path, told(install), unlocked), [])
        if (place := Location(install.path, install.line)) not in places:
            places.append(place)
    for (_, command, unlocked), places in found.items():
        yield RULE.finding(
            f"{command}: {unlocked.why}",
            at=tuple(places),
            hint=unlocked.hint,
            severity=unlocked.severity,
            confidence=unlocked.confidence,
        )


RULE = RepositoryRule(
    id="ci-installs-unlocked",
    title="Build installs past the lock",
    severity="medium",
    confidence="medium",
    judge=judge,
    page=__doc__,
    needs=("workflows", "image recipes and scripts", "locks and manifests"),
)
