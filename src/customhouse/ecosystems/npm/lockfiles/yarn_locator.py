"""Yarn's names for things: a descriptor is what is asked for (`name@npm:^1.0.0`), a locator what it came to.

The part behind the name may end in bindings (`::locator=…&hash=…`), and that of a patch holds another locator, encoded
like a part of a URL; patches of patches are encoded once more. See `structUtils` of @yarnpkg/core.
"""

from urllib.parse import parse_qsl, quote, unquote

import msgspec

from customhouse.model.lazy_regex import lazy_regex

#: Patches of patches; nobody stacks more.
_MAX_PATCHES = 8
_PROTOCOL = lazy_regex(r"[a-zA-Z+]+:")
#: Characters that JavaScript's encodeURIComponent leaves alone.
_LITERAL = "!~*'()"


class Locator(msgspec.Struct, frozen=True, gc=False):
    """A locator or descriptor, read.

    `protocol` has its colon (`npm:`, `workspace:`; empty for what has none), `selector` is what follows it, without
    bindings. Of a patch, `selector` is the text behind the `#`, and `inner` what it is applied to.
    """

    name: str
    protocol: str
    selector: str
    bindings: dict[str, str] = {}
    inner: "Locator | None" = None


def split(text: str) -> tuple[str, str]:
    """Split `name@reference`; the reference is empty where there is none."""
    at = text.find("@", 1)
    return (text, "") if at < 0 else (text[:at], text[at + 1 :])


def normal(reference: str) -> str:
    """Write the default protocol out, which older versions left away."""
    return reference if _PROTOCOL.match(reference) or "/" in reference else f"npm:{reference}"


def encoded(text: str) -> str:
    """Encode a text as yarn does where it puts one locator into another."""
    return quote(text, safe=_LITERAL)


def parse(text: str, depth: int = _MAX_PATCHES) -> Locator:
    """Read a locator or descriptor. Raises ValueError where patches are stacked beyond reason."""
    name, reference = split(text)
    reference = normal(reference)
    found = _PROTOCOL.match(reference)
    protocol = found.group() if found else ""
    rest, _, bindings = reference[len(protocol) :].partition("::")
    if protocol != "patch:":
        return Locator(name, protocol, rest, dict(parse_qsl(bindings)))
    if not depth:
        raise ValueError(f"more than {_MAX_PATCHES} patches are stacked")
    base, _, patches = rest.partition("#")
    return Locator(name, protocol, patches, dict(parse_qsl(bindings)), parse(unquote(base), depth - 1))
