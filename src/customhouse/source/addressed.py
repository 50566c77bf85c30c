"""Text that speaks to a machine which reviews code: orders to drop its task, and verdicts that it is told to give.

What is searched is meaning by its words, not one phrase: an order (ignore, disregard, ...) with its object (previous
instructions), a verdict (safe, benign, ...) over the package together with whom it is said to (AI, model, scanner),
marks that close a prompt, and strings made to have a model refuse. Between two words may stand what comments put
there.
"""

from functools import cache
from typing import NamedTuple

import yara_x

from customhouse.source import compiled

#: Places of one file that are told, and characters of each that are shown.
_MOST, _SHOWN = 8, 160
# fmt: off
# ruff: noqa: E501 - a list of words stands on one line
_GAP = r"[^a-z]{1,24}"
_WORDS = rf"({_GAP}[a-z']{{1,14}}){{0,4}}{_GAP}"
_FEW = rf"({_GAP}[a-z]{{1,14}}){{0,2}}{_GAP}"
_MODEL = r"AIs?|LLMs?|GPT(-?[0-9a-z.]{1,4})?|ChatGPT|Claude|Gemini|Copilot|Codex|Cursor|language models?|AI models?"
_AGENT = r"coding (agents?|assistants?)|AI[ -](agents?|assistants?|reviewers?|scanners?|analysts?|systems?|tools?)"
_SCANNER = r"(automated|security|malware|static|code)[ -](reviewers?|scanners?|analy[sz]ers?|analysts?|review(ing)? (tools?|bots?|agents?))"
_MACHINE = rf"({_MODEL}|{_AGENT}|{_SCANNER})"
_NOT_BAD = rf"not{_GAP}(malicious|malware|dangerous|suspicious)|no{_GAP}(threats?|risks?|malware|malicious|security issues?|vulnerabilit)|false{_GAP}positive"
_HARMLESS = rf"(safe|benign|clean|harmless|legitimate|trusted|trustworthy|non-?malicious|{_NOT_BAD})"
_DROP = r"(ignore|disregard|forget|override|bypass|discard|set aside|stop following|do not follow|don't follow)"
_EARLIER = r"(previous|prior|above|earlier|preceding|foregoing|original|system|safety|security)"
_ORDERS = r"(instructions?|prompts?|directives?|guidelines|orders)"
_TOLD = rf"(you|you've|you were|you have been){_GAP}(been{_GAP})?(told|instructed|asked)"
_JUDGE = r"(report|classify|mark|label|rate|treat|consider|flag|score|respond|reply|answer|output|conclude)"
_IS = r"(is|are|as|has been|was|conclude|found)"
_SPOKEN_TO = r"(if you are|if you're|you are|you're|as|dear|note (to|for)|attention|message (to|for)|instructions? (to|for)|hello|hey)"
_MUST = r"(do not|don't|must not|never|skip|stop|refrain|please|should|must)"
_REVIEW = r"(flag|report|analy[sz]e|scan|review|inspect|mention|classify|mark|execute|decode|warn|approve|summari[sz]e|skip|stop)"
_SUBJECT = rf"(this|the){_GAP}(package|file|code|module|library|release|script)"
_PROMPT = r"(<\|im_(start|end)\|>|\[\/?INST\]|<<\/?SYS>>|<\/?(system|instructions?|system_prompt)>|<\|(system|assistant|endoftext)\|>)"
_NEAR = r"[^\x00]{0,160}"

_PATTERNS = (
    # An order to drop what it was told.
    rf"\b{_DROP}{_WORDS}{_EARLIER}{_FEW}{_ORDERS}\b",
    rf"\b(ignore|disregard|forget)({_GAP}[a-z]{{1,14}}){{0,3}}{_GAP}{_TOLD}\b",
    # A verdict together with whom it is said to, in either order.
    rf"\b{_MACHINE}\b{_NEAR}\b{_IS}({_GAP}[a-z]{{1,14}}){{0,4}}{_GAP}{_HARMLESS}\b",
    rf"\b{_SUBJECT}{_WORDS}{_HARMLESS}\b{_NEAR}\b{_MACHINE}\b",
    rf"\b{_JUDGE}{_WORDS}{_HARMLESS}\b{_NEAR}\b{_MACHINE}\b",
    # Somebody spoken to, and told what not to do or what to say.
    rf"\b{_SPOKEN_TO}({_GAP}(an?|all|any|the|every|automated)){{0,2}}{_GAP}{_MACHINE}\b{_NEAR}\b{_MUST}({_GAP}[a-z]{{1,14}}){{0,3}}{_GAP}{_REVIEW}\b",
    # Marks that end one part of a prompt and begin another, beside an order or a verdict.
    rf"{_PROMPT}{_NEAR}\b(ignore|disregard|{_HARMLESS})\b",
    # Strings that have a model stop.
    r"_MAGIC_STRING_TRIGGER_(REFUSAL|REDACTED_THINKING)",
)
# fmt: on


class Address(NamedTuple):
    """A place: its bytes, and what is said there, on one line."""

    offset: int
    end: int
    text: str


def addressed(data: bytes) -> list[Address]:
    """Give the places where bytes speak to such a machine, in order, overlapping ones once."""
    try:
        results = _scanner().scan(data)
    except (yara_x.ScanError, yara_x.TimeoutError):
        return []
    spans = sorted(
        (match.offset, match.offset + match.length)
        for rule in results.matching_rules
        for pattern in rule.patterns
        for match in pattern.matches
    )
    found: list[Address] = []
    for start, end in spans:
        if found and start < found[-1].end:
            continue
        shown = " ".join(data[start:end].decode("utf-8", "replace").split())
        found.append(Address(start, end, shown[:_SHOWN]))
        if len(found) >= _MOST:
            break
    return found


def source() -> str:
    """The patterns as yara-x reads them."""
    lines = [f"    $a{number} = /{pattern}/is" for number, pattern in enumerate(_PATTERNS)]
    return "\n".join(("rule addressed {", "  strings:", *lines, "  condition:", "    any of them", "}", ""))


@cache
def _scanner() -> yara_x.Scanner:
    return compiled.scanner(source())
