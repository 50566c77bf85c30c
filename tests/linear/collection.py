"""Puts together what importing shows and what the code says: every expression, or the place that escaped."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from linear.expressions import CallSite, Expression, call_sites, modules

_HERE = Path(__file__).resolve().parent


def collect() -> tuple[list[Expression], list[CallSite]]:
    """Return (expressions, call sites whose expression is put together when they run)."""
    made = _made_on_import()
    found: list[Expression] = []
    unknown: list[CallSite] = []
    for module, path in modules().items():
        here: dict[int, list[dict[str, Any]]] = made.get(str(path.resolve()), {})
        for site in call_sites(path, module):
            entries = [entry for line in range(site.line, site.last_line + 1) for entry in here.get(line, ())]
            if site.written is not None:
                found.append(Expression(site.where, site.line, *site.written, site.use))
            elif entries:
                found += [Expression(site.where, site.line, *_expression(entry), site.use) for entry in entries]
            else:
                unknown.append(site)
    return found, unknown


def _expression(entry: dict[str, Any]) -> tuple[str | bytes, int]:
    text = entry["text"].encode("latin-1") if entry["bytes"] else entry["text"]
    return text, entry["flags"]


def _made_on_import() -> dict[str, dict[int, list[dict[str, Any]]]]:
    """Return what `expressions.py` tells as {file: {line: entries}}."""
    run = subprocess.run(
        [sys.executable, str(_HERE / "expressions.py")],
        env={"PYTHONPATH": f"{_HERE.parent.parent / 'src'}:{_HERE.parent}", "PYTHONHASHSEED": "0"},
        capture_output=True,
        check=True,
        text=True,
    )
    found: dict[str, dict[int, list[dict[str, Any]]]] = {}
    for entry in json.loads(run.stdout):
        found.setdefault(entry["file"], {}).setdefault(entry["line"], []).append(entry)
    return found
