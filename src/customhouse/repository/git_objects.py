"""A repository's objects, whether or not a ref leads to them: commits, what they change, blobs, refs and reflogs."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from customhouse.model.errors import CustomhouseError
from customhouse.model.lazy_regex import lazy_regex
from customhouse.repository.git_stream import git_pass

_COMMITS = lazy_regex(rb"^commit ([0-9a-f]{40,64})$", re.MULTILINE)
_OBJECT = lazy_regex(r"[0-9a-f]{40}|[0-9a-f]{64}")
_WHO = lazy_regex(r"(.*) (-?\d{1,18}) [+-]\d{1,8}", re.DOTALL)
_CHUNK = 1 << 20
#: Bytes of a commit: messages of generated ones reach some hundred KiB.
_MAX_COMMIT = 16 * 1024 * 1024
#: Times that git is started again behind an object that ended it.
_MAX_RESTARTS = 25
#: The tree that holds nothing, by the length of names: git knows it without having it.
_EMPTY = {
    40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
_HEADER_FIELDS = 3
_ROW_FIELDS = 5


class Commit(msgspec.Struct, frozen=True, gc=False):
    """A commit as it was written. Times are seconds since 1970, as its author and its committer claim them."""

    name: str
    tree: str
    parents: tuple[str, ...]
    author: str
    authored: int
    committed: int


class Row(msgspec.Struct, frozen=True, gc=False):
    """One path that differs between two trees; a blob is empty where the path is not there or no file."""

    path: bytes
    old: str
    new: str


class Blob(msgspec.Struct, frozen=True):
    """What became of reading an object; `reason` is empty when it was read."""

    name: str
    data: bytes = b""
    reason: str = ""


class ObjectStore:
    """The store of one repository: every pass is one process over all that is asked.

    Nothing here raises on content; what keeps git waiting without end raises CustomhouseError.
    """

    def __init__(self, git_dir: Path) -> None:
        """`git_dir` is the folder that holds `objects` and `refs`."""
        self._git_dir = git_dir
        #: What a pass could not do, a clause each.
        self.problems: list[str] = []
        #: The pairs of the last comparing that could not be compared.
        self.uncompared: tuple[tuple[str, str], ...] = ()

    def commits(self) -> set[str]:
        """Name every commit that the store, or one that it borrows from, holds: what no ref leads to as well."""
        found: set[str] = set()
        rest = b""
        arguments = ("cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objecttype) %(objectname)")
        with git_pass(self._git_dir, *arguments) as running:
            while chunk := running.output.read(_CHUNK):
                whole, newline, last = (rest + chunk).rpartition(b"\n")
                found.update(name.decode() for name in _COMMITS.findall(whole + newline))
                rest = last
        if running.timed_out:  # so would every other pass
            raise CustomhouseError(f"its objects cannot be listed: {running.complaint}", hint="see: git fsck")
        if running.complaint:
            self.problems.append(f"its objects cannot all be listed: {running.complaint}")
            found |= self._reachable()
        return found

    def _reachable(self) -> set[str]:
        with git_pass(self._git_dir, "rev-list", "--all", "--reflog", "--ignore-missing") as running:
            found = {line.strip().decode("ascii", "replace") for line in running.output}
        return {name for name in found if _OBJECT.fullmatch(name)}

    def read_commits(self, names: Iterable[str]) -> Iterator[Commit]:
        """Read commits; those that cannot be read are counted among the problems."""
        unread = 0
        for blob in self._objects(names, b"commit", _MAX_COMMIT):
            commit = _commit(blob) if not blob.reason else None
            if commit is None:
                unread += 1
            else:
                yield commit
        if unread:
            self.problems.append(f"{unread} commits cannot be read")

    def blobs(self, names: Iterable[str], limit: int) -> Iterator[Blob]:
        """Read blobs in the order of their names' asking, each once; `limit` is in bytes."""
        yield from self._objects(names, b"blob", limit)

    def _objects(self, names: Iterable[str], kind: bytes, limit: int) -> Iterator[Blob]:
        still = list(names)
        for _ in range(_MAX_RESTARTS):
            if not still:
                return
            done = 0
            with git_pass(
                self._git_dir, "cat-file", "--batch", "--buffer", fed=(f"{name}\n".encode() for name in still)
            ) as running:
                for name in still:
                    header = running.output.readline().split()
                    if not header:
                        break
                    done += 1
                    if len(header) != _HEADER_FIELDS:
                        yield Blob(name, reason="is not in this repository")
                        continue
                    size = int(header[2])
                    if size > limit or header[1] != kind:
                        _skip(running.output.read, size + 1)
                        large = f"is larger than {limit >> 20} MiB" if size > limit else "is of another kind"
                        yield Blob(name, reason=large)
                        continue
                    data = running.output.read(size + 1)
                    if len(data) <= size:
                        done -= 1
                        break
                    yield Blob(name, data[:-1])
            if done < len(still):
                yield Blob(still[done], reason=f"cannot be read: {running.complaint or 'git ended while it was read'}")
                done += 1
            still = still[done:]
        for name in still:
            yield Blob(name, reason="was not read: too many objects before it are broken")

    def differences(
        self, pairs: Iterable[tuple[str, str]], patterns: Sequence[str]
    ) -> Iterator[tuple[tuple[str, str], Row]]:
        """Compare pairs of trees below the paths that `patterns` (git's globs) name; an empty name is the empty tree.

        A pair of which a tree is missing gives nothing; afterwards it is one of `uncompared`.
        """
        asked = list(pairs)
        self.uncompared = ()
        if not asked:
            return
        arguments = ("diff-tree", "--stdin", "-r", "--raw", "--no-renames", "--no-abbrev", "--no-ext-diff", "-z", "--")
        specs = [f":(glob){pattern}" for pattern in patterns]
        told: set[tuple[str, str]] = set()
        fed = (f"{old or _EMPTY[len(new)]} {new}\n".encode() for old, new in asked)
        with git_pass(self._git_dir, "--no-literal-pathspecs", *arguments, *specs, fed=fed) as running:
            tokens = _tokens(running.output.read)
            pair = ("", "")
            for token in tokens:
                *headers, meta = token.split(b"\n")
                if not meta.startswith(b":"):
                    headers.append(meta)
                for header in headers:
                    if header:
                        old, _, new = header.decode("ascii", "replace").partition(" ")
                        pair = ("" if old == _EMPTY.get(len(old)) else old, new)
                        told.add(pair)
                if meta.startswith(b":"):
                    yield pair, _row(meta, next(tokens, b""))
        self.uncompared = tuple(pair for pair in asked if pair not in told)

    def touches(self, path: str) -> Iterator[tuple[Commit, tuple[str, ...], str]]:
        """Give the commits of refs and reflogs that touch one path, with its blob in each parent and in the commit.

        A blob is empty where the path is not there. Raises CustomhouseError where git does not tell all of them.
        """
        literal = f":(literal){path}"
        with git_pass(
            self._git_dir, "--no-literal-pathspecs", "rev-list", "--all", "--reflog", "--full-history", "--", literal
        ) as running:
            names = [line.strip().decode("ascii", "replace") for line in running.output]
        if running.complaint:
            raise CustomhouseError(f"who touched {path} is not told: {running.complaint}", hint="see: git fsck")
        commits = list(self.read_commits(names))
        parents = {each.name: each for each in self.read_commits(sorted({p for c in commits for p in c.parents}))}
        pairs = {
            (commit.name, index): (parents[parent].tree if parent in parents else "", commit.tree)
            for commit in commits
            for index, parent in enumerate(commit.parents or ("",))
        }
        escaped = "".join(f"\\{letter}" if letter in "*?[\\" else letter for letter in path)
        rows = dict(self.differences(dict.fromkeys(pairs.values()), (escaped,)))
        for commit in commits:
            mine = [rows.get(pairs[commit.name, index]) for index in range(len(commit.parents) or 1)]
            new = next((row.new for row in mine if row is not None), None)
            if new is not None:
                yield commit, tuple(row.old if row is not None else new for row in mine), new

    def refs(self) -> dict[str, str]:
        """Give every ref with the commit that it leads to."""
        found = {}
        fields = "%(refname)%00%(objectname)%00%(*objectname)"
        with git_pass(self._git_dir, "for-each-ref", f"--format={fields}") as running:
            for line in running.output:
                name, _, objects = line.rstrip(b"\n").decode("utf-8", "surrogateescape").partition("\0")
                own, _, peeled = objects.partition("\0")
                found[name] = peeled or own
        if running.complaint:
            self.problems.append(f"its refs cannot all be read: {running.complaint}")
        return found

    def containing(self, commit: str) -> list[str]:
        """Name the refs that lead to a commit through any history."""
        with git_pass(self._git_dir, "for-each-ref", f"--contains={commit}", "--format=%(refname)") as running:
            found = [line.rstrip(b"\n").decode("utf-8", "surrogateescape") for line in running.output]
        if running.complaint:
            self.problems.append(f"which refs lead to {commit[:12]} cannot all be told: {running.complaint}")
        return found

    def submodules(self, limit: int) -> list[tuple[str, str]]:
        """Give name and path of each submodule that `.gitmodules` of HEAD names; `limit` bytes of what git says."""
        paths: list[tuple[str, str]] = []
        command = ("config", "--blob=HEAD:.gitmodules", "-z", "--get-regexp", r"^submodule\..*\.path$")
        with git_pass(self._git_dir, *command) as running:
            for row in running.output.read(limit).split(b"\0"):
                key, _, path = row.decode("utf-8", "surrogateescape").partition("\n")
                if path:
                    paths.append((key.removeprefix("submodule.").removesuffix(".path"), path))
        return paths


