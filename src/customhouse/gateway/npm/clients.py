"""What a client's headers say of the answer that it can use."""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from customhouse.ecosystems.npm.configuration import last_resort
from customhouse.model.lazy_regex import lazy_regex

ABBREVIATED: Final = "application/vnd.npm.install-v1+json"
#: The headers that the form of an answer depends on.
VARIES: Final = ("accept", "user-agent")
#: npm's own client. Others name it in second place, and without a version: `pnpm/9.15.0 npm/? node/v22.0.0 linux x64`.
_NPM = lazy_regex(r"npm/([0-9]{1,4})\.")
#: The first npm that asks its own registry for what is said to be in the default one; npm 6 goes there.
_REPLACES: Final = 7
_BUN = lazy_regex(r"Bun/([0-9]{1,4})\.([0-9]{1,4})\.")
#: The first bun that finds a file by its lock's name and version at the registry that it is configured for; up to 1.3.0
#: it goes to npm's default one.
_FINDS: Final = (1, 4)
#: Characters; what comes after is not read.
_LONGEST_ACCEPT: Final = 1024


class Form(msgspec.Struct, frozen=True):
    """How a package is told: whole or abbreviated, and what its files' addresses begin with.

    `root` ends in a slash. Where it is empty no address is told: the client makes it up.
    """

    kind: Literal["full", "abbreviated"]
    root: str


def form(headers: Mapping[str, str], base: str) -> Form:
    """Choose the form for a client that wrote the door's address as `base`.

    Most clients fetch a file where they are told to. Two write that place into their locks as well, where the gateway's
    would stay, and need not be told it. npm's own client takes an address under npm's default registry to mean the
    registry that it is configured for, asks there, and writes the default one down; with `replace-registry-host=never`
    it goes to the default one. bun, told of no address, asks the configured registry for the file by its usual name,
    and writes what it would have without the gateway.
    """
    agent = headers.get("user-agent", "")
    kind: Literal["full", "abbreviated"] = "abbreviated" if wants_abbreviated(headers.get("accept", "")) else "full"
    if (npm := _NPM.match(agent)) and int(npm.group(1)) >= _REPLACES:
        return Form(kind, last_resort())
    # Programs that bun runs name it too, but do not ask for what installing needs.
    if kind == "abbreviated" and (bun := _BUN.match(agent)) and (int(bun[1]), int(bun[2])) >= _FINDS:
        return Form(kind, "")
    return Form(kind, base)


def wants_abbreviated(accept: str) -> bool:
    """Whether an Accept header names the abbreviated form, and as no worse than the full one (RFC 9110, 12.5.1)."""
    weights: dict[str, float] = {}
    for entry in accept[:_LONGEST_ACCEPT].lower().split(","):
        kind, *parameters = (part.strip() for part in entry.split(";"))
        weights[kind] = next((_weight(value[2:]) for value in parameters if value.startswith("q=")), 1.0)
    wanted = weights.get(ABBREVIATED, 0.0)
    full = next((weights[kind] for kind in ("application/json", "application/*", "*/*") if kind in weights), 0.0)
    return wanted > 0 and wanted >= full


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
