"""What a line says of a release that no client's form fits: a command that names it, or its name alone."""

import re
from collections.abc import Iterator

from customhouse.hunt.logs.clients.interface import Named, expression

_NPM_COMMAND = re.compile(r"\b(?:npm|pnpm|yarn|bun|npx|bunx|corepack)\b(?P<rest>.*)")
_PIP_COMMAND = re.compile(r"\b(?:pip3?|uv|uvx|pipx|poetry|pdm|pipenv)\b(?P<rest>.*)")
_NPM = expression(r"(?:^|[\s\"'`(\[,/=:>│])NAME@(?:npm:)?[\^~=]{0,2}VERSION(?![\w.-])")
_NPM_QUOTED = expression(r"[\"']NAME[\"']: {0,4}[\"'][\^~=]{0,2}VERSION[\"']")
_NPM_BESIDE = expression(r"(?:^|[\s\"'`(\[,/=:>│])NAME:? {1,4}\(?VERSION(?![\w.-])")
_PYPI = expression(r"(?:^|[\s\"'`(\[,/=:>│])PROJECT(?:\[[^\]]{0,200}\])?={2,3}RELEASE(?![\w-])")
_PYPI_BESIDE = expression(r"(?:^|[\s\"'`(\[,/=:>│])PROJECT:? {1,4}\(?(?=v?[0-9]+\.)RELEASE(?![\w-])")
_PYPI_JOINED = expression(r"(?:^|[\s\"'`(\[,/=:>│])PROJECT-(?=[0-9]+\.)RELEASE(?![\w-])")


def mentions_in(line: str) -> Iterator[Named]:
    """Give every release that a line names in any form; a command's argument is sure, the rest may be any talk."""
    commands = (_NPM_COMMAND.search(line), _PIP_COMMAND.search(line))
    if commands[0]:
        for name, version in _NPM.findall(commands[0]["rest"]):
            yield Named("npm", name, version, "declared", "was asked for by a command")
    if commands[1]:
        for name, version in _PYPI.findall(commands[1]["rest"]):
            yield Named("pypi", name, version, "declared", "was asked for by a command")
    for form in (_NPM, _NPM_QUOTED, _NPM_BESIDE):
        for name, version in form.findall(line):
            yield Named("npm", name, version, "declared", "is named", "low")
    for form in (_PYPI, _PYPI_BESIDE, _PYPI_JOINED):
        for name, version in form.findall(line):
            yield Named("pypi", name, version, "declared", "is named", "low")


_SCRIPT_OF = expression(r"(?:^|[\s/>])NAME (?:pre|post)?install[$:]")
_FAILED = expression(r"(?:pre|post)?install script from \"NAME\"")


def scripts_in(line: str) -> Iterator[Named]:
    """Give packages whose script ran, where the line does not say which version's."""
    for form in (_SCRIPT_OF, _FAILED):
        for name in form.findall(line):
            yield Named("npm", name, "", "script-ran", "ran a script; the line does not say which version", "medium")