def _skip(read: Callable[[int], bytes], size: int) -> None:
    while size > 0 and (chunk := read(min(_CHUNK, size))):
        size -= len(chunk)


def _tokens(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """Split a stream at its NULs."""
    rest = b""
    while chunk := read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole
    if rest:
        yield rest


def _row(meta: bytes, path: bytes) -> Row:
    """Read `:100644 100644 <old> <new> M`; links, submodules and what is absent have no blob."""
    fields = meta[1:].decode("ascii", "replace").split(" ")
    if len(fields) != _ROW_FIELDS:
        return Row(path, "", "")
    old_mode, new_mode, old, new, _ = fields
    return Row(path, old if old_mode.startswith("100") else "", new if new_mode.startswith("100") else "")


def _commit(blob: Blob) -> Commit | None:
    """Read a commit's own bytes; None where they are not what git writes."""
    tree, author = "", ""
    parents: list[str] = []
    times = {"author": 0, "committer": 0}
    seen = 0
    for line in blob.data.partition(b"\n\n")[0].decode("utf-8", "replace").split("\n"):
        field, _, value = line.partition(" ")
        if field == "tree" and not tree:
            tree = value
        elif field == "parent":
            parents.append(value)
        elif field in times and not times[field] and (match := _WHO.fullmatch(value)):
            times[field] = int(match[2])
            seen += 1
            if field == "author":
                author = match[1]
    if not _OBJECT.fullmatch(tree) or not all(map(_OBJECT.fullmatch, parents)) or not seen:
        return None
    authored, committed = times["author"] or times["committer"], times["committer"] or times["author"]
    return Commit(blob.name, tree, tuple(parents), author, authored, committed)
