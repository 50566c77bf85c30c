"""The cheap first look: whether a source file holds anything that can act, so that it has to be parsed.

yara-x searches the words of the readers' tables in one pass over the bytes, many times faster than a parser; of those
that stand in a file, `acting_javascript` and `acting_python` judge whether the bytes around them let them act. A file
in which nothing acts is plain and need not be parsed.
"""

import hashlib
from functools import cache
from pathlib import Path
from types import ModuleType

import msgspec
import yara_x

from customhouse.model.code import Language
from customhouse.source import compiled
from customhouse.source.credentials import TRIGGERS
from customhouse.source.javascript.blanks import spaced
from customhouse.source.mention_scan import source as mentions_source
from customhouse.source.mention_scan import telling
from customhouse.source.text import text_anomalies

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

    Plain is a promise: a full parse would give no call, no text anomaly, no mention of the kinds that tell something
    wherever they stand (`mention_table.TELLING_KINDS`), and no capability but what a constant that nothing uses names;
    and imports only of modules that can do nothing, each written out so that
    `evidence.plain_imports` finds it. Hosts and hidden strings of such a file are not looked for: nothing in it can do
    anything with them. A file above `MAX_SIZE` is never plain, nor is one that the scan gave up on.
    """
    if len(data) > MAX_SIZE:
        return FirstLook(plain=False, matched=("size",))
    data = data.removeprefix(b"\xef\xbb\xbf")
    judge = _judge(_FAMILIES[language])
    seen = data if language == "python" else spaced(data)
    try:
        acting = judge.first_acting(seen, _offsets(seen, f"acting_{_FAMILIES[language]}"))
        if not acting and telling(seen):
            acting = "mention"
    except (yara_x.ScanError, yara_x.TimeoutError):
        return FirstLook(plain=False, matched=("unscanned",))
    if not acting and text_anomalies(data, language):
        acting = "text"
    return FirstLook(plain=not acting, matched=(acting,) if acting else ())


def _judge(family: str) -> ModuleType:
    if family == "python":
        from customhouse.source import acting_python  # noqa: PLC0415 - only the tables that are needed

        return acting_python
    from customhouse.source import acting_javascript  # noqa: PLC0415 - the same

    return acting_javascript


def _offsets(data: bytes, rules: str) -> dict[str, list[int]]:
    """The offsets of every pattern that matches, by its name or word."""
    found = {}
    for rule in _scanner(rules).scan(data).matching_rules:
        for pattern in rule.patterns:
            offsets = [match.offset for match in pattern.matches]
            if offsets:
                found[pattern.identifier[1:].removeprefix("w_")] = offsets
    return found


def places(data: bytes, language: Language) -> dict[str, list[int]]:
    """Give the byte offsets of everything that the Python reader may act on, by pattern (`url`, `environ`, …).

    All credential triggers are one kind, `credential`. Offsets of one kind ascend.

    Raises:
        yara_x.ScanError, yara_x.TimeoutError: when the scan gave up, which nothing read so far should make it do.
    """
    if language != "python":
        raise ValueError(f"nothing reads {language} by places")
    found: dict[str, list[int]] = {}
    for rule in _scanner("places").scan(data).matching_rules:
        for pattern in rule.patterns:
            kind = "credential" if rule.identifier == "credential_places" else pattern.identifier[1:]
            offsets = [match.offset for match in pattern.matches]
            if offsets:
                found.setdefault(kind, []).extend(offsets)
    found.get("credential", []).sort()
    return found


def version() -> str:
    """A digest of the rules and of what judges them, for the keys under which what was learned with them is kept."""
    digest = hashlib.sha256()
    for rules in ("places", "acting_javascript", "acting_python"):
        digest.update(_source(rules).encode())
    digest.update(mentions_source().encode())
    for name in ("acting_javascript.py", "acting_python.py", "mention_scan.py"):
        digest.update((_FOLDER / name).read_bytes())
    return digest.hexdigest()[:16]


@cache
def _source(rules: str) -> str:
    """Rules as text: of the words that can act in a language, or of the places that the Python reader looks at."""
    if rules != "places":
        judge = _judge(rules.removeprefix("acting_"))
        lines = [f'    $w_{word} = "{word}"' for word in sorted(judge.words())]
        lines += [f"    {pattern}" for pattern in judge.PATTERNS]
        return "\n".join(("rule acting {", "  strings:", *lines, "  condition:", "    any of them", "}", ""))
    lines = [f"    $t{number} = {_quoted(trigger)} nocase" for number, trigger in enumerate(_with_separators())]
    triggers = "\n".join(lines)
    made = f"rule credential_places {{\n  strings:\n{triggers}\n  condition:\n    any of them\n}}\n"
    return made + "\n".join((_FOLDER / name).read_text("utf-8") for name in ("places.yar", "places_python.yar"))


def _with_separators() -> list[str]:
    r"""The triggers as they may stand in source: `a/b` also as `a\b` and `a\\b`."""
    spelled = [trigger.replace("/", separator) for trigger in TRIGGERS for separator in ("/", "\\", "\\\\", "//")]
    return list(dict.fromkeys(spelled))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@cache
def _scanner(rules: str) -> yara_x.Scanner:
    return compiled.scanner(_source(rules))
