"""Which files a package manager put there, as dpkg writes it down."""

from collections.abc import Collection

from customhouse.hunt.hosts.tree import Tree

_INFO = "/var/lib/dpkg/info"
#: Folders that are one since /usr was merged: dpkg may name either.
_MERGED = ("/lib", "/bin", "/sbin", "/lib64")


def packaged(tree: Tree, inner: Collection[str]) -> frozenset[str]:
    """Return those of some paths of the machine that a Debian package owns; the lists are read once, line by line."""
    wanted: dict[bytes, str] = {}
    for path in inner:
        wanted[path.encode("utf-8", "surrogateescape")] = path
        bare = path.removeprefix("/usr")
        if bare != path and bare.startswith(_MERGED):
            wanted[bare.encode("utf-8", "surrogateescape")] = path
    if not wanted:
        return frozenset()
    owned: set[str] = set()
    for real in tree.files(_INFO, ".list"):
        owned.update(wanted[line] for _, line in tree.lines(real) if line in wanted)
    return frozenset(owned)
