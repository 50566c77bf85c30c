"""What a name stands for since it was first seen, held against what upstream promises of it now."""

from collections.abc import Iterable

from customhouse.model.digest import Digest
from customhouse.model.gateway import Pin


def contradiction(pin: Pin, digests: Iterable[Digest]) -> str:
    """Say which bytes upstream promises that are not those of the pin; empty where it promises none but those.

    Of several digests of one algorithm any may be the right one (SRI).
    """
    then: dict[str, set[str]] = {}
    for text in (f"sha256:{pin.sha256}", *pin.promised):
        then.setdefault(text.partition(":")[0], set()).add(text)
    now: dict[str, set[str]] = {}
    for digest in digests:
        now.setdefault(digest.algorithm, set()).add(str(digest))
    for algorithm, promised in now.items():
        if algorithm in then and promised.isdisjoint(then[algorithm]):
            before, after = (" or ".join(sorted(each)) for each in (then[algorithm], promised))
            return f"{pin.filename} was {before} when first seen on {pin.first_seen:%Y-%m-%d}, and is {after} now"
    return ""
