"""Measures expressions on their worst texts, in a process that can be killed: a match cannot be interrupted.

Reads one JSON object a line ({"where", "text", "bytes", "flags", "use", "size"}) and answers one a line
({"where", "seconds", "before", "shape"}): the processor time of the worst text at `size` characters and at an eighth
of it.
"""

import json
import re
import sys
import time
from typing import Any

from linear.worst_case import Shape, shapes

#: Every text is tried at this size first; the hardest of them is then taken to the whole size.
FIRST = 1024
#: So many of the hardest are taken further.
TAKEN = 2
#: From one size to the next.
_STEP = 8
#: A time, in seconds, that noise does not explain, and how much faster than its text it may grow until there.
_WORTH_A_GUESS = 0.01
_GROWS = 3


def seconds(pattern: "re.Pattern[Any]", use: str, text: str | bytes) -> float:
    """Return the processor time of using the pattern on the text once."""
    start = time.process_time()
    if use == "search":
        for _ in pattern.finditer(text):
            pass
    else:
        getattr(pattern, use)(text)
    return time.process_time() - start


def measure(task: dict[str, Any], limit: float) -> dict[str, Any]:
    """Return the time of the worst text at the whole size, or at the first size on the way that goes past the limit."""
    raw = task["text"].encode("latin-1") if task["bytes"] else task["text"]
    pattern = re.compile(raw, task["flags"])

    def cost(shape: Shape, size: int) -> float:
        text = shape.text(size)
        return seconds(pattern, task["use"], text.encode("latin-1", "replace") if task["bytes"] else text)

    hard: list[tuple[float, Shape]] = []
    for shape in shapes(raw, task["flags"]):
        hard.append((cost(shape, min(FIRST, task["size"])), shape))
        if hard[-1][0] > limit:
            return {"where": task["where"], "seconds": hard[-1][0], "before": 0.0, "shape": hard[-1][1], "size": FIRST}
    hard.sort(key=lambda it: -it[0])
    worst: dict[str, Any] = {"where": task["where"], "seconds": 0.0, "before": 0.0, "shape": None, "size": task["size"]}
    for spent, shape in hard[:TAKEN]:
        size, before = FIRST, spent
        while size < task["size"]:
            size = min(size * _STEP, task["size"])
            now = cost(shape, size)
            if size < task["size"] and now > _WORTH_A_GUESS and now > before * _STEP * _GROWS:
                before, now = now, now * (task["size"] / size) ** 2  # it grows faster than its text: hours, perhaps
                size = task["size"]
            if now > limit or size == task["size"]:
                if now > worst["seconds"]:
                    worst = {**worst, "seconds": now, "before": before, "shape": shape, "size": size}
                break
            before = now
        if worst["seconds"] > limit:
            break
    return worst


def main() -> None:
    """Answer each line of the standard input with one line."""
    limit = float(sys.argv[1])
    for line in sys.stdin:
        sys.stdout.write(json.dumps(measure(json.loads(line), limit)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
