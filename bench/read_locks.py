"""What `make bench` runs in a process of its own: read every lock under a folder, and match what they pin.

python bench/read_locks.py FOLDER [INDEX]      prints JSON; INDEX is the folder of an advisory index
"""

import asyncio
import gc
import json
import sys
import time
from pathlib import Path

from customhouse.ecosystems.discovery import discover


def main() -> None:
    folder, *index = (Path(one) for one in sys.argv[1:])
    gc.set_threshold(50_000, 20, 50)  # as the command itself does
    started, used = time.perf_counter(), time.process_time()
    sources = discover([folder])
    read, read_cpu = time.perf_counter() - started, time.process_time() - used
    purls = [entry.purl for source in sources for entry in source.packages]
    found = asyncio.run(matches(index[0], purls)) if index else 0
    print(
        json.dumps(
            {
                "sources": len(sources),
                "unread": sum(source.status not in ("parsed", "skipped") for source in sources),
                "packages": len(purls),
                "read_seconds": read,
                "read_cpu": read_cpu,
                "seconds": time.perf_counter() - started,
                "matched": found,
                "peak": peak(),
            }
        )
    )


def peak() -> int:
    """Return the most memory that was held, in bytes; not ru_maxrss, which remembers the process that forked us."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


async def matches(index: Path, purls: list) -> int:
    from customhouse.engine.intelligence import open_intelligence  # noqa: PLC0415 - only when asked
    from customhouse.policy.configuration import Configuration  # noqa: PLC0415

    intelligence = open_intelligence(Configuration(), index, (), offline=True)
    await intelligence.prepare(purls)
    return sum(bool(intelligence.match(purl, ())) for purl in dict.fromkeys(purls))


if __name__ == "__main__":
    main()
