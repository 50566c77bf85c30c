"""Listings that had their young versions inspected first: an attack lives hours, and a list should not offer it.

Only the newest few versions of a package that came out within the last weeks are inspected before the list is told;
the wall stands before every file whatever the list says. A list does not wait longer than clients do: what is not
judged by then is shown as not inspected.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from customhouse.gateway.admission.listings import Known, PackageListings
from customhouse.gateway.inspection.desk import Desk
from customhouse.gateway.interface import Listed, Missing, UnavailableError
from customhouse.gateway.state import State
from customhouse.model.purl import Purl, make_purl
from customhouse.versions.compare import newest_first

_PURE = "-none-any.whl"
#: Seconds.
_PASSED_OVER = 60.0
_UNSEEN = frozenset({"not-inspected", "fixes-advisory"})


class YoungFirst:
    """The Listings that doors ask."""

    def __init__(
        self, listings: PackageListings, desk: Desk, state: State, *, younger_than: timedelta, most: int
    ) -> None:
        """Inspect the newest `most` versions of a package that are younger than `younger_than`."""
        self._listings = listings
        self._desk = desk
        self._state = state
        self._younger_than = younger_than
        self._most = most
        #: Files whose word was waited for in vain → until when it is not waited for again.
        self._passed: dict[tuple[Purl, str], float] = {}

    async def listed(self, purl: Purl) -> Listed | Missing:
        """List a package. Raises UnavailableError."""
        known = await self._listings.known(purl)
        if isinstance(known, Missing):
            return known
        young = self._young(known)
        if not young:
            return known.listed
        await asyncio.gather(*(self._inspect(each, known) for each in young))
        again = await self._listings.decided(purl)
        return again if isinstance(again, Missing) else again.listed

    def _young(self, known: Known) -> list[Purl]:
        listing = known.listed.listing
        since = datetime.now(UTC) - self._younger_than
        ecosystem = listing.purl.ecosystem
        # Those that were inspected count too, or each further list would go deeper into the past.
        young = {
            each.version: each.ground in _UNSEEN
            for each in listing.standings.values()
            if each.decision == "allow" and each.published is not None and each.published > since
        }
        chosen = newest_first(ecosystem, list(young))[: self._most]
        return [make_purl(ecosystem, listing.purl.name, version) for version in chosen if young[version]]

    async def _inspect(self, purl: Purl, known: Known) -> None:
        """Inspect the file that most clients would take; what cannot be told now is the wall's to tell."""
        release = known.project.release(purl.version or "")
        hidden = known.listed.listing.files
        artifacts = release.artifacts if release is not None else ()
        names = [each.filename for each in artifacts if each.kind != "other" and each.filename not in hidden]
        if purl.ecosystem == "pypi":
            names = [name for name in names if name.endswith(_PURE)] or [
                name for name in names if len(names) == 1 and not name.endswith(".whl")
            ]
        for name in names[:1]:
            if time.monotonic() < self._passed.get((purl, name), 0.0):
                continue
            try:
                await self._desk.inspect(purl, name, self._state.policy)
            except UnavailableError:
                self._pass_over(purl, name)

    def _pass_over(self, purl: Purl, name: str) -> None:
        """Let the next lists do without the word on a file: one that takes long must not hold its package up."""
        now = time.monotonic()
        self._passed = {key: until for key, until in self._passed.items() if until > now}
        self._passed[purl, name] = now + _PASSED_OVER
