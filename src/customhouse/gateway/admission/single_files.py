"""Files of a release that are judged apart from it: PyPI lets files be added to a release of last year.

A file is as old as its own upload, and where the index does not say that, as this gateway's first sight of its name.
What an inspection holds is that file, unless it is all that the release has; what it blocks is the whole release, since
whoever put one bad file there may have put others.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from customhouse.gateway.admission.standing import VersionFacts, standing_of
from customhouse.model.gateway import Admission, Standing
from customhouse.model.release import Artifact

#: Grounds on which a release is shown that say nothing of each of its files.
_OF_THE_RELEASE = frozenset({"admitted", "not-inspected"})


def undated(artifacts: Sequence[Artifact]) -> list[str]:
    """Name the files of which the index does not say when they came."""
    return [each.filename for each in artifacts if each.uploaded is None]


def about_the_release(admissions: Sequence[Admission], artifacts: Sequence[Artifact]) -> tuple[Admission, ...]:
    """Return what the inspections of single files say of the whole release."""
    names = {each.filename for each in artifacts}
    held = {each.filename for each in admissions if each.decision == "hold"}
    if any(each.decision == "block" for each in admissions) or not names - held:
        return tuple(admissions)
    return tuple(each for each in admissions if each.decision != "hold")


def hidden_files(
    facts: VersionFacts,
    standing: Standing,
    artifacts: Sequence[Artifact],
    admissions: Sequence[Admission],
    first_seen: Mapping[str, datetime],
    now: datetime,
) -> dict[str, Standing]:
    """Judge the files of a release that is shown; return those that are not, by name.

    `facts` and `standing` are the release's. `first_seen` says when the name of an undated file was seen first.
    """
    if standing.decision != "allow" or standing.ground not in _OF_THE_RELEASE:
        return {}
    by_name = {each.filename: each for each in admissions}
    free = now - facts.minimum_age
    hidden = {}
    for each in artifacts:
        held = by_name.get(each.filename)
        born = each.uploaded or first_seen.get(each.filename)
        if (born is not None and born <= free) and (held is None or held.decision == "allow"):
            continue
        said = standing_of(of_file(facts, each, held, first_seen.get(each.filename)), now)
        if said.decision != "allow":
            hidden[each.filename] = said
    return hidden


def of_file(
    facts: VersionFacts, artifact: Artifact, admission: Admission | None, first_seen: datetime | None
) -> VersionFacts:
    """Return the facts of one file of a release."""
    return msgspec.structs.replace(
        facts,
        published=artifact.uploaded,
        first_seen=first_seen,
        admissions=(admission,) if admission is not None else (),
        digests=tuple(str(each) for each in artifact.digests if each.algorithm == "sha256"),
    )
