"""Reading revisions of a git repository without checking anything out: one listing and one stream of blobs.

`GitRepository` keeps one `git cat-file --batch` for all of its revisions, so that reading many costs a listing each.
"""

import contextlib
import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import msgspec

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import MAX_BYTES
from customhouse.model.errors import CustomhouseError
from customhouse.model.lazy_regex import lazy_regex
from customhouse.repository.git_process import complaint, git_command, git_environment, run_git

#: Links followed before they are taken for a circle; Linux gives up at the same number.
_MAX_LINKS = 40
_MAX_LINK_TEXT = 4096
_OBJECT = lazy_regex(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LINK, _SUBMODULE = "120000", "160000"
_CHUNK = 1 << 20


class Entry(msgspec.Struct, frozen=True):
    """One entry of a revision's tree: its mode as git writes it, and the object that holds it."""

    mode: str
    object: str


class GitRepository:
    """A repository, asked about its revisions. Use it as a context manager: it holds a process."""

    def __init__(self, start: Path) -> None:
        """Find the repository that `start`, a folder that exists, lies in.

        Raises CustomhouseError where there is none, or git will not read it.
        """
        told = run_git(start, "rev-parse", "--show-toplevel", "--show-prefix").stdout
        top, _, prefix = told.rstrip(b"\n").partition(b"\n")
        if not top:
            raise CustomhouseError(f"{start} lies in a git repository without a working tree", hint="name a clone")
        #: The working tree's root with every link followed, and as the user would write it.
        self.root = Path(os.fsdecode(top))
        self.shown_root = _without(Path(os.path.abspath(start)), os.fsdecode(prefix)) or self.root  # noqa: PTH100
        self._batch: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the process that reads blobs."""
        self.close()

    def close(self) -> None:
        """End the process that reads blobs; it starts again when it is needed."""
        if self._batch is not None:
            for pipe in (self._batch.stdin, self._batch.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):  # it ended with a request of ours unread
                        pipe.close()
            self._batch.wait()
            self._batch = None

    def commit(self, revision: str) -> str:
        """Return the object name of the commit that a revision leads to; empty for HEAD before the first commit.

        `A...` stands for the merge base of A and HEAD. Raises CustomhouseError when there is no such commit here.
        """
        name = revision.removesuffix("...")
        if not name or name.startswith("-") or any(ord(letter) < ord(" ") for letter in name):
            raise CustomhouseError(f"{revision!r} is no revision", hint="name a commit, a branch or a tag: --base main")
        found = self._object(f"{name}^{{commit}}")
        if not found and name in ("HEAD", "@") and self._unborn():
            return ""
        if not found:
            raise self._unknown(name)
        if name == revision:
            return found
        merged = run_git(self.root, "merge-base", "--end-of-options", found, "HEAD", check=False)
        base = merged.stdout.decode("ascii", "replace").strip()
        if not _OBJECT.fullmatch(base):
            deepen = "the clone is shallow: git fetch --unshallow" if self.shallow() else f"compare with {name} itself"
            raise CustomhouseError(f"{name} and HEAD have no common ancestor here", hint=deepen)
        return base

    def revision(self, revision: str) -> "GitFiles":
        """List a revision's files. Raises CustomhouseError when it is unknown here or cannot be listed."""
        commit = self.commit(revision)
        listed = b""
        if commit:
            listed = run_git(self.root, "ls-tree", "-r", "-z", "--full-tree", "--end-of-options", commit).stdout
        return GitFiles(self, revision, commit, listed)

    def shallow(self) -> bool:
        """Say whether the clone holds only the latest part of the history."""
        told = run_git(self.root, "rev-parse", "--is-shallow-repository", check=False).stdout
        return told.strip() == b"true"

    def blob(self, name: str, limit: int) -> bytes:
        """Read a blob. Raises UnreadableError where it is larger than `limit` bytes or not in this clone."""
        stdin, stdout = self._pipes()
        try:
            stdin.write(f"{name}\n".encode())
            stdin.flush()
            header = stdout.readline().decode("ascii", "replace").split()
            if len(header) != 3 or header[1] != "blob":  # noqa: PLR2004 - name, type, size
                if header[-1:] != ["missing"]:
                    self.close()  # told not to fetch, older gits end at an object that a partial clone left out
                raise UnreadableError(
                    f"its content is not in this clone; `git cat-file -e {name}` fetches it if it can"
                )
            size = int(header[2])
            if size > limit:
                for start in range(0, size + 1, _CHUNK):
                    stdout.read(min(_CHUNK, size + 1 - start))
                raise UnreadableError(f"it is larger than {limit >> 20} MiB")
            data = stdout.read(size)
            stdout.read(1)  # the newline after it
        except OSError as error:
            self.close()
            raise UnreadableError(f"git ended while it was read: {error.strerror}") from error
        if len(data) != size:
            self.close()
            raise UnreadableError("git ended while it was read")
        return data

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._batch is None:
            self._batch = subprocess.Popen(  # noqa: S603 - see run_git
                git_command(self.root, "cat-file", "--batch"),
                env=git_environment(os.environ),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        stdin, stdout = self._batch.stdin, self._batch.stdout
        if stdin is None or stdout is None:  # pragma: no cover - both were asked for
            raise UnreadableError("git gives no pipes")
        return stdin, stdout

    def _object(self, expression: str) -> str:
        told = run_git(self.root, "rev-parse", "--verify", "--quiet", "--end-of-options", expression, check=False)
        if told.returncode > 1:
            raise complaint(self.root, "rev-parse", told.stderr)
        # Older gits print the marker back.
        name = told.stdout.decode("ascii", "replace").split()[-1:]
        return name[0] if name and _OBJECT.fullmatch(name[0]) else ""

    def _unborn(self) -> bool:
        """Say whether HEAD is a branch that has no commit yet."""
        head = run_git(self.root, "symbolic-ref", "-q", "HEAD", check=False)
        return head.returncode == 0 and not self._object(head.stdout.decode("utf-8", "replace").strip())

    def _unknown(self, name: str) -> CustomhouseError:
        hint = f"fetch it: git fetch origin {name}"
        if self.shallow():
            hint = f"the clone is shallow: git fetch --depth=1 origin {name}   (in a workflow: fetch-depth: 0)"
        elif self._object(f"refs/remotes/origin/{name}^{{commit}}"):
            hint = f"there is a remote branch of that name: --base origin/{name}"
        return CustomhouseError(f"no commit {name!r} in {self.root}", hint=hint)


class GitFiles:
    """The files of one revision, as `ecosystems.files.Files`: paths are those of the working tree."""

    def __init__(self, repository: GitRepository, revision: str, commit: str, listed: bytes) -> None:
        """`listed` is what `git ls-tree -r -z` says of the revision."""
        self.revision = revision
        self.commit = commit
        self._repository = repository
        self._entries: dict[str, Entry] = {}
        self._folders: dict[str, dict[str, None]] = {"": {}}
        for row in listed.split(b"\0"):
            head, tab, raw = row.partition(b"\t")
            if tab:
                mode, _, name = head.split(b" ")
                self._add(os.fsdecode(raw), Entry(mode.decode(), name.decode()))

    @property
    def submodules(self) -> tuple[str, ...]:
        """Paths of other repositories that the revision links to; what is in them is not part of it."""
        return tuple(path for path, entry in self._entries.items() if entry.mode == _SUBMODULE)

    def exists(self, path: Path) -> bool:
        """Say whether the revision has a file or a folder there."""
        own = self._resolve(path)
        return own is not None and (own in self._folders or own in self._entries)

    def read(self, path: Path, limit: int = MAX_BYTES) -> bytes:
        """Return a file's bytes, as `Files.read` says."""
        own = self._resolve(path)
        entry = self._entries.get(own) if own is not None else None
        if own is None:
            raise UnreadableError(f"it leads out of what {self.revision} holds")
        if entry is None:
            raise UnreadableError("it is a folder" if own in self._folders else f"{self.revision} does not have it")
        if entry.mode == _SUBMODULE:
            raise UnreadableError("it is another repository (a submodule)")
        return self._repository.blob(entry.object, limit)

    def is_file(self, path: Path) -> bool:
        """Say whether a regular file (or a link to one) stands there."""
        own = self._resolve(path)
        entry = self._entries.get(own) if own is not None else None
        return entry is not None and entry.mode != _SUBMODULE

    def names(self, folder: Path) -> tuple[list[str], list[str]]:
        """Name what a folder holds, as `Files.names` says. Submodules are left out: see `submodules`."""
        own = self._resolve(folder)
        if own is None or own not in self._folders:
            raise UnreadableError(f"{self.revision} has no such folder")
        folders: list[str] = []
        files: list[str] = []
        for name in self._folders[own]:
            path = f"{own}/{name}" if own else name
            if path in self._folders:
                folders.append(name)
            elif self._entries[path].mode != _SUBMODULE:
                files.append(name)
        return sorted(folders), sorted(files)

    def identity(self, path: Path) -> str:
        """Return the path within the revision, links followed."""
        own = self._resolve(path)
        return own if own is not None else os.path.abspath(path)  # noqa: PTH100 - not the disk's links

    def _add(self, path: str, entry: Entry) -> None:
        self._entries[path] = entry
        while path:
            folder, _, name = path.rpartition("/")
            known = folder in self._folders
            self._folders.setdefault(folder, {})[name] = None
            if known:
                return
            path = folder

    def _own(self, path: Path) -> str | None:
        """Return a path relative to the repository's root; None outside of it."""
        absolute = os.path.abspath(path)  # noqa: PTH100 - links are those of the revision, not of the disk
        for root in (str(self._repository.shown_root), str(self._repository.root)):
            if absolute == root:
                return ""
            if absolute.startswith(root.rstrip("/") + "/"):
                return absolute[len(root.rstrip("/")) + 1 :]
        return None

    def _resolve(self, path: Path) -> str | None:
        """Follow the revision's links; None where they lead out of it, or in a circle."""
        own = self._own(path)
        if own is None:
            return None
        still = own.split("/")[::-1] if own else []
        done: list[str] = []
        links = 0
        while still:
            part = still.pop()
            if part in ("", "."):
                continue
            if part == "..":
                if not done:
                    return None
                done.pop()
                continue
            here = "/".join((*done, part))
            entry = self._entries.get(here)
            if entry is None or entry.mode != _LINK:
                done.append(part)
                continue
            links += 1
            target = self._target(entry)
            if links > _MAX_LINKS or target is None or target.startswith("/"):
                return None
            still += target.split("/")[::-1]
        return "/".join(done)

    def _target(self, entry: Entry) -> str | None:
        try:
            return os.fsdecode(self._repository.blob(entry.object, _MAX_LINK_TEXT))
        except UnreadableError:
            return None


def _without(path: Path, prefix: str) -> Path | None:
    """Take the path within the repository off a path; None when it does not end in it, because a link leads there."""
    parts = Path(prefix).parts
    if parts and path.parts[-len(parts) :] != parts:
        return None
    root = Path(*path.parts[: len(path.parts) - len(parts)])
    return root if (root / ".git").exists() else None
