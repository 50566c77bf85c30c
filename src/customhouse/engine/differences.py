"""The wheels of a release held against its sdist, where both were opened."""

from collections.abc import Callable, Iterable

from customhouse.evidence.source_difference import source_difference
from customhouse.model.content import ContentFacts, SourceDifference, Tree

_SDISTS = (".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz")


def source_differences(
    contents: Iterable[ContentFacts], tree_of: Callable[[ContentFacts], Tree | None]
) -> tuple[SourceDifference, ...]:
    """Compare each wheel; one whose modules were compared already in another wheel is passed over.

    `tree_of` gives an archive's members, None where they are no longer kept: nothing can be said then.
    """
    opened = list(contents)
    wheels = [each for each in opened if each.filename.endswith(".whl")]
    sdists = [each for each in opened if each.filename.endswith(_SDISTS)]
    tree = tree_of(sdists[0]) if sdists and wheels else None
    if tree is None:
        return ()
    found: dict[tuple[tuple[str, ...], tuple[tuple[str, str], ...]], SourceDifference] = {}
    for wheel in wheels:
        members = tree_of(wheel)
        difference = None if members is None else source_difference(wheel.filename, members, sdists[0].filename, tree)
        if difference is not None:
            found.setdefault((difference.absent, difference.differing), difference)
    return tuple(found.values())
