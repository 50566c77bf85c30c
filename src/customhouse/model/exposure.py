"""What an affected machine or job could have given away: credentials by their names and places, never their values."""

from datetime import datetime

import msgspec


class CredentialPlace(msgspec.Struct, frozen=True):
    """A file or a variable that holds credentials.

    `kind` is what they open: `npm`, `aws`, `ssh`, …
    `path` is the file, or empty for a variable of this process; `names` are those of variables or keys in it that hold
    a credential, where it is a file of those. `user` is whose home it lies in.
    """

    kind: str
    path: str
    names: tuple[str, ...] = ()
    user: str = ""
    #: UTC, when the file was last written.
    changed: datetime | None = None
