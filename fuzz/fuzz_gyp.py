"""Fuzzes the reader of gyp files: it never fails and never runs anything; what it cannot read it says.

Run: `python fuzz/fuzz_gyp.py [CORPUS] -max_total_time=30` with atheris installed and `src` on the path.
"""

import sys

import atheris
import msgspec

with atheris.instrument_imports(include=["customhouse"]):
    from customhouse.evidence.gyp import gyp_facts, gyp_files
    from customhouse.model.content import GypFacts


def one(data: bytes) -> None:
    main, _, other = data.partition(b"\0\0")
    texts = {"binding.gyp": main, "deps/a.gypi": other}
    facts = gyp_facts("binding.gyp", texts, {"a.cc": 1, "b.js": 1})
    if facts.native_sources != 1:
        raise AssertionError(facts)
    if msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=GypFacts) != facts:
        raise AssertionError(facts)
    list(gyp_files(facts))


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
