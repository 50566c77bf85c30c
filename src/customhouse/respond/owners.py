"""Whose a file is: CODEOWNERS of the repository that covers it, else whom a contacts file names for the asset.

CODEOWNERS is written as GitHub and GitLab read it: patterns as in .gitignore, and the last one that matches decides.
"""

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

import msgspec

from customhouse.ecosystems import gitignore
from customhouse.ecosystems.documents import UnreadableError, toml_document
from customhouse.ecosystems.files import DISK
from customhouse.model.errors import CustomhouseError
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.toml_mistakes import mistaken, mistakes
from customhouse.model.toml_positions import key_lines

_PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
_MAX_BYTES = 3 * 1024 * 1024
#: GitLab's sections: `[Name]`, `^[Name][2] @default`.
_SECTION = lazy_regex(r"\^?\[[^\]]+\](?:\[\d+\])?")
_DOCUMENTATION = "docs/respond.md explains every key"

Role = Literal["lead", "security", "owner", "legal", "privacy", "communications", "upstream"]


class Contact(msgspec.Struct, frozen=True):
    """One entry of a contacts file. `assets` are patterns (`/srv/*`); without any, all are meant."""

    name: str
    reach: str = ""
    roles: tuple[Role, ...] = ()
    assets: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """The name, with how to reach them."""
        return f"{self.name} ({self.reach})" if self.reach else self.name


class _ContactsFile(msgspec.Struct, frozen=True):
    contacts: tuple[Contact, ...] = ()


def read_contacts(path: Path) -> tuple[Contact, ...]:
    """Read a contacts file. Raises CustomhouseError that names every mistake."""
    try:
        data = DISK.read(path, _MAX_BYTES)
        document = toml_document(data)
    except UnreadableError as error:
        raise CustomhouseError(f"{path} cannot be read: {error}", hint=_DOCUMENTATION) from error
    found = list(mistakes(document, _ContactsFile, lambda _message, _value: None))
    if found:
        raise mistaken(str(path), found, key_lines(data.decode("utf-8-sig")), (), _DOCUMENTATION)
    return msgspec.convert(document, _ContactsFile).contacts


class Owners:
    """Answers whose something is; each repository's CODEOWNERS is read once."""

    def __init__(self, contacts: tuple[Contact, ...] = ()) -> None:
        """`contacts` are those of a contacts file."""
        self._contacts = contacts
        self._rules: dict[Path, tuple[tuple[str, str], ...]] = {}

    def of(self, repository: Path, path: Path) -> str:
        """Return the owners of a file of a repository; empty where nobody is named."""
        try:
            own = path.relative_to(repository).as_posix()
        except ValueError:
            own = ""
        return (self._code_owners(repository, own) if own else "") or self.of_asset(str(repository))

    def of_asset(self, asset: str) -> str:
        """Return whom the contacts file names as the owner of an asset."""
        return next(
            (
                each.told
                for each in self._contacts
                if (not each.roles or "owner" in each.roles)
                and each.assets
                and any(fnmatchcase(asset, pattern) for pattern in each.assets)
            ),
            "",
        )

    def role(self, role: Role) -> str:
        """Return who has a part; empty where nobody is named for it."""
        return ", ".join(each.told for each in self._contacts if role in each.roles)

    def _code_owners(self, repository: Path, own: str) -> str:
        decided = ""
        for pattern, owners in self._read(repository):
            rules = gitignore.parse(pattern)
            # A pattern that names a folder covers what lies below it.
            paths = [own, *(str(each) for each in list(Path(own).parents)[:-1])]
            if any(rule.pattern.fullmatch(each) for rule in rules for each in paths):
                decided = owners
        return decided

    def _read(self, repository: Path) -> tuple[tuple[str, str], ...]:
        if repository not in self._rules:
            self._rules[repository] = tuple(_rows(_first(repository)))
        return self._rules[repository]


def _first(repository: Path) -> str:
    for place in _PLACES:
        try:
            return DISK.read(repository / place, _MAX_BYTES).decode("utf-8", "replace")
        except UnreadableError:
            continue
    return ""


def _rows(text: str) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    default = ""
    for line in text.splitlines():
        line = line.partition(" #")[0].strip()  # noqa: PLW2901 - without its comment
        if not line or line.startswith("#"):
            continue
        section = _SECTION.match(line)
        if section:
            default = line[section.end() :].strip()
            continue
        pattern, *owners = line.split()
        rows.append((pattern, " ".join(owners) or default))
    return rows
