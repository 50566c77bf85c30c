"""Fuzzes indicators of compromise as they are published: a value of a known kind, or CustomhouseError.

Run: `python fuzz/fuzz_indicators.py [CORPUS] -max_total_time=30` with atheris installed and `src` on the path.
"""

import sys

import atheris

with atheris.instrument_imports(include=["customhouse"]):
    from customhouse.engine.indicators import indicator
    from customhouse.model.errors import CustomhouseError


def one(data: bytes) -> None:
    for line in data.decode("utf-8", "replace").splitlines():
        try:
            found = indicator(line)
        except CustomhouseError as error:
            if not error.hint:
                raise AssertionError(line) from error
            continue
        if not found.value:
            raise AssertionError(line)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
