"""Which npm registry is asked for which name, and with which credential: what the user's own npm would do."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import msgspec

from customhouse.ecosystems.fetching import Secret, shown
from customhouse.ecosystems.npm.npmrc import expand, is_reference, references, unset
from customhouse.ecosystems.npm.places import Level, at_home, read_levels
from customhouse.model.errors import CustomhouseError

_TRUST = "CUSTOMHOUSE_PROJECT_CREDENTIALS"
_UNUSED = {
    "strict-ssl": "strict-ssl=false is not followed: connections are always verified; name the authority with cafile",
    "proxy": "npm's proxy setting is not used: set HTTP_PROXY",
    "https-proxy": "npm's https-proxy setting is not used: set HTTPS_PROXY",
    "ca": "npm's inline ca is not used: name a file with cafile or SSL_CERT_FILE",
}


class NpmConfiguration(msgspec.Struct, frozen=True):
    """Where npm packages come from. Registry URLs end in a slash and hold no user information."""

    registry: str
    #: The level and file, or the option, that named `registry`.
    source: str
    #: `@scope` → registry.
    scopes: Mapping[str, str]
    #: `//host/path/` → what is sent below it.
    credentials: Mapping[str, Secret]
    cafile: str = ""
    #: npm's `replace-registry-host`: `npmjs`, `never`, `always`, or a host.
    replaced_host: str = "npmjs"
    #: One sentence each about settings that could not be followed.
    warnings: tuple[str, ...] = ()

    @property
    def homes(self) -> tuple[str, ...]:
        """Every registry's address."""
        return (self.registry, *self.scopes.values())

    def registry_for(self, name: str) -> str:
        """Return the registry that a name is asked from."""
        scope, slash, _ = name.partition("/")
        return self.scopes.get(scope, self.registry) if slash and scope.startswith("@") else self.registry

    def authorise(self, url: str, registry: str = "") -> Secret | None:
        """Return the credential for an address: the longest configured prefix of it (npm-registry-fetch, auth.js).

        Without one, an address on the same host as `registry` gets that registry's. Over unencrypted HTTP a credential
        goes only to a registry that is itself configured so.
        """
        if not self.credentials:
            return None
        parts = urlsplit(url)
        if parts.scheme != "https" and not any(_origin(url) == _origin(home) for home in self.homes):
            return None
        path = re.sub("%2e", ".", parts.path, flags=re.IGNORECASE)
        if ".." in path.split("/"):  # could leave the prefix that a credential is for
            return None
        key = f"//{_host(url)}{path}"
        while len(key) > len("//"):
            if found := self.credentials.get(key.rstrip("/")):
                return found
            key = re.sub(r"([^/]+|/)$", "", key)
        if registry and url != registry and _host(url) == _host(registry):
            return self.authorise(registry)
        return None


def read_npm_configuration(project: Path, environ: Mapping[str, str], registry: str | None = None) -> NpmConfiguration:
    """Read what npm would read in `project`, without starting npm.

    The default registry is, strongest first: `registry` (an option of ours), CUSTOMHOUSE_NPM_REGISTRY, npm_config_*,
    the project's .npmrc, the user's, the global one, npm's own, and packageurl-python's idea of it. A project's
    .npmrc belongs to whoever wrote the project, so it may not send the user's environment variables to hosts that
    only it names (CUSTOMHOUSE_PROJECT_CREDENTIALS=1 allows that, as npm itself always does).

    Raises CustomhouseError when a file cannot be read or a registry's address is not one.
    """
    levels = read_levels(project, environ)
    reader = _Reader(levels, environ)
    stated = [("--npm-registry", registry), ("CUSTOMHOUSE_NPM_REGISTRY", environ.get("CUSTOMHOUSE_NPM_REGISTRY"))]
    overrides = [(name, value) for name, value in stated if value]
    known = {_host(value) for _, value in overrides}
    known |= {_host(value) for value in reader.own_registries()}
    source, chosen = (
        next(iter(overrides), None) or reader.one("registry", known) or ("packageurl-python", last_resort())
    )
    address, embedded = _address(chosen, source)
    scopes, found = {}, dict(reader.credentials(known))
    for key, where, value in reader.scoped(known):
        scopes[key.removesuffix(":registry")], more = _address(value, where)
        found |= more
    return NpmConfiguration(
        registry=address,
        source=source,
        scopes=scopes,
        credentials=embedded | found,
        cafile=reader.path("cafile"),
        replaced_host=(reader.one("replace-registry-host", known) or ("", "npmjs"))[1],
        warnings=tuple(reader.warnings),
    )


@cache
def last_resort() -> str:
    """Return the registry that nobody needs to configure, as packageurl-python knows it."""
    from packageurl.contrib.purl2url import get_download_url  # noqa: PLC0415 - 17 ms that few runs need

    return f"{_origin(get_download_url('pkg:npm/a@1'))}/"  # type: ignore[no-untyped-call]


