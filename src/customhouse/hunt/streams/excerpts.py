"""Excerpts of lines: shortened around what was found, with the values of secrets masked."""

import re

#: Characters of an excerpt, and of a line on either side of what it is about that are looked at at all.
_LONGEST = 240
_LOOKED_AT = 1200
MASK = "***"
#: What names a secret, and the value after it; and values that tell by themselves what they are.
_NAMED = re.compile(
    r"""(?ix)
    ( \b (?:proxy-)? authorization ["']? \s* [:=] \s* ["']? (?: (?:bearer|basic|token|digest|negotiate) \s+ )?
    | (?: token | secret | password | passwd | passphrase | pwd | api[_-]?key | access[_-]?key | private[_-]?key
        | client[_-]?key | credentials? | _auth | signature | \bsig ) [a-z0-9_-]{0,40}
      ["']? \s* (?: = | := | : (?!//) | %3d ) \s* ["']?
    | -- (?: password | token ) \s
    | (?<= :// ) [^\s/@:"']{0,80} : (?= [^\s/@"']{1,200} @ )
    ) ( [^\s"'&;,<>@|]{1,4096} )
    """
)
_COOKIES = re.compile(r"(?i)(cookie[\"']?\s*[:=]\s*).+")
_TELLING = re.compile(
    r"gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|npm_[A-Za-z0-9]{16,}|pypi-[\w-]{16,}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}|xox[abprs]-[\w-]{10,}|sk-[\w-]{20,}|eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?"
    r"|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.*"
)


def masked(text: str) -> str:
    """Replace the values of secrets; their names stay."""
    text = _NAMED.sub(lambda found: found[1] + MASK, text)
    return _TELLING.sub(MASK, _COOKIES.sub(lambda found: found[1] + MASK, text))


def excerpt(text: str, about: str = "") -> str:
    """Return a line, at most _LONGEST characters of it, around the first place of `about` in it."""
    text = text.strip()
    at = max(0, text.lower().find(about.lower()))
    first = max(0, at - _LOOKED_AT)
    before, after = first > 0, at + _LOOKED_AT < len(text)
    text = masked(text[first : at + _LOOKED_AT])
    if len(text) <= _LONGEST:
        return f"{'…' if before else ''}{text}{'…' if after else ''}"
    at = max(0, text.lower().find(about.lower()))
    start = max(0, min(at - _LONGEST // 3, len(text) - _LONGEST))
    stop = start + _LONGEST
    return f"{'…' if start or before else ''}{text[start:stop]}{'…' if stop < len(text) or after else ''}"
