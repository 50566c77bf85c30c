"""The release adds a dependency that none of its files imports.

## What it looks for

A runtime or optional dependency that the earlier version of the same release line lacks, while no code file of the
archive imports, requires or re-exports it. When the code could not be read whole the rule stays silent, because
absence proves nothing then.

| The added dependency | Finding |
|---|---|
| young (as risky-new-dependency means it), and runs code at install | high, high confidence: blocked |
| young or unknown | high, medium confidence: held |
| young, without install scripts, in a release that has been out for 90 days | medium, medium confidence |
| established, and runs code at install | medium, high confidence: held |
| any other | medium, medium confidence: reported |
| one that compilers refer to or that only holds types (`tslib`, `@types/…`), a part of the same project | low |

## Why attackers do it

The dependency is there to be installed, not to be used. Its install script does the work, and touching the host
package's code would only raise questions in a diff. plain-crypto-js stood in the manifest of axios 1.14.1 (2026) and
was imported by none of its 86 files. Of five incidents with a new dependency three never imported it.

## Known evasions

A single unused `import` line. The attacker then changes the code, and pays with a file that differs from the source.

## Known false positives

Packages used by name only: command-line tools that a bin file starts, plug-ins that a configuration file names,
polyfills that a build inlines. For Python, a distribution whose modules carry other names than itself. Hence the
medium grade unless the dependency itself gives cause.

## What to do now

Ask what it is for: the commit that added it should say. No commit, no tag, no mention: keep the previous version and
inspect the dependency.

## References

- [GHSA-fw8c-xr5c-95f9: axios](https://github.com/advisories/GHSA-fw8c-xr5c-95f9)
- [MITRE ATT&CK T1195.001: Compromise Software Dependencies](https://attack.mitre.org/techniques/T1195/001/)
"""

from collections.abc import Iterator

from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.release import Dependency
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import settled
from customhouse.rules.shared.dependency_risk import Level, family, risk_of
from customhouse.rules.shared.hints import inspect_dependency, stay
from customhouse.rules.shared.places import manifest_file
from customhouse.rules.shared.step import before

#: What compilers refer to on behalf of the code, and packages of declarations only.
_NOT_IMPORTED_BY_NATURE = lazy_regex(
    r"^(?:@types/.+|types-.+|.+-stubs|tslib|@babel/runtime(?:-corejs\d)?|@swc/helpers|regenerator-runtime|csstype|undici-types"
    r"|typing-extensions|setuptools)$"
)
_GRADE: dict[Level, tuple[Severity, Confidence]] = {
    "grave": ("high", "high"),
    "serious": ("high", "medium"),
    "mild": ("medium", "high"),
    "none": ("medium", "medium"),
}


def wanted_by_name(case: Case, dependency: Dependency) -> bool:
    """Whether it is one that compilers refer to, that only holds types, or a part of the same project."""
    return _NOT_IMPORTED_BY_NATURE.match(dependency.name) is not None or family(case, dependency) is not None


def judge(case: Case) -> Iterator[Finding]:
    """Report each added dependency that is known not to be imported."""
    if case.change is None:
        return
    for added in case.change.added_dependencies:
        dependency = added.dependency
        if added.imported is not False or dependency.kind not in ("runtime", "optional"):
            continue
        risk = risk_of(case, added)
        if "extra" in dependency.marker and risk.level in ("none", "mild"):
            continue
        severity, confidence = _GRADE[risk.level]
        if wanted_by_name(case, dependency):
            if risk.level in ("none", "mild"):
                severity, confidence = "low", "medium"
            elif added.resolution == "resolved" and not risk.hooks:
                severity, confidence = "medium", "medium"
        elif risk.level == "serious" and added.resolution == "resolved" and not risk.hooks and settled(case):
            severity, confidence = "medium", "medium"
        members = case.contents[0].member_count if case.contents else 0
        files = f"none of its {members} files imports it" if members > 1 else "no file of the archive imports it"
        name = f"{dependency.name} {dependency.specifier}".strip()
        yield RULE.finding(
            case,
            f"{name} was added in {case.purl.version or 'this release'} (after {before(case)}) and {files}",
            at=(manifest_file(case),),
            hint=f"{stay(case)} and look at it: {inspect_dependency(case, dependency.name, added.version)}",
            severity=severity,
            confidence=confidence,
        )


RULE = Rule(
    id="dependency-never-imported",
    title="Dependency never imported",
    severity="medium",
    confidence="medium",
    needs=("content", "change"),
    judge=judge,
    page=__doc__,
)
