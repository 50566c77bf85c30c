"""What the release changes is not what a release of its kind changes.

## What it looks for

The list of files that differ, held against what an ordinary release would have to touch.

| What changed | Finding |
|---|---|
| nothing but the manifest and texts, and there is a new install hook | high, medium confidence: held |
| built files act newly, and all sources that lie beside them are unchanged | high, medium confidence: held |
| nothing but the manifest and texts, and a dependency is new that no file imports | medium, medium confidence |

Acting is reaching the network, starting programs or reading credentials at install or on load. In a release that has
been out for 90 days all are medium. Texts are documentation, licences, type declarations and
source maps; a hook that only prints or exits is none.

## Why attackers do it

They work on the published archive and not on the project. The Shai-Hulud worms (2025) left every file of a package as
it was, put in one of their own and a line in package.json that starts it; axios 1.14.1 (2026) differed from 1.14.0 by
its version and a dependency. What the maintainers changed since would show in an honest release, and so would the
source of what was built.

## Known evasions

Changing something harmless as well; other rules do not ask what else changed.

## Known false positives

A release made to add an install script and nothing else. A build with newer tools, from sources that are shipped and
unchanged, when those tools put in code that starts programs.

## What to do now

Ask what the release is for. If the project's history has no commit that explains it, stay on the release before.

## References

- [GHSA-fw8c-xr5c-95f9: axios](https://github.com/advisories/GHSA-fw8c-xr5c-95f9)
- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
"""

from collections.abc import Iterator

from customhouse.model.change import ChangeFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import Finding, Location
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.dependency.dependency_never_imported import wanted_by_name
from customhouse.rules.install.install_script import describe
from customhouse.rules.install.install_script_added import does_nothing
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import settled
from customhouse.rules.shared.hints import compare, stay
from customhouse.rules.shared.new_code import GRAVE, WORDS
from customhouse.rules.shared.phase import UNASKED, spoken
from customhouse.rules.shared.places import manifest_file
from customhouse.rules.shared.step import before

#: What every release may change without its code changing.
_EXPLAINED = lazy_regex(
    r"(?:^|/)(?:package\.json|npm-shrinkwrap\.json|PKG-INFO|pyproject\.toml|setup\.cfg|[^/]*\.dist-info/.*|[^/]*\.egg-info/.*"
    r"|(?:licen[cs]e|notice|authors|contributors|changelog|changes|history|readme)[^/]*|.*\.(?:md|markdown|rst|txt|map"
    r"|d\.[cm]?ts))$"
)
_RUNS = frozenset({"lifecycle-script", "gyp"})
#: What bundlers put into what they build, so that it says little: `Function("return this")`.
_BUILT_IN = frozenset({"dynamic-code"})


def _only_manifest(change: ChangeFacts) -> bool:
    """Whether no file that was there changed but texts; unknown when the archives were not compared."""
    return (
        change.compared
        and change.altered_files == len(change.altered)
        and all(_EXPLAINED.search(path.lower()) for path in change.altered)
        and not change.removed_files
    )


def _hook(case: Case, change: ChangeFacts) -> Iterator[Finding]:
    hook = next((it for it in change.added_hooks if it.kind in _RUNS and not does_nothing(it)), None)
    if hook is None:
        return
    yield RULE.finding(
        case,
        f"{case.purl.display} {describe(hook)}, and every other file is as in {before(case)}",
        at=(manifest_file(case), *((Location(hook.path),) if hook.path else ())),
        hint=f"ask what the release is for, and {stay(case)} meanwhile: {compare(case)}",
        severity="medium" if settled(case) else "high",
        phase="install",
    )


def _dependency(case: Case, change: ChangeFacts) -> Iterator[Finding]:
    unseen = [
        added
        for added in change.added_dependencies
        if added.imported is False
        and added.dependency.kind in ("runtime", "optional")
        and not wanted_by_name(case, added.dependency)
    ]
    if unseen and not change.added_code:
        names = ", ".join(added.dependency.name for added in unseen[:3])
        yield RULE.finding(
            case,
            f"{case.purl.display} differs from {before(case)} in nothing but its manifest, and adds {names}, "
            "which none of its files imports",
            at=(manifest_file(case),),
            hint=f"ask what it is for, and {stay(case)} meanwhile: {compare(case)}",
            severity="medium",
        )


def _built(case: Case, change: ChangeFacts) -> Iterator[Finding]:
    built = set(change.built_alone)
    gained = [it for it in change.gained if it.path in built and it.kind in GRAVE - _BUILT_IN and it.phase in UNASKED]
    if not gained:
        return
    first = gained[0]
    yield RULE.finding(
        case,
        f"{first.path} can {WORDS[first.kind]} ({first.detail}) {spoken(first.phase)}, which {before(case)} could not, "
        "and the sources that are shipped beside it are unchanged",
        at=tuple(dict.fromkeys(Location(it.path, it.line) for it in gained))[:5],
        hint=f"build it from its sources and compare, or {stay(case)}: {compare(case)}",
        severity="medium" if settled(case) else "high",
        phase=first.phase,
    )


def judge(case: Case) -> Iterator[Finding]:
    """Hold the files that differ against what explains them."""
    change = case.change
    if change is None:
        return
    if _only_manifest(change):
        yield from _hook(case, change)
        yield from _dependency(case, change)
    yield from _built(case, change)


RULE = Rule(
    id="unexplained-files",
    title="Unexplained files",
    severity="high",
    confidence="medium",
    needs=("content", "change"),
    judge=judge,
    page=__doc__,
)
