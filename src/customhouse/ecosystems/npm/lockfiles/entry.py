"""One entry of an npm lock, whichever version of the format: its name, its origin, its digests, its scope."""

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from customhouse.ecosystems.lockfile import printable
from customhouse.model.digest import parse_sri
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.locked import LockedArtifact, Scope, SourceKind
from customhouse.versions import npm

#: What `validate-npm-package-name` lets old packages be called (encodeURIComponent leaves these characters alone).
#: npm 2 and older allowed upper case and `~'!()*`; a leading dot never, a leading `_` or `-` only after a scope.
_NAME = lazy_regex(
    r"@[A-Za-z0-9!~*'()_.-]+/[A-Za-z0-9!~*'()_-][A-Za-z0-9!~*'()_.-]*|[A-Za-z0-9!~*'()][A-Za-z0-9!~*'()_.-]*"
)
_MAX_NAME = 214
_FORBIDDEN = frozenset({"node_modules", "favicon.ico", "__proto__"})
_GIT = lazy_regex(
    r"(?:git(?:\+[a-z]+)?:|ssh:|(?:github|gitlab|bitbucket|gist):|[^/@]+@[^:/]+:"
    r"|https?://[^/]+/[^?#]+\.git(?:#|$)|[A-Za-z0-9_-]+/[A-Za-z0-9._-]+(?:#|$))",
    re.IGNORECASE,
)
_URL = lazy_regex(r"https?://", re.IGNORECASE)
_CREDENTIALS = lazy_regex(r"^([a-z][a-z0-9+.-]*://)[^/?#@]*@", re.IGNORECASE)
_USER = lazy_regex(r"^((?:git\+)?ssh://[^/?#@:]+)(?::[^/?#@]*)?@", re.IGNORECASE)


@lru_cache(maxsize=65536)
def name_problem(name: str) -> str:
    """Say why no package can be called this; empty when one can."""
    if not _NAME.fullmatch(name) or len(name) > 2 * _MAX_NAME or name.rpartition("/")[2].lower() in _FORBIDDEN:
        return f"{printable(name)} is no package name"
    return ""


def version_problem(name: str, version: str | None) -> str:
    """Say why no release can have this version; empty when one can, or none is given."""
    if version is not None and npm.parse(version) is None:
        return f"{printable(version)} of {name} is no version"
    return ""


def without_credentials(url: str) -> str:
    """Take user and password out of a URL; the user of an SSH address is not a secret and stays."""
    if "@" not in url:
        return url
    user = _USER.match(url)
    if user:
        return f"{user.group(1)}@{url[user.end() :]}"
    return _CREDENTIALS.sub(r"\1", url)


def _is_usual_tarball(url: str, name: str, version: str | None) -> bool:
    """Say whether a URL is that of a release on any npm registry, as nearly every one is; False proves nothing."""
    ending = f"/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
    return (
        url.endswith(ending)
        and url.startswith(("https://", "http://"))
        and "?" not in url
        and "#" not in url
        and len(url) - len(ending) >= url.find("/", len("https://")) > 0
    )


def _is_registry_tarball(url: str, name: str, version: str | None) -> bool:
    """Say whether a URL has the shape that registries give tarballs of this very release.

    `…/<name>/-/<base>-<version>.tgz` is what every npm registry uses; `…/download/<name>/<version>/…` is GitHub's.
    The host is not judged here: a mirror is a registry too.
    """
    base = name.rpartition("/")[2]
    path = unquote(urlsplit(url).path)
    if version is None:
        return f"/{name}/-/" in path
    if path.endswith((f"/{name}/-/{name}-{version}.tgz", f"/{name}/-/{base}-{version}.tgz")):
        return True
    return f"/download/{name}/{version}/" in path


def origin(resolved: str, name: str, version: str | None) -> SourceKind:
    """Tell where an entry comes from by what it is resolved to; nothing means the configured registry."""
    if not resolved or _is_usual_tarball(resolved, name, version):
        return "registry"
    if resolved.startswith("file:"):
        return "file"
    if _URL.match(resolved) and not _GIT.match(resolved):
        try:
            return "registry" if _is_registry_tarball(resolved, name, version) else "url"
        except ValueError:  # a URL that the standard library refuses to split
            return "url"
    if _GIT.match(resolved):
        return "git"
    return "file"


def artifacts(integrity: str | None, resolved: str) -> tuple[tuple[LockedArtifact, ...], str]:
    """Read an integrity text into the one artifact it allows, and say what is wrong with it.

    A text without a single readable digest promises nothing, which npm takes for no promise at all; here it is wrong.
    An old text may hold sha1 and sha512 both.
    """
    digests = parse_sri(integrity) if integrity else ()
    problem = f"integrity {printable(integrity)} holds no digest" if integrity and not digests else ""
    url = resolved if _URL.match(resolved) else ""
    if not digests and not url:
        return (), problem
    return (LockedArtifact(url=url, digests=digests),), problem


def scope(*, dev: bool, optional: bool, dev_optional: bool, peer: bool) -> Scope:
    """Merge npm's flags: what only development needs is `dev`; what may be left out otherwise is `optional`.

    `devOptional` is needed by a development and by an optional dependency, so it can reach production: `optional`.
    """
    if dev:
        return "dev"
    if optional or dev_optional:
        return "optional"
    return "peer" if peer else "prod"
