"""Coverage-guided fuzzing of the lockfile readers: whatever the bytes are, each accounts for them and never raises.

    pip install atheris==3.0.0
    PYTHONPATH=src python fuzz/fuzz_lockfiles.py package-lock -max_total_time=60 [CORPUS…]

The first argument names the reader: the id of any format of lock (package-lock, pnpm-lock, yarn-berry-lock, uv-lock …),
`project-` and the id of any format of manifest, yaml, package-json, metadata, entry-points, pyproject, npm-range,
poetry-constraint. The others go to libFuzzer.
"""

import contextlib
import sys
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["customhouse", "tomllib", "packaging", "yaml"]):
    from customhouse.ecosystems.documents import UnreadableError
    from customhouse.ecosystems.files import DISK, Files
    from customhouse.ecosystems.formats import LOCKFILES, MANIFESTS
    from customhouse.ecosystems.manifest_format import ManifestFormat, UnsupportedManifestError
    from customhouse.ecosystems.npm.lockfiles.yarn_berry_lock import read_berry
    from customhouse.ecosystems.npm.manifest import read_package_json
    from customhouse.ecosystems.pypi.manifest import read_entry_points, read_metadata, read_pyproject_build
    from customhouse.ecosystems.yaml_documents import yaml_documents
    from customhouse.model.errors import UpstreamError
    from customhouse.model.locked import Source
    from customhouse.versions import npm, poetry

#: Nothing lies there, so that a run depends on the bytes alone.
NOWHERE = Path("no-such-folder/node_modules/lock")
STATUSES = {"parsed", "failed", "unsupported"}


def lockfile(format_id: str) -> Callable[[bytes], None]:
    return accounted_for(next(one for one in LOCKFILES if one.id == format_id).read)


def accounted_for(read: Callable[[Path, bytes, Files], tuple[Source, ...]]) -> Callable[[bytes], None]:
    def target(data: bytes) -> None:
        sources = read(NOWHERE, data, DISK)
        if not sources:
            raise AssertionError("not accounted for")
        for source in sources:
            if source.status not in STATUSES or (source.status != "parsed" and not (source.reason and source.hint)):
                raise AssertionError(source)
            for package in source.packages:
                if not package.name or ".." in package.name.split("/") or not str(package.purl):
                    raise AssertionError(package)

    return target


def published(read: Callable[[bytes], object]) -> Callable[[bytes], None]:
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
            manifest = chosen.read(NOWHERE.with_name(chosen.id), data, DISK)
        except (UnreadableError, UnsupportedManifestError) as error:
            if not str(error):
                raise AssertionError("no reason") from error
            return
        if not all(one.name for one in manifest.declared):
            raise AssertionError(manifest)

    return target


def yaml(data: bytes) -> None:
    with contextlib.suppress(UnreadableError):
        list(yaml_documents(data))


def poetry_constraint(data: bytes) -> None:
    version, _, wanted = data.decode("utf-8", errors="replace").partition("\n")
    poetry.satisfies(version, wanted)


def npm_range(data: bytes) -> None:
    version, _, wanted = data.decode("utf-8", errors="replace").partition("\n")
    npm.satisfies(version, wanted)


TARGETS = (
    {one.id: lockfile(one.id) for one in LOCKFILES}
    | {f"project-{one.id}": project(one) for one in MANIFESTS}
    | {
        "yarn-berry-lock": accounted_for(read_berry),
        "yaml": yaml,
        "package-json": published(read_package_json),
        "metadata": published(read_metadata),
        "entry-points": published(read_entry_points),
        "pyproject": published(read_pyproject_build),
        "npm-range": npm_range,
        "poetry-constraint": poetry_constraint,
    }
)

if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:
        print("\n".join(TARGETS))
        sys.exit()
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:  # noqa: PLR2004 - the program and one argument
        sys.exit(f"usage: fuzz_lockfiles.py {'|'.join(TARGETS)} [libFuzzer options]")
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[sys.argv[1]])
    atheris.Fuzz()
