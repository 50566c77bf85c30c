"""What the code alone does not say of an expression: how it is used, what bounds its text, what it is put together of.

Every line is a claim about the callers, with the place where it can be checked. A line about an expression that is no
longer there fails the test.
"""

from collections.abc import Callable
from typing import Any, NamedTuple


class Bound(NamedTuple):
    """The most characters that an expression is given at once, and who cuts the text."""

    size: int
    cut_by: str


#: Expressions that stand in a table or are used from another module, and look at one place of the text only.
USED_AS: dict[str, str] = {
    # `COMMON_GLOBALS[word].match(data, end)` here and in javascript/seeds.py
    "customhouse.source.javascript.capability_table:COMMON_GLOBALS": "match",
    # its only use, at the end of that file, asks it of one whole text
    "customhouse.source.javascript.hosts:HOST_NAME": "fullmatch",
    # `harmless` in acting_python._mentioned holds them: `each.match(data, end)`
    "customhouse.source.acting_python:_PROSE": "match",
    "customhouse.source.acting_python:_SETTING": "match",
    "customhouse.source.acting_python:_COMPARED": "match",
    # npm_installs.py and python_installs.py ask it of one whole version
    "customhouse.rules.repository.installing:EXACT": "fullmatch",
    # `pattern.fullmatch(call.callee)` in _captured
    "customhouse.rules.code.keys_or_screen_captured:_CAPTURES": "fullmatch",
}

#: Expressions that may take longer than in proportion to their text, because somebody keeps that short.
BOUNDS: dict[str, Bound] = {
    "customhouse.source.acting_javascript:_RECEIVER": Bound(100, "_global and _common take 100 bytes before the word"),
    "customhouse.source.acting_python:_FROM": Bound(400, "statements() takes _LONGEST_LINE bytes before the word"),
    "customhouse.source.text:_WORD_BEFORE": Bound(100, "its only use takes _LONGEST_WORD characters"),
    "customhouse.source.read:_HASHBANG": Bound(512, "language_of cuts at _LONGEST_HASHBANG"),
    "customhouse.source.javascript.capability_table:KEEPERS": Bound(64, "timing.py takes 64 bytes of the callee"),
    "customhouse.source.javascript.methods:_REPEATED": Bound(200, "replace() refuses above _LONGEST_PATTERN"),
    "customhouse.rules.shared.command_line:_RUNS": Bound(4096, "download() cuts the command"),
    "customhouse.rules.install.gyp_runs_commands:_CONFIG": Bound(
        2000, "evidence/gyp.py keeps _MAX_COMMAND of a command"
    ),
}


def _known_lines() -> list[Any]:
    from customhouse.rules.shared.known_pth import _patterns  # noqa: PLC0415

    return [pattern for _, pattern in _patterns()]


def _members_of(module: str) -> Callable[[], list[Any]]:
    def built() -> list[Any]:
        import importlib  # noqa: PLC0415

        return [importlib.import_module(module)._members(frozenset({"system", "popen", "a"}))]

    return built


#: Expressions that are put together when they are used, by the function that does it: the same ones, made of names as
#: a package could have them.
BUILT: dict[str, Callable[[], list[Any]]] = {
    "customhouse.rules.shared.known_pth:_patterns": _known_lines,
    "customhouse.source.acting_python:_members": _members_of("customhouse.source.acting_python"),
    "customhouse.source.python.quiet:_members": _members_of("customhouse.source.python.quiet"),
    "customhouse.source.acting_python:_is_normal": lambda: ["[\\w\N{KELVIN SIGN}\N{LATIN SMALL LIGATURE FI}]+"],
    "customhouse.source.acting_python:_handed_on": lambda: [
        rb"(?<![\w.])(?:a|aa|os|subprocess)\b(?!\s*\.(?!\s*__dict__))"
    ],
    "customhouse.source.python.quiet:_handed_on.elsewhere": lambda: [rb"(?<![\w.])(?:a|aa|os)\b(?!\s*\.)"],
    "customhouse.source.python.conditions:Conditions._through": lambda: [rb"(?<![\w.])a\b"],
    "customhouse.source.python.mentions:_aliases": lambda: [rb"(?<!\w)(?:a|aa|run)(?!\w)"],
    "customhouse.source.javascript.tree:_short": lambda: [rb"a(?![\w$\x80-\xff])", rb"\$(?![\w$\x80-\xff])"],
    # What a package writes itself: `methods._is_slow` lets only these through on a text of any size.
    "customhouse.source.javascript.methods:replace": lambda: [r"[^a-z]+", r"^ab[\s\S]+", r"[ab][ab][ab]c$", r"\s\d\w"],
}
#: Where an expression is only handed on.
NOT_MADE_THERE = frozenset({"customhouse.model.lazy_regex:_Pattern.__getattr__"})
