"""The few figures that an evaluation is told in."""

from collections.abc import Sequence
from math import ceil, sqrt

#: Of the normal distribution: the deviations that 95 % lie within.
_Z95 = 1.959964


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a proportion: Wilson's score interval, which stays true near 0 and 1.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927. Without any trial
    everything is possible.
    """
    if total == 0:
        return 0.0, 1.0
    share, square = count / total, _Z95 * _Z95
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = _Z95 / (1 + square / total) * sqrt(share * (1 - share) / total + square / (4 * total * total))
    low = 0.0 if count == 0 else max(0.0, middle - half)
    return low, 1.0 if count == total else min(1.0, middle + half)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest of the values that at least this share of them do not exceed (nearest rank); 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0
