"""What the rules over installing commands share: their words taken apart, and how one of them is told."""

from collections.abc import Collection, Iterator

import msgspec

from customhouse.model.finding import Confidence, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.workflow import InstallCommand

#: A version that is one release and no range, of either ecosystem.
EXACT = lazy_regex(r"[v=]*[0-9][A-Za-z0-9.+-]*")
_NO = ("", "0", "false", "no", "off")
#: Columns of a command that are told before it is cut.
_WIDTH = 90
#: Variables by which clients tell that they run in CI (https://github.com/watson/ci-info), as our readers set them.
_CI_SYSTEMS = ("GITHUB_ACTIONS", "GITLAB_CI", "CIRCLECI", "TF_BUILD", "BUILD_NUMBER")


class Unlocked(msgspec.Struct, frozen=True):
    """Why a command may take what no lock names, and what to write instead."""

    why: str
    hint: str
    severity: Severity = "medium"
    confidence: Confidence = "medium"


class Words(msgspec.Struct, frozen=True):
    """Arguments of a command: options (`--flag`, or `--name` with a value), and the rest in order."""

    options: tuple[tuple[str, str], ...]
    rest: tuple[str, ...]

    def has(self, *names: str) -> bool:
        """Whether an option is given, and not as false."""
        return any(name in names and value.lower() not in _NO[1:] for name, value in self.options)

    def off(self, *names: str) -> bool:
        """Whether an option is given as false: `--name=false`, `--no-name`."""
        return any(
            (name in names and value.lower() in _NO[1:]) or ("--no-" + name.removeprefix("--") in dict(self.options))
            for name in names
            for value in [dict(self.options).get(name, "")]
        )

    def values(self, *names: str) -> Iterator[str]:
        """Give the values of an option."""
        return (value for name, value in self.options if name in names)


def split_words(arguments: Collection[str], valued: Collection[str]) -> Words:
    """Take arguments apart; `valued` are the options that take the next word as their value."""
    options: list[tuple[str, str]] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += words
        elif word.startswith("--"):
            name, equals, value = word.partition("=")
            if not equals and name in valued:
                value = next(words, "")
            options.append((name, value))
        elif word.startswith("-") and len(word) > 1:
            name = word[:2]
            if name in valued:
                options.append((name, word[2:].removeprefix("=") or next(words, "")))
            else:
                options += [(f"-{letter}", "") for letter in word[1:]]
        else:
            rest.append(word)
    return Words(tuple(options), tuple(rest))


def is_set(install: InstallCommand, *names: str) -> bool:
    """Whether a variable is set for a command, and not to nothing or false."""
    return any(name in names and value.lower() not in _NO for name, value in install.environment)


def in_ci(install: InstallCommand) -> bool:
    """Whether a client would find that it runs in CI."""
    variables = dict(install.environment)
    if variables.get("CI", "").lower() == "false":
        return False
    return variables.get("CI", "") not in ("", "0") or any(name in variables for name in _CI_SYSTEMS)


def told(install: InstallCommand) -> str:
    """Write a command as a person would, cut where it is long."""
    text = " ".join((install.client, *(" ".join(word.split()) for word in install.arguments)))
    return f"`{text if len(text) <= _WIDTH else text[:_WIDTH] + ' …'}`"


def named_few(names: Collection[str], limit: int = 3) -> str:
    """Name a few, and count the rest."""
    listed = list(dict.fromkeys(names))
    more = f" and {len(listed) - limit} more" if len(listed) > limit else ""
    return ", ".join(listed[:limit]) + more
