"""One requirement of a requirements file: a name with a specifier, or an address, into a lock entry."""

import os
import re
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename

from customhouse.ecosystems.documents import UnreadableError, toml_document
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.lockfile import printable
from customhouse.ecosystems.pypi.lockfiles.requirements_lines import Line, expand
from customhouse.model.digest import Digest, parse_named
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.locked import Directness, LockedArtifact, LockedPackage, Scope, SourceKind
from customhouse.model.purl import pypi_name
from customhouse.versions import pypi

_NAME = lazy_regex(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_PINNED = lazy_regex(r"([A-Za-z0-9][A-Za-z0-9._-]*+)[ ]?==[ ]?([0-9][0-9A-Za-z.+!-]*+)")
_VCS = lazy_regex(r"(?:git|hg|svn|bzr)(?:\+|:)", re.IGNORECASE)
_URL = lazy_regex(r"[a-z][a-z0-9+.-]*://|file:", re.IGNORECASE)
_CREDENTIALS = lazy_regex(r"([a-z][a-z0-9+.-]*://)[^/?#@\s]*@", re.IGNORECASE)
_EGG = lazy_regex(r"[#&]egg=([^&\[]+)")
_UNSET = lazy_regex(r"\$\{([A-Z0-9_]+)\}")
_ARCHIVES = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz")
_MAX_MANIFEST = 1024 * 1024


class RefusedError(Exception):
    """The line is no requirement that pip would accept; the message is a clause that says why."""


def without_credentials(url: str) -> str:
    """Take user and password out of a URL; `git` as the user of an SSH address is not a secret and stays."""
    if "@" not in url:
        return url
    return _CREDENTIALS.sub(lambda match: match.group() if match.group().endswith("//git@") else match.group(1), url)


def is_vcs(url: str) -> bool:
    """Say whether an address is one of version control (`git+https://…`)."""
    return bool(_VCS.match(url))


def vcs_address(url: str, revision: str = "", vcs: str = "git") -> str:
    """Write an address of version control in pip's form, `git+https://…@revision`, without credentials."""
    prefix = "" if is_vcs(url) else f"{vcs}+"
    return without_credentials(f"{prefix}{url}{'@' if revision else ''}{revision}")


def is_outside(path: str) -> bool:
    """Say whether a path leads out of the folder it starts from."""
    return path.startswith(("..", "/", "\\", "~")) or path[1:2] == ":"


def local_kind(path: str) -> Literal["file", "workspace"]:
    """Tell what a path leads to: a folder below is another project of the same repository."""
    return "file" if is_outside(path) or path.endswith(_ARCHIVES) else "workspace"


def name_of(text: str) -> str:
    """Normalise a project name. Raises RefusedError when no project can be called this."""
    if not _NAME.fullmatch(text):
        raise RefusedError(f"{printable(text)} is no project name")
    return pypi_name(text)


def pinned(specifiers: SpecifierSet) -> str | None:
    """Return the one version a specifier allows, canonical where it is PEP 440; None when it allows several."""
    exact = {
        one.version for one in specifiers if one.operator == "===" or (one.operator == "==" and "*" not in one.version)
    }
    if len(exact) != 1:
        return None
    text = exact.pop()
    version = pypi.parse(text)
    return str(version) if version is not None else text


def read_hashes(line: Line) -> tuple[Digest, ...]:
    """Read `--hash` values. Raises RefusedError for one that pip would not take."""
    found = []
    for text in line.hashes:
        digest = parse_named(text)
        if digest is None or not digest.strong:
            raise RefusedError(f"--hash={printable(text)} is no sha256, sha384 or sha512 digest")
        found.append(digest)
    return tuple(found)


def _artifacts(hashes: tuple[Digest, ...], url: str = "") -> tuple[LockedArtifact, ...]:
    """Every hash of a named requirement is another file's; those of an address are all of the one file."""
    if not url:
        return tuple(LockedArtifact(digests=(one,)) for one in hashes)
    fragment = parse_named("#" + url.partition("#")[2])
    digests = tuple(dict.fromkeys((*hashes, *([fragment] if fragment else []))))
    return (LockedArtifact(filename=filename_of(url), url=url, digests=digests),)


def filename_of(url: str) -> str:
    """Return the last part of a URL's path, however malformed the URL is."""
    if "#" in url or "?" in url:
        url = re.split("[?#]", url, maxsplit=1)[0]
    filename = url.rpartition("/")[2]
    return unquote(filename) if "%" in filename else filename


def name_and_version(filename: str) -> tuple[str, str | None]:
    """Read name and version out of an archive's file name; empty when it does not tell."""
    try:
        if filename.endswith(".whl"):
            name, version, *_ = parse_wheel_filename(filename)
        else:
            name, version = parse_sdist_filename(filename)
    except (InvalidWheelFilename, InvalidSdistFilename):
        return "", None
    return name, str(version)


def _address_kind(address: str) -> SourceKind:
    if _VCS.match(address):
        return "git"
    if address.lower().startswith("file:"):
        return "file"
    return "url"


def _local_name(folder: Path, files: Files) -> str:
    """Name the project in a folder: as its pyproject.toml says, or as the folder is called."""
    try:
        project = toml_document(files.read(folder / "pyproject.toml", _MAX_MANIFEST)).get("project", {})
        if isinstance(project, dict) and isinstance(project.get("name"), str):
            return str(project["name"])
    except UnreadableError:
        pass
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(os.path.abspath(folder)).name).strip("-._")  # noqa: PTH100 - no links
    return name or "project"


