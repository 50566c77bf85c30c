"""The names of secrets that a repository's build files hand to their steps. No value stands in such a file."""

import re
from collections.abc import Iterator
from pathlib import Path

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import DISK
from customhouse.hunt.hosts.credential_kinds import is_credential_name
from customhouse.repository.workflows.interface import MAX_BYTES

_MAX_FILES = 200
_MAX_NAMES = 500
_EXPRESSION = re.compile(r"\$\{\{(.{1,500}?)\}\}")
_SECRET = re.compile(r"\bsecrets\s{0,8}(?:\.\s{0,8}([A-Za-z_]\w{0,120})|\[\s{0,8}'([A-Za-z_]\w{0,120})'\s{0,8}\])")
#: Everything at once: `secrets: inherit` of a called workflow, `toJSON(secrets)`.
_ALL = re.compile(r"^\s{0,40}secrets:\s{0,8}inherit\b|\btoJSON\(\s{0,8}secrets\s{0,8}\)", re.MULTILINE | re.IGNORECASE)
_IDENTITY = re.compile(r"^\s{0,40}id-token:\s{0,8}[\"']?write\b|^\s{0,40}permissions:\s{0,8}write-all\b", re.MULTILINE)
_GITLAB = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]{2,120})")


def ci_secrets(repository: Path) -> tuple[str, ...]:
    """Name, sorted, the secrets of .github/workflows and .gitlab-ci.yml; `*` stands for all that there are.

    GitHub hands GITHUB_TOKEN to every build. Of GitLab's variables those count whose name is one of credentials: the
    file does not say which of them the project's settings hold. What cannot be read names nothing.
    """
    names: set[str] = set()
    for text in _texts(repository / ".github" / "workflows"):
        names.add("GITHUB_TOKEN")
        for expression in _EXPRESSION.finditer(text):
            names.update(plain or quoted for plain, quoted in _SECRET.findall(expression[1]))
        if _ALL.search(text):
            names.add("*")
        if _IDENTITY.search(text):
            names.add("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
    for name in (".gitlab-ci.yml", ".gitlab-ci.yaml"):
        text = _text(repository / name)
        names.update(each for each in _GITLAB.findall(text) if is_credential_name(each))
    return tuple(sorted(names)[:_MAX_NAMES])


def _texts(folder: Path) -> Iterator[str]:
    try:
        listed = DISK.names(folder)[1]
    except UnreadableError:
        return
    for name in [each for each in listed if each.endswith((".yml", ".yaml"))][:_MAX_FILES]:
        yield _text(folder / name)


def _text(path: Path) -> str:
    try:
        return DISK.read(path, MAX_BYTES).decode("utf-8", "replace")
    except UnreadableError:
        return ""
