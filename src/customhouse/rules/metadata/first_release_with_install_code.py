"""A project without history runs code of its own at install, or whenever an interpreter starts.

## What it looks for

Lifecycle scripts, a binding.gyp, a `.pth` file with code or a startup module in a release of a project that is 45 days
old, or half a year with fewer than five releases. Medium severity and confidence: it holds nothing by itself, and
weighs together with a name or metadata that belongs to somebody else (young-impostor) or a version out of nowhere
(dependency-confusion-shape). setup.py does not count, since nearly every sdist has one.

## Why attackers do it

A package made for an attack has no users who would import it, so it runs when it is installed; and it is new, because
the last one was taken down. plain-crypto-js 4.2.1 (2026) was 18 hours old, easy-day-js 1.11.22 (2026) and the packages
of every dependency-confusion wave were days old; flatmap-stream 0.1.1 (2018) was 35.

## Known evasions

Running on import instead; letting the project age with harmless releases first.

## Known false positives

Every new native addon, and new command line tools that fetch their binary.

## What to do now

Read the script; it is short or it should be. Install with scripts off until you have.

## References

- [MITRE ATT&CK T1195.001: Compromise Software Dependencies](https://attack.mitre.org/techniques/T1195/001/)
- [CWE-506: Embedded Malicious Code](https://cwe.mitre.org/data/definitions/506.html)
"""

from collections.abc import Iterator

from customhouse.model.content import InstallHook
from customhouse.model.evidence import Case
from customhouse.model.finding import Finding
from customhouse.rules.install.install_script import describe
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain
from customhouse.rules.shared.places import manifest_file
from customhouse.rules.shared.youth import spoken_youth

_KINDS = frozenset({"lifecycle-script", "gyp", "pth", "startup-module"})


def judge(case: Case) -> Iterator[Finding]:
    """Say what a young project runs at install: one finding, for its first hook."""
    young = spoken_youth(case)
    if not young:
        return
    hooks: dict[InstallHook, None] = {
        hook: None for content in case.contents for hook in content.hooks if hook.kind in _KINDS
    }
    for hook in list(hooks)[:1]:
        yield RULE.finding(
            case,
            f"{case.purl.display}, {young}, {describe(hook)}",
            at=(manifest_file(case),),
            hint=f"install it with scripts off and read what it runs: {explain(case)}",
            phase="install",
        )


RULE = Rule(
    id="first-release-with-install-code",
    title="Young project with install code",
    severity="medium",
    confidence="medium",
    needs=("metadata", "content"),
    judge=judge,
    page=__doc__,
)
