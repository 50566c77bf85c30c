"""What yarn leaves: the cache folders of yarn 1, the zips of yarn 2 and later, and what both note of an install."""

import zlib
from collections.abc import Iterator
from pathlib import Path

from customhouse.hunt.installs.findings import Findings
from customhouse.hunt.installs.npm_log import archive_release
from customhouse.hunt.installs.reading import UnreadError, entries, file_time, lines_of, read_file
from customhouse.model.hunt import Place
from customhouse.model.lazy_regex import lazy_regex

_MAX_STATE = 256 * 1024 * 1024
_MAX_INFLATED = 1 << 30
_CHUNK = 1 << 20
_OVERLAP = 256
#: What stands behind the name: version and digest of a folder of yarn 1, version and hashes of a zip of yarn 2.
_CLASSIC = lazy_regex(r"(\d[^/]*?)-[0-9a-f]{40}(?:-integrity)?(?:-.*)?")
_BERRY = lazy_regex(r"(\d[^/]*?)-[0-9a-f]{6,}(?:-[0-9a-f]+)?\.zip")
_STATE = lazy_regex(r'"((?:@[^"@/]+/)?[^"@/]+)@npm:(\d[^"]*)"')
_ADDRESS = lazy_regex(r"/(?:@[^/\"\s]+(?:/|%2[fF]))?[^/\"\s]+/-/[^/\"\s#]+\.tgz")


def _names(findings: Findings) -> Iterator[str]:
    return (name for ecosystem, name in findings.asked.names if ecosystem == "npm")


def _wanted(findings: Findings) -> Iterator[tuple[str, str]]:
    """Give name and version of every release that campaigns list."""
    for name in _names(findings):
        for _, each in findings.asked.packages("npm", name):
            for version in each.versions:
                yield name, version


def read_yarn_cache(cache: Path, findings: Findings) -> None:
    """Read a cache of yarn 1: a folder for each archive, `npm-axios-1.14.1-<sha1>-integrity`. Never raises."""
    folders = entries(cache, findings)[0]
    wanted = [(name, f"npm-{name.replace('/', '-')}-") for name in _names(findings)]
    for folder in folders:
        for name, start in wanted:
            match = _CLASSIC.fullmatch(folder, len(start)) if folder.startswith(start) else None
            if match:
                message = f"yarn's cache has the files of {name}@{match[1]}"
                place = Place(str(cache / folder))
                findings.release(
                    "npm", name, match[1], "fetched", message, place, str(cache), when=file_time(cache / folder)
                )
    findings.looked(cache, "yarn cache", str(cache), entries=len(folders))


def read_berry_cache(cache: Path, findings: Findings) -> None:
    """Read a cache of yarn 2 and later: `axios-npm-1.14.1-<hash>-<checksum>.zip`. Never raises."""
    names = entries(cache, findings)[1]
    wanted = [(name, f"{name.replace('/', '-')}-npm-") for name in _names(findings)]
    for file in names:
        for name, start in wanted:
            match = _BERRY.fullmatch(file, len(start)) if file.startswith(start) else None
            if match:
                message = f"yarn's cache has the archive of {name}@{match[1]}"
                place = Place(str(cache / file))
                findings.release(
                    "npm", name, match[1], "fetched", message, place, str(cache), when=file_time(cache / file)
                )
    findings.looked(cache, "yarn berry cache", str(cache), entries=len(names))


def read_yarn_tree(modules: Path, findings: Findings) -> None:
    """Read what yarn writes down in node_modules: `.yarn-state.yml` (yarn 2), `.yarn-integrity` (yarn 1)."""
    for record, kind in ((".yarn-state.yml", "yarn state"), (".yarn-integrity", "yarn integrity")):
        path = modules / record
        if not path.is_file():
            continue
        asset, count = str(modules.parent), 0
        wanted = frozenset(_names(findings))
        try:
            for number, line in enumerate(lines_of(path, _MAX_STATE), 1):
                count += 1
                text = line.decode("utf-8", "replace")
                for name, version in _recorded(text):
                    if name in wanted:
                        message = f"yarn's record of what it installed has {name}@{version}"
                        place = Place(str(path), number)
                        findings.release(
                            "npm", name, version, "fetched", message, place, asset, when=file_time(path), excerpt=text
                        )
        except UnreadError as error:
            findings.unexamined(path, str(error))
        findings.looked(path, kind, asset, lines=count)


def _recorded(text: str) -> Iterator[tuple[str, str]]:
    """Read `"axios@npm:1.14.1":` of the one, `"axios@^1.14.0": "https://…/axios-1.14.1.tgz#…"` of the other."""
    for match in _STATE.finditer(text):
        yield match[1], match[2]
    for match in _ADDRESS.finditer(text):
        release = archive_release(match[0])
        if release is not None:
            yield release


def read_install_state(path: Path, findings: Findings) -> None:
    """Look for names in `.yarn/install-state.gz`, which is opaque: what it names was resolved. Never raises."""
    wanted = {(name, version): (name.encode(), f"npm:{version}".encode()) for name, version in _wanted(findings)}
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
