"""The keys of a pnpm lock: which package a key names, and which key a dependency leads to, version by version.

Version 5 writes `/name/1.0.0_peer@1.0.0`, version 6 `/name@1.0.0(peer@1.0.0)`, version 9 `name@1.0.0(peer@1.0.0)`. In
versions 5 and 6 a key without the leading slash begins with a host, or is what pnpm makes of an address. The rules are
those of pnpm's own `@pnpm/dependency-path`.
"""

from typing import Literal

import msgspec

from customhouse.versions import npm

Major = Literal[5, 6, 9]


class Key(msgspec.Struct, frozen=True, gc=False):
    """What a key says. `base` is the key without peers and patch, the same for every installation of one package.

    `name` and `version` are empty where the key names an address instead; `host` is of versions 5 and 6 only.
    """

    base: str
    name: str = ""
    version: str = ""
    host: str = ""
    #: The version part where it is none: `file:../lib`, `https://…`, `runtime:22.0.0`.
    address: str = ""


def without_suffix(text: str) -> str:
    """Take the groups in round brackets off the end (`(patch_hash=…)(react@18.2.0(x@1))`), which may be nested."""
    end = len(text)
    while end and text[end - 1] == ")":
        depth, at = 0, end
        while at:
            at -= 1
            depth += (text[at] == ")") - (text[at] == "(")
            if depth == 0:
                break
        if depth:
            return text
        end = at
    return text[:end]


def read_key(key: str, major: Major) -> Key:
    """Read a key of `packages` or `snapshots`."""
    if major == 9:  # noqa: PLR2004 - the format's own number
        base = without_suffix(key) if key.endswith(")") else key
        at = base.find("@", 1)
        if at < 0:
            return Key(base, address=base)
        name, part = base[:at], base[at + 1 :]
        return _named(base, name, part)
    if key.startswith("file:"):
        base = without_suffix(key) if major == 6 else key  # noqa: PLR2004
        return Key(base, address=base)
    return _read_6(key) if major == 6 else _read_5(key)  # noqa: PLR2004


def _named(base: str, name: str, part: str, host: str = "") -> Key:
    if npm.parse(part) is not None:
        return Key(base, name, part, host)
    return Key(base, name, "", host, part)


def _read_6(key: str) -> Key:
    base = without_suffix(key)
    host, rest = _host(base)
    at = rest.find("@", 1)
    if at < 0 or "/" in rest[at:]:
        return Key(base, address=base)
    return _named(base, rest[:at], rest[at + 1 :], host)


def _read_5(key: str) -> Key:
    host, rest = _host(key)
    parts = rest.split("/")
    depth = 2 if rest.startswith("@") else 1
    if len(parts) <= depth:
        return Key(key, address=key)
    name, part = "/".join(parts[:depth]), parts[depth].partition("_")[0]
    if npm.parse(part) is None:
        return Key(key, address=key)
    return Key(f"{host}/{name}/{part}", name, part, host)


def _host(key: str) -> tuple[str, str]:
    """Tell the host of a key from the rest; a key with a leading slash has none, one with `@` first is an address."""
    host, _, rest = key.partition("/")
    return (host, rest) if "@" not in host else ("", "")


def target(name: str, reference: str, major: Major) -> str:
    """Return the key that a dependency leads to; what it writes is a version, a key, or an address.

    A `link:` is not a key and must be told apart before.
    """
    if major == 9:  # noqa: PLR2004
        if reference.startswith("@"):
            return reference
        at = reference.find("@")
        ends = [place for place in (reference.find(":"), reference.find("(")) if place >= 0]
        return reference if at >= 0 and all(at < place for place in ends) else f"{name}@{reference}"
    if reference.startswith("file:"):
        return reference
    if "/" in (without_suffix(reference) if major == 6 else reference.partition("_")[0]):  # noqa: PLR2004
        return reference
    return f"/{name}@{reference}" if major == 6 else f"/{name}/{reference}"  # noqa: PLR2004
