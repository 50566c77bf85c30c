"""Searching bytes for many patterns at once: yara-x rules, compiled once and kept in the cache.

What a rule set is made of is its text; the cache keeps the compiled form under a name that changes with the text, the
build of yara-x and the platform.
"""

import hashlib
import os
import sys
from io import BytesIO
from pathlib import Path

import yara_x


def scanner(source: str) -> yara_x.Scanner:
    """Give a scanner of the rules, from the cache where it has them and can be believed; to be kept by the caller.

    What a scan costs before the first byte is then below a microsecond.
    """
    return yara_x.Scanner(_rules(source))


def _rules(source: str) -> yara_x.Rules:
    path = _cached_path(source)
    if path is not None:
        try:
            return yara_x.Rules.deserialize_from(BytesIO(_checked(path.read_bytes())))
        except Exception:  # noqa: BLE001, S110 - absent, cut, of another build: whatever it is, compile again
            pass
    compiler = yara_x.Compiler()
    compiler.add_source(source)
    rules = compiler.build()
    if path is not None:
        _keep(path, rules)
    return rules


def _cached_path(source: str) -> Path | None:
    """Where compiled rules are kept: under a name that changes with whatever may make them unusable."""
    override, base = os.environ.get("CUSTOMHOUSE_CACHE_DIR"), os.environ.get("XDG_CACHE_HOME")
    try:
        folder = Path(override) if override else Path(base or Path.home() / ".cache") / "customhouse"
    except RuntimeError:
        return None
    digest = hashlib.sha256(source.encode()).hexdigest()[:16]
    build = Path(yara_x.__file__).stat()  # looking its version up costs 10 ms; another build has another time
    parts = (digest, f"{build.st_size:x}-{build.st_mtime_ns:x}", sys.platform)
    return folder / f"first-look-{'-'.join(parts)}.yarx"


def _checked(data: bytes) -> bytes:
    """Take the digest off that stands before the rules; a cut or changed file must not reach the deserialiser."""
    digest, rules = data[:32], data[32:]
    if hashlib.sha256(rules).digest() != digest:
        raise ValueError("the cached rules are damaged")
    return rules


def _keep(path: Path, rules: yara_x.Rules) -> None:
    """Write the compiled rules in one step; a folder that cannot be written is no reason to fail."""
    buffer = BytesIO()
    rules.serialize_into(buffer)
    data = buffer.getvalue()
    import tempfile  # noqa: PLC0415 - once for every build of the rules

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            temporary = Path(file.name)
            file.write(hashlib.sha256(data).digest() + data)
        temporary.replace(path)
    except OSError:
        return
