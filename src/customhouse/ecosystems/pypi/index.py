"""The Python index's client: every file of a release, over one index or several."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlsplit

from packaging.version import Version

from customhouse.ecosystems.fetching import Answer, Ask, Fetcher, RefusedUpstream, Sink, shown
from customhouse.ecosystems.interface import Project
from customhouse.ecosystems.pypi.attestations import read_provenance
from customhouse.ecosystems.pypi.configuration import PypiConfiguration
from customhouse.ecosystems.pypi.filenames import FileName, read_filename
from customhouse.ecosystems.pypi.simple import ACCEPT, IndexFile, read_about, read_page, read_upload_times
from customhouse.model.errors import HostileUpstream, NotFoundUpstream, UpstreamError
from customhouse.model.history import About, Claims, Publication
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import Ecosystem, Purl
from customhouse.model.release import Artifact, Release, ReleaseTime
from customhouse.versions.pypi import parse

#: Bytes. Pages of projects with tens of thousands of files have about 20 MB.
PAGE_LIMIT = 100 * 2**20
FILE_LIMIT = 256 * 2**20
#: Bytes of a page that is read within some milliseconds.
_LARGE = 256 * 1024
#: Provenance objects have some tens of kilobytes.
PROVENANCE_LIMIT = 4 * 2**20
#: PEP 508's names, in their canonical form.
_NAME = lazy_regex(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


class PypiProject:
    """Every release of one project, as one page of one index said."""

    def __init__(self, name: str, files: Iterable[IndexFile], times: dict[str, datetime] | None = None) -> None:
        """Take an index's files; `times` are upload times by file name, for those that the index tells none of.

        Raises HostileUpstream when the page lists files and none of them is of this project.
        """
        self._name = name
        self._files: dict[Version, list[tuple[FileName, IndexFile]]] = {}
        #: Names of files whose version cannot be told; they belong to no release.
        self.unreadable: list[str] = []
        for file in files:
            told = read_filename(file.filename, name)
            if told is None:
                self.unreadable.append(file.filename)
                continue
            self._files.setdefault(told.version, []).append((told, file))
        self._times = times or {}
        if self.unreadable and not self._files:
            raise HostileUpstream(
                f"{name}: the index lists {len(self.unreadable)} files and none is of this project, "
                f"the first {self.unreadable[0][:100]!r}",
                hint="do not install it from there; ask whoever runs the index",
            )

    @property
    def purl(self) -> Purl:
        """The project, without a version."""
        return Purl("pypi", self._name)

    @cached_property
    def times(self) -> tuple[ReleaseTime, ...]:
        """Every release; its time is its earliest upload's, of files that are not yanked if there are any."""
        return tuple(ReleaseTime(str(version), self._published(files)) for version, files in self._files.items())

    @cached_property
    def created(self) -> ReleaseTime | None:
        """The earliest release that is still listed; an index does not remember deleted ones."""
        dated = [time for time in self.times if time.published]
        return min(dated, key=lambda time: time.published.timestamp() if time.published else 0, default=None)

    @property
    def tags(self) -> Mapping[str, str]:
        """None: an index knows no names for versions."""
        return {}

    def release(self, version: str) -> Release | None:
        """Collect every file of the release whose version equals this one by PEP 440 (`1.0` and `1.0.0` do)."""
        parsed = parse(version)
        files = self._files.get(parsed) if parsed else None
        if not files:
            return None
        yanked = all(file.yanked for _, file in files)
        reason = next((file.yank_reason for _, file in files if file.yank_reason), "yanked")
        return Release(
            purl=Purl("pypi", self._name, version),
            artifacts=tuple(
                Artifact(
                    filename=file.filename,
                    kind=told.kind,
                    url=file.url,
                    digests=file.digests,
                    size=file.size,
                    uploaded=self._uploaded(file),
                    yanked=file.yanked,
                    attestations_url=file.provenance_url,
                )
                for told, file in files
            ),
            published=self._published(files),
            provenance=_attested(files),
            withdrawn=reason if yanked else "",
        )

    def publication(self, version: str) -> Publication | None:
        """Say when a release came and whether it is attested; an index names nobody."""
        parsed = parse(version)
        files = self._files.get(parsed) if parsed else None
        if not files:
            return None
        return Publication(version, self._published(files), provenance=_attested(files))

    def _uploaded(self, file: IndexFile) -> datetime | None:
        return file.uploaded or self._times.get(file.filename)

    def _published(self, files: list[tuple[FileName, IndexFile]]) -> datetime | None:
        kept = [file for _, file in files if not file.yanked] or [file for _, file in files]
        return min((when for file in kept if (when := self._uploaded(file))), default=None)


class IndexPage(NamedTuple):
    """A project's page, and the index that it came from."""

    root: str
    answer: Answer


def _attested(files: list[tuple[FileName, IndexFile]]) -> bool | None:
    announced = [file.provenance for _, file in files]
    return None if all(one is None for one in announced) else all(announced)


def _document(index: str, name: str) -> str:
    """Return the address of a project's JSON document, beside the simple root."""
    return f"{index.rstrip('/').rpartition('/')[0]}/pypi/{name}/json"


