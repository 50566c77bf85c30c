"""The version that a purl means, as the registry writes it: decisions are found again by that text."""

import msgspec

from customhouse.model.gateway import Listing
from customhouse.model.purl import Purl
from customhouse.versions import pypi


def as_listed(purl: Purl, listing: Listing) -> Purl:
    """Return the purl with its version as the listing has it; unchanged where that has no such version."""
    if purl.version is None or purl.version in listing.standings or purl.ecosystem != "pypi":
        return purl
    asked = pypi.parse(purl.version)
    if asked is None:
        return purl
    found = next((each for each in listing.standings if pypi.parse(each) == asked), purl.version)
    return msgspec.structs.replace(purl, version=found)
