"""STIX 2.1 patterns (section 9 of the specification): writing one for a fact, and reading what a fact can carry.

Read are comparisons by `=` and `IN`, joined by `OR`; joined by `AND` only where together they are one thing (a file's
name and folder, a registry key and its value). Anything else would say less, or more, taken apart.
"""

from collections.abc import Iterator

import msgspec

from customhouse.model.campaign import AffectedReleases, Fact, FactKind
from customhouse.model.lazy_regex import lazy_regex

#: Characters of one pattern, alternatives in it, and levels of its brackets.
_LONGEST, _MOST, _DEEPEST = 256 * 1024, 5000, 32
_TOKEN = lazy_regex(
    r"\s*(?:(?P<string>'(?:[^'\\]|\\.)*')|(?P<mark>[\[\]()=,]|!=|<>|[<>]=?)"
    r"|(?P<word>(?:[^\s\[\]()=,'<>!]|\[(?:\*|\d+)\]|'(?:[^'\\]|\\.)*')+))"
)
_ESCAPED = lazy_regex(r"\\(.)")
_HASHES = {32: "MD5", 40: "'SHA-1'", 64: "'SHA-256'", 128: "'SHA-512'"}
_PATHS: dict[str, FactKind] = {
    "domain-name:value": "domain", "ipv4-addr:value": "address", "ipv6-addr:value": "address", "url:value": "url",
    "windows-registry-key:key": "registry-key", "file:name": "path",
    "process:command_line": "process", "process:name": "process",
    "network-traffic:extensions.http-request-ext.request_header.User-Agent": "user-agent",
    "process:extensions.windows-service-ext.service_name": "service",
}  # fmt: skip
_HASH = "file:hashes."
_FOLDERS = ("file:parent_directory_ref.path", "directory:path")
_KEY_VALUE = "windows-registry-key:values[*].name"
_LONG_HIVES = {
    "HKLM": "HKEY_LOCAL_MACHINE", "HKCU": "HKEY_CURRENT_USER", "HKCR": "HKEY_CLASSES_ROOT", "HKU": "HKEY_USERS",
    "HKCC": "HKEY_CURRENT_CONFIG",
}  # fmt: skip


class PatternError(ValueError):
    """The pattern cannot be read, or says what a fact cannot; the message is a clause."""


class _Comparison(msgspec.Struct, frozen=True):
    path: str
    values: tuple[str, ...]


def pattern_of(fact: Fact) -> str:
    """Return the pattern that finds a fact, as nearly as the pattern language can say it."""
    value = fact.value
    match fact.kind:
        case "digest":
            return f"[file:hashes.{_HASHES[len(value)]} = {_quoted(value)}]"
        case "domain":
            return f"[domain-name:value = {_quoted(value)}]"
        case "address":
            return f"[{'ipv6' if ':' in value else 'ipv4'}-addr:value = {_quoted(value)}]"
        case "url":
            return f"[url:value = {_quoted(value)}]"
        case "registry-key":
            return f"[windows-registry-key:key = {_quoted(long_key(value))}]"
        case "path":
            return _path_pattern(value)
        case "user-agent":
            header = "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'"
            return f"[{header} = {_quoted(value)}]"
        case "service" if fact.platform == "windows":
            return f"[process:extensions.'windows-service-ext'.service_name = {_quoted(value)}]"
        case "process" | "service":
            return f"[process:command_line LIKE {_like(f'*{value}*')}]"
        case _:
            return f"[artifact:payload_bin LIKE {_like(f'*{value}*')}]"


def release_pattern(each: AffectedReleases) -> str:
    """Return the pattern for listed versions and archives; empty where only ranges are known, which it cannot say."""
    listed = ", ".join(_quoted(version) for version in each.versions)
    found = [f"[software:name = {_quoted(each.name)} AND software:version IN ({listed})]"] if listed else []
    hashed = [(_HASHES.get(len(digest.hex)), digest.hex) for digest in each.digests]
    found += [f"[file:hashes.{algorithm} = {_quoted(digits)}]" for algorithm, digits in hashed if algorithm]
    return " OR ".join(found)


def long_key(key: str) -> str:
    """Write a registry key's hive in full, as STIX wants it."""
    hive, _, rest = key.partition("\\")
    return f"{_LONG_HIVES.get(hive, hive)}\\{rest}"


def facts_of(pattern: str) -> Iterator[tuple[FactKind, str, str]]:
    """Give kind, value and note of what a pattern looks for. Raises PatternError."""
    if len(pattern) > _LONGEST:
        raise PatternError(f"it is longer than {_LONGEST} characters")
    alternatives = _Parser(pattern).alternatives()
    if sum(len(each.values) for together in alternatives for each in together) > _MOST:
        raise PatternError(f"it has more than {_MOST} values")
    for together in alternatives:
        yield from _facts(together)


def _facts(together: tuple[_Comparison, ...]) -> Iterator[tuple[FactKind, str, str]]:
    by_path = {each.path: each for each in together}
    if any(path.startswith(_HASH) for path in by_path):
        yield from _digests(by_path)
        return
    if len(by_path) == 2 and (pair := _pair(by_path)):  # noqa: PLR2004 - these two and no other
        yield from pair
        return
    if len(together) > 1:
        raise PatternError(f"{' AND '.join(by_path)} is more than one fact")
    if together[0].path not in _PATHS:
        raise PatternError(f"{together[0].path} has no room in a pack")
    for value in together[0].values:
        yield _PATHS[together[0].path], value, ""


