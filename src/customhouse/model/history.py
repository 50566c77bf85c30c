"""What is told of a project beside the release that is judged: its earlier releases, its relatives, its source.

These are facts for rules that ask whether a release fits its project; each is small, for it is kept with the release.
"""

from datetime import datetime
from typing import Literal

import msgspec

from customhouse.model.release import Manifest

#: `reached`: the remote answered; `unreachable`: it did not; `not-git`: what is named is no address of a git remote.
RemoteStatus = Literal["reached", "unreachable", "not-git"]
#: How another project came to be looked at: its name is that of the repository which the release names, or a popular
#: name that the release's own comes close to.
Relation = Literal["repository", "name"]


class Publication(msgspec.Struct, frozen=True, array_like=True):
    """How one earlier release was published. Empty and None are what the registry does not say."""

    version: str
    #: UTC.
    published: datetime | None = None
    publisher: str = ""
    email: str = ""
    trusted: bool | None = None
    provenance: bool | None = None
    #: npm: whether the release names the commit that it was made of (`gitHead`).
    commit: bool | None = None


class About(msgspec.Struct, frozen=True):
    """What a registry shows of a project as a whole: its latest manifest, README (cut), and who may publish it."""

    manifest: Manifest | None = None
    readme: str = ""
    maintainers: tuple[str, ...] | None = None


class Claims(msgspec.Struct, frozen=True):
    """Where an attestation says a release was built. Its signature is not verified here: it claims.

    `repository` is a URL (`https://host/owner/name`), `workflow` a path (`.github/workflows/x.yml`), `ref` a full git
    ref (`refs/tags/v1.0.0`), `commit` a digest, `runner` whose machine it was (`github-hosted`, `self-hosted`). Empty
    is what the attestation does not say.
    """

    repository: str = ""
    workflow: str = ""
    ref: str = ""
    commit: str = ""
    runner: str = ""


class Related(msgspec.Struct, frozen=True):
    """Another project, which a young one may be passing for, as the registry has it today."""

    name: str
    relation: Relation
    #: UTC; None where nobody says.
    first_published: datetime | None = None
    release_count: int = 0
    #: Whether it names the same repository, home page or author as the release does; None where either names none.
    same_repository: bool | None = None
    same_homepage: bool | None = None
    same_author: bool | None = None
    #: The share (0 to 1) of the release's README that stands in the other's too; None where either has none.
    readme_shared: float | None = None
    #: Whether somebody may publish both; None where the registry does not say who may.
    same_people: bool | None = None


class SourceFacts(msgspec.Struct, frozen=True):
    """What the git remote that the release names has of it."""

    remote: str
    status: RemoteStatus
    #: The tag that is named after the version; empty when there is none.
    tag: str = ""
    #: Of the releases before it that were looked for (at most 5), how many have a tag.
    earlier_looked_for: int = 0
    earlier_tagged: int = 0
    #: Whether a branch or tag stands at the commit that the release names; None when it names none.
    commit_at_ref: bool | None = None
