"""A package client runs code of every dependency while it installs.

## What it looks for

Each client that the repository is used with (told by its locks, `packageManager` and settings files), its version as
far as a file names it, and the settings that decide whether code of a dependency runs during an install:

| Client | Restricted when |
|---|---|
| npm | `ignore-scripts=true` in .npmrc; `strict-allow-scripts=true` (11.16 and later); npm 12 and later by itself |
| pnpm | by itself since 10, unless `dangerouslyAllowAllBuilds`; before, `ignore-scripts=true` or a list |
| yarn 1 | `ignore-scripts true` in .yarnrc |
| yarn 2 and later | `enableScripts: false` in .yarnrc.yml; by itself since 4.14 |
| bun | by itself: only packages in `trustedDependencies`, or in the list that bun carries |
| pip | `--only-binary :all:` in the requirements files |
| uv | `no-build = true` |
| Poetry | `installer.only-binary = ":all:"` in poetry.toml (2.0 and later) |
| PDM | `only-binary = [":all:"]` in `[tool.pdm.resolution]` |
| pipenv | cannot be said in a repository |

| Case | Severity | Confidence |
|---|---|---|
| A setting, or a client of a known version, lets every script run | medium | medium |
| Nothing restricts it, and no file says which version of the client is used | low | medium |
| A Python client may build source distributions, and every locked package has a wheel | low | medium |
| The client cannot be told by a file | info | high |

With the default policy it is told and does not hold.

## Why attackers do it

An install script runs before anybody has looked at the package, with the credentials of the machine. The postinstall of
plain-crypto-js ran on every install of axios 1.14.1 (2026) within seconds, and both waves of Shai-Hulud (2025) spread
by preinstall and postinstall alone. Of 30 incidents looked at, 15 would have been stopped at the install.

## Known evasions

Code that runs when a package is imported: 14 of the 30 incidents needed no install script at all. A later command that
turns scripts on again (`npm rebuild --ignore-scripts=false`). Settings in a user's own files or in the environment are
not looked at: they speak for one machine.

## Known false positives

A repository whose installs are restricted by the environment of every build (`npm_config_ignore_scripts`) or by a
sandbox.

## What to do now

`customhouse harden` shows the settings for each client as a diff, with the packages of the lock that have install
scripts; `customhouse harden --write` writes them. Then let those few run that the project needs.

## References

- [npm: ignore-scripts](https://github.com/npm/cli/blob/latest/workspaces/config/lib/definitions/definitions.js)
- [pnpm: settings](https://pnpm.io/settings)
- [yarn: enableScripts](https://yarnpkg.com/configuration/yarnrc#enableScripts)
- [bun: lifecycle scripts](https://bun.com/docs/install/lifecycle)
- [uv: settings](https://docs.astral.sh/uv/reference/settings/)
- [pip: --only-binary](https://pip.pypa.io/en/stable/cli/pip_install/)
"""

from collections.abc import Iterator
from pathlib import PurePath

from customhouse.model.clients import ClientState
from customhouse.model.finding import Finding, Location, Severity
from customhouse.model.repository import RepositoryCase
from customhouse.rules.repository.rule import RepositoryRule

_PYTHON = ("pip", "uv", "poetry", "pdm", "pipenv")
_WHOM = {"yarn-berry": "yarn"}


def _every_package_has_a_wheel(case: RepositoryCase, state: ClientState) -> bool:
    packages = [
        package
        for source in case.sources
        if source.path == state.because_path
        for package in source.packages
        if package.source == "registry"
    ]
    return bool(packages) and all(
        any(artifact.filename.endswith(".whl") for artifact in package.artifacts) for package in packages
    )


def _severity(case: RepositoryCase, state: ClientState) -> Severity:
    if state.client in _PYTHON:
        return "low" if _every_package_has_a_wheel(case, state) else "medium"
    unknown = not state.version or state.version.startswith(">=")
    return "low" if unknown and not state.scripts_path and state.client != "yarn" else "medium"


def judge(case: RepositoryCase) -> Iterator[Finding]:
    """Speak of each client that nothing restricts."""
    for state in case.clients:
        name = _WHOM.get(state.client, state.client)
        place = Location(state.scripts_path or state.because_path or state.folder, state.scripts_line)
        if state.scripts == "off":
            yield RULE.finding(
                f"{state.scripts_note}" if name in state.scripts_note else f"{name}: {state.scripts_note}",
                at=(place,),
                hint=f"see the setting: customhouse harden {PurePath(state.folder)}",
                severity=_severity(case, state),
            )
        elif state.scripts == "unsupported":
            yield RULE.finding(
                f"{name}: {state.scripts_note}",
                at=(place,),
                hint=f"see what can be done: customhouse harden {PurePath(state.folder)}",
                severity="info",
                confidence="high",
            )


RULE = RepositoryRule(
    id="scripts-not-restricted",
    title="Install scripts not restricted",
    severity="medium",
    confidence="medium",
    judge=judge,
    page=__doc__,
    needs=("locks and manifests", "the clients' settings files"),
)
