"""Fuzzes the shell reader and the cutting of command lines: they never fail, and lines lie in the text.

Run: `python fuzz/fuzz_shell_source.py [CORPUS] -max_total_time=30` with atheris installed and `src` on the path.
"""

import sys

import atheris

with atheris.instrument_imports(include=["customhouse"]):
    from fact_invariants import check

    from customhouse.evidence.npm_hooks import inline_code
    from customhouse.model.command_words import simple_commands
    from customhouse.source.read import language_of
    from customhouse.source.shell import read_shell


def one(data: bytes) -> None:
    check(read_shell("a.sh", data), data)
    language_of("a", data[:512])
    language_of("a.pth", data)
    text = data.decode("utf-8", "replace")
    for command in simple_commands(text):
        if len(command.files) > len(text):
            raise AssertionError(command)
    for code in inline_code(text):
        code.source.encode("utf-8", "replace")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
