"""Setting a key in TOML text: found and put in by lines, then read back, so that comments and order stay."""

import re
from typing import Any

from customhouse.ecosystems.documents import UnreadableError, toml_document
from customhouse.model.hardening import Value
from customhouse.model.lazy_regex import lazy_regex

_HEADER = lazy_regex(r"^[ \t]*\[(\[)?([^\[\]#]+)\]\]?[ \t]*(?:#.*)?$")
_PAIR = lazy_regex(r"""^[ \t]*((?:[A-Za-z0-9_.-]|"[^"\n]*"|'[^'\n]*'|[ \t]*\.[ \t]*)+?)[ \t]*=[ \t]*(.*)$""")
_PART = lazy_regex(r""""([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+)""")
_QUOTED = lazy_regex(r'"(?:\\.|[^"\\])*"|\'[^\']*\'')
Keys = tuple[str, ...]


def _parts(dotted: str) -> Keys:
    return tuple(next(part for part in found if part) if any(found) else "" for found in _PART.findall(dotted))


class _Line:
    """One pair of the text: its table and key, and the lines (0-based, end excluded) that it takes."""

    def __init__(self, keys: Keys, start: int, end: int) -> None:
        self.keys = keys
        self.start = start
        self.end = end


def _depth(text: str) -> int:
    """Count brackets that stay open, strings and comments left out."""
    plain = _QUOTED.sub("", text).partition("#")[0]
    return plain.count("[") + plain.count("{") - plain.count("]") - plain.count("}")


def _scan(lines: list[str]) -> tuple[list[_Line], dict[Keys, int], list[int]]:
    """Give the pairs, the line of each table's header, and the lines of all headers.

    Multi-line strings are passed over; what is written in a rarer way is caught when the result is read back.
    """
    pairs: list[_Line] = []
    tables: dict[Keys, int] = {}
    headers: list[int] = []
    table: Keys = ()
    at = 0
    while at < len(lines):
        line = lines[at]
        header = _HEADER.match(line)
        if header:
            table = _parts(header.group(2))
            headers.append(at)
            if header.group(1):
                table = (*table, "[]")
            tables.setdefault(table, at)
            at += 1
            continue
        pair = _PAIR.match(line)
        if not pair or line.lstrip().startswith("#"):
            at += 1
            continue
        end = _end(lines, at, pair.group(2))
        pairs.append(_Line((*table, *_parts(pair.group(1))), at, end))
        at = end
    return pairs, tables, headers


def _end(lines: list[str], start: int, value: str) -> int:
    for quotes in ('"""', "'''"):
        if value.startswith(quotes):
            if quotes in value[3:]:
                return start + 1
            return next((n + 1 for n in range(start + 1, len(lines)) if quotes in lines[n]), len(lines))
    depth = _depth(value)
    end = start + 1
    while depth > 0 and end < len(lines):
        depth += _depth(lines[end])
        end += 1
    return end


def key_line(text: str, keys: Keys) -> int | None:
    """Return the 1-based line of a key; None when it cannot be told."""
    return next((pair.start + 1 for pair in _scan(text.splitlines())[0] if pair.keys == keys), None)


