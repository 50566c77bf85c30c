"""Which folders .gitignore says are not the project's own (https://git-scm.com/docs/gitignore).

Only folders are asked about: a lock that is itself ignored by name is still what the client installs from, so it is
read. Of the format everything is kept that can name a folder: negation, anchoring, `*`, `**`, `?`, classes.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import Files

_MAX_BYTES = 1024 * 1024


class Rule(msgspec.Struct, frozen=True):
    """One line: its pattern relative to the folder of its file, and whether it takes back an earlier one."""

    pattern: re.Pattern[str]
    negated: bool
    text: str


def _translate(pattern: str) -> str:
    """Turn a glob into a regular expression over a path with `/`."""
    found, at = [], 0
    while at < len(pattern):
        rest = pattern[at:]
        if rest.startswith("**/") and pattern[at - 1 : at] in ("", "/"):
            found.append("(?:[^/]+/)*")
            at += 3
        elif rest.startswith("/**") and len(rest) == 3:  # noqa: PLR2004 - the pattern's end
            found.append("/.+")
            at += 3
        elif rest.startswith("*"):
            found.append("[^/]*")
            at += 2 if rest.startswith("**") else 1
        elif rest.startswith("?"):
            found.append("[^/]")
            at += 1
        elif rest.startswith("[") and (end := pattern.find("]", at + 2)) > 0:
            inner = pattern[at + 1 : end]
            inner = ("^" + inner[1:] if inner[0] in "!^" else inner).replace("\\", "\\\\").replace("[", "\\[")
            found.append(f"(?!/)[{inner}]")
            at = end + 1
        elif rest.startswith("\\") and len(rest) > 1:
            found.append(re.escape(rest[1]))
            at += 2
        else:
            found.append(re.escape(rest[0]))
            at += 1
    return "".join(found)


def parse(text: str) -> tuple[Rule, ...]:
    """Read the lines of a .gitignore; one that is no valid pattern matches nothing, as in git."""
    rules = []
    for line in text.splitlines():
        pattern = line if line.endswith("\\ ") else line.rstrip()
        if not pattern or pattern.startswith("#"):
            continue
        negated = pattern.startswith("!")
        pattern = pattern[1:] if negated else pattern
        pattern = pattern.removesuffix("/")
        anchored = "/" in pattern
        pattern = pattern.removeprefix("/")
        if not pattern:
            continue
        try:
            compiled = re.compile(("" if anchored else "(?:.*/)?") + _translate(pattern), re.DOTALL)
        except re.error:
            continue
        rules.append(Rule(compiled, negated, line.strip()))
    return tuple(rules)


def read(folder: Path, files: Files) -> tuple[Rule, ...]:
    """Read the .gitignore of a folder; nothing where there is none that can be read."""
    try:
        return parse(files.read(folder / ".gitignore", _MAX_BYTES).decode(errors="replace"))
    except UnreadableError:
        return ()


def ignoring(path: str, files: Iterable[tuple[str, tuple[Rule, ...]]]) -> str:
    """Return the line that ignores a folder; empty when none does.

    `path` is relative to the walk's start, with `/`. `files` are .gitignore files, outermost first, each with its own
    folder in the same form; those that do not lie above it play no part. The last line that matches decides.
    """
    decided = ""
    for folder, rules in files:
        if folder and not path.startswith(folder + "/"):
            continue
        own = path[len(folder) + 1 :] if folder else path
        for rule in rules:
            if rule.pattern.fullmatch(own):
                decided = "" if rule.negated else rule.text
    return decided
