"""Affected releases that a typed command asks for: named exactly, or as what was newest when it was typed."""

import re
from collections.abc import Iterator
from datetime import datetime

import msgspec

from customhouse.ecosystems.documents import UnreadableError
from customhouse.hunt.asked import Asked
from customhouse.model.campaign import AffectedReleases, Campaign
from customhouse.model.purl import Ecosystem
from customhouse.repository.workflows.install_commands import CLIENTS, Install, installs
from customhouse.versions import npm, pypi
from customhouse.versions.affected import covers

_NPM = re.compile(r"(?:[^@\s/][^@\s]*@npm:)?((?:@[^@\s/]+/)?[^@\s/:]+)(?:@(.+))?")
_PYPI = re.compile(r"([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(?:(?:@|==?=?)\s*([\w.!+*-]+)|([<>=!~^].*))?")
_OF_NPM = frozenset({"npm", "npx", "pnpm", "pnpx", "yarn", "bun", "bunx"})
#: Words of one command; more are generated.
_MAX_WORDS = 2000


class TypedInstall(msgspec.Struct, frozen=True):
    """A release that a command asks for. `exact` says that its version was named; else time alone makes it likely."""

    campaign: Campaign
    releases: AffectedReleases
    version: str
    exact: bool


def typed_installs(
    command: str, at: datetime | None, asked: Asked, *, powershell: bool = False
) -> Iterator[TypedInstall]:
    """Give the affected releases that a command asks for; `at` is when it was typed (UTC), None where unknown."""
    if not CLIENTS.search(command.encode("utf-8", "replace")):
        return
    try:
        found = list(installs(command, escape="`" if powershell else "\\"))
    except UnreadableError:
        return
    for install in found:
        ecosystem: Ecosystem = "npm" if install.client in _OF_NPM else "pypi"
        for word in _words(install):
            yield from _asked_for(ecosystem, word, at, asked)


def _words(install: Install) -> Iterator[str]:
    for word in install.arguments[:_MAX_WORDS]:
        name, equals, value = word.partition("=")
        if word.startswith("-"):
            if equals and name in ("--package", "--from", "--with"):
                yield value
            continue
        yield word


def _asked_for(ecosystem: Ecosystem, word: str, at: datetime | None, asked: Asked) -> Iterator[TypedInstall]:
    name, version, span = _named(ecosystem, word)
    for campaign, releases in asked.packages(ecosystem, name) if name else ():
        if version and covers(releases, version):
            yield TypedInstall(campaign, releases, version, exact=True)
        elif (not version or ecosystem == "npm") and at is not None and _was_there(campaign, releases, at):
            taken = [each for each in releases.versions if _satisfies(ecosystem, each, span or version)]
            if taken:
                yield TypedInstall(campaign, releases, taken[0], exact=False)


def _named(ecosystem: Ecosystem, word: str) -> tuple[str, str, str]:
    """Return the package, the exact version and the range that a word names; empty what it does not."""
    if ecosystem == "npm":
        match = _NPM.fullmatch(word)
        if match is None:
            return "", "", ""
        plain = (match[2] or "").removeprefix("=").removeprefix("v")
        return match[1], plain, "" if npm.parse(plain) is not None else (match[2] or "")
    match = _PYPI.fullmatch(word)
    if match is None:
        return "", "", ""
    exact = match[2] or ""
    if exact and ("*" in exact or pypi.parse(exact) is None):
        return match[1], "", f"=={exact}" if "*" in exact else ""
    return match[1], exact, match[3] or ""


def _was_there(campaign: Campaign, releases: AffectedReleases, at: datetime) -> bool:
    """Say whether a release could be had; what is not told of it is taken from its campaign as a whole."""
    since, until = releases.published or campaign.starts, releases.removed or campaign.ends
    return since is not None and until is not None and since <= at <= until


def _satisfies(ecosystem: Ecosystem, version: str, span: str) -> bool:
    """Say whether a version fits what was asked for; a tag (`latest`) and nothing at all take the newest."""
    if not span or span == "latest":
        return True
    if ecosystem == "npm":
        return npm.parse(span) is None and npm.satisfies(version, span)
    return pypi.satisfies(version, span)
