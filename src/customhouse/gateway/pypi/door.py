"""The PyPI door: what is asked of the index, answered by the listing, the gate and, for what is no code, upstream."""

import asyncio
import hashlib
from collections import OrderedDict
from http import HTTPStatus

import msgspec
from packaging.version import Version

from customhouse.gateway.interface import (
    Call,
    Gate,
    Handed,
    Listed,
    Listings,
    Missing,
    Refused,
    Reply,
    UnavailableError,
    Upstream,
)
from customhouse.gateway.pypi import documents, paths
from customhouse.gateway.pypi.entries import Entry, IndexPage, read_document
from customhouse.gateway.pypi.negotiation import HTML, JSON, TEXT, content_type, form_of
from customhouse.gateway.pypi.pages import hidden_notes, rendered, rendered_root, shown_page, versions_of
from customhouse.gateway.pypi.refusals import forbid, message, refuse
from customhouse.model.digest import Algorithm, digest_of
from customhouse.model.gateway import Standing
from customhouse.model.purl import Purl
from customhouse.versions.pypi import newest_first, parse

#: Bytes of pages that are kept read, and of one that is read beside the loop rather than in it.
_KEPT_BYTES = 8 * 2**20
_LARGE = 256 * 1024
#: Bytes of upstream's metadata and attestations that are passed on.
_MOST = 8 * 2**20
_NO_CACHE = ("Cache-Control", "no-cache")
_FILE_HEADERS = (
    # Kept by the client and asked about each time: what is withdrawn later is refused to its cache as well. A cache in
    # between would hand it out to others.
    ("Cache-Control", "private, no-cache"),
    ("X-Content-Type-Options", "nosniff"),
)
_UPLOAD = (
    "This gateway hands packages out and takes none in.\n\n"
    "hint: upload to the index itself: name its upload address with --repository-url (twine), --publish-url (uv) or\n"
    "      in the repository's configuration (Poetry, PDM)\n"
)


