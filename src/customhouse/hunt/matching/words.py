"""Digests, texts, and names of programs and services."""

import base64
import re

from customhouse.hunt.matching.boundaries import END, START
from customhouse.hunt.matching.interface import Pattern

_HEX = re.compile(r"[0-9a-f]{32,128}")
#: What a text is looked for by: its first bytes.
_KEY = 48
_HIVES = {
    "hkcu": "hkey_current_user",
    "hklm": "hkey_local_machine",
    "hku": "hkey_users",
    "hkcr": "hkey_classes_root",
    "hkcc": "hkey_current_config",
}


def digest(value: str) -> Pattern | None:
    """Read a digest, with or without the name of its algorithm: as hexadecimal of any case, or as npm writes it."""
    text = value.strip().lower().rpartition(":")[2]
    if not _HEX.fullmatch(text) or len(text) % 2:
        return None
    encoded = base64.b64encode(bytes.fromhex(text))
    expression = rb"(?<![0-9A-Fa-f])(?i:%b)(?![0-9A-Fa-f])|(?<=-)%b" % (text.encode(), re.escape(encoded))
    return Pattern((text.encode(), encoded), expression)


def text(value: str) -> Pattern | None:
    """Read a text that is compared as it stands."""
    raw = value.encode(errors="surrogatepass")
    return Pattern((raw[:_KEY],), re.escape(raw)) if raw.strip() and b"\n" not in raw else None


def user_agent(value: str) -> Pattern | None:
    """Read a user agent; spaces may be `+` or `%20`, as some servers write them."""
    raw = value.strip().encode(errors="surrogatepass")
    if not raw or b"\n" in raw:
        return None
    keys = tuple(dict.fromkeys(raw.replace(b" ", space)[:_KEY] for space in (b" ", b"+", b"%20")))
    whole = rb"(?: |\+|%20)".join(re.escape(word) for word in raw.split(b" "))
    return Pattern(keys, rb"(?i:" + START + whole + rb")(?![A-Za-z0-9_])")


def program(value: str) -> Pattern | None:
    """Read the name of a process, service or task, or a command line."""
    raw = value.strip().encode(errors="surrogatepass")
    if not raw or b"\n" in raw:
        return None
    return Pattern((raw[:_KEY],), rb"(?i:" + START + rb"(?<![A-Za-z0-9_]\.)" + re.escape(raw) + rb")" + END
                   + rb"(?!\.[A-Za-z0-9])")  # fmt: skip


def registry_key(value: str) -> Pattern | None:
    """Read a key of Windows' registry; its hive may be written in either way, with a colon, or be left out."""
    parts = [part for part in re.split(r"[\\/]+", value.strip()) if part]
    hive = parts[0].lower().rstrip(":") if parts else ""
    if hive in _HIVES or hive in _HIVES.values():
        parts = parts[1:]
    if not parts or "\n" in value:
        return None
    whole = rb"[\\/]{1,4}".join(re.escape(part.encode(errors="surrogatepass")) for part in parts)
    expression = rb"(?i:" + START + whole + rb")" + END
    longest = max(parts, key=len)
    key = longest.encode(errors="surrogatepass")[:_KEY]
    if longest == parts[0]:
        return Pattern((key,), expression)
    return Pattern((), expression, inner=(key,), before=b"\\/")
