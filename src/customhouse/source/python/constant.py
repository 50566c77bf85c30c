"""A folded value, and how much of it is known."""

from typing import NamedTuple

from customhouse.source.python.operations import Known

#: What stands for an unknown part of a string whose other parts are known.
HOLE = "{}"


class Const(NamedTuple):
    """A folded value. `encodings` were taken off on the way, outermost first; `partial` when it holds a `HOLE`."""

    value: Known
    encodings: tuple[str, ...] = ()
    partial: bool = False


#: The path of the file itself; its folder is `{__file__}/..`.
OWN_FILE = Const("{__file__}", (), partial=True)


def parent_of_own(path: Const | None) -> Const | None:
    """The folder of the file's own path; None for every other path."""
    if path is None or not isinstance(path.value, str) or not path.value.startswith("{__file__}"):
        return None
    return Const(f"{path.value}/..", (), partial=True)


def path_of(parts: list[Const | None]) -> Const | None:
    """Path parts joined; an unknown first part (a home folder, most often) is a hole."""
    texts = [part.value if part is not None and isinstance(part.value, str) else HOLE for part in parts]
    if all(text == HOLE for text in texts):
        return None
    partial = HOLE in texts or any(part is not None and part.partial for part in parts)
    joined = "/".join(text.rstrip("/") if text != "/" else "" for text in texts)
    return Const(joined, (), partial)
