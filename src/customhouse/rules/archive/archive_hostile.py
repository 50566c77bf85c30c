"""The archive holds what an honest packer does not write.

## What it looks for

Customhouse reads archives as bounded streams and never writes a member to disk; what it meets on the way is told, one
finding for each kind:

| What | Finding |
|---|---|
| names that leave the folder (`../`), absolute names, links that leave it, devices | critical, high confidence |
| bombs: too many members, too large, too high a ratio | high, high confidence |
| two members of one name; a zip whose two directories disagree; a cut or corrupt archive | high, high confidence |
| encrypted members | high, medium confidence |
| methods that cannot be read, names that are no text, members outside the package's folder | medium |
| archives in the archive, names that differ by case only, odd file modes, bytes after the end | low |

## Why attackers do it

Two reasons. To write where they should not: a link or a `../` turns unpacking into execution, over a shell's start
file or a git hook. And to be read differently by the scanner than by the installer: of two members of one name each
takes its own, and a scanner that gives up on a bomb lets it pass. In 2025 the Python index began to refuse wheels
whose zip directories disagree with each other, after it was shown that installers read them differently.

## Known evasions

Formats inside formats; Customhouse names nested archives and does not open all of them.

## Known false positives

Some packers write a member twice by mistake, and files that differ by case only exist in honest packages made on
Linux. Cut archives come from broken downloads: fetch it again.

## What to do now

Do not unpack it by hand to have a look; ordinary tools do follow such names. Report it to the registry.

## References

- [CWE-22: Path Traversal](https://cwe.mitre.org/data/definitions/22.html)
- [CWE-409: Improper Handling of Highly Compressed Data](https://cwe.mitre.org/data/definitions/409.html)
- [Zip slip](https://github.com/snyk/zip-slip-vulnerability)
"""

from collections.abc import Iterator

from customhouse.model.content import ArchiveIssue, ArchiveIssueKind
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain

_GRADES: dict[ArchiveIssueKind, tuple[Severity, Confidence, str]] = {
    "traversal": ("critical", "high", "has a member whose name leaves the folder it is unpacked to"),
    "absolute-name": ("critical", "high", "has a member with an absolute name"),
    "link-escape": ("critical", "high", "has a link that leads out of the package"),
    "device": ("critical", "high", "has a device or pipe for a member"),
    "too-many-members": ("high", "high", "has more members than any honest package"),
    "too-large": ("high", "high", "unpacks to more than the bound"),
    "ratio": ("high", "high", "is compressed beyond what real files allow"),
    "duplicate-name": ("high", "high", "has two members of one name, so readers may differ on which is meant"),
    "central-local-disagreement": (
        "high",
        "high",
        "has two directories that disagree, so readers may differ on its content",
    ),
    "truncated": ("high", "high", "ends before it is complete"),
    "corrupt": ("high", "high", "is corrupt"),
    "encrypted": ("high", "medium", "has encrypted members, which cannot be inspected"),
    "unsupported": ("medium", "high", "uses a method that cannot be read"),
    "undecodable-name": ("medium", "medium", "has a member whose name is no text"),
    "outside-root": ("medium", "medium", "has members outside the package's own folder"),
    "nested-archive": ("low", "high", "has archives in it"),
    "case-collision": ("low", "medium", "has names that differ by case only, of which some systems keep one"),
    "special-mode": ("low", "medium", "has a member with an odd mode"),
    "trailing-data": ("low", "medium", "has bytes after its end"),
}
_SHOWN = 5


def judge(case: Case) -> Iterator[Finding]:
    """Report each kind of issue once an artifact, with the first members that show it."""
    for content in case.contents:
        kinds: dict[ArchiveIssueKind, list[ArchiveIssue]] = {}
        for issue in content.issues:
            kinds.setdefault(issue.kind, []).append(issue)
        for kind, issues in kinds.items():
            severity, confidence, said = _GRADES[kind]
            first = issues[0]
            about = ": ".join(part for part in (first.member, first.detail) if part)
            more = f" and {len(issues) - 1} more" if len(issues) > 1 else ""
            yield RULE.finding(
                case,
                f"{content.filename} {said} ({about}){more}" if about else f"{content.filename} {said}{more}",
                at=tuple(dict.fromkeys(Location(it.member or content.filename) for it in issues))[:_SHOWN],
                hint=f"do not unpack it by hand. {explain(case)}",
                severity=severity,
                confidence=confidence,
            )


RULE = Rule(
    id="archive-hostile",
    title="Hostile archive",
    severity="critical",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
