"""Has expressions measured by two processes, and kills the one that hangs."""

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent


def measured(tasks: list[dict[str, Any]], *, limit: float, patience: float) -> list[dict[str, Any]]:
    """Return one answer a task: see `measure.py`; `seconds` is None for what was killed after `patience` seconds."""
    waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    for task in tasks:
        waiting.put(task)
    with ThreadPoolExecutor(2) as pool:
        rooms = [pool.submit(_work, waiting, limit, patience) for _ in range(2)]
        return [answer for room in rooms for answer in room.result()]


def _work(waiting: "queue.SimpleQueue[dict[str, Any]]", limit: float, patience: float) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = []
    worker = _start(limit)
    try:
        while True:
            try:
                task = waiting.get_nowait()
            except queue.Empty:
                return answers
            worker.stdin.write(json.dumps(task) + "\n")
            worker.stdin.flush()
            alarm = threading.Timer(patience, worker.kill)
            alarm.start()
            line = worker.stdout.readline()
            alarm.cancel()
            if line:
                answers.append({**task, **json.loads(line)})
            else:
                answers.append({**task, "seconds": None, "before": 0.0, "shape": None})
                _end(worker)
                worker = _start(limit)
    finally:
        _end(worker)


def _end(worker: Any) -> None:
    worker.kill()
    worker.wait()
    worker.stdout.close()
    with contextlib.suppress(BrokenPipeError):
        worker.stdin.close()


def _start(limit: float) -> Any:
    return subprocess.Popen(
        [sys.executable, str(_HERE / "measure.py"), str(limit)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(_HERE.parent)},
        text=True,
    )
