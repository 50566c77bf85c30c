"""Coverage-guided fuzzing of the lockfile readers: whatever the bytes are, each accounts for them and never raises.

    pip install atheris==3.0.0
    PYTHONPATH=src python fuzz/fuzz_lockfiles.py package-lock -max_total_time=60 [CORPUS…]

The first argument names the reader: that of a lock (package-lock, uv-lock, … as `formats.LOCKFILES` calls them), of a
manifest (project-pyproject.toml, … as `formats.MANIFESTS` calls them), package-json, metadata, entry-points, pyproject,
npm-range, poetry-constraint. The others go to libFuzzer.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["customhouse", "tomllib", "packaging"]):
    from customhouse.ecosystems.documents import UnreadableError
    from customhouse.ecosystems.files import DISK
    from customhouse.ecosystems.formats import LOCKFILES, MANIFESTS
    from customhouse.ecosystems.manifest_format import ManifestFormat, UnsupportedManifestError
    from customhouse.ecosystems.npm.manifest import read_package_json
    from customhouse.ecosystems.pypi.manifest import read_entry_points, read_metadata, read_pyproject_build
    from customhouse.model.errors import UpstreamError
    from customhouse.versions import npm, poetry

#: Nothing lies there, so that a run depends on the bytes alone.
NOWHERE = Path("no-such-folder/node_modules/lock")
STATUSES = {"parsed", "failed", "unsupported"}


def lockfile(format_id: str) -> Callable[[bytes], None]:
    chosen = next(one for one in LOCKFILES if one.id == format_id)

    def target(data: bytes) -> None:
        sources = chosen.read(NOWHERE, data, DISK)
        if not sources:
            raise AssertionError("not accounted for")
        for source in sources:
            if source.status not in STATUSES or (source.status != "parsed" and not (source.reason and source.hint)):
                raise AssertionError(source)
            for package in source.packages:
                if not package.name or ".." in package.name.split("/") or not str(package.purl):
                    raise AssertionError(package)

    return target


def manifest(read: Callable[[bytes], object]) -> Callable[[bytes], None]:
    def target(data: bytes) -> None:
        try:
            read(data)
        except UpstreamError as error:
            if not error.hint:
                raise AssertionError(error) from error

    return target


def project(chosen: ManifestFormat) -> Callable[[bytes], None]:
    def target(data: bytes) -> None:
        try:
            chosen.read(NOWHERE.with_name(chosen.id), data, DISK)
        except (UnreadableError, UnsupportedManifestError) as error:
            if not str(error):
                raise AssertionError("no reason") from error

    return target


def poetry_constraint(data: bytes) -> None:
    version, _, wanted = data.decode("utf-8", errors="replace").partition("\n")
    poetry.satisfies(version, wanted)


def npm_range(data: bytes) -> None:
    version, _, wanted = data.decode("utf-8", errors="replace").partition("\n")
    npm.satisfies(version, wanted)


TARGETS = {one.id: lockfile(one.id) for one in LOCKFILES} | {
    **{f"project-{one.id}": project(one) for one in MANIFESTS},
    "package-json": manifest(read_package_json),
    "metadata": manifest(read_metadata),
    "entry-points": manifest(read_entry_points),
    "pyproject": manifest(read_pyproject_build),
    "npm-range": npm_range,
    "poetry-constraint": poetry_constraint,
}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:  # noqa: PLR2004 - the program and one argument
        sys.exit(f"usage: fuzz_lockfiles.py {'|'.join(TARGETS)} [libFuzzer options]")
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[sys.argv[1]])
    atheris.Fuzz()
