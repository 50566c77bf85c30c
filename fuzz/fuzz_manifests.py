"""Fuzzes what a package says of itself, in every format: a manifest that can be stored, or UpstreamError.

Run: `python fuzz/fuzz_manifests.py [CORPUS] -max_total_time=30` with atheris installed and `src` on the path.
"""

import sys

import atheris
import msgspec

with atheris.instrument_imports(include=["customhouse"]):
    from customhouse.ecosystems.npm.manifest import read_package_json
    from customhouse.ecosystems.pypi.manifest import read_entry_points, read_metadata, read_pyproject_build
    from customhouse.model.errors import UpstreamError
    from customhouse.model.source_address import source_address

READERS = (read_package_json, read_metadata, read_entry_points, read_pyproject_build)


def one(data: bytes) -> None:
    for read in READERS:
        try:
            found = read(data)
        except UpstreamError as error:
            if not error.hint:
                raise AssertionError(error) from error
            continue
        msgspec.msgpack.encode(found)
        if read in (read_package_json, read_metadata):
            source_address(found.repository)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
