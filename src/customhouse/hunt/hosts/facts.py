"""Which facts a text names, exactly: a domain with its subdomains, an address whole, a path as each system writes it.

This is the one place of the area where texts are matched, behind `named`.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from customhouse.hunt.asked import Asked
from customhouse.model.campaign import Campaign, Fact, Platform
from customhouse.model.hunt import Grade
from customhouse.model.intelligence import Confidence

_SEPARATOR = r"[\\/]+"
_USER = rf"[A-Za-z]:{_SEPARATOR}Users{_SEPARATOR}[^\\/\r\n]+"
_HOME = rf"(?:~|\$\{{?HOME\}}?|%h|%USERPROFILE%|\$env:USERPROFILE|/(?:home|Users)/[^/\s]+|/root|{_USER})"
_LOCAL = rf"{_SEPARATOR}AppData{_SEPARATOR}Local"
#: What a variable at the beginning of a path may stand as in a text: its own spellings, and what it usually holds.
_VARIABLES = {
    "~": _HOME,
    "home": _HOME,
    "userprofile": _HOME,
    "tmpdir": r"(?:\$\{?TMPDIR\}?|(?:/private)?/tmp|(?:/private)?/var/(?:tmp|folders/[^/\s]+/[^/\s]+/T))",
    "temp": rf"(?:%TE?MP%|\$env:TE?MP|[A-Za-z]:{_SEPARATOR}Windows{_SEPARATOR}Temp|{_USER}{_LOCAL}{_SEPARATOR}Temp)",
    "appdata": rf"(?:%APPDATA%|\$env:APPDATA|{_USER}{_SEPARATOR}AppData{_SEPARATOR}Roaming)",
    "localappdata": rf"(?:%LOCALAPPDATA%|\$env:LOCALAPPDATA|{_USER}{_LOCAL})",
    "programdata": rf"(?:%PROGRAMDATA%|%ALLUSERSPROFILE%|\$env:PROGRAMDATA|[A-Za-z]:{_SEPARATOR}ProgramData)",
    "xdg_config_home": rf"(?:\$\{{?XDG_CONFIG_HOME\}}?|{_HOME}/\.config)",
    "xdg_data_home": rf"(?:\$\{{?XDG_DATA_HOME\}}?|{_HOME}/\.local/share)",
    "xdg_cache_home": rf"(?:\$\{{?XDG_CACHE_HOME\}}?|{_HOME}/\.cache)",
}
_VARIABLES["tmp"] = _VARIABLES["temp"]
_VARIABLES["allusersprofile"] = _VARIABLES["programdata"]
#: `%TEMP%`, `$TMPDIR`, `${HOME}`, `$env:APPDATA` or `~`, and the rest of the path.
VARIABLE = re.compile(r"(?:%(\w+)%|\$(?:env:)?\{?(?:env:)?(\w+)\}?|(~))(?=[\\/]|$)(.*)", re.IGNORECASE | re.DOTALL)
#: A wildcard: any part of a name, or a stated number of characters.
WILDCARD = re.compile(r"\*+|<[^<>/\\]{1,40}>")
_COUNT = re.compile(r"<random (\d{1,2}) char(?:acter)?s?>")
_HIVES = {
    "hkey_current_user": "hkcu",
    "hkey_local_machine": "hklm",
    "hkey_users": "hku",
    "hkey_classes_root": "hkcr",
    "hkey_current_config": "hkcc",
}
_LOWER: dict[Confidence, Confidence] = {"high": "medium", "medium": "low", "low": "low"}


def named(text: str, facts: Iterable[Fact]) -> Iterator[Fact]:
    """Give each of the facts that a text names, in their order."""
    lowered = text.lower()
    for fact in facts:
        literal, pattern = _compiled(fact)
        if literal in lowered and pattern.search(text):
            yield fact


def applies(fact: Fact, platform: Platform) -> bool:
    """Say whether a fact may be true of a system."""
    return "any" in (fact.platform, platform) or fact.platform == platform


def grade_of(fact: Fact) -> Grade:
    """Say how far the attack got where a fact's file is found.

    That something was put aside to be sent away does not show that it was sent.
    """
    return "contacted" if fact.role == "contact" else "script-ran"


def lower(confidence: Confidence) -> Confidence:
    """Return the next lower confidence; the lowest stays."""
    return _LOWER[confidence]


def says_nothing(fact: Fact) -> bool:
    """Say whether the last component is made of wildcards alone: then its name alone is no sign."""
    last = re.split(r"[\\/]+", fact.value.rstrip("/\\"))[-1]
    return bool(WILDCARD.search(last)) and not any(one.isalnum() for one in WILDCARD.sub("", last))


def spoken(asked: Asked, platform: Platform, kinds: frozenset[str]) -> Iterator[tuple[Campaign, Fact]]:
    """Give the facts of some kinds that a text on a system may name, without paths that are wildcards at their end."""
    for campaign, fact in asked.facts():
        if fact.kind in kinds and applies(fact, platform) and not (fact.kind == "path" and says_nothing(fact)):
            yield campaign, fact


def registry_key(text: str) -> str:
    r"""Write a key of the Windows registry in one way: `hkcu\software\…`, of whichever user and control set."""
    parts = [part.casefold() for part in re.split(r"[\\/]+", text.strip()) if part]
    if parts and parts[0] in ("computer", "registry"):
        del parts[0]
    if parts:
        parts[0] = _HIVES.get(parts[0], parts[0]).removesuffix(":")
    if len(parts) > 1 and parts[0] == "hku":
        parts[:2] = ["hkcu"]
    if len(parts) > 2 and parts[:2] == ["hklm", "system"] and re.fullmatch(r"controlset\d+", parts[2]):  # noqa: PLR2004 - the third part
        parts[2] = "currentcontrolset"
    return "\\".join(part for part in parts if part != "wow6432node")


def wildcards(text: str) -> str:
    """Return the expression of a component's name, or of a path's rest, whose wildcards stand for parts of a name."""
    pieces: list[str] = []
    at = 0
    for match in WILDCARD.finditer(text):
        pieces.append(_plain(text[at : match.start()]))
        count = _COUNT.fullmatch(match[0])
        if count:
            pieces.append(f"[A-Za-z0-9_-]{{{count[1]}}}")
        else:
            pieces.append(r"[^\\/\r\n\"']*" if match[0].startswith("*") else r"[^\\/\r\n\"']+")
        at = match.end()
    return "".join(pieces) + _plain(text[at:])


def _plain(text: str) -> str:
    return _SEPARATOR.join(re.escape(part) for part in re.split(r"[\\/]+", text))


@lru_cache(maxsize=8192)
def _compiled(fact: Fact) -> tuple[str, re.Pattern[str]]:
    """Return a piece of text, in lower case, that must stand there, and the expression."""
    value = fact.value
    insensitive = re.IGNORECASE
    match fact.kind:
        case "domain":
            return value.lower(), re.compile(rf"(?<![\w-]){re.escape(value)}(?![\w-])(?!\.[\w-])", insensitive)
        case "address":
            return value.lower(), re.compile(rf"(?<![\w.:]){re.escape(value)}(?![\w])(?!\.\d)", insensitive)
        case "url":
            return value.lower(), re.compile(rf"(?<![\w]){re.escape(value)}(?![\w@-])(?!\.\w)", insensitive)
        case "process":
            return value.lower(), re.compile(rf"(?<![\w.-]){re.escape(value)}(?:\.exe)?(?![\w-])(?!\.\w)", insensitive)
        case "service":
            stem = re.sub(r"\.(?:service|timer|plist)$", "", value)
            end = r"(?:\.(?:service|timer|plist))?(?![\w-])(?!\.\w)"
            return stem.lower(), re.compile(rf"(?<![\w.-]){re.escape(stem)}{end}", insensitive)
        case "registry-key":
            last = re.split(r"[\\/]+", value)[-1].lower()
            return last, _registry_pattern(value)
        case "path":
            return _path_pattern(value)
        case "digest":
            digits = value.rpartition(":")[2].lower()
            return digits, re.compile(rf"(?<!\w){re.escape(digits)}(?!\w)", insensitive)
        case "user-agent":
            return value.lower(), re.compile(re.escape(value), insensitive)
        case _:
            return value.lower(), re.compile(re.escape(value))


def _registry_pattern(value: str) -> re.Pattern[str]:
    hive, _, rest = value.partition("\\")
    names = {short: long for long, short in _HIVES.items()}
    short = _HIVES.get(hive.casefold(), hive.casefold()).removesuffix(":")
    first = rf"(?:{re.escape(short)}:?|{re.escape(names.get(short, short))})"
    # A command gives a value's name beside its key: `reg add HKCU\…\Run /v MicrosoftUpdate`.
    key, _, last = rest.rpartition("\\")
    between = rf"(?:{_SEPARATOR}|['\"]?\s+(?:/v|-Name)\s+['\"]?)"
    body = rf"{_plain(key)}{between}{_plain(last)}" if key else _plain(last)
    return re.compile(rf"(?<![\w]){first}{_SEPARATOR}{body}(?![\w-])", re.IGNORECASE)


def _path_pattern(value: str) -> tuple[str, re.Pattern[str]]:
    variable = VARIABLE.fullmatch(value)
    rest = value
    first = ""
    if variable:
        name = (variable[1] or variable[2] or variable[3]).lower()
        first, rest = _VARIABLES.get(name, re.escape(value[: len(value) - len(variable[4])])), variable[4]
    elif value.startswith("/"):
        first = r"(?:file://)?(?:/private)?"
    elif re.match(r"[A-Za-z]:[\\/]", value):
        first, rest = "[A-Za-z]:", value[2:]
    # Before a path that begins at a root nothing of another path may stand; one that does not may be any path's end.
    before = r"(?<![\w.~%$\\/-])" if first else r"(?<![\w.%$-])"
    plain = [piece for piece in re.split(r"[\\/]+", WILDCARD.sub("/", rest)) if piece]
    literal = max(plain, key=len, default="").lower()
    # Unix paths are told apart by case, but not on every disk; a text does not say which disk it speaks of.
    end = wildcards(rest.rstrip("/\\"))
    return literal, re.compile(rf"{before}{first}{end}(?![\w-])(?!\.\w)", re.IGNORECASE)
