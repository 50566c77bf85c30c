"""Which Python index is asked for which name, and with which credential: what the user's own client would do."""

import base64
import importlib.util
import netrc
import sysconfig
import zipimport
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import msgspec

from customhouse.ecosystems.fetching import Secret, shown
from customhouse.ecosystems.pypi.pip_settings import read_pip_settings
from customhouse.ecosystems.pypi.settings import IndexSettings, Stated
from customhouse.ecosystems.pypi.uv_settings import read_uv_settings, uses_uv
from customhouse.model.errors import CustomhouseError


class PypiConfiguration(msgspec.Struct, frozen=True):
    """Where Python packages come from. Index URLs are simple roots, end in a slash and hold no user information."""

    #: In the order they are asked: extra ones, then the default.
    indexes: tuple[str, ...]
    #: The file, variable or option that named the default index.
    source: str
    #: Canonical project name → the only indexes it may come from.
    pins: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    #: Index URL → the credential that was written in it.
    credentials: Mapping[str, Secret] = msgspec.field(default_factory=dict)
    #: Host → netrc's credential; the empty name is its `default` entry.
    netrc: Mapping[str, Secret] = msgspec.field(default_factory=dict)
    cafile: str = ""
    #: One sentence each about settings that could not be followed.
    warnings: tuple[str, ...] = ()

    @property
    def homes(self) -> tuple[str, ...]:
        """Every index's address."""
        return tuple(dict.fromkeys((*self.indexes, *(url for urls in self.pins.values() for url in urls))))

    def indexes_for(self, name: str) -> tuple[str, ...]:
        """Return the indexes that may answer for a canonical name, in order."""
        return self.pins.get(name, self.indexes)

    def authorise(self, url: str) -> Secret | None:
        """Return the credential for an address: of the index it is below, of one at the same origin, or netrc's.

        netrc names hosts alone, so its credentials go over HTTPS or to an index that is itself configured without it;
        its `default` entry is for the indexes only.
        """
        if not (self.credentials or self.netrc):
            return None
        origin = _origin(url)
        same = [index for index in self.credentials if _origin(index) == origin]
        if same:
            below = [index for index in same if url.startswith(index)]
            return self.credentials[max(below, key=len) if below else same[0]]
        at_home = any(_origin(home) == origin for home in self.homes)
        if not (at_home or urlsplit(url).scheme == "https"):
            return None
        return self.netrc.get(urlsplit(url).hostname or "") or (self.netrc.get("") if at_home else None)


def read_pypi_configuration(project: Path, environ: Mapping[str, str], index: str | None = None) -> PypiConfiguration:
    """Read what pip or uv would read in `project`, without starting either.

    `index` (an option of ours) or CUSTOMHOUSE_PYPI_INDEX is then the only index. Otherwise uv's settings count when
    the project is one of uv's, pip's when not, and the other's when those name no index on the network. Indexes that
    are not on the network are named in `warnings`. Last comes what pip has built in.

    Raises CustomhouseError when a file cannot be read, an address is not one, or nothing names an index.
    """
    entries, warnings = _netrc(environ)
    for name, value in (("--pypi-index", index), ("CUSTOMHOUSE_PYPI_INDEX", environ.get("CUSTOMHOUSE_PYPI_INDEX"))):
        if value:
            cafile = read_pip_settings(project, environ).cafile
            return _configuration(IndexSettings(default=Stated(value, name), cafile=cafile), entries, warnings)
    uv, pip = read_uv_settings(project, environ), read_pip_settings(project, environ)
    first, second = (uv, pip) if uses_uv(project) else (pip, uv)
    chosen = second if first.silent and not second.silent else first
    unused = () if chosen is first else first.warnings
    return _configuration(chosen, entries, [*unused, *warnings])


