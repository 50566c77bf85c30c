"""The package installs a command that people and scripts mean something else by.

## What it looks for

npm's `bin`, and in wheels console scripts, `.data/scripts` and what lands in `bin/`, against two tables: commands of
the system and its tool chains (`git`, `node`, `ssh`, `sudo`, `ls`), and commands of popular tools (`tsc`, `pytest`).

| Case | Finding |
|---|---|
| a system's command, which the release before did not install | high, medium confidence |
| the same, in a release that nothing can be compared with | medium, medium confidence |
| a popular tool's command, new, and the tool is not among the dependencies | medium, medium confidence |
| either, as in the release before; a popular tool's, with nothing to compare | low |
| a command whose file the archive does not have (npm) | low |

A package that is the tool, or bears the command's name itself, is not reported.

## Why attackers do it

`node_modules/.bin` stands before everything else in the PATH of every npm script, and a virtual environment's `bin`
before the system's. Whoever installs `git` there is asked at the next build, with its arguments and its environment,
and needs neither an install script nor an import. Until npm 6.13.4 (2019, CVE-2019-16777) a
package could even overwrite a command that another had installed globally.

## Known evasions

A command that is in neither table. A command that is started by its path.

## Known false positives

Wrappers that ship a tool under its own name, and replacements of it (a `make` in JavaScript): low from their second
release on.

## What to do now

Look at what the command's file does before you run any script in that environment: `which -a NAME` shows who is first.

## References

- [CVE-2019-16777: global binaries overwritten](https://github.com/nodejs/nodejs.org/pull/2838)
- [MITRE ATT&CK T1574.007: Path Interception by PATH Environment Variable](https://attack.mitre.org/techniques/T1574/007/)
- [package.json: bin](https://github.com/npm/cli/blob/latest/docs/lib/content/configuring-npm/package-json.md)
"""

from collections.abc import Iterator

from customhouse.model.content import ContentFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.release import Script
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import settled
from customhouse.rules.shared.command_names import PROVIDERS, SYSTEM, TOOLS
from customhouse.rules.shared.hints import explain
from customhouse.rules.shared.novelty import Novelty
from customhouse.rules.shared.places import manifest_file

_Grade = tuple[Severity, Confidence]
_SYSTEM: dict[Novelty, _Grade] = {"new": ("high", "medium"), "unknown": ("medium", "medium"), "old": ("low", "medium")}
_TOOL: dict[Novelty, _Grade] = {"new": ("medium", "medium"), "unknown": ("low", "medium"), "old": ("low", "medium")}
_LANDED = lazy_regex(r"^(?:bin|Scripts)/([^/]+)$")
_ENDS = lazy_regex(r"\.(?:exe|cmd|bat|sh|py|js)$")


def _commands(content: ContentFacts) -> Iterator[Script]:
    manifest = content.manifest
    named: set[str] = set()
    for command in manifest.commands if manifest is not None else ():
        named.add(command.name)
        yield command
    for path, landed in content.outside:
        match = _LANDED.match(landed)
        if match is not None and match[1] not in named:
            yield Script(match[1], path)


def _novelty(case: Case, command: Script) -> Novelty:
    """What the registry says of the release before is enough, where it says what that installed (npm)."""
    before = case.metadata.previous if case.metadata is not None else None
    if before is not None and before.manifest is not None:
        return "old" if any(it.name == command.name for it in before.manifest.commands) else "new"
    if case.change is None:
        return "old" if settled(case) else "unknown"
    return "new" if any(it.name == command.name for it in case.change.added_commands) else "old"


def _is_it(case: Case, content: ContentFacts, command: str) -> bool:
    """Whether the package is what the command means, bears its name, or brings the tool along as a dependency."""
    name = case.purl.name
    owners = PROVIDERS.get(command, frozenset()) | TOOLS.get(command, frozenset())
    stem = name.rpartition("/")[2]
    if name in owners or stem == command or stem.startswith(f"{command}-bin"):
        return True
    dependencies = content.manifest.dependencies if content.manifest is not None else ()
    return any(dependency.name in owners for dependency in dependencies)


def judge(case: Case) -> Iterator[Finding]:
    """Tell each such command once."""
    seen: set[str] = set()
    for content in case.contents:
        for command in _commands(content):
            name = _ENDS.sub("", command.name)
            if name in seen or not (name in SYSTEM or name in TOOLS) or _is_it(case, content, name):
                continue
            seen.add(name)
            grades, whose = (_SYSTEM, "a system's") if name in SYSTEM else (_TOOL, f"that of {min(TOOLS[name])}")
            severity, confidence = grades[_novelty(case, command)]
            target = command.command
            yield RULE.finding(
                case,
                f"{case.purl.display} installs a command `{command.name}`, which is {whose}",
                at=(manifest_file(case, content.filename), *((Location(target),) if "/" in target else ())),
                hint=f"read {target or 'it'} before anything runs in that environment. {explain(case)}",
                severity=severity,
                confidence=confidence,
            )
        if content.missing_commands:
            yield RULE.finding(
                case,
                f"{case.purl.display} installs {', '.join(content.missing_commands[:5])}, "
                "of which the archive does not have the file",
                at=(manifest_file(case, content.filename),),
                hint=f"an install script may write it: {explain(case)}",
                severity="low",
                confidence="low",
            )


RULE = Rule(
    id="command-shadows",
    title="Command takes another's place",
    severity="high",
    confidence="medium",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
