"""Fuzz the zip reader."""

import sys

import atheris

with atheris.instrument_imports(include=["customhouse.archives"]):
    from archive_invariants import check

NAMES = ("a-1.0-py3-none-any.whl", "a-1.0.zip", "a-1.0-py3.11.egg")


def one(data: bytes) -> None:
    if data:
        check(data[1:], NAMES[data[0] % len(NAMES)])


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
