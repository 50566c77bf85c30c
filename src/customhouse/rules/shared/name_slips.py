"""Every name that is one slip of the fingers away from a name."""

from collections.abc import Iterator
from functools import cache

#: Rows of the keyboard, each shifted by its place; keys that touch are neighbours.
_ROWS = ("1234567890-", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-"
#: Of names shorter than this a changed letter says nothing, even when the keys touch.
_SHORTEST = 4


@cache
def _neighbours() -> dict[str, str]:
    """The keys that touch each key."""
    places = {key: (row, 2 * at + row) for row, keys in enumerate(_ROWS) for at, key in enumerate(keys)}
    return {
        key: "".join(
            other
            for other, (there, at) in places.items()
            if other != key and abs(there - row) <= 1 and abs(at - where) <= 2  # noqa: PLR2004 - a key is two wide
        )
        for key, (row, where) in places.items()
    }


def slips(name: str) -> Iterator[tuple[str, str, bool]]:
    """Every name one slip away, what the slip was, and whether it is one that hands make on short names too."""
    neighbours = _neighbours()
    for at, letter in enumerate(name):
        rest = name[at + 1 :]
        repeated = at > 0 and name[at - 1] == letter
        yield name[:at] + rest, "with a letter added" if not repeated else "with a letter repeated", repeated
        if rest and rest[0] != letter:
            yield name[:at] + rest[0] + letter + rest[1:], "with two letters swapped", True
        for other in _LETTERS:
            if other != letter:
                near = other in neighbours.get(letter, "")
                said = "with a neighbouring key pressed" if near else "with one letter changed"
                yield name[:at] + other + rest, said, near and len(name) > _SHORTEST
    for at in range(len(name) + 1):
        for other in _LETTERS:
            doubled = at > 0 and name[at - 1] == other
            said = "with a repeated letter dropped" if doubled else "with a letter left out"
            yield name[:at] + other + name[at:], said, doubled
