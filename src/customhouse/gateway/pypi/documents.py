"""The JSON documents of before PEP 691 (`/pypi/NAME/json`), cut down to what a client may see."""

from collections.abc import Mapping
from typing import Any

import msgspec

from customhouse.gateway.interface import UnavailableError
from customhouse.gateway.pypi.entries import IndexPage
from customhouse.gateway.pypi.paths import file_address
from customhouse.versions.pypi import parse

#: Keys that are passed on besides the files; others may name files that nobody asked the listing about.
_KEPT = ("info", "last_serial", "vulnerabilities")


class Told(msgspec.Struct, frozen=True):
    """Upstream's document, read."""

    fields: Mapping[str, Any]

    @property
    def version(self) -> str:
        """The version that `info` is of; empty when it does not say."""
        info = self.fields.get("info")
        version = info.get("version") if isinstance(info, dict) else None
        return version if isinstance(version, str) else ""


def read_told(project: str, data: bytes) -> Told:
    """Read a document. Raises UnavailableError when it is none."""
    try:
        fields = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise UnavailableError(f"the index's document of {project} does not read") from error
    if not isinstance(fields, dict):
        raise UnavailableError(f"the index's document of {project} does not read")
    return Told(fields)


def document_address(registry: str, project: str, version: str | None = None) -> str:
    """Return where upstream has a document: beside the simple root."""
    beside = registry.rstrip("/").rpartition("/")[0]
    return f"{beside}/pypi/{project}/" + (f"{version}/json" if version else "json")


def shown_document(told: Told, page: IndexPage, base: str) -> bytes:
    """Write the document with the files of a page that holds only what is shown.

    `base` is the door's own address: these documents are read by tools that resolve no relative addresses.
    """
    fields = {key: told.fields[key] for key in _KEPT if key in told.fields}
    if isinstance(fields.get("info"), dict):
        # An archive that the publisher names elsewhere: not one that was inspected.
        fields["info"] = fields["info"] | {"download_url": None}
    versions = {entry.version for entry in page.entries.values()}
    releases = told.fields.get("releases")
    if isinstance(releases, dict):
        fields["releases"] = {
            version: _files(files, page, base) for version, files in releases.items() if parse(version) in versions
        }
    wanted = parse(told.version)
    fields["urls"] = [
        file for file in _files(told.fields.get("urls"), page, base) if page.entries[file["filename"]].version == wanted
    ]
    return msgspec.json.encode(fields)


def _files(files: object, page: IndexPage, base: str) -> list[dict[str, Any]]:
    found = []
    for file in files if isinstance(files, list) else []:
        name = file.get("filename") if isinstance(file, dict) else None
        entry = page.entries.get(name) if isinstance(name, str) else None
        if entry is not None:
            found.append(file | {"url": base + file_address(entry.url, entry.filename)})
    return found
