"""Setting a text in a JSON document's objects, by its characters, and read back: order, indentation, line ends stay."""

import json
from typing import Any

from customhouse.ecosystems.documents import UnreadableError
from customhouse.model.lazy_regex import lazy_regex

_TOKEN = lazy_regex(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\],:]|[^\s{}\[\],:"]++')
_INDENT = lazy_regex(r"\n([ \t]*)$")


class _Member:
    """A member of an object: its key, and where its key begins and its value stands."""

    def __init__(self, key: str, start: int, value: int, end: int) -> None:
        self.key, self.start, self.value, self.end = key, start, value, end


def set_json(text: str, keys: tuple[str, ...], value: str) -> str:
    """Give the text with `keys`, names of objects within one another and of a member, set to a text.

    Objects that are missing are made. Raises UnreadableError when the text is no JSON object, or one of `keys` stands
    for something else than an object.
    """
    before = _read(text)
    result = _set(text, keys, value)
    if _read(result) != _with(before, keys, value):
        raise UnreadableError(f"{'.'.join(keys)} stands there in a form that cannot be changed safely")
    return result


def _read(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"it is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise UnreadableError("it is no object")
    return document


def _with(document: dict[str, Any], keys: tuple[str, ...], value: str) -> dict[str, Any]:
    head, *rest = keys
    below = document.get(head, {})
    if rest and not isinstance(below, dict):
        raise UnreadableError(f"{head} is no object")
    return {**document, head: _with(below, tuple(rest), value) if rest else value}


def _set(text: str, keys: tuple[str, ...], value: str) -> str:
    at = text.index("{")
    for depth, key in enumerate(keys):
        members, end = _members(text, at)
        found = next((each for each in reversed(members) if each.key == key), None)
        if found is None:
            return _inserted(text, at, members, end, keys[depth:], value)
        if depth == len(keys) - 1:
            return text[: found.value] + json.dumps(value, ensure_ascii=False) + text[found.end :]
        if text[found.value] != "{":
            raise UnreadableError(f"{key} is no object")
        at = found.value
    return text


def _members(text: str, at: int) -> tuple[list[_Member], int]:
    """Give the members of the object that begins at `at`, and where its bracket closes."""
    members: list[_Member] = []
    key, start, value, last, depth = "", 0, -1, at, 0
    for match in _TOKEN.finditer(text, at + 1):
        token = match.group()
        if depth == 0 and token in {",", "}"}:
            if value >= 0:
                members.append(_Member(key, start, value, last))
            value, key = -1, ""
            if token == "}":  # noqa: S105 - a bracket
                return members, match.start()
            continue
        if depth == 0 and token == ":" and value < 0:  # noqa: S105 - a colon
            value = -2
        elif value == -2:  # noqa: PLR2004 - the colon was seen
            value = match.start()
        elif depth == 0 and value == -1:
            key, start = json.loads(token), match.start()
        depth += (token in {"{", "["}) - (token in {"}", "]"})
        last = match.end()
    raise UnreadableError("its JSON ends too early")


def _inserted(text: str, at: int, members: list[_Member], end: int, keys: tuple[str, ...], value: str) -> str:
    """Put a member at an object's end, laid out as its neighbours are."""
    indent = _INDENT.search(text[: members[0].start]) if members else None
    if members and indent is None:  # all on one line
        space = " " if ": " in text[members[0].start : members[0].value + 1] else ""
        return text[: members[-1].end] + f",{space}{_flat(keys, value, space)}" + text[members[-1].end :]
    newline = "\r\n" if "\r\n" in text else "\n"
    step = _step(text)
    own = indent.group(1) if indent else _line_indent(text, at) + step
    written = newline + own + _written(keys, value, own, step, newline)
    if members:
        return text[: members[-1].end] + "," + written + text[members[-1].end :]
    return text[: at + 1] + written + newline + own.removesuffix(step) + text[end:]


def _written(keys: tuple[str, ...], value: str, own: str, step: str, newline: str) -> str:
    name = json.dumps(keys[0], ensure_ascii=False)
    if len(keys) == 1:
        return f"{name}: {json.dumps(value, ensure_ascii=False)}"
    inner = _written(keys[1:], value, own + step, step, newline)
    return f"{name}: {{{newline}{own}{step}{inner}{newline}{own}}}"


def _flat(keys: tuple[str, ...], value: str, space: str) -> str:
    below = json.dumps(value, ensure_ascii=False) if len(keys) == 1 else f"{{{_flat(keys[1:], value, space)}}}"
    return f"{json.dumps(keys[0], ensure_ascii=False)}:{space}{below}"


def _step(text: str) -> str:
    """Return the document's indentation, that of its first member; two blanks where it has none."""
    members, _ = _members(text, text.index("{"))
    found = _INDENT.search(text[: members[0].start]) if members else None
    return (found.group(1) if found else "") or "  "


def _line_indent(text: str, at: int) -> str:
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip())]
