"""Runs in the peer's own environment: CPU seconds of its analysis of each archive, start-up left out. Prints JSON."""

import contextlib
import io
import json
import sys
import tempfile
import time

with contextlib.redirect_stdout(io.StringIO()):
    from guarddog.analyzer.analyzer import Analyzer
    from guarddog.ecosystems import ECOSYSTEM
    from guarddog.utils.archives import safe_extract

ROUNDS = 3
results = {}
for path in sys.argv[1:]:
    name = path.rpartition("/")[2]
    analyzer = Analyzer(ECOSYSTEM.NPM if name.endswith(".tgz") else ECOSYSTEM.PYPI)
    seconds = []
    found = 0
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            started = time.process_time()
            safe_extract(path, folder)
            outcome = analyzer.analyze_sourcecode(folder, rules=None)
            seconds.append(time.process_time() - started)
        found = outcome.get("issues", 0)
    results[name] = {"cpu": sorted(seconds)[ROUNDS // 2], "issues": found}
print(json.dumps(results))