class PypiRegistry:
    """One index or several behind one face: the first that has the name answers for it, as in uv.

    pip instead takes the best version of all, which is what dependency confusion lives on. Extra indexes come before
    the default one, and a name that uv pins to an index is asked there only.
    """

    ecosystem: Ecosystem = "pypi"

    def __init__(self, configuration: PypiConfiguration, fetcher: Fetcher) -> None:
        """Ask through `fetcher`, which stays the caller's to close."""
        self.configuration = configuration
        self._fetcher = fetcher
        #: Indexes that were asked for a project's JSON document and have none.
        self._without_documents: set[str] = set()

    def origin(self, name: str) -> str:
        """URL of the index that answers for this name; of all that may, in order, when there are several."""
        return " ".join(self.configuration.indexes_for(name))

    async def page(self, name: str, *, never: str = "") -> IndexPage:
        """Fetch the project's page as its index says it, unread. The host `never` is not asked.

        Raises NotFoundUpstream, UnreachableUpstream or HostileUpstream.
        """
        if not _NAME.fullmatch(name):
            raise NotFoundUpstream(
                f"{name!r} cannot be the name of a Python project",
                hint="check the file that names it for damage or tampering",
            )
        everywhere = self.configuration.indexes_for(name)
        indexes = [index for index in everywhere if not never or urlsplit(index).netloc.lower() != never]
        if not indexes:
            raise NotFoundUpstream(
                f"{name}: no index but {never} is configured, which must not be asked for it",
                hint="configure the index that has it, as an extra index or pinned to the name",
            )
        for index in indexes:
            try:
                answer = await self._get(f"{index}{name}/", name, PAGE_LIMIT, ACCEPT)
            except NotFoundUpstream as error:
                # An index that refuses may well have the name: going on would ask a stranger for it.
                if index == indexes[-1] or isinstance(error, RefusedUpstream):
                    raise
                continue
            return IndexPage(index, answer)
        raise AssertionError("a configuration names at least one index")  # pragma: no cover

    async def project(self, name: str) -> PypiProject:
        """Fetch the project's page, and its JSON document where the page leaves upload times out.

        Raises NotFoundUpstream, UnreachableUpstream or HostileUpstream.
        """
        return await self.read(name, await self.page(name))

    async def serves(self, name: str, index: str) -> bool:
        """Say whether one index has a page of a canonical name. Raises UnreachableUpstream or HostileUpstream."""
        try:
            await self._get(f"{index}{name}/", name, PAGE_LIMIT, ACCEPT)
        except RefusedUpstream:
            raise
        except NotFoundUpstream:
            return False
        return True

    async def fetch(self, purl: Purl, artifact: Artifact, sink: Sink | None = None) -> bytes:
        """Fetch a file as it is, undoing no content encoding, as pip does; into the sink where there is one.

        Raises NotFoundUpstream, UnreachableUpstream or HostileUpstream.
        """
        # Not bounded by the size that the index states: other bytes are to be told as such, by their digest.
        what = f"{purl.display} ({artifact.filename})"
        answer = await self._get(artifact.url, what, FILE_LIMIT, "*/*", decode=False, sink=sink)
        return answer.data

    async def claims(self, release: Release) -> Claims | None:
        """Fetch the provenance of one file of the release: all of them come out of one build, or say so.

        Raises NotFoundUpstream, UnreachableUpstream or HostileUpstream.
        """
        url = next((each.attestations_url for each in release.artifacts if each.attestations_url), "")
        if not url:
            return None
        what = f"the provenance of {release.purl.display}"
        answer = await self._get(url, what, PROVENANCE_LIMIT, "application/vnd.pypi.integrity.v1+json")
        return read_provenance(what, answer.data)

    async def about(self, project: Project) -> About:
        """Read the project's JSON document beside the simple root; empty where the index has none.

        Raises UnreachableUpstream.
        """
        name = project.purl.name
        for index in self.configuration.indexes_for(name):
            if index in self._without_documents:
                continue
            try:
                answer = await self._get(_document(index, name), f"{name}'s document", PAGE_LIMIT, "application/json")
            except NotFoundUpstream:
                continue
            return read_about(answer.data)
        return About()

    async def read(self, name: str, page: IndexPage) -> PypiProject:
        """Read a page that `page` gave, asking for upload times where it leaves them out.

        Raises NotFoundUpstream, UnreachableUpstream or HostileUpstream.
        """
        index = page.root
        large = len(page.answer.data) > _LARGE  # tens of thousands of files: other work goes on beside it
        files = await asyncio.to_thread(read_page, name, page.answer) if large else read_page(name, page.answer)
        if not files:
            raise NotFoundUpstream(
                f"{name}: the index has the name and no file of it ({shown(index)})",
                hint="check the name for a typing mistake",
            )
        untimed = any(file.uploaded is None for file in files)
        times = await self._upload_times(name, index) if untimed and index not in self._without_documents else {}
        return await asyncio.to_thread(PypiProject, name, files, times) if large else PypiProject(name, files, times)

    async def _upload_times(self, name: str, index: str) -> dict[str, datetime]:
        """Ask the project's JSON document beside the simple root. Having none is no error: a missing time is a gap."""
        try:
            answer = await self._get(_document(index, name), f"{name}'s upload times", PAGE_LIMIT, "application/json")
        except NotFoundUpstream:
            self._without_documents.add(index)
            return {}
        except UpstreamError:
            return {}
        return read_upload_times(answer.data)

    async def _get(
        self, url: str, what: str, limit: int, accept: str, *, decode: bool = True, sink: Sink | None = None
    ) -> Answer:
        return await self._fetcher.get(
            Ask(
                url=url,
                what=what,
                limit=limit,
                homes=self.configuration.homes,
                authorise=self.configuration.authorise,
                accept=accept,
                decode=decode,
                cafile=self.configuration.cafile,
                sink=sink,
            )
        )
