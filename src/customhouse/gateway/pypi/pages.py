"""A project's page as a client gets it: what the listing shows and nothing else, in the form that was asked for.

Each value stands as upstream wrote it but for addresses, which are relative ones of ours: they hold behind a proxy that
mounts the gateway elsewhere, and every client resolves them against the page. Nothing is added: an upload time that
upstream's page leaves out is not made up from the release's, which is the earliest of its files', since a client's own
minimum age would then let a file pass that was added yesterday.

Metadata files are announced where upstream gives their digest, else the client would take unverified bytes. Files
without a digest are shown: the gate pins what it inspects.
"""

import html
from collections.abc import Mapping

import msgspec
from packaging.version import Version

from customhouse.gateway.pypi.entries import REASON_META, STATUS_META, Entry, IndexPage
from customhouse.gateway.pypi.negotiation import Form
from customhouse.gateway.pypi.paths import file_address, provenance_address
from customhouse.gateway.refusals import moment, rules_of
from customhouse.model.digest import parse_named
from customhouse.model.gateway import Listing, Standing
from customhouse.versions.pypi import newest_first, parse

#: Hidden versions that a page names.
_MOST_NOTES = 50
#: From a project's page to the door's own address.
_UP = "../../"
#: The digest that an anchor states where there are several, and what else it may.
_FIRST = ("sha256", "sha512", "sha384", "sha224", "sha1", "md5")


def shown_page(page: IndexPage, listing: Listing) -> IndexPage:
    """Leave out every file and version that clients do not see, or that the listing has never heard of."""
    versions = versions_of(listing, shown=True)
    return msgspec.structs.replace(
        page,
        entries={
            name: entry
            for name, entry in page.entries.items()
            if entry.version in versions and name not in listing.files and _named(entry)
        },
        versions=None if page.versions is None else tuple(each for each in page.versions if parse(each) in versions),
    )


def versions_of(listing: Listing, *, shown: bool = False) -> Mapping[Version, str]:
    """Map the versions of a listing, as PEP 440 compares them, to the texts that it knows them by."""
    known = listing.shown if shown else listing.standings
    hidden = {parse(each.version) for each in listing.hidden} if shown else set()
    # Two texts of one version of which one is hidden: both are.
    return {version: text for text in known if (version := parse(text)) is not None and version not in hidden}


def _named(entry: Entry) -> bool:
    return bool(file_address(entry.url, entry.filename))


def hidden_notes(listing: Listing) -> dict[str, str]:
    """Say of the newest hidden versions, and of files, why they are: for people who read the page; no client does."""
    hidden = {standing.version: standing for standing in listing.hidden}
    notes = {version: _note(hidden[version]) for version in newest_first(hidden)[:_MOST_NOTES]}
    return notes | {name: _note(standing) for name, standing in list(listing.files.items())[:_MOST_NOTES]}


def _note(standing: Standing) -> str:
    return f"{', '.join(rules_of(standing))}{f', until {moment(standing.until)}' if standing.until else ''}"


def rendered(page: IndexPage, form: Form, notes: Mapping[str, str]) -> bytes:
    """Write a page of ours; `notes` say of versions why they are not on it."""
    return _json(page, notes) if form == "json" else _html(page, notes)


def rendered_root(form: Form) -> bytes:
    """Write the index itself, which names no projects: upstream has hundreds of thousands."""
    if form == "json":
        return msgspec.json.encode({"meta": {"api-version": "1.0"}, "projects": []})
    return _wrapped("1.0", {}, "Projects are not listed here: ask for one, simple/NAME/", [])


def _json(page: IndexPage, notes: Mapping[str, str]) -> bytes:
    meta: dict[str, object] = {"api-version": page.api_version}
    if bytes(page.serial):
        meta["_last-serial"] = page.serial
    if notes:
        meta["_hidden"] = notes  # clients pass over keys with an underscore (PEP 691)
    document: dict[str, object] = {"meta": meta, "name": page.project}
    if page.status:
        document["project-status"] = page.status
    if page.versions is not None:
        document["versions"] = page.versions
    document["files"] = [_file(entry, page.project) for entry in page.entries.values()]
    return msgspec.json.encode(document)


def _file(entry: Entry, project: str) -> dict[str, object]:
    # `hashes` must be there, if only to say that there are none.
    said: dict[str, object] = {"filename": entry.filename, "url": _UP + file_address(entry.url, entry.filename)}
    said |= {"hashes": {}} | dict(entry.said)
    if entry.metadata:
        # Both names: pip 23.2 and older know the second alone.
        said |= {"core-metadata": entry.metadata, "dist-info-metadata": entry.metadata}
    if entry.knows_provenance:
        said["provenance"] = _provenance(entry, project) or None
    return said


def _provenance(entry: Entry, project: str) -> str:
    return _UP + provenance_address(project, str(entry.version), entry.filename) if entry.provenance else ""


def _html(page: IndexPage, notes: Mapping[str, str]) -> bytes:
    lines = [f"hidden: {html.escape(version)} ({html.escape(why)})" for version, why in notes.items()]
    lines += [_anchor(entry, page.project) for entry in page.entries.values()]
    return _wrapped(page.api_version, page.status, f"Links for {page.project}", lines)


def _wrapped(api_version: str, status: Mapping[str, str], title: str, lines: list[str]) -> bytes:
    meta = {"pypi:repository-version": api_version}
    meta |= {key: status[name] for name, key in (("status", STATUS_META), ("reason", REASON_META)) if name in status}
    head = "".join(f'<meta name="{key}" content="{html.escape(value)}">\n' for key, value in meta.items())
    body = "".join(f"{line}<br>\n" for line in lines)
    heading = html.escape(title)
    return (
        f"<!DOCTYPE html>\n<html>\n<head>\n{head}<title>{heading}</title>\n</head>\n"
        f"<body>\n<h1>{heading}</h1>\n{body}</body>\n</html>\n"
    ).encode()


def _anchor(entry: Entry, project: str) -> str:
    attributes = {"href": _UP + file_address(entry.url, entry.filename) + _fragment(entry.value("hashes") or {})}
    if requires := entry.value("requires-python"):
        attributes["data-requires-python"] = requires
    if yanked := entry.value("yanked"):  # in JSON an empty reason is no yank
        attributes["data-yanked"] = yanked if isinstance(yanked, str) else ""
    if stated := _fragment(entry.metadata).removeprefix("#"):
        attributes |= {"data-core-metadata": stated, "data-dist-info-metadata": stated}
    if (signed := entry.value("gpg-sig")) is not None:
        attributes["data-gpg-sig"] = "true" if signed else "false"
    if provenance := _provenance(entry, project):
        attributes["data-provenance"] = provenance
    if uploaded := entry.value("upload-time"):
        # In no PEP; some indexes write it, and clients that do not know it pass over it.
        attributes["data-upload-time"] = uploaded
    written = " ".join(f'{key}="{html.escape(value)}"' for key, value in attributes.items())
    return f"<a {written}>{html.escape(entry.filename)}</a>"


def _fragment(digests: Mapping[str, str]) -> str:
    algorithm = next((each for each in _FIRST if parse_named(f"{each}={digests.get(each, '')}")), "")
    return f"#{algorithm}={digests[algorithm]}" if algorithm else ""
