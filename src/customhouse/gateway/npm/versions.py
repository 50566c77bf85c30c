"""What a packument says of one version, whole or abbreviated, with its values left as they came."""

from typing import Final

import msgspec

_OBJECT: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ENCODER: Final = msgspec.json.Encoder()
#: What msgspec raises over hostile documents.
UNREADABLE: Final = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)
#: Stands for a field that is not there.
NONE: Final = msgspec.Raw()
_TRUE: Final = msgspec.Raw(b"true")
#: Values of `deprecated` that take a deprecation back.
_NOT_DEPRECATED: Final = frozenset({b"", b'""', b"false", b"null"})
_HOOKS: Final = frozenset({"preinstall", "install", "postinstall"})


class UnreadableVersionError(Exception):
    """What upstream says of a version is no object, or names no file."""


class Full:
    """A version with every field that upstream has for it."""

    __slots__ = ("fields",)

    def __init__(self, raw: msgspec.Raw, address: msgspec.Raw) -> None:
        """Read a version and put the address of its file, as JSON, in upstream's place; NONE leaves none.

        Raises UnreadableVersionError.
        """
        self.fields = read_object(raw)
        self.fields["dist"] = _with_address(self.fields.get("dist", NONE), address)

    @property
    def deprecated(self) -> bool:
        """Whether its publisher advises against it."""
        return bytes(self.fields.get("deprecated", NONE)) not in _NOT_DEPRECATED


class _Fields(msgspec.Struct, omit_defaults=True, gc=False):
    """What the abbreviated form has of a version, and `scripts`, which it has no more than a word for.

    https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md, and what is seen since.
    """

    name: msgspec.Raw = NONE
    version: msgspec.Raw = NONE
    deprecated: msgspec.Raw = NONE
    dependencies: msgspec.Raw = NONE
    optional: msgspec.Raw = msgspec.field(name="optionalDependencies", default=NONE)
    development: msgspec.Raw = msgspec.field(name="devDependencies", default=NONE)
    bundle: msgspec.Raw = msgspec.field(name="bundleDependencies", default=NONE)
    bundled: msgspec.Raw = msgspec.field(name="bundledDependencies", default=NONE)
    peer: msgspec.Raw = msgspec.field(name="peerDependencies", default=NONE)
    peer_meta: msgspec.Raw = msgspec.field(name="peerDependenciesMeta", default=NONE)
    accepted: msgspec.Raw = msgspec.field(name="acceptDependencies", default=NONE)
    bin: msgspec.Raw = NONE
    directories: msgspec.Raw = NONE
    dist: msgspec.Raw = NONE
    engines: msgspec.Raw = NONE
    cpu: msgspec.Raw = NONE
    os: msgspec.Raw = NONE
    libc: msgspec.Raw = NONE
    funding: msgspec.Raw = NONE
    has_shrinkwrap: msgspec.Raw = msgspec.field(name="_hasShrinkwrap", default=NONE)
    has_install_script: msgspec.Raw = msgspec.field(name="hasInstallScript", default=NONE)
    scripts: msgspec.Raw = NONE


_FIELDS: Final = msgspec.json.Decoder(_Fields)


class Abbreviated:
    """A version with what installing it needs."""

    __slots__ = ("fields",)

    def __init__(self, raw: msgspec.Raw, address: msgspec.Raw) -> None:
        """Read a version and put the address of its file, as JSON, in upstream's place; NONE leaves none.

        Raises UnreadableVersionError.
        """
        try:
            fields = _FIELDS.decode(raw)
        except UNREADABLE as error:
            raise UnreadableVersionError(str(error)) from None
        fields.dist = _with_address(fields.dist, address)
        if b"install" in bytes(fields.scripts) and not _HOOKS.isdisjoint(read_object(fields.scripts)):
            fields.has_install_script = _TRUE
        # What is the default itself is not written.
        fields.scripts = NONE
        self.fields = fields

    @property
    def deprecated(self) -> bool:
        """Whether its publisher advises against it."""
        return bytes(self.fields.deprecated) not in _NOT_DEPRECATED


def read_object(raw: msgspec.Raw) -> dict[str, msgspec.Raw]:
    """Read an object, its values as they came; an empty one for what is none."""
    try:
        return _OBJECT.decode(raw)
    except UNREADABLE:
        return {}


def _with_address(raw: msgspec.Raw, address: msgspec.Raw) -> msgspec.Raw:
    dist = read_object(raw)
    if not dist:
        raise UnreadableVersionError("it names no file")
    if bytes(address):
        dist["tarball"] = address
    else:
        dist.pop("tarball", None)
    return msgspec.Raw(_ENCODER.encode(dist))
