"""Reading indicators of compromise as they are published: single values, lists of lines, and CSV files.

Three CSV layouts are common: a kind and a value (`type,indicator,context`), a package and a version
(`package_name,package_version`), and an artifact with several versions (`artifact_type,name,affected_versions`). Which
one a file has, its header says. Values are read defanged (`host[.]example`, `hxxp://`) and as they are.

A value that cannot be what it claims is an error and no indicator: a digest that lost a character would never match,
and nobody would notice.
"""

import csv
import ipaddress
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from customhouse.model.errors import CustomhouseError
from customhouse.model.indicator import Indicator, IndicatorKind
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import Ecosystem, make_purl, parse_purl

#: Hex digits of sha1, sha256, sha512; md5 names nothing here.
_DIGEST_LENGTHS = frozenset({40, 64, 128})
_HEX = lazy_regex(r"^[0-9a-fA-F]{30,140}$")
_HOST = lazy_regex(r"^(?=.{4,253}$)(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{1,62}$")
_SRI = lazy_regex(r"^(sha1|sha256|sha384|sha512)-([A-Za-z0-9+/]+={0,2})$")
_NAME_AT = lazy_regex(r"^(@?[^@\s]+)@(\d[^\s@]*)$")
_NAME_IS = lazy_regex(r"^([A-Za-z0-9][\w.-]*)==(\d\S*)$")
_VERSIONS = lazy_regex(r"[,;]|\|\|")
#: What published lists call their kinds. `registry`, `user-agent` and others are looked for as text.
_KINDS: dict[str, IndicatorKind] = {
    "sha1": "digest", "sha256": "digest", "sha512": "digest", "hash": "digest",
    "domain": "host", "hostname": "host", "fqdn": "host",
    "ip": "address", "ipv4": "address", "ipv6": "address", "ip-address": "address",
    "url": "url", "uri": "url",
    "filepath": "file", "file": "file", "filename": "file", "path": "file",
}  # fmt: skip
_PACKAGES: dict[str, Ecosystem] = {
    "npm package": "npm", "npm": "npm", "pypi package": "pypi", "pypi": "pypi", "python package": "pypi",
}  # fmt: skip
_FILE_ENDINGS = (
    ".js", ".cjs", ".mjs", ".ts", ".py", ".pth", ".sh", ".ps1", ".bat", ".exe", ".dll", ".so", ".md", ".json", ".yml",
    ".yaml", ".vbs", ".service", ".node", ".dylib", ".gyp",
)  # fmt: skip
_HINT = "give a digest (sha1, sha256, sha512 or SRI), a host, an IP address, a URL, name@version, a path, or text:…"


def read_indicators(values: Iterable[str]) -> tuple[Indicator, ...]:
    """Read values as the command line gives them; `@FILE` reads a file.

    Raises CustomhouseError, which names the file and line, for a value that is none.
    """
    found: dict[tuple[str, str], Indicator] = {}
    for value in values:
        each = (
            _from_file(Path(value[1:])) if value.startswith("@") and not _NAME_AT.match(value) else [indicator(value)]
        )
        for one in each:
            found.setdefault((one.kind, one.value), one)
    return tuple(found.values())


def indicator(text: str, note: str = "") -> Indicator:
    """Tell what a single value is; `text:` before it says that it is to be found as it stands."""
    stripped = text.strip()
    if stripped.startswith("text:"):
        return _made("text", stripped.removeprefix("text:"), note)
    if stripped.startswith("pkg:"):
        return Indicator("release", str(parse_purl(stripped)), note)
    value = refanged(stripped)
    kind: IndicatorKind
    if _HEX.match(value) or _SRI.match(value):
        kind = "digest"
    elif "://" in value:
        kind = "url"
    elif _is_address(value):
        kind = "address"
    elif release := _release(value):
        return Indicator("release", release, note)
    elif _HOST.match(value) and not _looks_like_file(value):
        kind = "host"
    elif "/" in value or "\\" in value or _looks_like_file(value):
        kind = "file"
    else:
        raise CustomhouseError(f"{text!r} is no indicator that can be told apart", hint=_HINT)
    return _made(kind, value, note)


def refanged(value: str) -> str:
    """Undo what keeps published values from being clicked on: `[.]`, `(.)`, `[:]`, `hxxp`."""
    for defanged, plain in (("[.]", "."), ("(.)", "."), ("[dot]", "."), ("[:]", ":"), ("[@]", "@")):
        value = value.replace(defanged, plain)
    for scheme in ("hxxps://", "hXXps://"):
        value = value.replace(scheme, "https://")
    for scheme in ("hxxp://", "hXXp://"):
        value = value.replace(scheme, "http://")
    return value


