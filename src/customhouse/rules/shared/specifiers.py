"""What a dependency specifier asks for: a registry's release, any release at all, or something from elsewhere."""

import re
from typing import Literal

from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import Ecosystem
from customhouse.model.release import Dependency, Manifest

Elsewhere = Literal["git", "url", "plain-http", "local"]

#: npm's `owner/repository#ref`: https://github.com/npm/npm-package-arg (hosted shorthand).
_SHORTHAND = lazy_regex(r"^[A-Za-z0-9][\w.-]*/[\w.-]+(?:#.*)?$")
_GIT = lazy_regex(
    r"^(?:git[+:]|git@|ssh://|(?:github|gitlab|bitbucket|gist):)|^https?://[^#]+\.git(?:#.*)?$", re.IGNORECASE
)
_LOCAL = lazy_regex(r"^(?:file:|link:|portal:|\.{1,2}/|~/|/|[A-Za-z]:[\\/])", re.IGNORECASE)
_ANY = frozenset({"", "*", "x", "X", "latest", ">=0", ">=0.0", ">=0.0.0", ">0", ">0.0.0", "*.*", "*.*.*", "x.x.x"})


def elsewhere(ecosystem: Ecosystem, specifier: str) -> Elsewhere | None:
    """Where a specifier leads when not to the registry; None when it does lead there.

    `workspace:` and `catalog:` in a published manifest are left-overs that no installer follows; they lead nowhere.
    """
    text = specifier.strip().removeprefix("@").strip() if ecosystem == "pypi" else specifier.strip()
    if _LOCAL.match(text):
        return "local"
    if _GIT.match(text) or (ecosystem == "npm" and _SHORTHAND.match(text)):
        return "git"
    if text.lower().startswith(("http://", "ftp://")):
        return "plain-http"
    if re.match(r"^[a-z][a-z0-9+.-]*://", text, re.IGNORECASE):
        return "git" if text.lower().startswith(("git", "hg", "svn", "bzr")) else "url"
    return None


def takes_anything(specifier: str) -> bool:
    """Whether an npm specifier admits every release there will ever be."""
    return "".join(specifier.split()) in _ANY


def installed(manifest: Manifest) -> tuple[Dependency, ...]:
    """Dependencies that installing the package brings in, each name once; PyPI's extras are not among them."""
    found: dict[str, Dependency] = {}
    for dependency in manifest.dependencies:
        if dependency.kind not in ("runtime", "optional") or "extra" in dependency.marker:
            continue
        # npm lists optional dependencies a second time as runtime ones; the optional kind is the true one.
        if dependency.name not in found or dependency.kind == "optional":
            found[dependency.name] = dependency
    return tuple(found.values())