def written(value: Value) -> str:
    """Write a value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(written(one) for one in value) + "]"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def set_toml(text: str, keys: Keys, value: Value, comments: tuple[str, ...] = ()) -> str:
    """Give the text with `keys` set to `value`; `comments` stand above a key that was not there.

    Raises UnreadableError when the text is no TOML, or holds the key in a way that cannot be changed safely.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    before = _read(text)
    raw = text.splitlines(keepends=True)
    lines = [line.rstrip("\r\n") for line in raw]
    pairs, tables, headers = _scan(lines)
    found = next((pair for pair in pairs if pair.keys == keys), None)
    if found:
        last = raw[found.end - 1]
        ending = last[len(last.rstrip("\r\n")) :]
        start = lines[found.start].partition("=")[0]
        raw[found.start : found.end] = [f"{start}= {written(value)}{_comment(lines, found)}{ending}"]
    else:
        new = [*(f"# {one}".rstrip() for one in comments), f"{keys[-1]} = {written(value)}"]
        at, new = _place(lines, keys[:-1], new, pairs, tables, headers)
        if at == len(raw) and raw and not raw[-1].endswith(("\n", "\r")):
            raw[-1] += newline
        raw[at:at] = [line + newline for line in new]
    result = "".join(raw)
    wanted = _with(before, keys, list(value) if isinstance(value, tuple) else value)
    try:
        same = _read(result) == wanted
    except UnreadableError:
        same = False
    if not same:
        raise UnreadableError(f"{'.'.join(keys)} stands there in a form that cannot be changed safely")
    return result


def add_toml(text: str, keys: Keys, item: str) -> str:
    """Give the text with a text put into the array at `keys`, which is made where there is none.

    An array over several lines gets a line more. Raises UnreadableError as `set_toml` does.
    """
    before = _read(text)
    standing: Any = before
    for key in keys:
        standing = standing.get(key) if isinstance(standing, dict) else None
    if standing is None:
        return set_toml(text, keys, (item,))
    raw = text.splitlines(keepends=True)
    found = next((pair for pair in _scan([line.rstrip("\r\n") for line in raw])[0] if pair.keys == keys), None)
    if not isinstance(standing, list) or found is None:
        raise UnreadableError(f"{'.'.join(keys)} stands there in a form that cannot be changed safely")
    if found.end - found.start > 1 and raw[found.start].rstrip().endswith("["):
        below = raw[found.start + 1]
        own = below[: len(below) - len(below.lstrip())] if below.strip() != "]" else "    "
        ending = below[len(below.rstrip("\r\n")) :]
        raw.insert(found.start + 1, f"{own}{written(item)},{ending}")
        wanted = [item, *standing]
    else:
        head, _, rest = raw[found.start].partition("[")
        raw[found.start] = f"{head}[{written(item)}{', ' if standing else ''}{rest}"
        wanted = [item, *standing]
    result = "".join(raw)
    if _read(result) != _with(before, keys, wanted):
        raise UnreadableError(f"{'.'.join(keys)} stands there in a form that cannot be changed safely")
    return result


def _place(
    lines: list[str],
    table: Keys,
    new: list[str],
    pairs: list[_Line],
    tables: dict[Keys, int],
    headers: list[int],
) -> tuple[int, list[str]]:
    """Say before which line a new key belongs, and with which lines around it."""
    if table and table in tables:
        return max((pair.end for pair in pairs if pair.keys[:-1] == table), default=tables[table] + 1), new
    if table:
        gap = [""] if lines and lines[-1].strip() else []
        return len(lines), [*gap, f"[{'.'.join(table)}]", *new]
    at = headers[0] if headers else len(lines)
    while headers and at and (not lines[at - 1].strip() or lines[at - 1].lstrip().startswith("#")):
        at -= 1
    return at, [*new, ""] if headers and at == 0 else new


def _comment(lines: list[str], pair: _Line) -> str:
    """Keep the comment behind a value of one line."""
    if pair.end != pair.start + 1:
        return ""
    match = re.search(r"[ \t]+#.*$", _QUOTED.sub(lambda it: "x" * len(it.group()), lines[pair.start]))
    return lines[pair.start][match.start() :] if match else ""


def _read(text: str) -> dict[str, Any]:
    return toml_document(text.encode()) if text.strip() else {}


def _with(document: dict[str, Any], keys: Keys, value: object) -> dict[str, Any]:
    head, *rest = keys
    below = document.get(head)
    if rest and below is not None and not isinstance(below, dict):
        raise UnreadableError(f"{head} is no table")
    return {**document, head: _with(below or {}, tuple(rest), value) if rest else value}
