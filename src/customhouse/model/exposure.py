"""What an affected machine or job could have given away: credentials by their names and places, never their values."""

from datetime import datetime

import msgspec


class CredentialPlace(msgspec.Struct, frozen=True):
    """A file or a variable that holds credentials.

    `kind` is what they open, a slug of `model.credentials`: `npm-token`, `aws`, `ssh`, …
    `path` is the file, or empty for a variable of this process; `names` are those of variables or keys in it that hold
    a credential, where it is a file of those. `user` is whose home it lies in.
    """

    kind: str
    path: str
    names: tuple[str, ...] = ()
    user: str = ""
    #: UTC, when the file was last written.
    changed: datetime | None = None


class AssetExposure(msgspec.Struct, frozen=True):
    """What is within reach of whatever runs on an asset: a machine, a home, a build, or the builds of a repository.

    `ci_secrets` are names of variables that build files hand to steps; `*` stands for all that the repository has.
    """

    asset: str
    places: tuple[CredentialPlace, ...] = ()
    ci_secrets: tuple[str, ...] = ()
    #: The folder whose content belongs to it (`/` of the live machine); empty where it has none.
    root: str = ""