class PypiDoor:
    """Answers calls to the index."""

    def __init__(self, listings: Listings, gate: Gate, upstream: Upstream) -> None:
        """Ask these; nothing else is known here."""
        self._listings = listings
        self._gate = gate
        self._upstream = upstream
        #: Pages as read, newest last, by the document they were read from.
        self._pages: OrderedDict[tuple[str, str, str], tuple[IndexPage, int]] = OrderedDict()

    async def answer(self, call: Call) -> Reply:
        """Answer a call. Raises UnavailableError."""
        if call.method in ("POST", "PUT", "PATCH"):
            return message(call, HTTPStatus.FORBIDDEN, "This gateway takes no packages in", _UPLOAD)
        if call.method not in ("GET", "HEAD"):
            return message(
                call,
                HTTPStatus.METHOD_NOT_ALLOWED,
                "Not a method of this index",
                "Ask by GET.\n",
                (("Allow", "GET, HEAD"),),
            )
        return await self._routed(call, paths.read_target(call.path))

    async def _routed(self, call: Call, target: paths.Target) -> Reply:  # noqa: C901 - one arm for each kind of target
        match target:
            case paths.Root():
                return self._root(call)
            case paths.Page(project):
                return await self._page(call, project)
            case paths.Moved(to):
                return Reply(HTTPStatus.MOVED_PERMANENTLY, headers=(("Location", to), _NO_CACHE))
            case paths.File():
                return await self._file(call, target)
            case paths.Metadata(file):
                return await self._metadata(call, file)
            case paths.Provenance(project, filename):
                return await self._provenance(call, project, filename)
            case paths.Document(project, version):
                return await self._document(call, project, version)
            case paths.Refusal(project, filename):
                return await self._refusal(call, project, filename)
            case paths.Malformed(why):
                return message(
                    call, HTTPStatus.BAD_REQUEST, "Not an address", f"Not an address of this index: {why}.\n"
                )
            case paths.Unknown():
                return _nothing(call, "Not an address of this index. A project's page is at simple/NAME/")

    def _root(self, call: Call) -> Reply:
        kind = content_type(call.headers.get("accept"))
        if kind is None:
            return _unacceptable(call)
        body = rendered_root(form_of(kind))
        return Reply(
            HTTPStatus.OK, body, _typed(kind), (_NO_CACHE, ("Vary", "Accept")), etag=_etag("", kind), varies=("accept",)
        )

    async def _page(self, call: Call, project: str) -> Reply:
        kind = content_type(call.headers.get("accept"))
        if kind is None:
            return _unacceptable(call)
        listed = await self._listings.listed(Purl("pypi", project))
        if isinstance(listed, Missing):
            return _nothing(call, f"Upstream has no project {project}")
        page = await self._read(project, listed)
        size = len(listed.document.data)
        body = await asyncio.to_thread(_written, page, listed, kind) if size > _LARGE else _written(page, listed, kind)
        # Empty where all is hidden, and not 404: that would send clients on to their next index with the name.
        return Reply(
            HTTPStatus.OK,
            body,
            _typed(kind),
            (_NO_CACHE, ("Vary", "Accept"), ("Customhouse-Hidden", str(len(listed.listing.hidden)))),
            etag=_etag(listed.revision, kind),
            reusable=True,
            about=listed.listing.purl,
            until=listed.until,
            varies=("accept",),
            downgrade=listed.downgrade,
        )

    async def _file(self, call: Call, file: paths.File) -> Reply:
        found = await self._find(file)
        if found is None:
            return _nothing(call, f"No page of a project lists {file.filename}")
        opened = await self._gate.open(found.purl, file.filename)
        if isinstance(opened, Missing):
            return _nothing(call, f"Upstream has no {file.filename}")
        if isinstance(opened, Refused):
            return msgspec.structs.replace(refuse(call, opened), handed=Handed(found.purl, file.filename))
        sha256 = opened.admission.sha256
        return Reply(
            HTTPStatus.OK,
            content_type="application/octet-stream",
            headers=_FILE_HEADERS,
            file=opened.file,
            etag=sha256,
            reusable=True,
            about=found.listed.listing.purl,
            until=opened.until,
            handed=Handed(found.purl, file.filename, sha256),
        )

    async def _metadata(self, call: Call, file: paths.File) -> Reply:
        """Hand out upstream's metadata file if it has the digest that the page states, of what is shown alone.

        Not out of the wheel: a resolver asks for the metadata of many versions, and each would be inspected for it.
        """
        found = await self._find(file)
        if found is None or not found.shown or not found.entry.metadata:
            return _nothing(call, f"There are no verified metadata of {file.filename} beside it")
        what = f"the metadata of {file.filename}"
        said = await self._upstream.ask("pypi", f"{_bare(found.entry.url)}.metadata", name=found.page.project)
        body = _taken(said, what)
        if body is None:
            return _nothing(call, f"Upstream has no {what.removeprefix('the ')}")
        if not all(_is(body, algorithm, value) for algorithm, value in found.entry.metadata.items()):
            raise UnavailableError(f"upstream's answer for {what} is not what its page states")
        return Reply(
            HTTPStatus.OK,
            body,
            "application/octet-stream",
            _FILE_HEADERS,
            etag=digest_of(body).hex,
            reusable=True,
            about=found.listed.listing.purl,
            until=found.listed.until,
        )

    async def _provenance(self, call: Call, project: str, filename: str) -> Reply:
        found = await self._find(paths.File(filename, (project,), ""))
        if found is None or not found.shown or not found.entry.provenance:
            return _nothing(call, f"No attestations are announced for {filename}")
        kind = "application/vnd.pypi.integrity.v1+json"
        what = f"the attestations of {filename}"
        body = _taken(await self._upstream.ask("pypi", found.entry.provenance, name=project, accept=kind), what)
        if body is None:
            return _nothing(call, f"Upstream has no attestations of {filename}")
        try:
            msgspec.json.decode(body, type=dict)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise UnavailableError(f"upstream's answer for {what} does not read") from error
        return Reply(HTTPStatus.OK, body, kind, (_NO_CACHE,), etag=digest_of(body).hex)

    async def _document(self, call: Call, project: str, version: str | None) -> Reply:
        listed = await self._listings.listed(Purl("pypi", project))
        if isinstance(listed, Missing):
            return _nothing(call, f"Upstream has no project {project}")
        page = shown_page(await self._read(project, listed), listed.listing)
        versions = {entry.version: str(entry.version) for entry in page.entries.values()}
        if not versions:
            return _all_hidden(call, project, listed)
        if version is not None and parse(version) not in versions:
            return _nothing(call, f"There is no {project} {version} here, or it is not shown")
        said = await self._ask_document(listed, project, version)
        if said is not None and version is None and parse(said.version) not in versions:
            # What it says of the latest release is of one that is not shown: the newest of the others speaks for it.
            newest = _newest(list(versions.values()))
            instead = await self._ask_document(listed, project, newest)
            info = {"name": project, "version": newest} if instead is None else instead.fields.get("info")
            urls = [] if instead is None else instead.fields.get("urls")
            said = documents.Told({**said.fields, "info": info, "urls": urls, "vulnerabilities": []})
        if said is None or parse(said.version) not in versions:
            return _nothing(call, f"Upstream has no JSON document of {project}: ask for simple/{project}/")
        body = documents.shown_document(said, page, call.base)
        return Reply(HTTPStatus.OK, body, headers=(_NO_CACHE,), etag=digest_of(body).hex)

    async def _ask_document(self, listed: Listed, project: str, version: str | None) -> documents.Told | None:
        address = documents.document_address(listed.document.registry, project, version)
        said = await self._upstream.ask("pypi", address, name=project, accept="application/json")
        body = _taken(said, f"the document of {project}", limit=16 * _MOST)
        return None if body is None else documents.read_told(project, body)

    async def _refusal(self, call: Call, project: str, filename: str) -> Reply:
        """Say again why a file is not handed out: by the listing, and where that shows it by the gate."""
        found = await self._find(paths.File(filename, (project,), ""))
        if found is None:
            return _nothing(call, f"No page of {project} lists {filename}")
        if found.standing is not None and found.standing.decision != "allow":
            return forbid(call, Refused(found.purl, filename, found.standing))
        opened = await self._gate.open(found.purl, filename)
        if isinstance(opened, Refused):
            return forbid(call, opened)
        return _nothing(call, f"{filename} is not refused, or no longer: ask for it again")

    async def _find(self, file: paths.File) -> "_Found | None":
        """Find the page that lists a file: of several projects' the one that has it where the path says."""
        found: _Found | None = None
        for project in file.projects:
            listed = await self._listings.listed(Purl("pypi", project))
            if isinstance(listed, Missing):
                continue
            page = await self._read(project, listed)
            entry = page.entries.get(file.filename)
            if entry is None:
                continue
            here = _Found(listed, page, entry)
            if len(file.projects) == 1 or paths.upstream_address(entry.url) == file.upstream:
                return here
            found = found or here
        return found

    async def _read(self, project: str, listed: Listed) -> IndexPage:
        """Read a page, or take it as it was read before."""
        document = listed.document
        key = (project, document.url, document.revision)
        kept = self._pages.get(key)
        if kept is not None:
            self._pages.move_to_end(key)
            return kept[0]
        size = len(document.data)
        if size > _LARGE:
            page = await asyncio.to_thread(read_document, project, document)
        else:
            page = read_document(project, document)
        self._pages[key] = page, size
        while len(self._pages) > 1 and sum(each for _, each in self._pages.values()) > _KEPT_BYTES:
            self._pages.popitem(last=False)
        return page


