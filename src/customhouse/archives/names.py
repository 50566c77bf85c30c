"""Names of members: decoded, put under the package root, and watched for collisions."""

import re
import unicodedata

from customhouse.archives.interface import Layout, Limits
from customhouse.archives.issues import IssueLog
from customhouse.model.lazy_regex import lazy_regex

#: Linux's PATH_MAX: no installer can create a longer name.
MAX_PATH = 4_096
_DRIVE = lazy_regex(r"(?:^|/)[A-Za-z]:")
#: Carriage return, line feed and tab stand in names of honest packages (macOS's "Icon\r"); the rest does not.
_CONTROL = lazy_regex(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


#: Mode bits that let a file run with its owner's or group's rights, each with the execute bit that makes it do so.
_SETUID, _SETGID = 0o4100, 0o2010


def runs_as_owner(mode: int) -> bool:
    """Whether the mode is setuid or setgid and executable, which no package needs."""
    return mode & _SETUID == _SETUID or mode & _SETGID == _SETGID


def decode_name(raw: bytes, log: IssueLog) -> str:
    """Decode a name as UTF-8; undecodable bytes are noted and escaped (a backslash, `x`, two hex digits)."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        name = raw.decode(errors="backslashreplace")
        log.add("undecodable-name", name, "the name is not UTF-8: readers decode it differently")
        return name


def fold(path: str) -> str:
    """Return the key under which file systems that ignore case or normalisation (APFS, NTFS) keep the path.

    Canonical caseless matching, The Unicode Standard 3.13, D145.
    """
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", path).casefold())


class Names:
    """The names of one archive. `place` gives a member its path, `claim` notes that the path is taken."""

    def __init__(self, layout: Layout, log: IssueLog, limits: Limits) -> None:
        """Start with no name taken."""
        self._layout = layout
        self._limits = limits
        self._quiet: Names | None = None
        self._npm = layout == "npm"
        self._sdist = layout == "sdist"
        self._log = log
        self._root = ""
        self._budget = limits.max_names
        #: Folded path → path and digest of the file that last took it.
        self._files: dict[str, tuple[str, str]] = {}
        #: Folded folders that hold a file; the package root is one.
        self._folders: set[str] = {""}
        #: Folded paths of links.
        self._links: set[str] = set()

    def place(self, name: str, *, folder: bool = False) -> str:
        """Return the path under the package root; empty for the root folder itself.

        npm takes the first component off whatever it is. An sdist has one `name-version/` folder; what stands beside
        it keeps its whole name and is noted. Wheels have no such folder.
        """
        if "//" in name or "/." in name or "\\" in name or ":" in name or name[:1] in "./" or not name.isprintable():
            name = self._careful(name)
        if len(name) > MAX_PATH:
            self._log.add("unsupported", name, f"a name longer than {MAX_PATH:,} characters cannot be created")
            name = name[:MAX_PATH]
        if name.endswith("/"):
            name = name.rstrip("/")
        if self._npm:
            first, slash, rest = name.partition("/")
            if slash:
                return rest or self._outside(first, folder=folder)
            return "" if folder else self._outside(name, folder=False)
        if self._sdist:
            first, slash, rest = name.partition("/")
            if slash or folder:
                if not self._root:
                    self._root = first
                if first == self._root:
                    return rest
            return self._outside(name, folder=folder)
        return name or self._outside(name, folder=folder)

    def locate(self, target: str) -> str:
        """Return the path that a hard link's target, a name as in the archive, has under the package root."""
        if self._quiet is None:
            self._quiet = Names(self._layout, IssueLog(self._limits), self._limits)
        self._quiet._root = self._root  # noqa: SLF001 - the same class
        return self._quiet.place(target)

    def _outside(self, name: str, *, folder: bool) -> str:
        """Note a member that is not under the package's folder, and keep it under its own name."""
        if not name:
            if not folder:
                self._log.add("corrupt", name, "a member without a name")
            return "" if folder else "unnamed"
        self._log.add("outside-root", name, "stands beside the package's folder: some installers skip it, some do not")
        return name

    def _careful(self, name: str) -> str:
        """Normalise a name that is not plain, noting what is hostile in it. npm's first component stays as it is."""
        log = self._log
        if _CONTROL.search(name):
            log.add("undecodable-name", name, "the name holds control characters: some readers stop at them")
        if name.startswith("/"):
            log.add("absolute-name", name, "the name is absolute")
        elif _DRIVE.search(name):
            log.add("absolute-name", name, "the name holds a Windows drive")
        if "\\" in name:
            self._backslash(name)
        parts = name.split("/")
        kept = parts[:1] if self._npm and len(parts) > 1 else []
        base = len(kept)
        if kept == [".."]:
            log.add("traversal", name, "the name climbs with '..'")
        for part in parts[base:]:
            if part == "..":
                del kept[max(base, len(kept) - 1) :]
            elif part not in ("", "."):
                kept.append(part)
        if ".." in parts[base:]:
            log.add("traversal", name, "the name climbs with '..'")
        return "/".join(kept) if len(kept) > base or not base else f"{kept[0]}/"

    def _backslash(self, name: str) -> None:
        if ".." in re.split(r"[/\\]", name) and ".." not in name.split("/"):
            self._log.add("traversal", name, "the name climbs with '..' where '\\' separates folders (Windows)")
        elif name.startswith("\\"):
            self._log.add("absolute-name", name, "the name is absolute on Windows")
        else:
            self._log.add("absolute-name", name, "'\\' separates folders on Windows and not elsewhere")

    def claim(self, path: str, digest: str) -> None:
        """Note that a file with this digest takes the path; collisions with what differs are issues."""
        key = path.lower() if path.isascii() else fold(path)
        before = self._files.get(key)
        if before is None:
            self._spend(len(key))
        elif before[0] == path:
            if before[1] != digest or not digest:
                self._log.add("duplicate-name", path, "two members of this name differ: readers keep either")
        elif before[1] != digest:
            detail = f"collides with {before[0]} where case or Unicode form does not count"
            self._log.add("case-collision", path, detail)
        self._files[key] = (path, digest)
        if key in self._folders:
            self._log.add("duplicate-name", path, "both a file and a folder have this name")
        parent = key.rpartition("/")[0]
        if parent not in self._folders:
            self._enter(parent, path)

    def claim_folder(self, path: str) -> None:
        """Note a folder that the archive lists by itself."""
        key = fold(path)
        if key not in self._folders:
            self._enter(key, path)

    def claim_link(self, path: str) -> None:
        """Note that a link takes the path: no member may be written through it."""
        self.claim(path, "")
        self._links.add(fold(path))

    def _enter(self, folder: str, path: str) -> None:
        while folder not in self._folders:
            self._spend(len(folder))
            self._folders.add(folder)
            if folder in self._links:
                self._log.add("link-escape", path, "is written through a link of the archive")
            elif folder in self._files:
                self._log.add("duplicate-name", path, "its folder is also the name of a file")
            folder = folder.rpartition("/")[0]

    def _spend(self, characters: int) -> None:
        self._budget -= characters
        if self._budget < 0:
            raise self._log.halt("too-many-members", "", f"names take more than {self._limits.max_names:,} characters")