def _configuration(
    settings: IndexSettings, entries: Mapping[str, Secret], warnings: Iterable[str]
) -> PypiConfiguration:
    notes = [*settings.warnings, *warnings]
    credentials: dict[str, Secret] = {}

    def usable(stated: Iterable[Stated]) -> tuple[str, ...]:
        found = []
        for one in stated:
            if urlsplit(one.value).scheme in ("http", "https"):
                found.append(_address(one, credentials))
            else:
                notes.append(f"{one.source}: {shown(one.value)} is not asked: it is not an index on the network")
        return tuple(dict.fromkeys(found))

    default = settings.default or Stated(last_resort(), "pip's own default")
    pins = {name: usable(stated) for name, stated in settings.pins.items()}
    extra = usable(settings.extra)
    root = _address(default, credentials)
    return PypiConfiguration(
        indexes=tuple(dict.fromkeys((*extra, root))),
        source=default.source,
        pins={name: urls for name, urls in pins.items() if urls},
        credentials=credentials,
        netrc=entries,
        cafile=settings.cafile,
        warnings=tuple(dict.fromkeys(notes)),
    )


@cache
def last_resort() -> str:
    """Return the index that pip has built in: of the pip beside us, or of a wheel that Python or the system carries.

    Raises CustomhouseError when there is no pip anywhere.
    """
    return str(_built_in().simple_url).rstrip("/") + "/"


@cache
def file_hosts() -> tuple[str, ...]:
    """Return the hosts that the index of `last_resort` serves its files from. Raises CustomhouseError as that does."""
    host = getattr(_built_in(), "file_storage_domain", "")
    return (str(host),) if host else ()


def _built_in() -> Any:
    """Find pip's own record of the index that it asks when nobody says another."""
    if importlib.util.find_spec("pip"):
        from pip._internal.models.index import PyPI  # noqa: PLC0415 - 15 ms that few runs need

        return PyPI
    for wheel in _bundled():
        spec = zipimport.zipimporter(f"{wheel}/pip/_internal/models").find_spec("index")
        if spec and spec.loader:
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module.PyPI
    raise CustomhouseError(
        "no Python index is configured, and there is no pip to tell the usual one",
        hint="name it: --pypi-index URL, or CUSTOMHOUSE_PYPI_INDEX=URL (the simple-API root)",
    )


def _bundled() -> Iterable[Path]:
    """Give the pip wheels that ensurepip, or a distribution in its place, installs from."""
    spec = importlib.util.find_spec("ensurepip")
    folders = [Path(spec.origin).parent / "_bundled"] if spec and spec.origin else []
    configured = sysconfig.get_config_var("WHEEL_PKG_DIR")
    folders += [Path(folder) for folder in (configured, "/usr/share/python-wheels") if folder]
    return (wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl")))


def _netrc(environ: Mapping[str, str]) -> tuple[dict[str, Secret], list[str]]:
    """Read netrc as pip does: NETRC, else ~/.netrc, else ~/_netrc. One that does not read is told and not used."""
    home = Path(environ.get("HOME") or Path.home())
    named = [Path(environ["NETRC"])] if environ.get("NETRC") else [home / ".netrc", home / "_netrc"]
    path = next((path for path in named if path.is_file()), None)
    if path is None:
        return {}, []
    try:
        hosts = netrc.netrc(path).hosts
    except (netrc.NetrcParseError, OSError, UnicodeDecodeError) as error:
        reason = error.msg if isinstance(error, netrc.NetrcParseError) else type(error).__name__
        return {}, [f"netrc ({path}): not used, it does not read: {reason}"]
    return {
        "" if host == "default" else host.lower(): _basic(login or account or "", password or "")
        for host, (login, account, password) in hosts.items()
    }, []


def _basic(user: str, password: str) -> Secret:
    return Secret("Basic " + base64.b64encode(f"{user}:{password}".encode()).decode())


def _address(stated: Stated, credentials: dict[str, Secret]) -> str:
    """Check an index's address; return it with a closing slash, and note the credential that is written in it."""
    try:
        parts = urlsplit(stated.value.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable:
        raise CustomhouseError(
            f"Python index {shown(stated.value)!r} (from {stated.source}) is not an http:// or https:// address",
            hint="correct it there, or name one with --pypi-index URL (the simple-API root)",
        )
    clean = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/") + "/", "", ""))
    if parts.username or parts.password:
        credentials[clean] = _basic(unquote(parts.username or ""), unquote(parts.password or ""))
    return clean


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = None
    return parts.scheme, parts.hostname or "", port or {"http": 80, "https": 443}.get(parts.scheme, 0)
