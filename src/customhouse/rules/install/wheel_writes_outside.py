"""A wheel puts files where they are run or loaded, outside of its own package.

## What it looks for

The `.data/data` part of a wheel, which is unpacked into the root of the environment; with a system's Python, that is
`/usr`.

| Where a file lands | Finding |
|---|---|
| in the standard library (`lib/python3.12/…`, `Lib/…`) | high, high confidence |
| as a shell's start-up file, or a setting of SSH, sudo or the loader (`etc/ld.so.preload`) | high, medium confidence |
| in cron, systemd, autostart, launchd, `etc/profile.d` | medium, medium confidence |
| Python code in site-packages, past the wheel's own folders | medium, medium confidence |

Manual pages, completions, icons, `share/…` and Jupyter's `etc/jupyter` are what this part is for, and not reported.

## Why attackers do it

A file that replaces one of the standard library's, or that a login or a boot runs, needs no import of the package and
outlives it. The persistence of litellm 1.82.8's payload (2026-03-24) was a systemd unit of the user; a wheel can bring
one without running anything.

## Known evasions

Writing the files from code at import. Names of places that are not in the table.

## Known false positives

Desktop programs that ship an autostart entry or a service: medium, reported.

## What to do now

List them: `unzip -l FILE.whl '*.data/*'`. Never install such a wheel with a system's Python.

## References

- [Binary distribution format: the .data directory](https://packaging.python.org/en/latest/specifications/binary-distribution-format/)
- [MITRE ATT&CK T1547: Boot or Logon Autostart Execution](https://attack.mitre.org/techniques/T1547/)
"""

import re
from collections.abc import Iterator

from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay

_Place = tuple[re.Pattern[str], Severity, Confidence, str]

#: The first that matches counts.
_PLACES: tuple[_Place, ...] = (
    (
        lazy_regex(r"^(?:lib(?:64)?/python[\d.]+|Lib)/(?:site|dist)-packages/.*\.(?:py|pth|so|pyd)$"),
        "medium",
        "medium",
        "into site-packages, past its own folders",
    ),
    (
        lazy_regex(r"^(?:lib(?:64)?/(?:python|pypy)[\d.]+|Lib)/(?!(?:site|dist)-packages/).*\.(?:py|pyc|so|pyd|pth)$"),
        "high",
        "high",
        "into Python's standard library",
    ),
    (
        lazy_regex(
            r"(?:^|/)(?:\.bashrc|\.bash_profile|\.profile|\.zshrc|\.zshenv|\.zprofile|\.config/fish/.*|\.ssh/.*"
            r"|etc/(?:sudoers(?:\.d/.*)?|ld\.so\.(?:preload|conf(?:\.d/.*)?)|pam\.d/.*|ssh/.*|environment))$"
        ),
        "high",
        "medium",
        "where every login reads it",
    ),
    (
        lazy_regex(
            r"(?:^|/)(?:etc/cron[^/]*/|var/spool/cron|etc/(?:init\.d|rc\.local|profile\.d/)|(?:lib|etc|share)/systemd/"
            r"|\.config/(?:systemd|autostart)/|etc/xdg/autostart/|Library/Launch(?:Agents|Daemons)/)"
        ),
        "medium",
        "medium",
        "where the system starts it",
    ),
)


def judge(case: Case) -> Iterator[Finding]:
    """Tell each kind of place once for each wheel."""
    for content in case.contents:
        found: dict[int, list[str]] = {}
        for path, landed in content.outside:
            at = next((at for at, place in enumerate(_PLACES) if place[0].search(landed)), None)
            if at is not None:
                found.setdefault(at, []).append(path)
        for at, paths in sorted(found.items()):
            _, severity, confidence, where = _PLACES[at]
            more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
            yield RULE.finding(
                case,
                f"{content.filename} puts {paths[0]}{more} {where}",
                at=tuple(Location(path) for path in paths[:5]),
                hint=f"{stay(case)}; list what it writes: {explain(case)}",
                severity=severity,
                confidence=confidence,
            )


RULE = Rule(
    id="wheel-writes-outside",
    title="Wheel writes outside of its package",
    severity="high",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
    ecosystems=("pypi",),
)
