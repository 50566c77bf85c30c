"""What must hold of the facts read from any bytes, asserted by the targets of the readers."""
# ruff: noqa: S101 - asserting is what it does

import msgspec

from customhouse.model.code import CodeFacts


def check(facts: CodeFacts, data: bytes) -> None:
    """Facts can be stored and read back, they say when the reader failed, and lines lie in the text."""
    stored = msgspec.msgpack.encode(facts)
    assert msgspec.msgpack.decode(stored, type=CodeFacts) == facts
    assert facts.size == len(data), facts.size
    assert "failed" not in facts.unread, facts.unread
    # every way to end a line that any reader knows; facts of decoded text keep the line of the text it came from
    lines = len(data.decode("utf-8", "replace").splitlines()) + data.count(b"\0") + 2
    for found in (facts.calls, facts.capabilities, facts.decoded, facts.imports, facts.mentions):
        for each in found:
            assert 0 <= each.line <= lines, each


def acts(facts: CodeFacts) -> bool:
    """Whether anything in the file does something: a constant alone may hide a text, which nothing in it can run."""
    hidden = {each.line for each in facts.decoded}
    does = [each for each in facts.capabilities if each.kind != "credentials" and each.line not in hidden]
    return bool(does or facts.anomalies or [each for each in facts.calls if each.line not in hidden])


def words(data: bytes, table: list[str]) -> bytes:
    """Put words of a language together, one for each byte: a mutator alone seldom finds two that fit."""
    return " ".join(table[each % len(table)] for each in data).encode()
