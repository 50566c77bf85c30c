"""Fuzzes the Python reader: it never fails, and in a file that the first look calls plain nothing acts.

Run: `python fuzz/fuzz_python_source.py [CORPUS] -max_total_time=30` with atheris installed and `src` on the path.
"""

import ast
import sys

import atheris

with atheris.instrument_imports(include=["customhouse"]):
    from fact_invariants import acts

    from customhouse.source.first_look import first_look
    from customhouse.source.python.reader import read_python

WORDS = [
    "import os",
    "from os import",
    "exec(",
    "eval(",
    "getattr(",
    "__import__(",
    "base64.b64decode",
    "'",
    '"""',
    "chr(",
    "for x in",
    "lambda",
    "def f():",
    "class A:",
    ".join(",
    "[::-1]",
    "os.environ",
    "self.",
    "global x",
    ":=",
    "with open() as f",
    "@",
    "f'{",
    "}'",
    "return",
    "yield",
    "%",
    "+",
    "\\",
    "# coding: utf-7",
    "__globals__",
    "\n    ",
    "\n",
]


def text_of(data: bytes) -> bytes:
    """Half of the inputs as they are, half as words of Python, which a mutator alone seldom puts together."""
    provider = atheris.FuzzedDataProvider(data)
    if provider.ConsumeBool():
        return provider.ConsumeBytes(4096)
    words = [WORDS[provider.ConsumeIntInRange(0, len(WORDS) - 1)] for _ in range(provider.ConsumeIntInRange(0, 60))]
    return " ".join(words).encode() + provider.ConsumeBytes(512)


def compiles(text: bytes) -> bool:
    """Whether Python would run it at all: what it refuses may still look like a call to a parser that mends it."""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True


def one(data: bytes) -> None:
    text = text_of(data)
    facts = read_python("setup.py" if len(data) % 2 else "a.pth" if len(data) % 3 == 0 else "a.py", text)
    if "failed" in facts.unread:
        raise AssertionError(facts.unread)
    if first_look(text, "python").plain and acts(read_python("a.py", text)) and compiles(text):
        raise AssertionError(text)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
