"""Archives built in memory, byte for byte the same on every run: npm tarballs, wheels and sdists."""

import base64
import gzip
import hashlib
import io
import json
import re
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

Content = str | bytes | Mapping[str, Any]

#: 1985-10-26 08:15 UTC, the time that npm gives every packed file.
_MTIME = 499162500
_ZIP_TIME = (1985, 10, 26, 8, 15, 0)


def as_bytes(content: Content) -> bytes:
    """Return a file's bytes: text as UTF-8, a mapping as JSON."""
    if isinstance(content, bytes):
        return content
    if isinstance(content, str):
        return content.encode()
    return json.dumps(content, indent=2, ensure_ascii=False).encode()


def targz(files: Mapping[str, Content], prefix: str) -> bytes:
    """Pack files below `prefix/` as a gzipped tar, in the order given."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path, content in files.items():
            data = as_bytes(content)
            member = tarfile.TarInfo(f"{prefix}/{path}")
            member.size, member.mtime, member.mode = len(data), _MTIME, 0o644
            archive.addfile(member, io.BytesIO(data))
    return gzip.compress(raw.getvalue(), compresslevel=6, mtime=0)


def npm_tarball(files: Mapping[str, Content], package_json: Mapping[str, Any]) -> bytes:
    """Pack `package/package.json` and the files beside it, as `npm pack` does."""
    return targz({"package.json": package_json} | {k: v for k, v in files.items() if k != "package.json"}, "package")


def core_metadata(name: str, version: str, extra: Mapping[str, str | Iterable[str]] | None = None) -> str:
    """Write METADATA or PKG-INFO; a field with several values is repeated (`Requires-Dist`)."""
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    for field, value in (extra or {}).items():
        lines += [f"{field}: {one}" for one in ([value] if isinstance(value, str) else value)]
    return "\n".join(lines) + "\n"


def _escaped(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()


def wheel(
    name: str,
    version: str,
    files: Mapping[str, Content],
    metadata: Mapping[str, str | Iterable[str]] | None = None,
    tag: str = "py3-none-any",
) -> bytes:
    """Build a wheel with METADATA, WHEEL and a true RECORD. `files` may bring their own dist-info members."""
    info = f"{_escaped(name)}-{version}.dist-info"
    pure = "true" if tag.endswith("-none-any") else "false"
    members = {path: as_bytes(content) for path, content in files.items()}
    members.setdefault(f"{info}/METADATA", core_metadata(name, version, metadata).encode())
    members.setdefault(
        f"{info}/WHEEL", f"Wheel-Version: 1.0\nGenerator: simulator\nRoot-Is-Purelib: {pure}\nTag: {tag}\n".encode()
    )
    record = f"{info}/RECORD"
    if record not in members:
        rows = [f"{path},sha256={_record_hash(data)},{len(data)}" for path, data in members.items()]
        members[record] = ("\n".join([*rows, f"{record},,"]) + "\n").encode()
    return zipped(members)


def zipped(members: Mapping[str, Content]) -> bytes:
    """Build a zip with fixed times and modes."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in members.items():
            member = zipfile.ZipInfo(path, _ZIP_TIME)
            member.external_attr = 0o100644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, as_bytes(content))
    return raw.getvalue()


def sdist(
    name: str,
    version: str,
    files: Mapping[str, Content],
    metadata: Mapping[str, str | Iterable[str]] | None = None,
) -> bytes:
    """Build a `.tar.gz` source distribution with PKG-INFO and, unless given, a setuptools pyproject.toml."""
    members: dict[str, Content] = {"PKG-INFO": core_metadata(name, version, metadata)}
    if "pyproject.toml" not in files and "setup.py" not in files:
        members["pyproject.toml"] = (
            '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n\n'
            f'[project]\nname = "{name}"\nversion = "{version}"\n'
        )
    return targz(members | dict(files), f"{_escaped(name)}-{version}")


def _record_hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
