"""How much there is to fear from a dependency that a release adds, as its registry stood when that release came out."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from customhouse.model.change import AddedDependency
from customhouse.model.content import InstallHook
from customhouse.model.evidence import Case
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.release import Dependency
from customhouse.rules.shared.age import in_words

#: `grave`: nobody knows it and it runs code at install; `serious`: nobody knows it; `mild`: it runs code at install.
Level = Literal["grave", "serious", "mild", "none"]
Family = Literal["scope", "named"]

#: A release this recent has hardly been used; three days would have stopped 25 of 30 incidents.
YOUNG_RELEASE = timedelta(days=7)
#: A project this recent has no history to judge it by. plain-crypto-js was 18 hours old when axios took it up,
#: flatmap-stream 35 days when event-stream did.
YOUNG_PROJECT = timedelta(days=45)
#: Fewer releases than this are no history either, when the one that would be installed is itself young.
FEW_RELEASES = 5
_PLATFORM = lazy_regex(r"(?:^|[-_./])(?:linux|darwin|win32|windows|freebsd|android|wasm32|x64|arm64)(?:$|[-_./])")
_EXACT = lazy_regex(r"^=?\s*\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$")
_OPTIONAL = lazy_regex(r"\bextra\b|['\"](?:emscripten|wasi|pyodide)['\"]")
_RUN_AT_INSTALL = frozenset({"lifecycle-script", "gyp", "pth", "startup-module"})


class Risk(msgspec.Struct, frozen=True):
    """The level, what speaks for it (sentence parts that follow the dependency's name), and what runs at install."""

    level: Level
    reasons: tuple[str, ...] = ()
    hooks: tuple[InstallHook, ...] = ()


def family(case: Case, dependency: Dependency) -> Family | None:
    """Whether dependant and dependency visibly come from one hand.

    `scope`: both in one npm scope, in which only its owner can publish (`@babel/core`, `@babel/parser`). `named`: in a
    scope that is the dependant's name (`vitest`, `@vitest/utils`), or one platform's binary of it: optional, named
    after a platform and pinned to one version (`sharp`, `@img/sharp-linux-x64`). Anybody may own such a name, so it
    excuses youth and never an install script.
    """
    scope, _, bare = case.purl.name.rpartition("/")
    other_scope = dependency.name.rpartition("/")[0]
    if scope and scope == other_scope:
        return "scope"
    if other_scope == f"@{bare}" and not scope:
        return "named"
    if dependency.kind == "optional" and _EXACT.match(dependency.specifier) and _PLATFORM.search(dependency.name):
        return "named"
    return None


def _elsewhere(dependency: Dependency) -> bool:
    """Whether a plain install leaves it out: its marker asks for an extra, or for Python in a browser."""
    return _OPTIONAL.search(dependency.marker) is not None


def _published(case: Case, added: AddedDependency) -> datetime:
    if added.dependant_published is not None:
        return added.dependant_published
    published = case.metadata.release.published if case.metadata else None
    return published or case.now


def risk_of(case: Case, added: AddedDependency) -> Risk:
    """Grade an added dependency.

    Young is a project that had existed for less than 45 days, or one of fewer than five releases whose resolved release
    was less than seven days old. A young *release* of a project with history is not: a caret range takes the newest
    one, and busy projects publish weekly. What comes from the dependant's own family may be as new as the dependant, or
    be missing from a mirror. What is installed for an extra, or in a browser, alone is told and holds nothing.
    """
    hooks = tuple(hook for hook in added.hooks if hook.kind in _RUN_AT_INSTALL)
    kin = family(case, added.dependency)
    asked: Level = (
        "serious" if kin is None else "none"
    )  # nobody else can publish it, or it is skipped where it is missing
    if added.resolution == "unknown-package":
        return Risk(asked, ("no registry knew",))
    if added.resolution == "no-matching-version":
        return Risk(asked, ("had no release that fits",))
    if added.resolution != "resolved":
        return Risk("none")
    reasons: list[str] = []
    moment = _published(case, added)
    project_age = moment - added.first_published if added.first_published else None
    release_age = moment - added.published if added.published else None
    if project_age is not None and project_age < YOUNG_PROJECT:
        reasons.append(f"had existed for {in_words(max(project_age, timedelta(0)))}")
    if (
        release_age is not None
        and release_age < YOUNG_RELEASE
        and (project_age is None or added.release_count < FEW_RELEASES)
    ):
        reasons.append(f"had been published {in_words(max(release_age, timedelta(0)))} before")
    level: Level = "mild" if hooks else "none"
    if reasons and hooks:
        level = "serious" if kin == "scope" else "grave"
    elif reasons and kin is None:
        level = "serious"
    if reasons and _elsewhere(added.dependency):
        level = "mild"
    if hooks:
        reasons.append(f"runs `{hooks[0].command or hooks[0].path or hooks[0].name}` at install")
    return Risk(level, tuple(reasons), hooks)