def _made(kind: IndicatorKind, text: str, note: str) -> Indicator:
    value = refanged(text.strip())
    if kind == "digest":
        value = _digest(value)
    elif kind == "host":
        value = value.lower().rstrip(".")
        if not _HOST.match(value):
            raise CustomhouseError(f"{text!r} is no host name", hint=_HINT)
    elif kind == "address":
        if not _is_address(value):
            raise CustomhouseError(f"{text!r} is no IP address", hint=_HINT)
        value = str(ipaddress.ip_address(value))
    if not value or (kind == "text" and len(value) < 4):  # noqa: PLR2004 - shorter texts are found everywhere
        raise CustomhouseError(f"{text!r} is too short to look for", hint=_HINT)
    return Indicator(kind, value, note)


def _digest(value: str) -> str:
    sri = _SRI.match(value)
    if sri is not None:
        import base64  # noqa: PLC0415 - seldom

        try:
            value = base64.b64decode(sri[2], validate=True).hex()
        except ValueError:
            value = ""
    if len(value) not in _DIGEST_LENGTHS or not _HEX.match(value):
        raise CustomhouseError(
            f"{value!r} has {len(value)} digits: no sha1 (40), sha256 (64) or sha512 (128)",
            hint="a truncated digest never matches anything; look the whole one up",
        )
    return value.lower()


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _release(value: str) -> str:
    if match := _NAME_IS.match(value):
        return str(make_purl("pypi", match[1], match[2]))
    if match := _NAME_AT.match(value):
        return str(make_purl("npm", match[1], match[2]))
    return ""


def _looks_like_file(value: str) -> bool:
    return value.lower().endswith(_FILE_ENDINGS)


def _from_file(path: Path) -> list[Indicator]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CustomhouseError(f"{path} cannot be read: {error}", hint="give a text or CSV file in UTF-8") from error
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if not lines:
        raise CustomhouseError(f"{path} holds no indicators", hint=_HINT)
    header = [name.strip().lower() for name in next(csv.reader([lines[0]]))]
    reader = _layout(header)
    if reader is None:
        return [_at(path, number, line) for number, line in _numbered(text)]
    found: list[Indicator] = []
    for number, cells in enumerate(csv.reader(lines[1:]), 2):
        row = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
        try:
            found.extend(reader(row))
        except CustomhouseError as error:
            raise CustomhouseError(f"{path}, record {number}: {error.message}", hint=error.hint) from error
    return found


def _layout(header: list[str]) -> Callable[[dict[str, str]], Iterator[Indicator]] | None:
    """What reads a file's records; None for a plain list of values."""
    for columns, reader in _LAYOUTS:
        if set(columns) <= set(header):
            return reader
    return None


def _typed(row: dict[str, str]) -> Iterator[Indicator]:
    """A kind and a value; a kind that nobody knows is looked for as text."""
    stated, value, note = row.get("type", "").lower(), row.get("indicator", ""), row.get("context", "")
    if stated in _PACKAGES:
        name, _, version = value.rpartition("@")
        yield Indicator("release", str(make_purl(_PACKAGES[stated], name or value, version if name else None)), note)
    else:
        yield _made(_KINDS.get(stated, "text"), value, note)


def _package(row: dict[str, str]) -> Iterator[Indicator]:
    """A package and a version; npm's unless a column says otherwise."""
    ecosystem = _PACKAGES.get(row.get("ecosystem", "npm").lower(), "npm")
    yield from _releases(ecosystem, row.get("package_name", ""), row.get("package_version", ""))


def _artifact(row: dict[str, str]) -> Iterator[Indicator]:
    """An artifact and its versions. Images, actions and extensions are no packages and not looked for."""
    ecosystem = _PACKAGES.get(row.get("artifact_type", "").lower())
    if ecosystem is not None:
        yield from _releases(ecosystem, row.get("name", ""), row.get("affected_versions", ""))


def _releases(ecosystem: Ecosystem, name: str, versions: str) -> Iterator[Indicator]:
    listed = [version.strip(" v=") for version in _VERSIONS.split(versions) if version.strip(" v=")]
    if not name or not listed:
        raise CustomhouseError(f"a package without a name or version: {name!r} {versions!r}", hint="mend the list")
    for version in listed:
        yield Indicator("release", str(make_purl(ecosystem, name, version)))


_LAYOUTS: tuple[tuple[tuple[str, ...], Callable[[dict[str, str]], Iterator[Indicator]]], ...] = (
    (("type", "indicator"), _typed),
    (("package_name", "package_version"), _package),
    (("artifact_type", "name", "affected_versions"), _artifact),
)


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line


def _at(path: Path, number: int, line: str) -> Indicator:
    try:
        return indicator(line)
    except CustomhouseError as error:
        raise CustomhouseError(f"{path}:{number}: {error.message}", hint=error.hint) from error
