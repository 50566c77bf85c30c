"""What yarn leaves: the cache folders of yarn 1, the zips of yarn 2 and later, and what both note of an install."""

import zlib
from collections.abc import Iterator
from pathlib import Path

from customhouse.hunt.installs.findings import Findings
from customhouse.hunt.installs.reading import UnreadError, entries, file_time, lines_of, read_file
from customhouse.model.hunt import Place

_MAX_STATE = 256 * 1024 * 1024
_MAX_INFLATED = 1 << 30
_CHUNK = 1 << 20
_OVERLAP = 256


def _wanted(findings: Findings) -> Iterator[tuple[str, str, str]]:
    """Give name, version and yarn's way of writing the name in a file's, of every release that campaigns list."""
    for ecosystem, name in findings.asked.names:
        if ecosystem == "npm":
            for _, each in findings.asked.packages(ecosystem, name):
                for version in each.versions:
                    yield name, version, name.replace("/", "-")


def read_yarn_cache(cache: Path, findings: Findings) -> None:
    """Read a cache of yarn 1: a folder for each archive, `npm-axios-1.14.1-<sha1>-integrity`. Never raises."""
    folders = entries(cache)[0]
    wanted = [(name, version, f"npm-{slug}-{version}-") for name, version, slug in _wanted(findings)]
    for folder in folders:
        for name, version, start in wanted:
            if folder.startswith(start):
                message = f"yarn's cache has the files of {name}@{version}"
                place = Place(str(cache / folder))
                findings.release(
                    "npm", name, version, "fetched", message, place, str(cache), when=file_time(cache / folder)
                )
    findings.looked(cache, "yarn cache", str(cache), entries=len(folders))


def read_berry_cache(cache: Path, findings: Findings) -> None:
    """Read a cache of yarn 2 and later: `axios-npm-1.14.1-<hash>-<checksum>.zip`. Never raises."""
    names = entries(cache)[1]
    wanted = [(name, version, f"{slug}-npm-{version}-") for name, version, slug in _wanted(findings)]
    for file in names:
        for name, version, start in wanted:
            if file.startswith(start):
                message = f"yarn's cache has the archive of {name}@{version}"
                place = Place(str(cache / file))
                findings.release(
                    "npm", name, version, "fetched", message, place, str(cache), when=file_time(cache / file)
                )
    findings.looked(cache, "yarn berry cache", str(cache), entries=len(names))


def read_yarn_tree(modules: Path, findings: Findings) -> None:
    """Read what yarn writes down in node_modules: `.yarn-state.yml` (yarn 2), `.yarn-integrity` (yarn 1)."""
    for record, kind in ((".yarn-state.yml", "yarn state"), (".yarn-integrity", "yarn integrity")):
        path = modules / record
        if not path.is_file():
            continue
        asset, count = str(modules.parent), 0
        # `"axios@npm:1.14.1":` in the one; `"axios@^1.14.0": "https://…/axios-1.14.1.tgz#…"` in the other.
        wanted = [
            (name, version, texts)
            for name, version, _ in _wanted(findings)
            for texts in [(f'"{name}@npm:{version}"', f"/{name}/-/{name.rpartition('/')[2]}-{version}.tgz")]
        ]
        try:
            for number, line in enumerate(lines_of(path, _MAX_STATE), 1):
                count += 1
                text = line.decode("utf-8", "replace")
                for name, version, texts in wanted:
                    if any(one in text for one in texts):
                        message = f"yarn's record of what it installed has {name}@{version}"
                        place = Place(str(path), number)
                        findings.release(
                            "npm", name, version, "fetched", message, place, asset, when=file_time(path), excerpt=text
                        )
        except UnreadError as error:
            findings.unexamined(path, str(error))
        findings.looked(path, kind, asset, lines=count)


def read_install_state(path: Path, findings: Findings) -> None:
    """Look for names in `.yarn/install-state.gz`, which is opaque: what it names was resolved. Never raises."""
    wanted = {(name, version): (name.encode(), f"npm:{version}".encode()) for name, version, _ in _wanted(findings)}
    seen: dict[tuple[str, str], set[int]] = {key: set() for key in wanted}
    size = 0
    try:
        for chunk in _inflated(read_file(path, _MAX_STATE)):
            size += len(chunk)
            for key, texts in wanted.items():
                seen[key] |= {index for index, text in enumerate(texts) if text in chunk}
    except (UnreadError, zlib.error) as error:
        findings.unexamined(path, str(error))
    asset = str(path.parent.parent)
    for (name, version), found in seen.items():
        if len(found) == len(wanted[name, version]):
            message = f"yarn's install state names {name} and npm:{version}"
            findings.release(
                "npm",
                name,
                version,
                "resolved",
                message,
                Place(str(path)),
                asset,
                when=file_time(path),
                confidence="low",
            )
    findings.looked(path, "yarn install state", asset, bytes=size)


def _inflated(data: bytes) -> Iterator[bytes]:
    """Unpack gzip piece by piece, each with the end of the one before it."""
    inflater = zlib.decompressobj(31)
    rest, total = b"", 0
    while data and total < _MAX_INFLATED and not inflater.eof:
        chunk = inflater.decompress(data, _CHUNK)
        data = inflater.unconsumed_tail
        total += len(chunk)
        yield rest + chunk
        rest = chunk[-_OVERLAP:]
