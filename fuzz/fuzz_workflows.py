"""Coverage-guided fuzzing of the readers of build files: whatever the bytes are, each reads them or says why not.

    PYTHONPATH=src python fuzz/fuzz_workflows.py -max_total_time=60 [CORPUS…]

The first byte chooses the reader.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["customhouse"]):
    from customhouse.ecosystems.documents import UnreadableError
    from customhouse.ecosystems.files import DISK
    from customhouse.repository.workflows.formats import WORKFLOWS

ROOT = Path("no-such-folder")


def target(data: bytes) -> None:
    """Read the bytes; every place that is told must be a line of the file."""
    chosen = WORKFLOWS[data[0] % len(WORKFLOWS)] if data else WORKFLOWS[0]
    content = data[1:]
    try:
        reading = chosen.read(ROOT / "a" / "file", ROOT, content, DISK)
    except UnreadableError as error:
        if not str(error):
            raise AssertionError("no reason") from error
        return
    lines = content.count(b"\n") + content.count(b"\r") + content.count(b"\xc2\x85") + 1
    lines += content.count(b"\xe2\x80\xa8") + content.count(b"\xe2\x80\xa9")
    for one in (*reading.installs, *reading.actions):
        if not 1 <= one.line <= lines:
            raise AssertionError(one)


if __name__ == "__main__":
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
