"""The npmrc format: npm's own INI dialect, and `${VARIABLE}` in its values.

Follows the `ini` package and `@npmcli/config/lib/env-replace.js` as they stand in npm 11.
"""

import json
import re
from collections.abc import Iterator, Mapping

from customhouse.model.lazy_regex import lazy_regex

#: `${NAME}` and `${NAME?}`; an odd number of backslashes before it keeps it as written.
_REFERENCE = lazy_regex(r"(?<!\\)(\\*)\$\{([^${}?]+)(\?)?\}")
#: pnpm's default, `${NAME-text}` or `${NAME:-text}`, which npm leaves as written.
_DEFAULT = lazy_regex(r"([^:-]+):?-(.*)", re.DOTALL)


def parse_npmrc(text: str) -> dict[str, str]:
    """Read the keys before the first `[section]`, values not yet expanded; later lines win.

    A key without `=` is `true`. Keys of arrays (`ca[]`) are left out: none of them concerns us.
    """
    found: dict[str, str] = {}
    for line in re.split(r"[\r\n]+", text):
        if not line.strip() or line.lstrip()[0] in ";#":
            continue
        if re.fullmatch(r"\[[^\]]*\]\s*", line):
            break
        key, equals, value = line.partition("=")
        name = _plain(key)
        if name and not name.endswith("[]"):
            found[name] = _plain(value) if equals else "true"
    return found


def _plain(text: str) -> str:
    """Unquote and unescape; what follows an unescaped `;` or `#` is a comment."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        quoted = text[1:-1] if text[0] == "'" else text
        try:
            read = json.loads(quoted)
        except ValueError:
            return quoted
        return read if isinstance(read, str) else quoted
    plain, escaped = "", False
    for char in text:
        if escaped:
            plain += char if char in "\\;#" else f"\\{char}"
            escaped = False
        elif char in ";#":
            break
        elif char == "\\":
            escaped = True
        else:
            plain += char
    return (plain + ("\\" if escaped else "")).strip()


def references(text: str) -> tuple[str, ...]:
    """Name the environment variables that a value refers to."""
    return tuple(_name(match.group(2)) for match in _live(text))


def is_reference(text: str) -> bool:
    """Whether the value is one reference and nothing else, so that all of it comes from the environment."""
    match = _REFERENCE.fullmatch(text)
    return match is not None and not match.group(1) and _DEFAULT.fullmatch(match.group(2)) is None


def expand(text: str, environ: Mapping[str, str]) -> str:
    """Replace references; what is unset and has no default stays as written."""

    def value(match: re.Match[str]) -> str:
        escape, name, optional = match.groups()
        if len(escape) % 2:
            return match.group()[(len(escape) + 1) // 2 :]
        kept = escape[len(escape) // 2 :]
        if name in environ:
            return kept + environ[name]
        if not optional and (default := _DEFAULT.fullmatch(name)):
            return kept + environ.get(default.group(1), default.group(2))
        return kept + ("" if optional else f"${{{name}}}")

    return _REFERENCE.sub(value, text)


def unset(text: str, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Name the variables without which the value cannot be made."""
    return tuple(
        match.group(2)
        for match in _live(text)
        if not match.group(3) and match.group(2) not in environ and not _DEFAULT.fullmatch(match.group(2))
    )


def _live(text: str) -> Iterator[re.Match[str]]:
    return (match for match in _REFERENCE.finditer(text) if not len(match.group(1)) % 2)


def _name(inner: str) -> str:
    default = _DEFAULT.fullmatch(inner)
    return default.group(1) if default else inner
