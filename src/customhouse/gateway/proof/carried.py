"""Which settings of a project are carried into the empty one, and which of its values are not followed.

A project that nobody has looked at yet must not spend the user's secrets (docs/adr/0009): a value that refers to the
environment is carried only where it is the whole address of a registry, or where it is sent to the gateway itself.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import msgspec

from customhouse.ecosystems.fetching import shown
from customhouse.gateway.clients.addresses import gateway_root

#: One reference to the environment and nothing else: `${NAME}`, `$NAME`.
_WHOLE = re.compile(r"\$(?:\{[A-Za-z_][A-Za-z0-9_]*\}|[A-Za-z_][A-Za-z0-9_]*)")
#: Bytes of a settings file that are read.
_MOST = 1024 * 1024


class Carried(msgspec.Struct, frozen=True):
    """Settings for the empty project: file name → text; the registries they name beside the gateway, and what was left.

    `named` are the addresses that questions for any name go to, as settings say that were read; empty where none do.
    """

    files: Mapping[str, str] = {}
    named: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    #: Whether what the client tells of its settings is asked besides what is named here.
    adds: bool = False


class Gateway(msgspec.Struct, frozen=True):
    """The gateway that is asked about. `root` ends in a slash; `trusting` carries everything, as clients do."""

    root: str
    trusting: bool = False

    def has(self, address: str) -> bool:
        """Say whether an address is one of the gateway's: the same place, whoever the user in it is."""
        try:
            parts, own = urlsplit(address.strip()), urlsplit(self.root)
            same = (parts.scheme, _port(parts), (parts.hostname or "").lower()) == (
                own.scheme,
                _port(own),
                (own.hostname or "").lower(),
            )
        except ValueError:
            return False
        return same and f"{parts.path}/".startswith(own.path)

    def may_be_told(self, value: str) -> bool:
        """Say whether the value of a registry's address may be expanded by the client."""
        return self.trusting or "$" not in value or _WHOLE.fullmatch(value) is not None or self.has(value)


def gateway_at(address: str, environ: Mapping[str, str]) -> Gateway:
    """Read an address. Raises CustomhouseError."""
    trusting = environ.get("CUSTOMHOUSE_PROJECT_CREDENTIALS", "") not in ("", "0", "false")
    return Gateway(gateway_root(address), trusting)


def nearest(project: Path, *names: str) -> Path | None:
    """Find the nearest file of one of these names in a folder or above it."""
    folder = project.absolute()
    for each in (folder, *folder.parents):
        for name in names:
            if (each / name).is_file():
                return each / name
    return None


def read_text(path: Path) -> str:
    """Read a settings file; what cannot be read, or is too long, is as good as empty: the client says so itself."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST + 1)
    except OSError:
        return ""
    return data.decode("utf-8-sig", "replace") if len(data) <= _MOST else ""


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; empty where it is none."""
    try:
        return tomllib.loads(read_text(path))
    except (ValueError, RecursionError):
        return {}


def left_out(path: Path, key: str) -> str:
    """Say that a value was not followed."""
    return (
        f"{path}: {key} refers to the environment, and was left out; if you trust the project, run again with "
        "CUSTOMHOUSE_PROJECT_CREDENTIALS=1"
    )


def others(gateway: Gateway, addresses: Mapping[str, str]) -> Iterator[str]:
    """Name the registries that are not the gateway's: what for → address."""
    for what, address in addresses.items():
        if not gateway.has(address):
            told = shown(address) if "://" in address else address
            yield f"{what}: {told}" if what else told


def _port(parts: SplitResult) -> int | None:
    return parts.port or {"http": 80, "https": 443}.get(parts.scheme)
