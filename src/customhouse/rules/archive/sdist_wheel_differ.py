"""The wheel holds code that acts and that the sdist of the same release does not have.

## What it looks for

Where wheel and sdist of a release were both opened: Python modules of the wheel whose bytes are nowhere in the sdist,
and what they can do that the sdist's module of the same name cannot.

| What the module can do more | Finding |
|---|---|
| decode and execute; two of network, programs, credentials, made-up code, on load | high, high confidence |
| one of them, on load | high, medium confidence |
| one of them, when it is called | medium, medium confidence |
| any of them, where more than half of the wheel's modules differ | low |

Modules that differ and can do nothing more are not told: builds write `_version.py`, stubs of protocols and the like.

## Why attackers do it

Reviewers read the repository, and the sdist is made of it; pip installs the wheel. Whoever holds a publishing token,
or the machine that builds, can change the wheel alone. ultralytics 8.3.41 (2024) was changed on the machine that built
it, and no commit had the code of two of its modules; litellm 1.82.7 (2026-03-24) was published past the repository
with its payload in a module.

## Known evasions

Changing both, or publishing no sdist. Compiled modules are not compared.

## Known false positives

Generated modules that start programs or load code when they are imported; few do. Wheels built from another state than
the sdist: the last row.

## What to do now

Compare the two modules that are named. Build the wheel from the sdist yourself if you need it: `pip wheel --no-binary
:all: NAME`, where no secrets are.

## References

- [Reproducible builds: definition](https://reproducible-builds.org/docs/definition/)
- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
"""

from collections.abc import Iterator

import msgspec

from customhouse.model.code import CapabilityKind, CodeFacts
from customhouse.model.content import SourceDifference
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain
from customhouse.rules.shared.phase import phase

_KINDS: frozenset[CapabilityKind] = frozenset({"network", "process", "credentials", "dynamic-code"})
#: Above this share of modules that differ, wheel and sdist were made of two states of the project.
_OTHERWISE = 0.5
_FEW = 3


class _More(msgspec.Struct, frozen=True):
    """What a module of the wheel can do and the sdist's cannot."""

    path: str
    counterpart: str
    on_load: tuple[str, ...]
    on_call: tuple[str, ...]
    decodes: bool
    line: int


def _facts(case: Case, filename: str) -> dict[str, CodeFacts]:
    return {code.path: code for content in case.contents if content.filename == filename for code in content.code}


def _more(wheel: CodeFacts, source: CodeFacts | None, counterpart: str) -> _More | None:
    had = {capability.kind for capability in source.capabilities} if source is not None else set()
    gained = [it for it in wheel.capabilities if it.kind in _KINDS and it.kind not in had]
    if not gained:
        return None
    on_load = [it for it in gained if phase(wheel, it.when) != "call"]
    decodes = any("decoded" in call.origins and phase(wheel, call.when) != "call" for call in wheel.calls)
    return _More(
        wheel.path,
        counterpart,
        tuple(dict.fromkeys(it.kind for it in on_load)),
        tuple(dict.fromkeys(it.kind for it in gained)),
        decodes and bool(on_load),
        (on_load or gained)[0].line,
    )


def _grade(difference: SourceDifference, more: _More) -> tuple[Severity, Confidence]:
    differing = len(difference.absent) + len(difference.differing)
    if differing > _FEW and differing > difference.compared * _OTHERWISE:
        return "low", "low"
    if more.decodes or len(more.on_load) > 1:
        return "high", "high"
    return ("high" if more.on_load else "medium"), "medium"


def _found(case: Case, difference: SourceDifference) -> Iterator[_More]:
    wheel, source = _facts(case, difference.wheel), _facts(case, difference.sdist)
    pairs = [*((path, "") for path in difference.absent), *difference.differing]
    for path, counterpart in pairs:
        facts = wheel.get(path)
        more = _more(facts, source.get(counterpart), counterpart) if facts and facts.reach != "other" else None
        if more is not None:
            yield more


def judge(case: Case) -> Iterator[Finding]:
    """Tell each module once; several wheels of a release share most of theirs."""
    seen: set[str] = set()
    for difference in case.source_differences:
        for more in _found(case, difference):
            if more.path in seen:
                continue
            seen.add(more.path)
            severity, confidence = _grade(difference, more)
            what = ", ".join(more.on_load or more.on_call)
            when = "when it is loaded" if more.on_load else "when it is called"
            than = f"{more.counterpart} of {difference.sdist} does not" if more.counterpart else ""
            said = f"which {than}" if than else f"and {difference.sdist} has no such module"
            yield RULE.finding(
                case,
                f"{more.path} of {difference.wheel} uses {what} {when}, {said}",
                at=(Location(more.path, more.line),),
                hint=f"compare the two files before you install the wheel. {explain(case)}",
                severity=severity,
                confidence=confidence,
                phase="import" if more.on_load else "call",
            )


RULE = Rule(
    id="sdist-wheel-differ",
    title="Wheel and sdist differ",
    severity="high",
    confidence="medium",
    needs=("content",),
    judge=judge,
    page=__doc__,
    ecosystems=("pypi",),
)