class _Found(msgspec.Struct, frozen=True):
    """A file, in the page that lists it."""

    listed: Listed
    page: IndexPage
    entry: Entry

    @property
    def version(self) -> str:
        """The version, as the listing writes it."""
        return versions_of(self.listed.listing).get(self.entry.version) or str(self.entry.version)

    @property
    def purl(self) -> Purl:
        """The release."""
        return Purl("pypi", self.page.project, self.version)

    @property
    def standing(self) -> Standing | None:
        """What the listing says of the file, where that is something of its own, else of the release."""
        listing = self.listed.listing
        return listing.files.get(self.entry.filename) or listing.standings.get(self.version)

    @property
    def shown(self) -> bool:
        """Whether clients see it."""
        listing = self.listed.listing
        return self.entry.filename not in listing.files and self.entry.version in versions_of(listing, shown=True)


def _written(page: IndexPage, listed: Listed, kind: str) -> bytes:
    return rendered(shown_page(page, listed.listing), form_of(kind), hidden_notes(listed.listing))


def _all_hidden(call: Call, project: str, listed: Listed) -> Reply:
    """Answer where there are releases and none is shown."""
    notes = hidden_notes(listed.listing)
    title = f"Every release of {project} is hidden here"
    text = "\n".join([f"{title}:", *(f"  {version}: {why}" for version, why in notes.items())])
    return message(call, HTTPStatus.NOT_FOUND, title, f"{text}\n")


def _nothing(call: Call, what: str) -> Reply:
    return message(call, HTTPStatus.NOT_FOUND, "Not found", f"{what}.\n")


def _unacceptable(call: Call) -> Reply:
    return message(
        call,
        HTTPStatus.NOT_ACCEPTABLE,
        "Not in that form",
        f"There is {JSON}, {HTML} and {TEXT}.\n",
        (_NO_CACHE, ("Vary", "Accept")),
    )


def _typed(kind: str) -> str:
    return kind if kind == JSON else f"{kind}; charset=utf-8"


def _etag(revision: str, kind: str) -> str:
    return hashlib.sha256(f"{revision}\n{kind}".encode()).hexdigest()[:40]


def _newest(versions: list[str]) -> str:
    """Return the newest, a prerelease only where there is nothing else."""
    ordered = newest_first(versions)
    return next((each for each in ordered if not Version(each).is_prerelease), ordered[0])


def _bare(url: str) -> str:
    return url.partition("?")[0]


def _is(body: bytes, algorithm: str, value: str) -> bool:
    known: Algorithm = algorithm  # type: ignore[assignment] # entries keep strong digests alone
    return digest_of(body, known).hex == value.lower()


def _taken(said: Reply, what: str, limit: int = _MOST) -> bytes | None:
    """Return upstream's answer; None where it has none or refuses. Raises UnavailableError for any other."""
    if said.status in (
        HTTPStatus.NOT_FOUND,
        HTTPStatus.GONE,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
    ):
        return None
    if said.status != HTTPStatus.OK or len(said.body) > limit:
        raise UnavailableError(f"upstream does not answer for {what}")
    return said.body
