"""Fuzzes the decoders of hidden text: they never fail, never give more than they may, and what was encoded comes back.

Run: `python fuzz/fuzz_decoding.py [CORPUS] -max_total_time=30` with atheris installed and `src` on the path.
"""

import base64
import sys

import atheris

with atheris.instrument_imports(include=["customhouse"]):
    from customhouse.source import decoding


#: Shorter texts are taken for words.
LEAST = 16


def one(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    budget = decoding.Budget()
    total = sum(len(found) for found, _ in decoding.decode_layers(text, budget=budget))
    if total > 2 * decoding.MAX_OUTPUT:
        raise AssertionError(total)
    for decode in (decoding.from_base64, decoding.from_base32, decoding.from_base85, decoding.from_hex):
        found = decode(text)
        if found is not None:
            decoding.plausible_text(found)
    decoding.from_percent(text)
    decoding.from_escapes(text)
    decoding.from_char_codes([int.from_bytes(data[at : at + 3], "big") for at in range(0, min(len(data), 900), 3)])
    inflated = decoding.inflate(data)
    if inflated is not None and len(inflated) > decoding.MAX_INFLATED:
        raise AssertionError(len(inflated))
    if LEAST <= len(data) <= decoding.MAX_INPUT // 2 and decoding.from_base64(base64.b64encode(data).decode()) != data:
        raise AssertionError(data)
    decoding.plausible_text(data)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
