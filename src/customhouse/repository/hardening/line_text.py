"""Setting a key where every line is one setting: npm's .npmrc, yarn 1's .yarnrc, and requirements files."""

import re

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.npm.npmrc import parse_npmrc
from customhouse.model.hardening import Value
from customhouse.model.lazy_regex import lazy_regex

_SECTION = lazy_regex(r"\[[^\]]*\]\s*")


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _appended(text: str, lines: list[str], at: int | None = None) -> str:
    """Put whole lines in at a line's index, or at the end."""
    newline = _newline(text)
    parts = text.splitlines(keepends=True)
    if parts and not parts[-1].endswith(("\n", "\r")):
        parts[-1] += newline
    where = len(parts) if at is None else at
    parts[where:where] = [line + newline for line in lines]
    return "".join(parts)


def set_npmrc(text: str, key: str, value: Value, comments: tuple[str, ...] = ()) -> str:
    """Give the text with `key=value`; raises UnreadableError when it would not read back."""
    new = f"{key}={_text(value)}"
    parts = text.splitlines(keepends=True)
    section = next((n for n, part in enumerate(parts) if _SECTION.fullmatch(part.strip())), len(parts))
    ours = [n for n, part in enumerate(parts[:section]) if part.partition("=")[0].strip().strip("\"'") == key]
    if ours:
        last = parts[ours[-1]]
        parts[ours[-1]] = new + last[len(last.rstrip("\r\n")) :]
        result = "".join(parts)
    else:
        at = section if section < len(parts) else None
        result = _appended(text, [*(f"# {one}".rstrip() for one in comments), new], at)
    if parse_npmrc(result) != {**parse_npmrc(text), key: _text(value)}:
        raise UnreadableError(f"{key} stands there in a form that cannot be changed safely")
    return result


def set_yarnrc(text: str, key: str, value: Value, comments: tuple[str, ...] = ()) -> str:
    """Give the text with yarn 1's `key value`."""
    shown = f'"{value}"' if isinstance(value, str) else _text(value)
    parts = text.splitlines(keepends=True)
    ours = [n for n, part in enumerate(parts) if part.strip().partition(" ")[0].strip('"') == key]
    if not ours:
        return _appended(text, [*(f"# {one}".rstrip() for one in comments), f"{key} {shown}"])
    last = parts[ours[-1]]
    parts[ours[-1]] = f"{key} {shown}" + last[len(last.rstrip("\r\n")) :]
    return "".join(parts)


def set_requirements_option(text: str, option: str, value: Value, comments: tuple[str, ...] = ()) -> str:
    """Give the text with an option on a line of its own, below the comments that open the file."""
    if re.search(rf"^\s*{re.escape(option)}[\s=]", text, re.MULTILINE):
        raise UnreadableError(f"{option} stands there with another value")
    at = 0
    for number, line in enumerate(text.splitlines()):
        if line.strip() and not line.lstrip().startswith("#"):
            break
        at = number + 1
    at = 0 if at == len(text.splitlines()) else at
    return _appended(text, [*(f"# {one}".rstrip() for one in comments), f"{option} {_text(value)}"], at)
