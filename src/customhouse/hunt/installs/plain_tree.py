"""A node_modules in which no client wrote down what it installed (yarn, bun, npm 6): each package says it of itself."""

import os
from pathlib import Path

import msgspec

from customhouse.hunt.installs.findings import Findings
from customhouse.hunt.installs.npm_tree import package_folders
from customhouse.hunt.installs.reading import UnreadError, file_time, read_file
from customhouse.model.hunt import Place

_MAX_MANIFEST = 8 * 1024 * 1024


class _Manifest(msgspec.Struct, frozen=True):
    name: str = ""
    version: str = ""


_DECODER = msgspec.json.Decoder(_Manifest)


def read_plain_tree(modules: Path, findings: Findings) -> None:
    """Read every package's own manifest. Never raises."""
    count = 0
    asset = str(modules.parent)
    still = [str(modules)]
    while still:
        for name, folder in package_folders(still.pop(), findings):
            inner = os.path.join(folder, "node_modules")  # noqa: PTH118
            if os.path.isdir(inner):  # noqa: PTH112
                still.append(inner)
            path = os.path.join(folder, "package.json")  # noqa: PTH118
            try:
                own = _DECODER.decode(read_file(path, _MAX_MANIFEST))
            except (UnreadError, msgspec.DecodeError, RecursionError):
                continue
            count += 1
            release = own.name or name, own.version
            message = f"{release[0]}@{release[1]} lies in node_modules, as its own package.json says"
            findings.release("npm", *release, "fetched", message, Place(path), asset, when=file_time(path))
    findings.looked(modules, "node_modules", asset, entries=count)
