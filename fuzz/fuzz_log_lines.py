"""Fuzzes what reads lines of logs: systems, clients, records of networks, and the blocks they come in.

Whatever the bytes are, nothing raises but CutError, cuts lose and double nothing, and excerpts are short.

Run: `python fuzz/fuzz_log_lines.py [CORPUS] -max_total_time=30` with atheris installed and `src` on the path.
"""

import contextlib
import sys
from datetime import UTC, datetime

import atheris

with atheris.instrument_imports(include=["customhouse"]):
    from customhouse.hunt.asked import Asked
    from customhouse.hunt.logs.clients.all_clients import releases_in
    from customhouse.hunt.logs.systems.circleci import lines_of
    from customhouse.hunt.logs.systems.recognition import system_of
    from customhouse.hunt.matching.matcher import Matcher
    from customhouse.hunt.network.formats.all_formats import Formats
    from customhouse.hunt.streams.blocks import blocks
    from customhouse.hunt.streams.encodings import decoded
    from customhouse.hunt.streams.excerpts import excerpt
    from customhouse.hunt.streams.interface import OVERLAP, CutError
    from customhouse.hunt.streams.unpacking import unpacked
    from customhouse.model.campaign import Campaign, Fact

FACTS = (
    Fact("domain", "c2.example", "contact"),
    Fact("address", "192.0.2.7:8080", "contact"),
    Fact("address", "2001:db8::1", "contact"),
    Fact("url", "http://c2.example:8000/stage2", "contact"),
    Fact("path", "%TEMP%\\x1.exe", "payload"),
    Fact("path", "/tmp/.<random 6 chars>", "payload"),  # noqa: S108 - data
    Fact("registry-key", "HKCU\\Software\\Run\\Update", "persistence"),
)
MATCHER = Matcher(Asked([Campaign("fuzz", "", "", None, None, (), FACTS)]))
LATEST = datetime(2026, 4, 1, tzinfo=UTC)
LONGEST_EXCERPT = 242


def one(data: bytes) -> None:
    provider = atheris.FuzzedDataProvider(data)
    step = provider.ConsumeIntInRange(1, 512)
    raw = provider.ConsumeBytes(1 << 16)
    chunks = [raw[at : at + step] for at in range(0, len(raw), step)]
    text = decoded(raw)
    system, formats = system_of(text), Formats(text.split("\n")[:20], LATEST)
    for line in text.split("\n")[:40]:
        system.mark(line)
        said = system.line(line)
        releases_in(said.text[:4096])
        formats.header(line)
        formats.read(line)
        if len(excerpt(line, "c2.example")) > LONGEST_EXCERPT:
            raise AssertionError(line)
    MATCHER.scan(raw)
    total = 0
    with contextlib.suppress(CutError):
        for block in blocks(unpacked(iter(chunks)), size=256, longest=OVERLAP + 256):
            if not 0 <= block.begin <= block.end <= len(block.data):
                raise AssertionError(block)
            total += block.end - block.begin
    with contextlib.suppress(CutError):
        for lines in lines_of(iter(chunks)):
            total += len(lines)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
