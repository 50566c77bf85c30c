"""What a format of project manifests is: a name, the files it matches, and a reader of what they ask for."""

from collections.abc import Callable
from pathlib import Path, PurePath

import msgspec

from customhouse.ecosystems.files import Files
from customhouse.model.declared import ProjectManifest
from customhouse.model.purl import Ecosystem

#: Bytes; larger manifests are refused.
MAX_MANIFEST = 16 * 1024 * 1024


class UnsupportedManifestError(Exception):
    """What the manifest asks for cannot be learned by reading it. The message is the reason, and a clause."""

    def __init__(self, reason: str, hint: str) -> None:
        """Keep what to do instead."""
        super().__init__(reason)
        self.hint = hint


class ManifestFormat(msgspec.Struct, frozen=True):
    """One format of manifest; a line in `formats.MANIFESTS` puts it to use.

    `read` is given the path as the user knows it, the bytes and the files among which it stands, and raises
    UnreadableError where it cannot be read, or UnsupportedManifestError where reading does not tell. `pin` is the
    command that makes a lock for it.
    """

    id: str
    ecosystem: Ecosystem
    matches: Callable[[PurePath], bool]
    read: Callable[[Path, bytes, Files], ProjectManifest]
    pin: str
