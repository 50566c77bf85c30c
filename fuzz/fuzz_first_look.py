"""Fuzzes the looks at raw bytes before any grammar: none fails, and every place found lies in the bytes.

Run: `python fuzz/fuzz_first_look.py [CORPUS] -max_total_time=30` with atheris installed and `src` on the path.
"""

import sys

import atheris

with atheris.instrument_imports(include=["customhouse"]):
    from customhouse.evidence.plain_imports import plain_imports
    from customhouse.evidence.started_files import is_text, names_in
    from customhouse.source.addressed import addressed
    from customhouse.source.data_runs import without_long_runs
    from customhouse.source.first_look import first_look, places
    from customhouse.source.mention_scan import hits
    from customhouse.source.obfuscation import obfuscation

LANGUAGES = ("python", "javascript", "typescript")


def look_at(data: bytes, language: str) -> None:
    look = first_look(data, language)
    if look.plain == bool(look.matched):
        raise AssertionError(look)
    for imported in plain_imports(data, language):
        imported.encode()
    for mark in obfuscation(data, language):
        if mark.line < 0:
            raise AssertionError(mark)


def one(data: bytes) -> None:
    for language in LANGUAGES:
        look_at(data, language)
    for kind, offsets in places(data, "python").items():
        if any(not 0 <= offset < len(data) for offset in offsets):
            raise AssertionError((kind, offsets))
    for place in (*addressed(data), *hits(data)):
        if not 0 <= place.offset <= place.end <= len(data):
            raise AssertionError(place)
    without = without_long_runs(data)
    if without.count(b"\n") != data.count(b"\n"):
        raise AssertionError(data)
    known = {"run.js", "lib/setup.py", "a.png"}
    if not names_in(data, known) <= known:
        raise AssertionError(data)
    is_text(data)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