class Context:
    """What the file around a requirement says of it: where it stands, and whom it serves."""

    def __init__(self, folder: Path, scope: Scope, files: Files) -> None:
        """`folder` is the one that relative paths start from, `files` where projects in them are looked up."""
        self.folder = folder
        self._files = files
        self.scope: Scope = scope

    def package(self, line: Line) -> LockedPackage:
        """Read one line. Raises RefusedError."""
        if line.problem:
            raise RefusedError(line.problem)
        text = line.text
        if line.kind == "requirement" and (simple := self._simple(line)) is not None:
            return simple
        requirement = _requirement(text) if line.kind == "requirement" else None
        if requirement is None and "${" in text:
            text = expand(text)
            requirement = _requirement(text) if line.kind == "requirement" else None
            unset = _UNSET.search(text)
            if requirement is None and unset:
                raise RefusedError(f"the environment variable {unset.group(1)} is not set")
        if requirement is None:
            return self._from_address(line, text)
        return self._from_requirement(line, requirement)

    def _simple(self, line: Line) -> LockedPackage | None:
        """Read `name==1.2.3`, which most lines of a compiled file are; None for all that is more."""
        match = _PINNED.fullmatch(line.text)
        version = pypi.parse(match[2]) if match is not None and not match[1].endswith(("-", "_", ".")) else None
        if match is None or version is None:
            return None
        name = pypi_name(match[1])
        return LockedPackage(
            "pypi",
            name,
            str(version),
            artifacts=_artifacts(read_hashes(line)),
            scope=self.scope,
            dependency=_directness(line),
            key=name,
            line=line.number,
        )

    def _from_requirement(self, line: Line, requirement: Requirement) -> LockedPackage:
        hashes = read_hashes(line)
        name = name_of(requirement.name)
        extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
        marker = str(requirement.marker) if requirement.marker else ""
        if requirement.url:
            url = without_credentials(requirement.url)
            kind = _address_kind(url)
            _, version = name_and_version(filename_of(url)) if kind == "url" else ("", None)
            return LockedPackage(
                "pypi",
                name,
                version,
                source=kind,
                resolved=url,
                artifacts=_artifacts(hashes, url),
                scope=self.scope,
                dependency=_directness(line),
                key=name + extras,
                line=line.number,
                marker=marker,
            )
        version = pinned(requirement.specifier)
        return LockedPackage(
            "pypi",
            name,
            version,
            artifacts=_artifacts(hashes),
            scope=self.scope,
            dependency=_directness(line),
            key=name + extras,
            line=line.number,
            marker=marker,
            specifier="" if version else str(requirement.specifier),
        )

    def _from_address(self, line: Line, text: str) -> LockedPackage:
        """Read `git+https://…#egg=x`, `https://…/x.whl`, `./folder` or `x.whl`, each with an optional marker."""
        address, _, marker = text.partition(" ; " if _URL.match(text) or _VCS.match(text) else ";")
        address = address.strip()
        hashes = read_hashes(line)
        egg = _EGG.search(address)
        kind: SourceKind
        if _URL.match(address) or _VCS.match(address):
            kind = _address_kind(address)
            resolved = without_credentials(address)
            name, version = name_and_version(filename_of(address))
            artifacts = _artifacts(hashes, resolved)
        else:
            path = re.sub(r"\[[^\]]*\]$", "", address.partition("#")[0])
            is_path = line.kind == "editable" or "/" in path or "\\" in path or path in (".", "..")
            if not is_path and not path.endswith(_ARCHIVES):
                raise RefusedError(f"{printable(text)} is no requirement")
            resolved = path
            if path.endswith(_ARCHIVES):
                kind, (name, version) = "file", name_and_version(path.replace("\\", "/").rpartition("/")[2])
            else:
                outside = os.path.normpath(path).startswith("..") or Path(path).is_absolute()
                kind, name, version = (
                    "file" if outside else "workspace",
                    _local_name(self.folder / path, self._files),
                    None,
                )
            artifacts = tuple(LockedArtifact(digests=(one,)) for one in hashes)
        name = unquote(egg.group(1)) if egg else name
        if not name:
            raise RefusedError(f"{printable(resolved)} does not tell its project's name")
        return LockedPackage(
            "pypi",
            name_of(name.strip()),
            version,
            source=kind,
            resolved=resolved,
            artifacts=artifacts,
            scope=self.scope,
            dependency=_directness(line),
            key=resolved,
            line=line.number,
            marker=marker.strip(),
        )


def _requirement(text: str) -> Requirement | None:
    if text.partition(";")[0].rstrip().endswith(_ARCHIVES) and "@" not in text:
        return None  # `a-1.0.tar.gz` could be a name, and pip takes it for the file
    try:
        return Requirement(text)
    except (InvalidRequirement, RecursionError):
        return None


def _directness(line: Line) -> Directness:
    """Read pip-compile's and uv's annotations: `# via -r requirements.in`, `# via project (pyproject.toml)`.

    Names alone are left to `requirements_edges`, which knows whether they are entries of the file. A constraint
    (`# via -c base.txt`) asks for nothing.
    """
    via = [one for one in line.via if not one.startswith(("-c ", "--constraint "))]
    if not line.via or any(one.startswith("-") or "(" in one for one in via):
        return "direct"
    return "transitive"
