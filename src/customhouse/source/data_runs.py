"""Long runs of plain numbers, which cost a parser more than the square of their length and say nothing.

What a program decodes out of a list of numbers is looked at up to a bound far below `KEPT`, so the rest of a longer run
is blanked before parsing: offsets and line numbers stay what they were.
"""

import re

from customhouse.model.lazy_regex import lazy_regex

#: Bytes of a run that are left as they are: four times what any decoder here takes.
KEPT = 256 * 1024
#: Numbers, commas and blanks, nothing that could open or close anything.
_RUN = lazy_regex(rb"[0-9a-fA-FxX_.,+\- \t\r\n]{%d,}" % (2 * KEPT))
_NOT_A_NEWLINE = lazy_regex(rb"[^\r\n]")


def without_long_runs(data: bytes) -> bytes:
    """Blank what stands beyond the first `KEPT` bytes of every long run, up to its last comma; most files have none."""
    if len(data) < 2 * KEPT:
        return data
    return _RUN.sub(_blanked, data)


def _blanked(match: re.Match[bytes]) -> bytes:
    run = match[0]
    start, end = run.find(b",", KEPT) + 1, run.rfind(b",") + 1
    if not 0 < start < end:
        return run
    return run[:start] + _NOT_A_NEWLINE.sub(b" ", run[start:end]) + run[end:]
