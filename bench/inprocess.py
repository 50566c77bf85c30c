"""CPU seconds of our inspection of each archive, start-up left out. Prints JSON."""

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from customhouse.archives.stream import DEFAULT_LIMITS
from customhouse.engine.local import case_of, open_local
from customhouse.engine.verdicts import verdict_on
from customhouse.evidence.code_reading import forget_files
from customhouse.policy.configuration import Configuration

ROUNDS = 5
results = {}
for name in sys.argv[1:]:
    seconds = []
    for _ in range(ROUNDS):
        forget_files()
        started = time.process_time()
        package = open_local(Path(name), DEFAULT_LIMITS)
        verdict_on(case_of(package, None, datetime.now(UTC)), Configuration())
        seconds.append(time.process_time() - started)
    results[Path(name).name] = sorted(seconds)[ROUNDS // 2]
print(json.dumps(results))
