"""Command lines that fetch something, and whether they run what they fetched.

Read here are hooks' commands and constant arguments of calls that start programs. A shell is not emulated: a command
put together from variables escapes this, and is then what the source room's facts about the file are for.
"""

import re
from typing import Literal

from customhouse.model.lazy_regex import lazy_regex

Download = Literal["runs", "fetches"]

_FETCH = (
    r"(?:(?<![\w./-])(?:curl|wget|aria2c)(?:\.exe)?\s"
    r"|\b(?:iwr|irm|invoke-webrequest|invoke-restmethod|start-bitstransfer|bitsadmin|certutil(?:\.exe)?\s+-urlcache)\b"
    r"|\bnet\.webclient\b|\.download(?:string|file|data)\b)"
)
_RUNNER = (
    r"(?:\S*/)?(?:(?:ba|z|da|k|a)?sh|python[\d.]*|node|bun|deno|perl|ruby|php|pwsh|powershell|cmd)(?:\.exe)?(?![\w./-])"
)

_FETCHES = lazy_regex(_FETCH, re.IGNORECASE)
_RUNS = tuple(
    lazy_regex(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        # curl … | sh
        rf"{_FETCH}[^|]*\|\s*(?:sudo\s+(?:-\S+\s+)*)?(?:env\s+)?{_RUNNER}",
        # sh -c "$(curl …)", eval `wget …`, node -e "$(curl …)", source <(curl …)
        rf"(?:\$\(|`|<\()\s*{_FETCH}",
        # curl -o x … && chmod +x x; … ; ./x; … && sh x
        rf"{_FETCH}.*(?:&&|;|\|\||\n)\s*(?:sudo\s+)?(?:chmod\s+\S*[+7]|\./|nohup\s|{_RUNNER}\s|start\s|/(?:tmp|var|dev)/)",
        # iex (iwr …), iwr … | iex
        rf"\b(?:iex|invoke-expression)\b.*{_FETCH}|{_FETCH}.*\|\s*(?:iex|invoke-expression)\b",
        # Programs that fetch and run by themselves.
        r"\b(?:mshta|regsvr32|rundll32)(?:\.exe)?\b[^;&|]*https?://",
        r"\bpowershell(?:\.exe)?\b.*\s-e(?:nc|ncodedcommand)?\s+[A-Za-z0-9+/=]{24,}",
        # python -c "…urlopen(…)…exec(…)", either way round
        r"\bpython[\d.]*\s+-c\b.*(?:exec\s*\(.*(?:urlopen|requests\.get)|(?:urlopen|requests\.get).*exec\s*\()",
    )
)

_NUMBER = lazy_regex(r"\bv?\d+(?:\.\d+)+(?:-[\w.]+)?")

#: In every ASCII text that one of these patterns matches, one of these words stands; compiling them all takes 8 ms.
_WORDS_TEXT = """
curl wget aria2c iwr irm invoke- bitstransfer bitsadmin certutil net.webclient .download mshta regsvr32 rundll32
powershell urlopen requests.get
"""
_WORDS = tuple(_WORDS_TEXT.split())


def download(command: str) -> Download | None:
    """Say whether a command line fetches something (`fetches`), and also runs it (`runs`); None for neither."""
    command = command[:4096]
    if command.isascii() and not any(map(command.lower().__contains__, _WORDS)):
        return None
    if any(pattern.search(command) for pattern in _RUNS):
        return "runs"
    return "fetches" if _FETCHES.search(command) else None


def plain_command(command: str) -> str:
    """The command without what does not change its meaning, and without version numbers."""
    return _NUMBER.sub("N", re.sub(r"(?<=\s)\./", "", " ".join(command.split())))
