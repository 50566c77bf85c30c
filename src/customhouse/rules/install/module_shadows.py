"""A wheel installs a module that belongs to Python or to another, popular package.

## What it looks for

The modules at the top of a wheel, against the standard library of all supported Pythons and some 130 popular packages.

| Case | Finding |
|---|---|
| a popular package's module, by a project of another name, new or with nothing to compare | high, medium confidence |
| the same, as in the release before; by a project that bears its name, unless as before | medium, medium confidence |
| a module of the standard library, new | medium, high confidence |
| the same, with nothing to compare; a removed module by a project of another name | medium, medium confidence |
| a known backport; a fork or a standard library's module as in the release before | low |

## Why attackers do it

pip unpacks over what is there: a wheel that holds `requests/__init__.py` replaces the true one for everything in the
environment, and the next program that imports requests runs it. A module named like one of the standard library wins
where the packages' folder comes first: `pip install --target`, zipped applications, functions in a cloud, and every
Python that has the module no longer. torchtriton (2022) was a project of a popular package's name; requests-darwin-lite
(2024) was a copy of requests under another name, with one file more.

## Known evasions

A module in the table of neither. A sub-module in a namespace that many share (`google`, `azure`).

## Known false positives

Forks and variants (opencv-python-headless, psycopg2-binary) install the original's module on purpose. Backports.
Projects that pack a folder by mistake.

## What to do now

Ask which of the two you meant. `pip show -f NAME` lists what a project installs; reinstall the other one afterwards.

## References

- [Python: the module search path](https://docs.python.org/3/tutorial/modules.html#the-module-search-path)
- [MITRE ATT&CK T1574: Hijack Execution Flow](https://attack.mitre.org/techniques/T1574/)
"""

from collections.abc import Iterator

from customhouse.model.content import ContentFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import settled
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.module_names import BACKPORTS, OWNED, REMOVED, STDLIB
from customhouse.rules.shared.novelty import Novelty

_Grade = tuple[Severity, Confidence]
_FOREIGN: dict[Novelty, _Grade] = {
    "new": ("high", "medium"),
    "unknown": ("high", "medium"),
    "old": ("medium", "medium"),
}
_FORK: dict[Novelty, _Grade] = {"new": ("medium", "medium"), "unknown": ("medium", "medium"), "old": ("low", "medium")}
_STDLIB: dict[Novelty, _Grade] = {"new": ("medium", "high"), "unknown": ("medium", "medium"), "old": ("low", "medium")}
_BACKPORT: dict[Novelty, _Grade] = {"new": ("low", "medium"), "unknown": ("low", "medium"), "old": ("low", "medium")}


def _novelty(case: Case, module: str) -> Novelty:
    if case.change is None:
        return "old" if settled(case) else "unknown"
    return "new" if module in case.change.added_top_level else "old"


def _grades(project: str, module: str) -> tuple[dict[Novelty, _Grade], str] | None:
    plain = module.lower().replace("_", "-")
    if module in STDLIB or module in REMOVED:
        if project in BACKPORTS or plain in project.split("-") or plain == project:
            return _BACKPORT, "a module of Python's standard library"
        gone = " that later Pythons lack" if module in REMOVED else ""
        return _STDLIB, f"a module of Python's standard library{gone}"
    owners = OWNED.get(module)
    if owners is None or project in owners:
        return None
    fork = plain.strip("-") in project or any(owner in project for owner in owners)
    return (_FORK if fork else _FOREIGN), f"the module of {min(owners)}"


def _place(content: ContentFacts, module: str) -> Location:
    """The module's first file that is known of, else the name of its folder."""
    paths = (code.path for code in content.code if code.path in (f"{module}.py", f"{module}/__init__.py"))
    return Location(next(paths, module))


def judge(case: Case) -> Iterator[Finding]:
    """Look at the modules of wheels; an sdist has folders at its top that are never installed."""
    seen: set[str] = set()
    for content in case.contents:
        if not content.filename.endswith((".whl", ".egg")):
            continue
        for module in content.top_level:
            graded = None if module in seen else _grades(case.purl.name, module)
            if graded is None:
                continue
            seen.add(module)
            grades, whose = graded
            severity, confidence = grades[_novelty(case, module)]
            yield RULE.finding(
                case,
                f"{content.filename} installs `{module}`, {whose}",
                at=(_place(content, module),),
                hint=f"{stay(case)} until you know which of the two you want. {explain(case)}",
                severity=severity,
                confidence=confidence,
                phase="import",
            )


RULE = Rule(
    id="module-shadows",
    title="Module takes another's place",
    severity="high",
    confidence="medium",
    needs=("content",),
    judge=judge,
    page=__doc__,
    ecosystems=("pypi",),
)
