"""Reads and judges archives as they are asked for on standard input, in this one process, and says what it took.

A line of JSON each: seconds by the wall and of the processor for reading the archive and judging what it is, and the
process's largest memory so far, in bytes.
"""

import json
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from customhouse.archives.stream import DEFAULT_LIMITS
from customhouse.engine.local import case_of, open_local
from customhouse.engine.verdicts import verdict_on
from customhouse.evidence.code_reading import forget_files
from customhouse.policy.configuration import Configuration

#: Whose first use is not to be counted: grammars and rules are loaded by it.
_CONFIGURATION = Configuration()


def measure(path: Path) -> dict[str, float]:
    """Read and judge one archive that nothing is remembered of."""
    forget_files()
    wall, cpu = time.perf_counter(), time.process_time()
    package = open_local(path, DEFAULT_LIMITS)
    verdict_on(case_of(package, None, datetime.now(UTC)), _CONFIGURATION)
    return {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def main() -> None:
    """Answer until there are no more questions."""
    for line in sys.stdin:
        print(json.dumps(measure(Path(json.loads(line)))), flush=True)


if __name__ == "__main__":
    main()
