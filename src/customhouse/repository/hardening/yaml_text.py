"""Setting a top-level key in YAML text, by lines, and read back: comments, order and line ends stay."""

import re
from typing import Any

from customhouse.ecosystems.documents import UnreadableError
from customhouse.model.hardening import Value
from customhouse.model.lazy_regex import lazy_regex

_PLAIN = lazy_regex(r"[A-Za-z][A-Za-z0-9_./@-]*")


def _written(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_written(one) for one in value) + "]"
    return (
        value
        if _PLAIN.fullmatch(value) and value.lower() not in ("true", "false", "null", "yes", "no")
        else f'"{value}"'
    )


def _read(text: str) -> dict[str, Any]:
    import yaml  # noqa: PLC0415 - many repositories have no such file

    try:
        document = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe one
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise UnreadableError("it is not YAML that a client would write") from error
    if document is not None and not isinstance(document, dict):
        raise UnreadableError("it is no mapping of keys to values")
    return document or {}


def set_yaml(text: str, key: str, value: Value, comments: tuple[str, ...] = ()) -> str:
    """Give the text with a top-level key set; `comments` stand above a key that was not there.

    Raises UnreadableError when the text is no YAML, or holds the key in a way that cannot be changed safely.
    """
    before = _read(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    parts = text.splitlines(keepends=True)
    pattern = re.compile(rf"""(["']?{re.escape(key)}["']?[ \t]*:)([ \t]+[^#\r\n]*?)?([ \t]+#[^\r\n]*)?[\r\n]*""")
    ours = [n for n, part in enumerate(parts) if pattern.fullmatch(part)]
    if ours:
        match = pattern.fullmatch(parts[ours[0]])
        end = parts[ours[0]][len(parts[ours[0]].rstrip("\r\n")) :]
        comment = (match.group(3) or "") if match else ""
        parts[ours[0]] = f"{match.group(1) if match else key + ':'} {_written(value)}{comment}{end}"
        result = "".join(parts)
    else:
        if parts and not parts[-1].endswith(("\n", "\r")):
            parts[-1] += newline
        at = len(parts)
        if at and parts[-1].strip() in ("...", "---") and at > 1:
            at -= 1
        parts[at:at] = [
            line + newline for line in (*(f"# {one}".rstrip() for one in comments), f"{key}: {_written(value)}")
        ]
        result = "".join(parts)
    wanted = {**before, key: list(value) if isinstance(value, tuple) else value}
    try:
        same = _read(result) == wanted
    except UnreadableError:
        same = False
    if not same:
        raise UnreadableError(f"{key} stands there in a form that cannot be changed safely")
    return result


def set_yaml_entry(text: str, table: str, key: str, value: str) -> str:
    """Give the text with `key` of a top-level mapping in block form set; the mapping is made where there is none.

    Raises UnreadableError as `set_yaml` does, and where the mapping is written in another form.
    """
    before = _read(text)
    below = before.get(table) or {}
    if not isinstance(below, dict):
        raise UnreadableError(f"{table} is no mapping")
    newline = "\r\n" if "\r\n" in text else "\n"
    parts = text.splitlines(keepends=True)
    if parts and not parts[-1].endswith(("\n", "\r")):
        parts[-1] += newline
    entry = f'"{key}": "{value}"{newline}'
    lines = _block(parts, table)
    if lines is None:
        parts += [f"{table}:{newline}", f"  {entry}"]
    else:
        first = next((parts[number] for number in lines), "  x")
        indent = first[: len(first) - len(first.lstrip())]
        pattern = re.compile(rf"""["']?{re.escape(key)}["']?[ \t]*:""")
        own = next((number for number in lines if pattern.match(parts[number].lstrip())), None)
        if own is None:
            parts.insert((lines or [_head(parts, table) or 0])[-1] + 1, indent + entry)
        else:
            parts[own] = indent + entry
    result = "".join(parts)
    try:
        same = _read(result) == {**before, table: {**below, key: value}}
    except UnreadableError:
        same = False
    if not same:
        raise UnreadableError(f"{table} stands there in a form that cannot be changed safely")
    return result


def _head(parts: list[str], table: str) -> int | None:
    pattern = re.compile(rf"{re.escape(table)}:[ \t]*(?:#.*)?")
    return next((number for number, part in enumerate(parts) if pattern.fullmatch(part.rstrip())), None)


def _block(parts: list[str], table: str) -> list[int] | None:
    """Give the indices of the lines that a top-level mapping holds, but for empty ones and comments."""
    head = _head(parts, table)
    if head is None:
        return None
    found = []
    for number in range(head + 1, len(parts)):
        line = parts[number]
        if line.strip() and not line.startswith((" ", "\t")):
            break
        if line.strip() and not line.lstrip().startswith("#"):
            found.append(number)
    return found
