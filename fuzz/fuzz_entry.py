"""Coverage-guided fuzzing of what says what runs at install: command lines, gyp files, RECORD, .pth and .start files.

    PYTHONPATH=src python fuzz/fuzz_entry.py -max_total_time=60 [CORPUS…]

The first byte chooses the reader.
"""

import sys

import atheris

with atheris.instrument_imports(include=["customhouse"]):
    from customhouse.evidence.gyp import gyp_facts, gyp_files
    from customhouse.evidence.npm_hooks import npm_hooks
    from customhouse.evidence.pypi_hooks import startup_code, startup_lines
    from customhouse.evidence.wheel_record import record_issues
    from customhouse.model.command_words import simple_commands
    from customhouse.model.content import Member
    from customhouse.model.release import Manifest, Script

PATHS = {"binding.gyp": None, "a.js": None, "src/a.cc": None}


def _commands(content: bytes) -> None:
    line = content.decode("utf-8", "replace")
    if any(not each.words for each in simple_commands(line)):
        raise AssertionError("a command without words")
    npm_hooks(Manifest("a", "1", scripts=(Script("install", line), Script("x", line))), PATHS)


def _gyp(content: bytes) -> None:
    facts = gyp_facts("binding.gyp", {"binding.gyp": content, "a.gypi": content}, PATHS)
    lines = content.count(b"\n") + content.count(b"\r") + content.count(b"\f") + 1
    for each in facts.commands:
        if not 1 <= each.line <= lines:
            raise AssertionError(each)
    list(gyp_files(facts))


def _record(content: bytes) -> None:
    record_issues({"a-1.dist-info/RECORD": content}, [Member("a.py", 1, "0" * 64)])


def _startup(content: bytes) -> None:
    for path in ("a.pth", "a.start"):
        startup_lines(path, content)
        startup_code(path, content)


READERS = (_commands, _gyp, _record, _startup)


def target(data: bytes) -> None:
    """Read the bytes with one of the readers; none may raise."""
    READERS[data[0] % len(READERS) if data else 0](data[1:])


if __name__ == "__main__":
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
