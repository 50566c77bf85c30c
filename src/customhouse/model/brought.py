"""What a release newly brings along: dependencies that were inspected in their turn, and the way that leads to each."""

import msgspec

from customhouse.model.finding import Finding
from customhouse.model.purl import Purl


class Brought(msgspec.Struct, frozen=True):
    """One release that would come along, and why it would be held or blocked by itself.

    `path` begins with the dependency that the inspected release names and ends with `purl`. `findings` are those that
    policy holds or blocks the brought release for, worst first; how young it is does not count, since an installer
    would choose an older one where the project asks for an age.
    """

    purl: Purl
    path: tuple[Purl, ...]
    findings: tuple[Finding, ...]
