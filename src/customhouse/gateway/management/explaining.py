"""Why versions are hidden and when they come free, put together from the listing, the state and the ledger."""

import asyncio
from datetime import UTC, datetime

from customhouse.ecosystems.interface import Project
from customhouse.gateway.admission.listings import Known, PackageListings
from customhouse.gateway.admission.young_first import YoungFirst
from customhouse.gateway.downgrades import downgraded, newest_version
from customhouse.gateway.interface import Missing
from customhouse.gateway.management.naming import as_listed
from customhouse.gateway.management.replies import RefusedError
from customhouse.gateway.spellings import speaks_of
from customhouse.gateway.state import State
from customhouse.model.gateway import LedgerEntry
from customhouse.model.purl import Purl, make_purl
from customhouse.report.gateway_documents import (
    FileDocument,
    GatewayExplainDocument,
    ReleaseDocument,
    entry_document,
    fetch_documents,
    file_document,
    version_document,
)
from customhouse.report.identity import utc
from customhouse.versions.compare import newest_first

#: Fetches told at once.
FETCHES = 500


class Explainer:
    """Explains packages and releases as clients see them at the moment."""

    def __init__(self, young: YoungFirst, listings: PackageListings, state: State) -> None:
        """Ask what the doors ask."""
        self._young = young
        self._listings = listings
        self._state = state

    async def explain(self, purl: Purl, *, fetches: bool) -> GatewayExplainDocument:
        """Explain a package, or a release of one. `fetches` says whether the caller may know who fetched it.

        Raises RefusedError where neither upstream nor the gateway knows it, UnavailableError.
        """
        package = make_purl(purl.ecosystem, purl.name)
        listed = await self._young.listed(package)  # what clients would be told, with what is inspected for that
        # Whoever was just refused asks why: what was decided a moment ago must be in the answer.
        known = listed if isinstance(listed, Missing) else await self._listings.decided(package)
        if not isinstance(known, Missing):
            purl = as_listed(purl, known.listed.listing)
        document = await asyncio.to_thread(self._document, purl, package, known, fetches=fetches)
        standing = document.release.standing if document.release is not None else None
        files = document.release.files if document.release is not None else ()
        unknown = isinstance(known, Missing) or (purl.version is not None and standing is None)
        if unknown and not files and not document.ledger:
            message = known.what if isinstance(known, Missing) else f"{package.name} has no version {purl.version}"
            raise RefusedError(404, message, f"see which there are: customhouse explain {package} --gateway …")
        return document

    def _document(self, purl: Purl, package: Purl, known: Known | Missing, *, fetches: bool) -> GatewayExplainDocument:
        now = datetime.now(UTC)
        listing = None if isinstance(known, Missing) else known.listed.listing
        newest = downgrade = None
        if not isinstance(known, Missing):
            newest = newest_version(known.listed.listing, known.project.tags)
            downgrade = downgraded(known.listed.listing, known.project.tags)
        hidden = {each.version: each for each in listing.hidden} if listing else {}
        return GatewayExplainDocument(
            "customhouse/gateway-explain/1",
            str(purl),
            utc(listing.moment if listing else now),
            utc(listing.until) if listing and listing.until else None,
            newest,
            (downgrade.shown or None) if downgrade else newest,
            newest_first(package.ecosystem, listing.shown if listing else ()),
            tuple(version_document(hidden[version]) for version in newest_first(package.ecosystem, hidden)),
            self._release(purl, known, fetches=fetches) if purl.version else None,
            tuple(map(entry_document, self._entries(purl, package))),
            known.what if isinstance(known, Missing) else "",
        )

    def _release(self, purl: Purl, known: Known | Missing, *, fetches: bool) -> ReleaseDocument:
        standing = None if isinstance(known, Missing) else known.listed.listing.standings.get(purl.version or "")
        project = None if isinstance(known, Missing) else known.project
        had = self._state.fetches.of(purl, limit=FETCHES + 1) if fetches else ()
        return ReleaseDocument(
            version_document(standing) if standing is not None else None,
            self._files(purl, project),
            fetch_documents(had[:FETCHES]) if fetches else None,
            len(had) > FETCHES,
        )

    def _files(self, purl: Purl, project: Project | None) -> tuple[FileDocument, ...]:
        """Tell every file that upstream lists, and those that it no longer does and that were admitted or pinned."""
        admissions = {each.filename: each for each in self._state.admissions.of(purl)}
        pins = {each.filename: each for each in self._state.pins.of(purl)}
        release = project.release(purl.version or "") if project is not None else None
        artifacts = {each.filename: each for each in (release.artifacts if release is not None else ())}
        found = []
        for name in dict.fromkeys((*artifacts, *admissions, *pins)):
            pin, artifact = pins.get(name), artifacts.get(name)
            promised = (
                next((str(each) for each in artifact.digests if each.algorithm == "sha256"), "") if artifact else ""
            )
            size = pin.size if pin else artifact.size if artifact else None
            found.append(file_document(name, f"sha256:{pin.sha256}" if pin else promised, size, admissions.get(name)))
        return tuple(found)

    def _entries(self, purl: Purl, package: Purl) -> list[LedgerEntry]:
        """What was decided of a release and of its whole package; of a package, all that was decided of it."""
        entries = self._state.ledger.of(package)
        return [each for each in entries if not purl.version or speaks_of(each.purl, purl)]
