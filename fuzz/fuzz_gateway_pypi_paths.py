"""Fuzzes what the gateway's PyPI door makes of a request: targets, Accept headers, and the addresses it gives itself.

Whatever the target is, nothing raises; names that come out of it are names and nothing else; where a client is led is
at the door; every address that the door would give a file is read back as that file.

Run: `python fuzz/fuzz_gateway_pypi_paths.py [CORPUS] -max_total_time=30` with atheris installed and `src` on the path.
"""

import string
import sys
from urllib.parse import urljoin

import atheris

with atheris.instrument_imports(include=["customhouse.gateway", "customhouse.ecosystems.pypi", "customhouse.versions"]):
    from customhouse.ecosystems.pypi.filenames import read_filename
    from customhouse.gateway.pypi import paths
    from customhouse.gateway.pypi.negotiation import content_type, prefers_json

DOOR = "http://gateway.test/pypi/"
PROJECT = set(string.ascii_lowercase + string.digits + "-")
NEVER = set("/\\%?#") | {chr(code) for code in range(33)}
MOST = 8192


def one(data: bytes) -> None:
    provider = atheris.FuzzedDataProvider(data)
    accept = provider.ConsumeUnicodeNoSurrogates(64)
    text = provider.ConsumeUnicodeNoSurrogates(MOST)
    content_type(accept)
    prefers_json(accept)
    for path in (text, f"/{text}", f"/simple/{text}/", f"/files/https/files.example/{text}"):
        told(path, paths.read_target(path))
    filename = text.rpartition("/")[2]
    for project in paths.projects_of(filename):
        given(f"https://files.example/{text}", filename, project)


def told(path: str, target: paths.Target) -> None:
    """Check what a target was taken for."""
    match target:
        case paths.Page(project) | paths.Document(project, _):
            named(project)
        case paths.Moved(to):
            if not urljoin(DOOR[:-1] + path, to).startswith(DOOR):
                raise AssertionError(to)
        case paths.Metadata(file) | (paths.File() as file):
            plain(file.filename)
            if not all(read_filename(file.filename, project) for project in file.projects):
                raise AssertionError(file)
        case paths.Provenance(project, filename) | paths.Refusal(project, filename):
            named(project)
            plain(filename)


def given(url: str, filename: str, project: str) -> None:
    """Check the address that a file at some place upstream is given."""
    address = paths.file_address(url, filename)
    if not address:
        return
    back = paths.read_target(f"/{address}")
    if not isinstance(back, paths.File) or back.filename != filename or project not in back.projects:
        raise AssertionError((url, address, back))


def named(project: str) -> None:
    if not project or not set(project) <= PROJECT:
        raise AssertionError(project)


def plain(filename: str) -> None:
    if not filename or set(filename) & NEVER or filename.startswith("."):
        raise AssertionError(filename)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
