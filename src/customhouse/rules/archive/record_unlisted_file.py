"""A wheel holds files that its own RECORD does not list, or lists with another digest.

## What it looks for

RECORD, the list that every wheel carries of its files and their SHA-256 digests, against the files that are there.

| Case | Finding |
|---|---|
| code (`.py`, `.pth`, a library, a program) that is not listed, or has another digest | high, medium confidence |
| a wheel without a RECORD, or with one that cannot be read | medium, medium confidence |
| other files not listed or changed; a listed file that is not there | low |

## Why attackers do it

Not on purpose: it happens to whoever opens a built wheel, adds a file and zips it up again. litellm 1.82.8 (2026-03-24)
and elementary-data 0.23.3 (2026) carried a `.pth` file that the project's build does not make. Building tools write
RECORD last; a wheel that disagrees with it was touched after it was built.

## Known evasions

Writing RECORD anew, which is easy, or putting the file in before the wheel is built. sdist-wheel-differ compares with
the source then.

## Known false positives

Tools that repair wheels (auditwheel, delocate) write RECORD anew and are silent here. Some home-made builds add
licences or data afterwards: low.

## What to do now

Compare the wheel with the one before and with the sdist. Read the file that is named; it is the one that was added.

## References

- [Binary distribution format: the RECORD file](https://packaging.python.org/en/latest/specifications/binary-distribution-format/)
- [CWE-353: Missing Support for Integrity Check](https://cwe.mitre.org/data/definitions/353.html)
"""

from collections.abc import Iterator

from customhouse.model.content import ContentFacts, RecordIssue
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import compare

_CODE = lazy_regex(r"\.(?:py|pyw|pyc|pth|so(?:\.[\d.]+)?|pyd|dll|dylib|exe|sh|js|node)$|\.data/scripts/[^/]+$")
_SAID = {
    "unlisted": "its RECORD does not list",
    "digest": "is not the file that its RECORD lists",
    "missing": "is listed in its RECORD and not there",
}
_Group = tuple[Severity, Confidence, str]


def _group(issue: RecordIssue, content: ContentFacts) -> _Group:
    if issue.kind in ("absent", "unreadable"):
        return "medium", "medium", issue.kind
    code = _CODE.search(issue.path) is not None or issue.path in content.natives
    return ("high" if code and issue.kind != "missing" else "low"), "medium", issue.kind


def _message(content: ContentFacts, kind: str, paths: list[str]) -> str:
    if kind == "absent":
        return f"{content.filename} has no RECORD"
    if kind == "unreadable":
        return f"the RECORD of {content.filename} cannot be read"
    first = paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"
    if kind == "unlisted":
        return f"{content.filename} holds {first}, which {_SAID[kind]}"
    return f"{first} of {content.filename} {_SAID[kind]}"


def judge(case: Case) -> Iterator[Finding]:
    """Tell each kind of disagreement once for each wheel."""
    for content in case.contents:
        groups: dict[_Group, list[str]] = {}
        for issue in content.record:
            groups.setdefault(_group(issue, content), []).append(issue.path)
        for (severity, confidence, kind), paths in groups.items():
            yield RULE.finding(
                case,
                _message(content, kind, paths),
                at=tuple(Location(path) for path in paths[:5]),
                hint=f"read what is named, and compare: {compare(case)}",
                severity=severity,
                confidence=confidence,
            )


RULE = Rule(
    id="record-unlisted-file",
    title="File outside of the wheel's RECORD",
    severity="high",
    confidence="medium",
    needs=("content",),
    judge=judge,
    page=__doc__,
    ecosystems=("pypi",),
)
