"""What starts something by itself: one record for every system's ways."""

import re
from collections.abc import Iterator

import msgspec

from customhouse.hunt.hosts.tree import FileTimes, Tree

#: Bytes of one file that starts something. The longest real ones are shell profiles of some ten thousand.
MAX_BYTES = 1 << 20
#: Of the characters at which Python ends a line most are part of one to an editor, and to who runs it.
_LINE_END = re.compile(r"\r\n|\r|\n")


class Entry(msgspec.Struct, frozen=True):
    """Something that a machine starts by itself. `path` is where it stands, on this machine.

    `starts` is what is started, `trigger` when (`at login`, `OnUnitActiveSec=300`), `text` all else that facts are
    compared with. `since` are the times of its file.
    """

    kind: str
    name: str
    starts: str
    path: str
    line: int | None = None
    trigger: str = ""
    text: str = ""
    since: FileTimes | None = None
    #: A file that people edit: that it was changed says little.
    by_hand: bool = False
    #: A file that is checked out with its project: its times say when that was.
    checked_out: bool = False


def text_of(tree: Tree, real: str) -> str | None:
    """Read a file of settings as text, whatever bytes it holds; None where it cannot be read."""
    data = tree.read(real, MAX_BYTES)
    return None if data is None else data.decode("utf-8", "replace")


def meant_lines(text: str, comment: str = "#") -> Iterator[tuple[int, str]]:
    r"""Give the lines that are neither empty nor a comment, with their 1-based numbers; `\` at an end joins two.

    A comment ends with its line, whatever it ends with: what stands below it is run.
    """
    pieces: list[str] = []
    first = 0
    for number, line in enumerate(_LINE_END.split(text), 1):
        if not pieces and line.lstrip().startswith(comment):
            continue
        first = first or number
        goes_on = line.endswith("\\")
        pieces.append(line[:-1] if goes_on else line)
        if not goes_on:
            yield from _meant(first, pieces, comment)
            pieces, first = [], 0
    yield from _meant(first, pieces, comment)


def _meant(first: int, pieces: list[str], comment: str) -> Iterator[tuple[int, str]]:
    line = "".join(pieces).strip()
    if line and not line.startswith(comment):
        yield first, line
