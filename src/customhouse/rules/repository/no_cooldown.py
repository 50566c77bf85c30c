"""Nothing keeps a package client from taking a release that was published minutes ago.

## What it looks for

Each client that the repository is used with, its version as far as a file names it, and the setting by which it leaves
young releases aside when it resolves dependencies. The age that is wanted is the policy's cooldown (72 hours by
default; `[cooldown] npm` and `pypi` count for their clients). A client that takes whole days is asked for the next one.

| Client | Setting | Since | By itself |
|---|---|---|---|
| npm | `min-release-age` in .npmrc, days | 11.10 | never |
| pnpm | `minimumReleaseAge` in pnpm-workspace.yaml, minutes | 10.16 | one day since 11 |
| yarn 2 and later | `npmMinimalAgeGate` in .yarnrc.yml, minutes or `3d` | 4.10 | one day since 4.15 |
| bun | `[install] minimumReleaseAge` in bunfig.toml, seconds | 1.3 | never |
| uv | `exclude-newer`, a day or a span such as `3 days` | spans 0.9.17 | never |
| Poetry | `solver.min-release-age` in poetry.toml, days | 2.4 | never |
| PDM | `exclude-newer` in `[tool.pdm.resolution]`, a day or `3d` | spans 2.26.8 | never |
| yarn 1, pipenv | none | | |
| pip | `--uploaded-prior-to`, not in a file of a repository | 26.0 | never |

| Case | Severity | Confidence |
|---|---|---|
| The client could, and nothing tells it to | medium | medium |
| It waits, but not as long as policy wants | low | medium |
| The client, or its version, cannot | info | high |

With the default policy it is told and does not hold: the lock's own releases are held by release-too-young.

## Why attackers do it

A malicious release is found in hours, and works in minutes. axios 1.14.1 (2026) was live for three hours and the first
runner was hit 70 minutes in; litellm 1.82.8 (2026) for two and a half. Of 30 incidents looked at, about 25 were found
within three days.

## Known evasions

An install from a lock looks at no age: whoever gets a young release into the lock has passed this. release-too-young
looks at what is locked. Registries that do not tell publish times, or tell wrong ones.

## Known false positives

Repositories whose updates are made by a bot with a cooldown of its own, and by nobody else. Those behind a registry
that holds young releases back for all.

## What to do now

`customhouse harden` shows the setting for each client as a diff, in its own unit; `customhouse harden --write` writes
it. For a client that cannot, install through a registry that holds young releases back.

## References

- [npm: min-release-age](https://docs.npmjs.com/cli/v11/using-npm/config)
- [pnpm: minimumReleaseAge](https://pnpm.io/settings#minimumreleaseage)
- [yarn: npmMinimalAgeGate](https://yarnpkg.com/configuration/yarnrc#npmMinimalAgeGate)
- [bun: install.minimumReleaseAge](https://bun.com/docs/runtime/bunfig)
- [uv: exclude-newer](https://docs.astral.sh/uv/reference/settings/#exclude-newer)
- [Poetry: solver.min-release-age](https://python-poetry.org/docs/configuration/)
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import PurePath

from customhouse.model.finding import Finding, Location
from customhouse.model.purl import Ecosystem
from customhouse.model.repository import RepositoryCase
from customhouse.rules.repository.rule import RepositoryRule

_PYTHON = ("pip", "uv", "poetry", "pdm", "pipenv")
_WHOM = {"yarn-berry": "yarn", "poetry": "Poetry", "pdm": "PDM"}


def _span(seconds: float) -> str:
    hours = seconds / 3_600
    if hours < 1:
        return f"{seconds / 60:g} minutes"
    return f"{hours:g} hours" if hours < 48 or hours % 24 else f"{hours / 24:g} days"  # noqa: PLR2004 - reads better


def judge(case: RepositoryCase) -> Iterator[Finding]:
    """Speak of each client that takes releases younger than policy wants."""
    for state in case.clients:
        ecosystem: Ecosystem = "pypi" if state.client in _PYTHON else "npm"
        wanted = case.wishes.age(ecosystem)
        if wanted <= timedelta():
            continue
        place = Location(state.cooldown_path or state.because_path or state.folder, state.cooldown_line)
        name = _WHOM.get(state.client, state.client)
        said = state.cooldown_note if name in state.cooldown_note else f"{name}: {state.cooldown_note}"
        harden = f"customhouse harden {PurePath(state.folder)}"
        if state.cooldown == "off":
            yield RULE.finding(said, at=(place,), hint=f"see the setting: {harden}")
        elif state.cooldown == "unsupported":
            hint = f"install through a registry that holds young releases back; what else can be done: {harden}"
            yield RULE.finding(said, at=(place,), hint=hint, severity="info", confidence="high")
        elif state.cooldown_seconds is not None and state.cooldown_seconds < wanted.total_seconds():
            own = " by itself" if state.cooldown == "default" else ""
            message = f"{name} waits{own} {_span(state.cooldown_seconds)}, and policy wants "
            yield RULE.finding(
                message + _span(wanted.total_seconds()), at=(place,), hint=f"see the setting: {harden}", severity="low"
            )


RULE = RepositoryRule(
    id="no-cooldown",
    title="No cooldown",
    severity="medium",
    confidence="medium",
    judge=judge,
    page=__doc__,
    needs=("locks and manifests", "the clients' settings files"),
)
