"""Runs in GuardDog's own environment: analyses archives as they are asked for on standard input.

A line of JSON each: its score (0 to 10), and seconds of the processor for unpacking, analysing and scoring.
"""

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


def measure(path: str) -> dict[str, float]:
    """Analyse one archive as its command does, from the archive to the score."""
    analyzer = Analyzer(ECOSYSTEM.NPM if path.endswith(".tgz") else ECOSYSTEM.PYPI)
    started = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        safe_extract(path, folder)
        found = analyzer.analyze_sourcecode(folder, rules=None)
        score = analyzer.calculate_package_risk_score(found)["score"]
    return {"score": score, "cpu": time.process_time() - started}


for line in sys.stdin:
    answer: dict[str, float | str] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            answer.update(measure(json.loads(line)))
        except Exception as error:  # noqa: BLE001 - what the peer cannot read is counted, and not ours to explain
            answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
