"""CircleCI: a step's output is JSON, a list of messages of many lines each; it is read as the lines that it holds."""

import json
import re
from collections.abc import Iterator

from customhouse.hunt.logs.systems.interface import Said
from customhouse.hunt.streams.encodings import decoded
from customhouse.hunt.streams.interface import CutError
from customhouse.hunt.streams.stamps import leading_stamp

_HEAD = re.compile(r"\s*\[\s*\{\s*\"(?:message|time|type|truncation_offset|truncated|allocation_id)\"\s*:")
#: Characters of one message; CircleCI cuts its output at 4 MB.
_LONGEST = 1 << 24
_BETWEEN = " \t\r\n,"


def recognises(head: str) -> bool:
    """Say whether it begins as a list of messages."""
    return _HEAD.match(head) is not None and '"message"' in head


class CircleCI:
    """A step's output, once `lines_of` has made lines of it."""

    name = "CircleCI step output"
    marks: tuple[bytes, ...] = ()

    def __init__(self) -> None:
        """Know nothing: the output names neither job nor step."""
        self.job = self.step = ""

    def mark(self, line: str) -> None:
        """Take nothing."""

    def line(self, line: str) -> Said:
        """Read a line."""
        when, text = leading_stamp(line)
        return Said(text, when)


def lines_of(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Give the lines of every message, each with the message's time before it.

    Raises:
        CutError: as the chunks do, or because the JSON is broken or cut.

    """
    decoder = json.JSONDecoder()
    kept, at = "", 0
    for chunk in _whole_characters(chunks):
        kept, at = kept[at:] + chunk, 0
        while True:
            while at < len(kept) and (kept[at] in _BETWEEN or kept[at] == "["):
                at += 1
            if at >= len(kept):
                break
            if kept[at] == "]":
                return
            try:
                message, at = decoder.raw_decode(kept, at)
            except (ValueError, RecursionError):
                if len(kept) - at > _LONGEST:
                    raise CutError("a message of the step's output is too long, or no JSON") from None
                break
            yield _lines(message)
    raise CutError("the step's output ends inside its JSON")


def _lines(message: object) -> bytes:
    if not isinstance(message, dict) or not isinstance(message.get("message"), str):
        return b""
    time = message.get("time")
    stamp = f"{time} " if isinstance(time, str) and len(time) < 40 and "\n" not in time else ""  # noqa: PLR2004
    lines = message["message"].split("\n")
    if not lines[-1]:
        lines.pop()
    return "".join(f"{stamp}{line}\n" for line in lines).encode(errors="replace")


def _whole_characters(chunks: Iterator[bytes]) -> Iterator[str]:
    """Decode chunks, which may end inside a character."""
    kept = b""
    for chunk in chunks:
        data = kept + chunk
        # A character has at most four bytes: an unfinished one begins in the last three.
        cut = next((back for back in (1, 2, 3) if len(data) > back and data[-back] >= 0xC0), 0)  # noqa: PLR2004
        kept = data[len(data) - cut :] if cut else b""
        yield decoded(data[: len(data) - cut])
    if kept:
        yield decoded(kept)
