"""Which files a package manager put there, as dpkg, apk and pacman write it down."""

from collections.abc import Collection, Iterator

from customhouse.hunt.hosts.tree import Tree

_DPKG = "/var/lib/dpkg/info"
_APK = "/lib/apk/db/installed"
_PACMAN = "/var/lib/pacman/local"
#: Folders that are one with those below /usr since they were merged: a database may name either.
_MERGED = (b"/lib/", b"/bin/", b"/sbin/", b"/lib64/")
#: Folders in which only packages, and the system itself, write.
_VENDOR = ("/usr/lib/", "/lib/", "/usr/share/", "/System/")


class Packages:
    """What is known of who put some files there."""

    def __init__(self, tree: Tree, inner: Collection[str]) -> None:
        """Read the databases once, line by line, keeping only what they say of these paths of the machine."""
        self._wanted: dict[bytes, str] = {}
        for path in inner:
            whole = path.encode("utf-8", "surrogateescape")
            self._wanted[whole] = path
            bare = whole.removeprefix(b"/usr")
            if bare.startswith(_MERGED):
                self._wanted[bare] = self._wanted[b"/usr" + bare] = path
        self._owned: set[str] = set()
        self._known = False
        for path_of_package in _listed(tree):
            self._known = True
            owned = self._wanted.get(path_of_package)
            if owned is not None:
                self._owned.add(owned)
        if not self._known and any(path.startswith(_VENDOR) for path in inner):
            tree.refuse(
                tree.root,
                "no database of packages that is read here: what is new in folders of packages alone is not told",
                serious=False,
            )

    def has(self, inner: str) -> bool:
        """Say whether a package owns a path or, where no database tells, it lies where packages alone write."""
        return inner in self._owned or (not self._known and inner.startswith(_VENDOR))


def _listed(tree: Tree) -> Iterator[bytes]:
    """Give every path that a package owns, from the machine's root."""
    for real in tree.files(_DPKG, ".list"):
        yield from (line for _, line in tree.lines(real))
    for real in tree.present((_APK,)):
        folder = b""
        for _, line in tree.lines(real):  # F: a folder, R: a file in it (apk's index format)
            if line.startswith(b"F:"):
                folder = b"/" + line[2:]
            elif line.startswith(b"R:"):
                yield folder + b"/" + line[2:]
    top = tree.resolve(_PACMAN)
    for name in tree.names(top) if top is not None else ():
        for real in tree.present((f"{_PACMAN}/{name}/files",)):
            yield from (b"/" + line for _, line in tree.lines(real))
