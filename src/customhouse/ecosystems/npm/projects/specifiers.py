"""What a dependency's specifier leads to: `npm:b@^1`, `git+ssh://…`, `workspace:*`, `file:…`, or a range.

The forms are those of npm-package-arg, and the protocols that yarn, pnpm and bun add to it.
"""

import re

import msgspec

from customhouse.model.declared import DeclaredSource
from customhouse.model.lazy_regex import lazy_regex

_GIT = lazy_regex(
    r"git(?:\+[a-z]+)?:|ssh:|(?:github|gitlab|bitbucket|gist|sourcehut):|[^/@\s]+@[^:/\s]+:"
    r"|https?://[^/]+/[^?#]+\.git(?:#|$)|[A-Za-z0-9_-][A-Za-z0-9._-]*/[A-Za-z0-9._-]+(?:#|$)",
    re.IGNORECASE,
)
_URL = lazy_regex(r"https?://", re.IGNORECASE)
#: npm-package-arg takes whatever begins with a dot, or ends as archives do, for a path. `~1` is a range.
_PATH = lazy_regex(r"(?:file|link|portal|exec):|[./\\]|~/|[A-Za-z]:[\\/]|[^:]*\.(?:tgz|tar|tar\.gz)$")


class Specifier(msgspec.Struct, frozen=True):
    """A specifier taken apart: the package's own name, what is wanted of it, and from where."""

    name: str
    wanted: str
    source: DeclaredSource = "registry"
    #: The name it is asked for under, where that is another.
    alias: str = ""


def split_descriptor(text: str) -> tuple[str, str]:
    """Split `@s/a@^1` into name and range; the range is empty where there is none."""
    at = text.find("@", 1)
    return (text, "") if at < 0 else (text[:at], text[at + 1 :])


def read_specifier(name: str, text: str) -> Specifier:
    """Read what stands beside a name in a manifest.

    A `catalog:` or `workspace:` specifier keeps its protocol, as does `jsr:`, whose packages are no npm packages; the
    other protocols keep theirs because their address is all that there is.
    """
    text = text.strip()
    if text.startswith("npm:"):
        real, wanted = split_descriptor(text.removeprefix("npm:"))
        if not real.startswith("@") and not wanted and real[:1] in "^~<>=*0123456789":  # berry: `npm:^1.0.0`
            return Specifier(name, real)
        return Specifier(real or name, wanted, alias=name if real and real != name else "")
    if text.startswith("workspace:"):
        return Specifier(name, text, "workspace")
    if text.startswith("patch:"):
        inner = split_descriptor(text.removeprefix("patch:"))[1].partition("#")[0]
        return read_specifier(name, inner.replace("npm%3A", "npm:").replace("%3A", ":"))
    if text.startswith(("catalog:", "jsr:")):
        return Specifier(name, text)
    if _PATH.match(text):
        return Specifier(name, text, "file")
    if _GIT.match(text):
        return Specifier(name, text, "git")
    if _URL.match(text):
        return Specifier(name, text, "url")
    return Specifier(name, text)
