"""Fuzzes what reads a path of the gateway's npm door: it never fails, and no path leads where its text does not.

Two paths are read: one as the fuzzer made it, and one that differs from it. Both may lead to one record only where they
decode to one text; no name, version or file of a record holds a separator, a dot segment or a control character.

Run: `python fuzz/fuzz_gateway_npm_paths.py [CORPUS] -max_total_time=30` with atheris installed and `src` on the path.
"""

import string
import sys
from urllib.parse import unquote

import atheris

with atheris.instrument_imports(include=["customhouse"]):
    from customhouse.gateway.npm.paths import (
        LONGEST_NAME,
        LONGEST_VERSION,
        Account,
        Nothing,
        Ping,
        Tarball,
        filename,
        is_name,
        read_path,
    )

PIECES = (
    *("/", "/-/", "@", "%2f", "%2F", "%40", "%252f", "%", "..", ".", "%2e", "\\", "%5c", "\x00", "%00", "\r\n", "%0a"),
    *("a", "A", "pad", "@acme", "1.0.0", "latest", ".tgz", "pad-1.0.0.tgz", "+", "%2B", "_", "-", "\u0435", "%D0%B5"),
    *("package/", "/dist-tags", "npm/v1/attestations/", "npm/v1/security/advisories/bulk", "npm/v1/keys", "v1/search"),
    *("user/", "whoami", "ping", "?", "#", ";", "http://x/", " "),
)
#: What stands in a part of a record.
PLAIN = frozenset(string.ascii_letters + string.digits + "-._~!'()*+")


def made(provider: atheris.FuzzedDataProvider) -> str:
    if provider.ConsumeBool():
        return provider.ConsumeUnicode(256)
    count = provider.ConsumeIntInRange(0, 12)
    return "/" + "".join(PIECES[provider.ConsumeIntInRange(0, len(PIECES) - 1)] for _ in range(count))


def spelt_otherwise(provider: atheris.FuzzedDataProvider, path: str) -> str:
    """Encode or decode some of it, or put something into it."""
    if not path:
        return made(provider)
    at = provider.ConsumeIntInRange(0, len(path) - 1)
    before, char, after = path[:at], path[at], path[at + 1 :]
    match provider.ConsumeIntInRange(0, 3):
        case 0:
            return before + "".join(f"%{byte:02x}" for byte in char.encode(errors="replace")) + after
        case 1:
            return before + unquote(path[at:])
        case 2:
            return before + PIECES[provider.ConsumeIntInRange(0, len(PIECES) - 1)] + path[at:]
        case _:
            return made(provider)


def check(path: str) -> object:
    asked = read_path(path)
    name = getattr(asked, "name", None)
    if name is not None:
        if not is_name(name) or len(name) > LONGEST_NAME or name.count("/") != name.startswith("@"):
            raise AssertionError(asked)
        parts = name.removeprefix("@").split("/")
        others = [getattr(asked, field) for field in ("version", "wanted", "filename") if hasattr(asked, field)]
        if any(len(other) > LONGEST_NAME + LONGEST_VERSION + 5 for other in others):
            raise AssertionError(asked)
        for part in (*parts, *others):
            if not part or part.startswith(".") or not PLAIN.issuperset(part):
                raise AssertionError(asked)
    if isinstance(asked, Tarball) and asked.filename != filename(asked.name, asked.version):
        raise AssertionError(asked)
    return asked


def one(data: bytes) -> None:
    provider = atheris.FuzzedDataProvider(data)
    path = made(provider)
    asked = check(path)
    for _ in range(4):
        other = spelt_otherwise(provider, path)
        # These hold no text of the path: that many lead to them is what they are for.
        if (
            check(other) == asked
            and not isinstance(asked, Nothing | Account | Ping)
            and unquote(other) != unquote(path)
        ):
            raise AssertionError((path, other))


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