class _Reader:
    """Looks settings up through the levels, and notes what it had to leave aside."""

    def __init__(self, levels: tuple[Level, ...], environ: Mapping[str, str]) -> None:
        self._levels = levels
        self._environ = environ
        self._trusting = environ.get(_TRUST, "") not in ("", "0", "false")
        self.warnings: list[str] = []
        for key, text in _UNUSED.items():
            level = next((level for level in levels if key in level.settings), None)
            if level and (key != "strict-ssl" or level.settings[key] == "false"):
                self._warn(level, text)

    def own_registries(self) -> Iterator[str]:
        """Name the registries that the user's own levels name, or that the project takes whole from the environment."""
        for level in self._levels:
            for key, value in level.settings.items():
                if (key == "registry" or key.endswith(":registry")) and (
                    level.name != "project" or is_reference(value)
                ):
                    yield expand(value, self._environ)

    def one(self, key: str, known: set[str]) -> tuple[str, str] | None:
        """Return where a setting is said and what it is, by the strongest level."""
        for level in self._levels:
            if key in level.settings and (value := self._value(level, key, known)):
                return level.source, value
        return None

    def path(self, key: str) -> str:
        """Return a file that a level of the user's own names; a project does not choose whom we trust."""
        for level in self._levels:
            if value := level.settings.get(key):
                if level.name != "project":
                    return at_home(expand(value, self._environ), self._environ)
                self._warn(level, f"{key} of a project is not used: set it in your own .npmrc")
        return ""

    def scoped(self, known: set[str]) -> Iterator[tuple[str, str, str]]:
        """Give every `@scope:registry`: the key, where it is said, and the address."""
        keys = {key for level in self._levels for key in level.settings if re.fullmatch(r"@[^/:]+:registry", key)}
        for key in sorted(keys):
            if found := self.one(key, known):
                yield key, *found

    def credentials(self, known: set[str]) -> Iterator[tuple[str, Secret]]:
        """Give each `//host/path` and its credential: a token, else `_auth`, else a name and password."""
        merged: dict[str, dict[str, str]] = {}
        for level in reversed(self._levels):
            for key in level.settings:
                dart, colon, name = expand(key, self._environ).rpartition(":")
                if not (colon and dart.startswith("//")):
                    if key in ("_auth", "_authToken", "_password"):
                        self._warn(level, f"{key} without a host is not used, as in npm: write //host/:{key}")
                    continue
                if name in ("certfile", "keyfile"):
                    self._warn(level, f"a client certificate for {dart} is not used: not supported yet")
                if name in ("_authToken", "_auth", "username", "_password") and (
                    value := self._value(level, key, known)
                ):
                    merged.setdefault(dart.rstrip("/"), {})[name] = value
        for dart, said in merged.items():
            if secret := _secret(said):
                yield dart, secret
            elif "_password" in said:
                self.warnings.append(f"npm: the credentials for {dart} are incomplete or not base64, and not used")

    def _value(self, level: Level, key: str, known: set[str]) -> str:
        """Expand a value; empty, with a warning, when that would need what is unset or must not be given away."""
        raw = level.settings[key]
        if missing := unset(raw, self._environ):
            self._warn(level, f"{key} needs ${missing[0]}, which is not set, so it is not used")
            return ""
        named = key.startswith("//")
        if level.name == "project" and references(raw) and not self._trusting and (named or not is_reference(raw)):
            host = _host(expand(f"https:{key}" if named else raw, self._environ))
            if host not in known and host != _host(last_resort()):
                names = ", ".join(f"${name}" for name in references(raw))
                self._warn(
                    level,
                    f"{key} would send {names} to {host or 'a host'}, which only the project names; "
                    f"if you trust it, name that registry in your own .npmrc or set {_TRUST}=1",
                )
                return ""
        return expand(raw, self._environ)

    def _warn(self, level: Level, text: str) -> None:
        sentence = f"npm ({level.source}): {text}"
        if sentence not in self.warnings:
            self.warnings.append(sentence)


def _secret(said: Mapping[str, str]) -> Secret | None:
    if token := said.get("_authToken"):
        return Secret(f"Bearer {token}")
    if auth := said.get("_auth"):
        return Secret(f"Basic {auth}")
    if "username" in said and "_password" in said:
        try:
            password = base64.b64decode(said["_password"], validate=True)
        except (binascii.Error, ValueError):
            return None
        return Secret("Basic " + base64.b64encode(said["username"].encode() + b":" + password).decode())
    return None


def _address(text: str, source: str) -> tuple[str, dict[str, Secret]]:
    """Check a registry's address; return it with a closing slash, and the credential in it, if any, by its prefix."""
    try:
        parts = urlsplit(text.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable:
        raise CustomhouseError(
            f"npm registry {shown(text)!r} (from {source}) is not an http:// or https:// address",
            hint="correct it there, or name one with --npm-registry URL",
        )
    path = parts.path.rstrip("/") + "/"
    clean = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], path, "", ""))
    if not parts.username:
        return clean, {}
    basic = base64.b64encode(f"{parts.username}:{parts.password or ''}".encode()).decode()
    return clean, {f"//{_host(clean)}{path}".rstrip("/"): Secret(f"Basic {basic}")}


def _host(url: str) -> str:
    """Return the host, and the port unless it is the scheme's own (WHATWG's `URL.host`); empty when there is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname or ""
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return host if port in (None, default) else f"{host}:{port}"


def _origin(url: str) -> str:
    return f"{urlsplit(url).scheme}://{_host(url)}"
