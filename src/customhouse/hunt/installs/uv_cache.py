"""uv's cache: names alone, since what stands in its files is opaque (MessagePack and rkyv).

`wheels-v*/pypi/litellm/1.82.8-py3-none-any.http` (or `.rev`, or a link) says that a wheel was fetched, `.msgpack` that
its metadata was; `archive-v*/<id>` holds the unpacked wheel, `sdists-v*` what was built; `simple-v*` what was asked.
"""

from collections.abc import Iterator
from pathlib import Path

from customhouse.hunt.installs.archive_names import projects
from customhouse.hunt.installs.findings import Findings
from customhouse.hunt.installs.reading import entries, file_time, walked
from customhouse.model.hunt import Grade, Place
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import pypi_name

_INFO = lazy_regex(r"(.+)-([^-]+)\.dist-info")
_MAX_DEPTH = 4


def read_uv_cache(cache: Path, findings: Findings) -> None:
    """Read a cache. Never raises."""
    wanted = frozenset(projects(findings))
    asset = str(cache)
    count = asked = 0
    for bucket in entries(cache, findings)[0]:
        root = cache / bucket
        if bucket.startswith("archive-v"):
            for path, name, version in _unpacked(root, findings):
                count += 1
                _tell(name, version, "fetched", "the unpacked wheel", path, asset, findings)
        elif bucket.startswith(("wheels-v", "built-wheels-v", "sdists-v")):
            for folder, own in _named(root, wanted, findings):
                for name in (each for several in entries(folder, findings) for each in several):
                    count += 1
                    metadata = name.endswith(".msgpack")
                    version = name.partition("-")[0] if "-" in name else _without_ending(name)
                    grade: Grade = "resolved" if metadata else "fetched"
                    what = "the metadata" if metadata else "a wheel" if bucket.startswith("wheels") else "a build"
                    _tell(own, version, grade, what, folder / name, asset, findings)
        elif bucket.startswith("simple-v"):
            asked += sum(_without_ending(name) in wanted for _, _, names in walked(root, findings) for name in names)
    note = f"{asked} pages of the index for projects that are asked for, which show no fetch" if asked else ""
    findings.looked(cache, "uv cache", asset, entries=count, note=note)


def _tell(name: str, version: str, grade: Grade, what: str, path: Path, asset: str, findings: Findings) -> None:
    message = f"uv's cache has {what} of {name}=={version}"
    findings.release("pypi", name, version, grade, message, Place(str(path)), asset, when=file_time(path))


def _unpacked(root: Path, findings: Findings) -> Iterator[tuple[Path, str, str]]:
    """Give the distributions that the archives hold; older versions of uv shard the ids."""
    for name in entries(root, findings)[0]:
        for folder in (root / name, *(root / name / inner for inner in entries(root / name, findings)[0])):
            for own in entries(folder, findings)[0]:
                match = _INFO.fullmatch(own)
                if match:
                    yield folder / own, pypi_name(match[1]), match[2]


def _named(root: Path, wanted: frozenset[str], findings: Findings) -> Iterator[tuple[Path, str]]:
    """Give the folders that are named as a project, whichever index they are of."""
    still = [(root, 0)]
    while still:
        folder, depth = still.pop()
        for name in entries(folder, findings)[0]:
            if pypi_name(name) in wanted:
                yield folder / name, pypi_name(name)
            elif depth < _MAX_DEPTH:
                still.append((folder / name, depth + 1))


def _without_ending(name: str) -> str:
    for ending in (".http", ".rev", ".msgpack", ".rkyv", ".lock"):
        name = name.removesuffix(ending)
    return name
