"""Fuzzes the sketches of code and what two of them tell: lines lie in the text, and what was put in can be taken out.

Run: `python fuzz/fuzz_edits.py [CORPUS] -max_total_time=30` with atheris installed and `src` on the path.
"""

import sys

import atheris

with atheris.instrument_imports(include=["customhouse"]):
    from customhouse.evidence.edits import edits
    from customhouse.evidence.sketch import hashes, line_numbers, sketch
    from customhouse.model.content import ContentFacts, Member, Sketch, Tree

WORDS = (b"a;", b"b\n", b" " * 30, b"\t", b"\r\n", b"//# sourceMappingURL=x", b"1.2.3", b"\\x41", b"c", b"\xff", b"\0")
FACTS = ContentFacts("a.tgz", "0" * 64, "0" * 128, 1)


def text(provider: "atheris.FuzzedDataProvider") -> bytes:
    if provider.ConsumeBool():
        return provider.ConsumeBytes(600)
    return b"".join(
        WORDS[provider.ConsumeIntInRange(0, len(WORDS) - 1)] for _ in range(provider.ConsumeIntInRange(0, 60))
    )


def tree(data: bytes) -> Tree:
    drawn = sketch("a.js", data, "1.2.3")
    if line_numbers(drawn.pieces) != sorted(line_numbers(drawn.pieces)):
        raise AssertionError(data)
    loaded = Sketch("a.js", "import", drawn.size, drawn.lines, drawn.longest, drawn.encoded, drawn.pieces)
    return Tree((Member("a.js", len(data), data.hex()),), (loaded,))


def one(data: bytes) -> None:
    provider = atheris.FuzzedDataProvider(data)
    before, after = text(provider), text(provider)
    if provider.ConsumeBool():
        after = before + after
    old, new = tree(before), tree(after)
    lines = new.sketches[0].lines
    found = edits(FACTS, new, old)
    for each in found.insertions:
        if not 1 <= each.first <= each.last <= lines:
            raise AssertionError(each)
    same = hashes(old.sketches[0].pieces) == hashes(new.sketches[0].pieces)
    if found.insertions and same:
        raise AssertionError(found)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
