"""The advisory index measured: building it from 300,000 synthetic records, and matching 2,000 packages with it.

python bench/advisories.py [RECORDS]      prints JSON; the functions are for bench/run.py
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

RECORDS = 300_000
PACKAGES = 2_000
#: The figures that an update of RECORDS has to keep (seconds, bytes), and a bulk match of PACKAGES (seconds).
MOST_SECONDS, MOST_MEMORY, MOST_MATCHING = 60.0, 500 * 10**6, 0.1
ROOT = Path(__file__).resolve().parent.parent


def package_name(number: int) -> str:
    """Name the synthetic package of a number; the first PACKAGES are the ones that are matched."""
    return f"package-{number:06d}"


def synthetic_record(number: int, source: random.Random) -> dict[str, Any]:
    """Make one record: seven of ten malicious npm ones, as in the public database, the rest vulnerabilities.

    One in 47 is about a package of the first PACKAGES, three for each: far more than most packages ever have.
    """
    ecosystem = "PyPI" if number % 10 == 9 else "npm"
    name = package_name(source.randrange(PACKAGES) if number % 47 == 0 else source.randrange(PACKAGES, 200_000))
    stamp = f"2026-{1 + number % 9:02d}-{1 + number % 28:02d}T00:00:00Z"
    record: dict[str, Any] = {"schema_version": "1.7.4", "modified": stamp, "published": stamp}
    package = {"ecosystem": ecosystem, "name": name, "purl": f"pkg:{ecosystem.lower()}/{name}"}
    if number % 10 < 7:
        record |= {"id": f"MAL-2026-{number}", "summary": f"Malicious code in {name} ({ecosystem})"}
        record["details"] = "The package sends what it finds to a host of its own. " * 8
        record["affected"] = [{"package": package, "versions": [f"{source.randrange(50, 99)}.0.{number % 7}"]}]
        record["database_specific"] = {"malicious-packages-origins": [{"source": "synthetic", "sha256": "0" * 64}] * 2}
        return record
    low = source.randrange(1, 40)
    events = [{"introduced": f"{low}.0.0"}, {"fixed": f"{low}.{source.randrange(1, 9)}.0"}]
    record |= {
        "id": f"GHSA-{number:04x}-{number % 4096:04x}-{number % 65521:04x}",
        "aliases": [f"CVE-2026-{number}"],
        "summary": f"A weakness in {name}",
        "details": "Under some conditions an input is taken for what it is not. " * 20,
        "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"}],
        "database_specific": {"severity": "HIGH", "cwe_ids": ["CWE-20"]},
        "references": [{"type": "WEB", "url": f"https://advisories.example/{number}/{at}"} for at in range(4)],
    }
    listed = [f"{low}.{minor}.{patch}" for minor in range(3) for patch in range(6)] if ecosystem == "PyPI" else []
    kind = "ECOSYSTEM" if ecosystem == "PyPI" else "SEMVER"
    record["affected"] = [{"package": package, "ranges": [{"type": kind, "events": events}], "versions": listed}]
    return record


def write_records(path: Path, count: int = RECORDS) -> None:
    """Write a zip of records, the same for the same count."""
    source = random.Random(20261121)  # noqa: S311 - no secret
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(count):
            record = synthetic_record(number, source)
            archive.writestr(f"{record['id']}.json", json.dumps(record))


_PEAK = """
def peak():
    # Not ru_maxrss, which remembers the process that this one was forked from.
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
"""
_UPDATE = """
import json, sys, time
from pathlib import Path
from customhouse.engine.advisory_update import update_index
started, cpu = time.perf_counter(), time.process_time()
done = update_index(Path(sys.argv[1]), [sys.argv[2]], {})
seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
assert not done.failed, done
state = done.sources[0]
print(json.dumps({"seconds": seconds, "cpu_seconds": cpu, "peak_bytes": peak(),
                  "records": state.state.records, "unchanged": state.unchanged}))
"""
_MATCH = """
import json, sys, time
from pathlib import Path
from customhouse.evidence.intelligence import AdvisoryIndex
from customhouse.model.purl import Purl
from customhouse.storage.advisory_index import AdvisoryIndexReader
purls = [Purl("npm", name, "12.1.0") for name in sys.stdin.read().split()]
started, cpu = time.perf_counter(), time.process_time()
reader = AdvisoryIndexReader(Path(sys.argv[1]))
opened = time.perf_counter()
index = AdvisoryIndex([reader])
index.prepare(purls)
found = sum(len(index.match(purl)) for purl in purls)
done = time.perf_counter()
print(json.dumps({"open_seconds": opened - started, "seconds": done - opened,
                  "cpu_seconds": time.process_time() - cpu, "packages": len(purls),
                  "records_read": sum(len(index._of((purl.ecosystem, purl.name))) for purl in purls),
                  "matches": found, "peak_bytes": peak()}))
"""


def _run(code: str, *arguments: str, text: str = "") -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    finished = subprocess.run(
        [sys.executable, "-c", _PEAK + code, *arguments],
        env=environment, input=text, capture_output=True, text=True, check=True,
    )  # fmt: skip
    document: dict[str, Any] = json.loads(finished.stdout)
    return document


def measure_update(directory: Path, records: Path) -> dict[str, Any]:
    """Update the index in `directory` from `records` in a process of its own: seconds and peak memory."""
    return _run(_UPDATE, str(directory), str(records))


def measure_matching(directory: Path, packages: int = PACKAGES) -> dict[str, Any]:
    """Open the index and match `packages` releases, in a process of its own."""
    return _run(_MATCH, str(directory), text="\n".join(package_name(number) for number in range(packages)))


def measure(count: int = RECORDS) -> dict[str, Any]:
    """Measure a first update, one in which nothing changed, and matching."""
    with tempfile.TemporaryDirectory() as folder:
        records, index = Path(folder) / "records.zip", Path(folder) / "index"
        started = time.perf_counter()
        write_records(records, count)
        made = time.perf_counter() - started
        figures = {
            "records": count,
            "made_seconds": round(made, 1),
            "zip_bytes": records.stat().st_size,
            "first": measure_update(index, records),
            "again": measure_update(index, records),
            "match": measure_matching(index),
        }
        return figures | {"index_bytes": sum(path.stat().st_size for path in index.iterdir())}


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS), indent=2))
