"""The cheap first look: whether a source file holds anything at all that reading it could report.

yara-x searches every pattern of `first_look.yar` in one pass over the bytes, many times faster than a parser. What no
pattern matches is plain and need not be parsed; the readers start from the places that were matched.
"""

import hashlib
import os
import sys
from functools import cache
from io import BytesIO
from pathlib import Path

import msgspec
import yara_x

from customhouse.model.code import Language
from customhouse.source.credentials import TRIGGERS

#: Bytes beyond which no reader parses a file, so that it is never plain.
MAX_SIZE = 16 << 20

_FOLDER = Path(__file__).parent
_FAMILIES: dict[Language, str] = {"javascript": "javascript", "typescript": "javascript", "python": "python"}


class FirstLook(msgspec.Struct, frozen=True):
    """Whether a file is plain, and the names of the rules that say it is not."""

    plain: bool
    matched: tuple[str, ...] = ()


def first_look(data: bytes, language: Language) -> FirstLook:
    """Look for anything that the reader of the language could report; nothing found means plain.

    Plain is a promise: a full parse would give no import but relative ones, no call, capability, decoded string, host
    or text anomaly; and where the parser would stumble, nothing that acts stands there either. A file above `MAX_SIZE`
    is never plain, nor is one that the scan gave up on.
    """
    if len(data) > MAX_SIZE:
        return FirstLook(plain=False, matched=("size",))
    try:
        rules = _scan(data, _FAMILIES[language])
    except (yara_x.ScanError, yara_x.TimeoutError):
        return FirstLook(plain=False, matched=("unscanned",))
    return FirstLook(plain=not rules, matched=tuple(rule.identifier for rule in rules))


def places(data: bytes, language: Language) -> dict[str, list[int]]:
    """Give the byte offsets of everything that a reader may act on, by pattern (`url`, `environ`, `reversed`, …).

    All credential triggers are one kind, `credential`. Offsets of one kind ascend.

    Raises:
        yara_x.ScanError, yara_x.TimeoutError: when the scan gave up, which nothing read so far should make it do.
    """
    found: dict[str, list[int]] = {}
    for rule in _scan(data, _FAMILIES[language]):
        for pattern in rule.patterns:
            kind = "credential" if rule.identifier == "credential_places" else pattern.identifier[1:]
            offsets = [match.offset for match in pattern.matches]
            if offsets:
                found.setdefault(kind, []).extend(offsets)
    found.get("credential", []).sort()
    return found


def version() -> str:
    """A digest of the rules, for the keys under which what was learned with them is kept."""
    text = "".join(_source(family) for family in ("javascript", "python"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def _source(family: str) -> str:
    """The rules as text: those for every language, one made of the table of credential places, and the family's."""
    lines = [f"    $t{number} = {_quoted(trigger)} nocase" for number, trigger in enumerate(_with_separators())]
    triggers = "\n".join(lines)
    made = f"rule credential_places {{\n  strings:\n{triggers}\n  condition:\n    any of them\n}}\n"
    files = (_FOLDER / "first_look.yar", _FOLDER / f"first_look_{family}.yar")
    return made + "\n".join(file.read_text("utf-8") for file in files)


def _with_separators() -> list[str]:
    r"""The triggers as they may stand in source: `a/b` also as `a\b` and `a\\b`."""
    spelled = [trigger.replace("/", separator) for trigger in TRIGGERS for separator in ("/", "\\", "\\\\", "//")]
    return list(dict.fromkeys(spelled))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class _Last:
    """The scan before this one: a file is looked at first, and then read from the same bytes."""

    data: bytes = b""
    family: str = ""
    rules: "tuple[yara_x.Rule, ...]" = ()


def _scan(data: bytes, family: str) -> "tuple[yara_x.Rule, ...]":
    if _Last.data is not data or _Last.family != family:
        rules = _scanner(family).scan(data).matching_rules
        _Last.data, _Last.family, _Last.rules = data, family, tuple(rules)
    return _Last.rules


@cache
def _scanner(family: str) -> yara_x.Scanner:
    """One scanner for the process: what a scan costs before the first byte is then below a microsecond."""
    return yara_x.Scanner(_rules(family))


def _rules(family: str) -> yara_x.Rules:
    """The compiled rules, from the cache where it has them and can be believed."""
    source = _source(family)
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
