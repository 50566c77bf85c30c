"""What the room takes and gives: the bounds of a reading, and one member of an archive."""

from typing import Literal

import msgspec

from customhouse.model.content import MemberKind

Format = Literal["tar", "tar.gz", "tar.bz2", "tar.xz", "zip", "directory", "unknown"]
#: Whose installers will open the archive; decides which leading folder goes and which reader is followed in a dispute.
Layout = Literal["npm", "sdist", "wheel", "plain"]

_MIB = 1 << 20


class Limits(msgspec.Struct, frozen=True):
    """Bounds of one reading, each enforced before the memory is spent.

    The largest honest archives known (CUDA wheels) unpack to about 3 GiB at a ratio of 3; the largest npm packages have
    some 30,000 members. Deflate cannot exceed 1,032:1.
    """

    max_members: int = 100_000
    #: Bytes of all members together, headers included.
    max_unpacked: int = 4096 * _MIB
    #: Bytes of one member that are handed out; a larger one is hashed and counted, and its data withheld.
    max_member: int = 64 * _MIB
    #: Unpacked bytes for each packed byte read so far, judged once `ratio_floor` bytes are unpacked.
    max_ratio: int = 200
    ratio_floor: int = 64 * _MIB
    #: Archives within archives within archives: how deep a fixture may honestly go.
    max_nesting: int = 4
    #: Bytes unpacked, at most, to learn whether nested archives are bombs; no installer opens them.
    nested_budget: int = 64 * _MIB
    #: Characters of all distinct names and folders together.
    max_names: int = 32 * _MIB
    #: Issues of one kind that are reported one by one; the rest is counted.
    max_issues: int = 50


DEFAULT_LIMITS = Limits()


class StreamedMember(msgspec.Struct, frozen=True):
    """One member, its bytes at hand only while it is looked at.

    `path` is relative to the package root with `/` separators and holds neither `..` nor a leading `/`; where the
    archive said otherwise the stream's issues say so. `size` and `sha256` are of the bytes really there. Links carry
    the bytes of the member they lead to, as a reader that follows them would see, and come last.
    """

    path: str
    size: int
    kind: MemberKind
    data: bytes = b""
    #: True when `data` is empty because the member is larger than `Limits.max_member` or cannot be decoded.
    withheld: bool = False
    executable: bool = False
    #: Where a link points, as written.
    target: str = ""
    #: Hex; empty for directories, devices and links that lead to no member.
    sha256: str = ""
