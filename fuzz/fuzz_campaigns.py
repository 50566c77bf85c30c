"""Fuzzes the import of campaigns: packs, STIX, MISP, OSV, CSV and YARA as anybody may have written them.

The first byte says which form. What is read is a campaign that writes and reads as a pack, or is told to be unsound.
Run: `python fuzz/fuzz_campaigns.py [CORPUS] -max_total_time=30` with atheris installed and `src` on the path.
"""

import sys

import atheris

with atheris.instrument_imports(include=["customhouse"]):
    from customhouse.indicators.draft import Draft
    from customhouse.indicators.formats.all_formats import FORMATS
    from customhouse.indicators.pack import parse_pack, write_pack
    from customhouse.model.errors import CustomhouseError

READERS = [each for each in FORMATS if each.read]


def one(data: bytes) -> None:
    if not data:
        return
    chosen, rest = data[0] % (len(READERS) + 1), data[1:]
    try:
        if chosen == len(READERS):
            parse_pack(rest, "fuzz.toml")
            return
        draft = Draft()
        READERS[chosen].read(rest, "fuzz", draft)
    except CustomhouseError as error:
        if not error.hint:
            raise AssertionError(data) from error
        return
    imported = draft.finish("fuzz")
    for problem in (*imported.problems, *imported.left_out):
        if not problem.place or not problem.message:
            raise AssertionError(problem)
    for each in FORMATS:
        if each.write:
            each.write(imported.campaign)
    if not imported.problems and parse_pack(write_pack(imported.campaign).encode(), "fuzz.toml") != imported.campaign:
        raise AssertionError(imported.campaign)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
