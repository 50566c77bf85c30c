"""A Python index's memory: PEP 691 JSON, PEP 503 HTML, the project's JSON document, and files."""

import hashlib
import html
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from simulator.archives import Content, sdist, wheel
from simulator.http import Request, Response
from simulator.npm import EPOCH

_JSON = "application/vnd.pypi.simple.v1+json"


@dataclass(frozen=True)
class File:
    """One file of a release."""

    filename: str
    version: str
    data: bytes
    uploaded: datetime
    yanked: str | bool
    requires_python: str
    provenance: str | None

    @property
    def sha256(self) -> str:
        """The hex digest that the index states."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def metadata(self) -> bytes:
        """What a wheel's own METADATA says; empty where it is no wheel, or none that reads."""
        try:
            with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
                return next(archive.read(name) for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        except (zipfile.BadZipFile, StopIteration):
            return b""

    @property
    def path(self) -> str:
        """Where the file host keeps it."""
        return f"/packages/{self.sha256[:2]}/{self.sha256[2:4]}/{self.sha256[4:]}/{quote(self.filename)}"


class PypiStore:
    """What is published. `files_url` is the address of the host that files are served from."""

    def __init__(self, files_url: str = "") -> None:
        """Start empty, as an index with everything on."""
        self.files_url = files_url
        #: True answers PEP 503 HTML whatever the client accepts.
        self.html_only = False
        #: False leaves PEP 700's upload times and sizes out of JSON.
        self.upload_times = True
        #: True writes the non-standard `data-upload-time` on anchors, for clients that accept JSON.
        self.upload_time_attribute = False
        #: False answers 404 to `/pypi/{name}/json`.
        self.json_documents = True
        #: False leaves PEP 740's provenance key out.
        self.announces_provenance = True
        #: True offers wheels' metadata beside them (PEP 658, 714), with their digests.
        self.announces_metadata = False
        self._projects: dict[str, list[File]] = {}
        self._published = 0

    def publish(  # noqa: PLR0913 - one keyword for each thing that an index can say
        self,
        name: str,
        version: str,
        *,
        files: Mapping[str, Content] | None = None,
        wheels: Mapping[str, Mapping[str, Content]] | None = None,
        source: Mapping[str, Content] | None = None,
        raw: Mapping[str, bytes] | None = None,
        requires: Iterable[str] = (),
        extras: Iterable[str] = (),
        requires_python: str = "",
        published: datetime | None = None,
        yanked: str | bool = False,
        provenance: str | None = None,
    ) -> dict[str, bytes]:
        """Publish files of a release (again to add some) and return them by file name.

        `wheels` maps a tag (`cp311-cp311-manylinux_2_17_x86_64`) to contents, `source` makes an sdist, `raw` adds
        files as they are. With none of the three, `files` becomes one pure wheel.
        """
        metadata: dict[str, str | Iterable[str]] = {"Provides-Extra": list(extras), "Requires-Dist": list(requires)}
        if requires_python:
            metadata["Requires-Python"] = requires_python
        escaped = re.sub(r"[-_.]+", "_", name).lower()
        built = dict(raw or {})
        if not (wheels or source or raw):
            wheels = {"py3-none-any": files or {f"{escaped}/__init__.py": "VALUE = 1\n"}}
        for tag, content in (wheels or {}).items():
            built[f"{escaped}-{version}-{tag}.whl"] = wheel(name, version, content, metadata, tag)
        if source is not None:
            built[f"{escaped}-{version}.tar.gz"] = sdist(name, version, source, metadata)
        when = published or EPOCH + timedelta(hours=self._published)
        self._published += 1
        entries = self._projects.setdefault(_normal(name), [])
        for filename, data in built.items():
            entries.append(File(filename, version, data, when, yanked, requires_python, provenance))
        return built

    def handle(self, request: Request) -> Response:
        """Answer a request to the index: `/simple/{name}/` or `/pypi/{name}/json`."""
        parts = unquote(urlsplit(request.path).path).strip("/").split("/")
        match parts:
            case ["simple", name] if _normal(name) in self._projects:
                if name != _normal(name) or not urlsplit(request.path).path.endswith("/"):
                    return Response(301, {"Location": f"/simple/{_normal(name)}/"})
                return self._simple(name, request.headers.get("accept", ""))
            case ["pypi", name, "json"] if self.json_documents and _normal(name) in self._projects:
                return _json(self._document(_normal(name)), "application/json")
        return Response(404, {"Content-Type": "text/plain"}, b"not found\n")

    def handle_file(self, request: Request) -> Response:
        """Answer a request to the file host."""
        path = urlsplit(request.path).path
        for files in self._projects.values():
            for file in files:
                if file.path == path:
                    # As the public index says of its files: pip keeps what may be kept, and nothing else.
                    kept = {
                        "Content-Type": "application/octet-stream",
                        "Cache-Control": "max-age=365000000, immutable",
                        "Date": formatdate(usegmt=True),
                    }
                    return Response(headers=kept, body=file.data)
                if f"{file.path}.metadata" == path and self.announces_metadata and file.metadata:
                    return Response(headers={"Content-Type": "application/octet-stream"}, body=file.metadata)
        return Response(404, {"Content-Type": "text/plain"}, b"not found\n")

    def _simple(self, name: str, accept: str) -> Response:
        files = self._projects[name]
        if _JSON in accept and not self.html_only:
            return _json(self._index(name, files), _JSON)
        timed = self.upload_time_attribute and _JSON in accept
        lines = [self._anchor(file, timed=timed) for file in files]
        page = (
            "<!DOCTYPE html>\n<html><head><title>Links</title></head>\n<body>\n" + "\n".join(lines) + "\n</body></html>"
        )
        return Response(headers={"Content-Type": "text/html; charset=utf-8"}, body=page.encode())

    def _index(self, name: str, files: list[File]) -> dict[str, Any]:
        listed = []
        for file in files:
            entry: dict[str, Any] = {
                "filename": file.filename,
                "url": self.files_url + file.path,
                "hashes": {"sha256": file.sha256},
                "yanked": file.yanked,
            }
            if file.requires_python:
                entry["requires-python"] = file.requires_python
            if self.upload_times:
                entry |= {"upload-time": _stamp(file.uploaded), "size": len(file.data)}
            if self.announces_metadata and file.metadata:
                entry["core-metadata"] = {"sha256": hashlib.sha256(file.metadata).hexdigest()}
            if self.announces_provenance:
                entry["provenance"] = file.provenance
            listed.append(entry)
        meta = {"api-version": "1.3" if self.upload_times else "1.0"}
        versions = {"versions": sorted({file.version for file in files})} if self.upload_times else {}
        return {"meta": meta, "name": name, **versions, "files": listed}

    def _anchor(self, file: File, *, timed: bool) -> str:
        attributes = f'href="{html.escape(self.files_url + file.path)}#sha256={file.sha256}"'
        if file.requires_python:
            attributes += f' data-requires-python="{html.escape(file.requires_python)}"'
        if file.yanked:
            attributes += f' data-yanked="{html.escape(file.yanked if isinstance(file.yanked, str) else "")}"'
        if self.announces_metadata and file.metadata:
            attributes += f' data-core-metadata="sha256={hashlib.sha256(file.metadata).hexdigest()}"'
        if timed:
            attributes += f' data-upload-time="{_stamp(file.uploaded)}"'
        return f"<a {attributes}>{html.escape(file.filename)}</a><br/>"

    def _document(self, name: str) -> dict[str, Any]:
        releases: dict[str, list[dict[str, Any]]] = {}
        for file in self._projects[name]:
            releases.setdefault(file.version, []).append(
                {
                    "filename": file.filename,
                    "url": self.files_url + file.path,
                    "digests": {"sha256": file.sha256},
                    "size": len(file.data),
                    "upload_time_iso_8601": _stamp(file.uploaded),
                    "yanked": bool(file.yanked),
                    "yanked_reason": file.yanked if isinstance(file.yanked, str) and file.yanked else None,
                }
            )
        return {"info": {"name": name}, "releases": releases, "urls": []}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _json(document: Any, kind: str) -> Response:
    return Response(headers={"Content-Type": kind}, body=json.dumps(document).encode())


def _stamp(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
