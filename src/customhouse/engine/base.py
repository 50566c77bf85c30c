"""The revision that a project is compared with: its locks, its approvals, and what of the policy itself differs."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from customhouse.ecosystems.discovery import discover
from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import DISK, Files
from customhouse.engine.settings import FILE_NAME, PYPROJECT, Settings
from customhouse.model.errors import CustomhouseError
from customhouse.model.evidence import Gap
from customhouse.model.locked import Source
from customhouse.policy.approvals import APPROVALS_FILE, parse_approvals
from customhouse.repository.git import GitFiles, GitRepository

_LARGEST = 4_000_000


class Base(msgspec.Struct, frozen=True):
    """A revision, read. `commit` is empty before the first commit, when everything is new."""

    revision: str
    commit: str
    sources: tuple[Source, ...]
    settings: Settings
    #: Files of the policy that differ between the revision and the working tree, as the user knows them.
    policy_files: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def read_base(revision: str, paths: Sequence[Path], settings: Settings, *, exclude: Sequence[str] = ()) -> Base:
    """Read what `paths` held at a revision, and the approvals that count.

    `settings` come back in the Base with the approvals in them. Raises CustomhouseError where there is no repository or
    no such revision, a path lies outside of it, or the approvals cannot be read.
    """
    with GitRepository(_folder(paths[0])) as repository:
        for path in paths[1:]:
            other = GitRepository(_folder(path)).root
            if other != repository.root:
                raise CustomhouseError(
                    f"{paths[0]} and {path} lie in different repositories: {repository.root} and {other}",
                    hint="check each repository by itself: a revision belongs to one",
                )
        files = repository.revision(revision)
        sources = discover([path for path in paths if files.exists(path)], exclude=exclude, files=files)
        configuration = settings.configuration
        from_base = configuration.changes.approvals_from == "base"
        approved = with_approvals(settings, files if from_base else DISK, f"{revision}:" if from_base else "")
        changed = tuple(_policy_files(settings, files))
    return Base(files.revision, files.commit, sources, approved, changed, tuple(_warnings(files, sources, changed)))


def with_approvals(settings: Settings, files: Files = DISK, prefix: str = "") -> Settings:
    """Put the approvals of the project into its configuration. Raises CustomhouseError when their file is wrong."""
    path = settings.root / APPROVALS_FILE
    if not files.is_file(path):
        return settings
    shown = prefix + APPROVALS_FILE
    try:
        text = files.read(path, _LARGEST).decode()
    except UnreadableError as error:
        raise CustomhouseError(f"{shown} cannot be read: {error}", hint="make it a readable file") from None
    except UnicodeDecodeError:
        raise CustomhouseError(f"{shown} is not UTF-8", hint="save it as UTF-8") from None
    approvals, origins = parse_approvals(text, shown)
    configuration = settings.configuration
    configuration = msgspec.structs.replace(
        configuration, approvals=approvals, origins={**configuration.origins, **origins}
    )
    return msgspec.structs.replace(settings, configuration=configuration)


def hidden_since(base: Base, sources: Sequence[Source]) -> tuple[Gap, ...]:
    """Name files that were read at the base and are passed over now: a client installs from them all the same."""
    were = {source.path for source in base.sources if source.status == "parsed" and source.packages}
    return tuple(
        Gap(
            "lockfile",
            "lock-hidden",
            f"{source.path} was read at {base.revision} and is skipped now: it {source.reason}",
            "delete the file if nothing uses it any more, or take out what hides it",
        )
        for source in sources
        if source.status == "skipped" and source.path in were
    )


def _folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def _policy_files(settings: Settings, files: GitFiles) -> list[str]:
    """Name the files of the policy that are not what they were: whoever changes the rules changes the verdict."""
    candidates = [settings.root / APPROVALS_FILE, settings.root / FILE_NAME]
    if settings.project_file is not None:
        candidates.append(settings.project_file)
    found = {}
    for path in candidates:
        before = _bytes(files, path)
        now = _bytes(DISK, path)
        if before != now and (path.name != PYPROJECT or b"customhouse" in (before or b"") + (now or b"")):
            found[path.resolve()] = path.name
    return list(found.values())


def _bytes(files: Files, path: Path) -> bytes | None:
    try:
        return files.read(path, _LARGEST) if files.is_file(path) else None
    except UnreadableError:
        return None


def _warnings(files: GitFiles, sources: Sequence[Source], policy_files: Sequence[str]) -> list[str]:
    told = [
        f"{source.path} at {files.revision} {source.reason}: what it held is unknown, so what it has now counts as new"
        for source in sources
        if source.status in ("failed", "unsupported")
    ]
    if files.submodules:
        named = ", ".join(files.submodules[:3])
        told.append(f"{named} at {files.revision} are other repositories (submodules): what lies in them counts as new")
    ruled = [name for name in policy_files if name != APPROVALS_FILE]
    if ruled:
        told.append(f"this change also edits the policy it is judged by ({', '.join(ruled)}): see what it allows now")
    return told
