"""What a member is, by its first bytes and its name; and the difference between two archives' members."""

import msgspec

from customhouse.model.content import Member, Tree
from customhouse.model.lazy_regex import lazy_regex

#: First bytes that settle a kind. Longer magics stand before the shorter ones they begin with.
_MAGICS: tuple[tuple[bytes, str], ...] = (
    (b"\x7fELF", "native"),
    (b"\xfe\xed\xfa\xce", "native"),  # Mach-O, 32 bit
    (b"\xfe\xed\xfa\xcf", "native"),  # Mach-O, 64 bit
    (b"\xce\xfa\xed\xfe", "native"),
    (b"\xcf\xfa\xed\xfe", "native"),
    (b"\xca\xfe\xba\xbf", "native"),  # Mach-O, several machines, 64-bit offsets
    (b"\0asm", "native"),
    (b"!<arch>\ndebian", "archive"),
    (b"!<arch>\n", "native"),  # static library
    (b"BC\xc0\xde", "native"),  # LLVM bitcode
    (b"dex\n", "native"),  # Android
    (b"PK\x03\x04", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"\x1f\x8b\x08", "archive"),
    (b"\xfd7zXZ\0", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!\x1a\x07", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"),  # zstandard
    (b"\x04\x22\x4d\x18", "archive"),  # lz4
    (b"MSCF\0\0\0\0", "archive"),  # Windows cabinet
    (b"xar!", "archive"),  # macOS package
    (b"\x1f\x9d", "archive"),
)
_FIRSTS = frozenset(magic[0] for magic, _ in _MAGICS)
_BZIP2 = lazy_regex(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
_NATIVE_NAME = lazy_regex(r"\.(?:node|pyc|pyo|pyd|so(?:\.[0-9.]+)?|dll|dylib|exe|wasm|jnilib|a|lib|o|obj)$")
#: An extension that lies about text is no machine code; these are loaded as such whatever they hold.
_LOADED_NAME = lazy_regex(r"\.(?:node|pyc|pyo|pyd|wasm)$")
_SCRIPT_NAME = lazy_regex(
    r"\.(?:[cm]?jsx?|[cm]?tsx?|py|pyw|pyi|pyx|pth|sh|bash|zsh|fish|bat|cmd|ps1|psm1|vbs|rb|pl|php|lua|coffee|applescript)$"
)
_MANIFEST_NAMES = frozenset(
    (
        "package.json",
        "npm-shrinkwrap.json",
        "package-lock.json",
        "binding.gyp",
        "pkg-info",
        "pyproject.toml",
        "setup.cfg",
    )
)
_WHEEL_MANIFEST = lazy_regex(r"\.(?:dist|egg)-info/[^/]+$")
_VERSIONED = lazy_regex(r"^([^/]+?)-[^/-]+\.(dist-info|data|egg-info)(?=/|$)")


class Change(msgspec.Struct, frozen=True):
    """A member that both archives have, with other bytes."""

    before: Member
    after: Member


class TreeDiff(msgspec.Struct, frozen=True):
    """The difference between two trees, each part sorted by path."""

    added: tuple[Member, ...] = ()
    removed: tuple[Member, ...] = ()
    changed: tuple[Change, ...] = ()


def compare_trees(before: Tree, after: Tree) -> TreeDiff:
    """Compare by path and digest. Of members with one path the last counts, as it does for extractors.

    A wheel's `name-version.dist-info/` is the same folder in both, or every release would seem to replace it.
    """
    old = {_key(member.path): member for member in before.members}
    new = {_key(member.path): member for member in after.members}
    return TreeDiff(
        added=tuple(new[key] for key in sorted(new.keys() - old.keys())),
        removed=tuple(old[key] for key in sorted(old.keys() - new.keys())),
        changed=tuple(
            Change(old[key], new[key])
            for key in sorted(new.keys() & old.keys())
            if (old[key].sha256, old[key].size) != (new[key].sha256, new[key].size)
        ),
    )


def _key(path: str) -> str:
    return _VERSIONED.sub(r"\1.\2", path) if "-info" in path or ".data" in path else path


def member_kind(path: str, head: bytes) -> str:
    """Return `script`, `native`, `archive`, `manifest` or `data`.

    `head` is the member's beginning; 512 bytes are enough, fewer make less certain. Bytes come before names: an ELF
    file called `readme.txt` is native.
    """
    if head and (head[0] in _FIRSTS or head[0] in b"\xcaMB"):
        found = _by_magic(head)
        if found:
            return found
    if head[257:262] == b"ustar":
        return "archive"
    name = path.rpartition("/")[2].lower()
    if name in _MANIFEST_NAMES or _WHEEL_MANIFEST.search(path):
        return "manifest"
    if _SCRIPT_NAME.search(name) or head.startswith(b"#!"):
        return "script"
    if _NATIVE_NAME.search(name) and (_LOADED_NAME.search(name) or b"\0" in head):
        return "native"
    return "data"


def _by_magic(head: bytes) -> str:
    for magic, kind in _MAGICS:
        if head.startswith(magic):
            return kind
    if head.startswith(b"\xca\xfe\xba\xbe"):
        # A fat Mach-O counts its machines here, at most a few; a Java class has its version, 45 or more.
        return "native" if int.from_bytes(head[4:8], "big") < 45 else "data"  # noqa: PLR2004
    if head.startswith(b"MZ") and b"\0" in head:
        return "native"
    return "archive" if _BZIP2.match(head) else ""
