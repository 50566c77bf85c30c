"""How severe an OSV record says that it is: its reviewer's word, else the newest CVSS vector it gives."""

import contextlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from customhouse.model.intelligence import Severity

_WORDS: dict[str, Severity] = {
    "CRITICAL": "critical",
    "HIGH": "high",
    "MODERATE": "medium",
    "MEDIUM": "medium",
    "LOW": "low",
    "NONE": "info",
}
#: What is assumed where nothing is said: unknown is not harmless.
ASSUMED: Severity = "medium"


def severity_of(word: object, vectors: Iterable[Mapping[str, Any]]) -> tuple[Severity, bool]:
    """Return the severity, and whether anything said it.

    `word` is GitHub's (`MODERATE`); `vectors` are OSV's `severity` entries. Of several vectors the one of the newest
    CVSS version that reads counts, and of two of one version the worse.
    """
    if isinstance(word, str) and (told := _WORDS.get(word.upper())):
        return told, True
    scored = [band for vector in vectors if (band := _band(str(vector.get("score", ""))[:500])) is not None]
    if not scored:
        return ASSUMED, False
    newest = max(version for version, _ in scored)
    order = list(dict.fromkeys(_WORDS.values()))
    return min((band for version, band in scored if version == newest), key=order.index), True


@lru_cache(maxsize=8192)
def _band(vector: str) -> tuple[str, Severity] | None:
    """Read one vector: the version of CVSS it is of, and its qualitative rating; None when it is none."""
    if "/" not in vector:
        return None
    from cvss import CVSS2, CVSS3, CVSS4  # noqa: PLC0415 - slow to import, seldom needed

    with contextlib.suppress(Exception):  # the library raises a class per CVSS version, with no common root
        if vector.startswith("CVSS:4"):
            return "4.0", _WORDS[str(CVSS4(vector).severity).upper()]
        if vector.startswith("CVSS:3"):
            return vector[5:8], _WORDS[str(CVSS3(vector).severities()[0]).upper()]
        return "2.0", _WORDS[str(CVSS2(vector).severities()[0]).upper()]
    return None
