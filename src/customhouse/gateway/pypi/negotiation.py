"""Which form of the simple API a client is given, by its Accept header (PEP 691; RFC 9110, 12.5.1)."""

from typing import Literal

Form = Literal["json", "html"]

JSON = "application/vnd.pypi.simple.v1+json"
HTML = "application/vnd.pypi.simple.v1+html"
TEXT = "text/html"
#: What may be asked for → what is then answered; of equal wishes the first is granted.
_OFFERED = {
    JSON: JSON,
    "application/vnd.pypi.simple.latest+json": JSON,
    HTML: HTML,
    "application/vnd.pypi.simple.latest+html": HTML,
    TEXT: TEXT,
}
#: Ranges of one header that are looked at; no client writes ten.
_MOST = 50


def content_type(accept: str | None) -> str | None:
    """Return the type to answer with; None when the client takes none of them.

    Who says nothing, or that anything will do, is older than PEP 691 and gets `text/html`.
    """
    ranges = _ranges(accept or "*/*")
    wishes = []
    for order, (asked, answered) in enumerate(_OFFERED.items()):
        quality, named = _quality(asked, ranges)
        if quality > 0:
            wishes.append((-quality, not named, order if named or asked != TEXT else -1, answered))
    return min(wishes)[-1] if wishes else None


def form_of(kind: str) -> Form:
    """Return the form that a content type of ours is in."""
    return "json" if kind == JSON else "html"


def prefers_json(accept: str) -> bool:
    """Say whether a client would read a message as JSON rather than as text: it names a JSON type, and no text."""
    kinds = [kind for kind, quality in _ranges(accept) if quality > 0]
    return any(kind.endswith(("/json", "+json")) for kind in kinds) and not any(
        kind.startswith("text/") for kind in kinds
    )


def _ranges(accept: str) -> list[tuple[str, float]]:
    found = []
    for piece in accept.split(",")[:_MOST]:
        kind, *parameters = (word.strip().lower() for word in piece.split(";"))
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                quality = _number(value.strip())
        if kind:
            found.append((kind, quality))
    return found


def _number(text: str) -> float:
    """Read a quality, 0 to 1; what is none of that counts as 0, so that nothing is granted by mistake."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 <= value <= 1 else 0.0


def _quality(kind: str, ranges: list[tuple[str, float]]) -> tuple[float, bool]:
    """Return how much a type is wished for, and whether it was named in full: the most specific range decides."""
    for name, specific in ((kind, True), (f"{kind.partition('/')[0]}/*", False), ("*/*", False)):
        wishes = [quality for each, quality in ranges if each == name]
        if wishes:
            return max(wishes), specific
    return 0.0, False
