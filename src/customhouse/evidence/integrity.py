"""Whether the bytes are the ones that were promised."""

from collections.abc import Iterable
from typing import Literal

from customhouse.model.content import ContentFacts
from customhouse.model.digest import Digest
from customhouse.model.evidence import Gap, IntegrityMismatch


def check_integrity(
    content: ContentFacts, promised: Iterable[Digest], promised_by: Literal["lockfile", "registry"]
) -> tuple[tuple[IntegrityMismatch, ...], tuple[Gap, ...]]:
    """Compare an artifact with what was promised of it.

    Of several promised digests of one algorithm any may match (SRI, section 3.3.4, and pip's repeated `--hash`); of
    several algorithms each that was computed has to. A promise in none of the computed algorithms is a gap.
    """
    found = {"sha1": content.sha1, "sha256": content.sha256, "sha512": content.sha512}
    by_algorithm: dict[str, set[str]] = {}
    for digest in promised:
        by_algorithm.setdefault(digest.algorithm, set()).add(digest.hex)
    checked = {algorithm: wanted for algorithm, wanted in by_algorithm.items() if algorithm in found}
    mismatches = tuple(
        IntegrityMismatch(
            content.filename,
            promised_by,
            " or ".join(f"{algorithm}:{value}" for value in sorted(wanted)),
            f"{algorithm}:{found[algorithm]}",
        )
        for algorithm, wanted in checked.items()
        if found[algorithm] not in wanted
    )
    gaps: tuple[Gap, ...] = ()
    if by_algorithm and not checked:
        names = ", ".join(sorted(by_algorithm))
        gaps = (
            Gap("content", "integrity-algorithm", f"{content.filename}: only {names} is promised, which is not read"),
        )
    return mismatches, gaps