def _digests(by_path: dict[str, _Comparison]) -> Iterator[tuple[FactKind, str, str]]:
    """Digests of one file: each is enough, and its name is a remark."""
    name = by_path.pop("file:name", None)
    for path in by_path:
        if not path.startswith(_HASH):
            raise PatternError(f"a digest together with {path} is more than one fact")
    for each in by_path.values():
        for value in each.values:
            yield "digest", value, f"file {name.values[0]}" if name else ""


def _pair(by_path: dict[str, _Comparison]) -> list[tuple[FactKind, str, str]]:
    """A file's name and its folder, or a registry key and its value's name: together they are one thing."""
    folder = next((by_path[path] for path in _FOLDERS if path in by_path), None)
    for path, other, joined in (
        ("file:name", folder, _under),
        ("windows-registry-key:key", by_path.get(_KEY_VALUE), _in_key),
    ):
        if path in by_path and other is not None:
            values = by_path[path].values
            if len(values) * len(other.values) > _MOST:
                raise PatternError(f"it has more than {_MOST} values")
            return [(_PATHS[path], joined(value, above), "") for value in values for above in other.values]
    return []


def _under(name: str, folder: str) -> str:
    mark = "\\" if "\\" in folder else "/"
    return f"{folder.rstrip(mark)}{mark}{name}"


def _in_key(key: str, value: str) -> str:
    return f"{key}\\{value}"


class _Parser:
    """Recursive descent over one pattern; gives alternatives, each of comparisons that hold together."""

    def __init__(self, pattern: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        at = 0
        stripped = pattern.rstrip()
        while at < len(stripped):
            match = _TOKEN.match(stripped, at)
            if match is None or match.lastgroup is None:
                raise PatternError(f"it cannot be read at character {at}")
            self._tokens.append((match.lastgroup, match[match.lastgroup]))
            at = match.end()
        self._at = 0

    def alternatives(self) -> list[tuple[_Comparison, ...]]:
        found = self._observations(0)
        if self._at < len(self._tokens):
            raise PatternError(f"{self._tokens[self._at][1]!r} between or after its parts says more than a fact can")
        return found

    def _observations(self, depth: int) -> list[tuple[_Comparison, ...]]:
        found = self._observation(depth)
        while self._takes("word", "OR"):
            found = found + self._observation(depth)
            self._bounded(found)
        return found

    def _observation(self, depth: int) -> list[tuple[_Comparison, ...]]:
        if depth > _DEEPEST:
            raise PatternError("it is nested too deep")
        opening = self._next("mark")
        if opening == "(":
            found, closing = self._observations(depth + 1), ")"
        elif opening == "[":
            found, closing = self._any(depth + 1), "]"
        else:
            raise PatternError(f"{opening!r} begins none of its parts")
        if self._next("mark") != closing:
            raise PatternError(f"a {closing!r} is missing")
        return found

    def _any(self, depth: int) -> list[tuple[_Comparison, ...]]:
        found = self._all(depth)
        while self._takes("word", "OR"):
            found = found + self._all(depth)
            self._bounded(found)
        return found

    def _all(self, depth: int) -> list[tuple[_Comparison, ...]]:
        found = self._one(depth)
        while self._takes("word", "AND"):
            more = self._one(depth)
            if len(found) * len(more) > _MOST:
                raise PatternError(f"it has more than {_MOST} alternatives")
            found = [(*left, *right) for left in found for right in more]
            if len(found[0]) > _DEEPEST:
                raise PatternError(f"more than {_DEEPEST} things have to hold together")
        return found

    def _one(self, depth: int) -> list[tuple[_Comparison, ...]]:
        if depth > _DEEPEST:
            raise PatternError("it is nested too deep")
        if self._takes("mark", "("):
            found = self._any(depth + 1)
            if not self._takes("mark", ")"):
                raise PatternError("a ')' is missing")
            return found
        path = self._next("word").replace("'", "")
        kind, operator = self._peek()
        self._at += 1
        if operator == "=":
            return [(_Comparison(path, (self._string(),)),)]
        if (kind, operator) == ("word", "IN") and self._takes("mark", "("):
            values = [self._string()]
            while self._takes("mark", ","):
                values.append(self._string())
            if self._takes("mark", ")"):
                return [(_Comparison(path, tuple(values)),)]
        raise PatternError(f"{path} is compared by {operator or 'nothing'}, not by = or IN")

    def _string(self) -> str:
        text = self._next("string")
        return _ESCAPED.sub(r"\1", text[1:-1])

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "")

    def _next(self, kind: str) -> str:
        found, text = self._peek()
        if found != kind:
            raise PatternError(f"{text!r} stands where a {kind} should" if text else "it ends too early")
        self._at += 1
        return text

    def _takes(self, kind: str, text: str) -> bool:
        if self._peek() != (kind, text):
            return False
        self._at += 1
        return True

    def _bounded(self, found: list[tuple[_Comparison, ...]]) -> None:
        if len(found) > _MOST:
            raise PatternError(f"it has more than {_MOST} alternatives")


def _path_pattern(path: str) -> str:
    mark = "\\" if "\\" in path else "/"
    folder, _, name = path.rpartition(mark)
    parts = [f"file:name {_compared(name)}"]
    if folder:
        parts.append(f"file:parent_directory_ref.path {_compared(folder)}")
    return f"[{' AND '.join(parts)}]"


def _compared(text: str) -> str:
    return f"LIKE {_like(text)}" if "*" in text else f"= {_quoted(text)}"


def _like(text: str) -> str:
    """Write a text with `*` for any part as LIKE has it, which has `%`, `_` and no escape for them."""
    return _quoted(text.replace("*", "%"))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
