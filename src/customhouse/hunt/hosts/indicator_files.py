"""Files that stand where a campaign puts its own, and files with a campaign's digest wherever they lie."""

from collections.abc import Collection, Iterator

import msgspec

from customhouse.hunt.asked import Asked
from customhouse.hunt.hosts.digest_facts import DigestFacts
from customhouse.hunt.hosts.expansion import expanded, relative
from customhouse.hunt.hosts.facts import applies, grade_of, lower, says_nothing
from customhouse.hunt.hosts.systems import System
from customhouse.hunt.hosts.traces import at, fact_hit, file_moment
from customhouse.hunt.hosts.tree import shown
from customhouse.hunt.notes import Notes
from customhouse.model.campaign import AffectedReleases, Campaign, Fact
from customhouse.model.hunt import Grade, Hit, Looked
from customhouse.model.intelligence import Confidence

#: First bytes of what a system runs: ELF, Mach-O (both orders, and universal), PE, scripts.
_PROGRAMS = (
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"MZ",
    b"#!",
)
#: Files that may match one fact whose name is made of wildcards.
_MAX_WILD = 200
#: Folders of installed packages: a payload that lies there was fetched, which does not show that it ran.
_INSTALLED = ("/node_modules/", "/site-packages/", "/dist-packages/", "/_cacache/", "/.cache/", "/Downloads/")


def indicator_files(system: System, asked: Asked, digests: DigestFacts, notes: Notes) -> frozenset[tuple[str, str]]:
    """Look at every place where a campaign's facts say that a file would be on this system.

    Returns what was found, as a campaign's id with the file's path on this machine.
    """
    told: set[tuple[str, str]] = set()
    places = found = 0
    for campaign, fact in asked.facts():
        if fact.kind != "path" or not applies(fact, system.platform):
            continue
        seen: set[str] = set()
        for parts in expanded(fact, system):
            places += 1
            for real in system.tree.find(parts):
                if real in seen or (says_nothing(fact) and not _may_be_a_program(system, real, len(seen))):
                    continue
                seen.add(real)
                found += 1
                for hit in at_path(system, campaign, fact, digests, real):
                    notes.hit(hit)
                    told.add((campaign.id, real))
    counts = (("places", places), ("found", found))
    notes.looked(
        Looked("host", system.asset, shown(system.tree.root), f"places of campaigns ({system.platform})", counts)
    )
    return frozenset(told)


def at_path(
    system: System, campaign: Campaign, fact: Fact, digests: DigestFacts, real: str, *, name_alone: bool = False
) -> Iterator[Hit]:
    """Tell what stands at a fact's path: by its digest, where the campaign says one.

    With `name_alone` only a name is known of the path, which says less.
    """
    tree = system.tree
    when = file_moment(tree.times(real))
    confidence: Confidence = "low" if says_nothing(fact) else lower(fact.confidence) if name_alone else fact.confidence
    if tree.is_folder(real):
        message = f"a folder stands where {campaign.title} makes one: {fact.value}"
        yield fact_hit(campaign, fact, system, at(real), message, when=when, confidence=confidence)
        return
    if not tree.is_file(real):
        what = "a link that leads nowhere" if tree.is_link(real) else "something that is no file"
        message = f"{what} stands at {fact.value}: a pipe, a socket or a trace of what lay there"
        yield fact_hit(campaign, fact, system, at(real), message, when=when, confidence=lower(confidence))
        return
    actual = tree.digests(real, digests.algorithms)
    digest = f"sha256:{actual['sha256']}" if actual else ""
    same = [one for owner, one in digests.facts(actual) if owner is campaign]
    expected = digests.expected(campaign, fact)
    if same:
        message = f"{fact.value} is there, and its digest is the one known of {campaign.title} ({same[0].value})"
        confidence = "high"
    elif expected and digest:
        message = f"a file stands at {fact.value}, but has another digest: {digest}, known is {', '.join(expected)}"
        confidence = lower(confidence)
    else:
        told = f"its digest is {digest}, and none is known" if digest else "it could not be digested"
        message = f"a file stands at {fact.value}; {told}"
    hit = fact_hit(campaign, fact, system, at(real), message, when=when, confidence=confidence)
    yield msgspec.structs.replace(hit, digest=digest)


def by_digest(system: System, digests: DigestFacts, real: str, told: Collection[tuple[str, str]] = ()) -> Iterator[Hit]:
    """Tell a file whose digest a campaign knows, wherever it lies; what `told` holds is told already."""
    actual = system.tree.digests(real, digests.algorithms)
    if not actual:
        return
    when = file_moment(system.tree.times(real))
    digest = f"sha256:{actual['sha256']}"
    for campaign, fact in digests.facts(actual):
        if (campaign.id, real) in told:
            continue
        message = f"a file of {campaign.title} lies here: its digest is {fact.value}"
        message += f" ({fact.note})" if fact.note else ""
        hit = fact_hit(campaign, fact, system, at(real), message, when=when, grade=_grade(system, fact, real))
        yield msgspec.structs.replace(hit, digest=digest)
    for campaign, releases in digests.archives(actual):
        hit = _archive_hit(system, campaign, releases, real, digest)
        yield msgspec.structs.replace(hit, when=when)


def by_name(system: System, campaign: Campaign, fact: Fact, digests: DigestFacts, real: str) -> Iterator[Hit]:
    """Tell a file whose path ends as a fact's that begins at no root; of a bare name, only with less confidence."""
    for hit in at_path(system, campaign, fact, digests, real, name_alone=len(relative(fact)) == 1):
        yield msgspec.structs.replace(hit, grade=_grade(system, fact, real))


def _grade(system: System, fact: Fact, real: str) -> Grade:
    """A file among installed packages shows that it was fetched, and no more."""
    inner = f"/{system.tree.inner(real)}"
    return "fetched" if any(part in inner for part in _INSTALLED) else grade_of(fact)


def _archive_hit(system: System, campaign: Campaign, releases: AffectedReleases, real: str, digest: str) -> Hit:
    message = f"an archive of {releases.name} that carries {campaign.title} lies here, by its digest"
    subject = f"pkg:{releases.ecosystem}/{releases.name}"
    return Hit(campaign.id, system.asset, "host", "fetched", subject, message, at(real), digest=digest)


def _may_be_a_program(system: System, real: str, before: int) -> bool:
    """Say whether a file is something that runs, so that a name of wildcards alone may mean it."""
    if before >= _MAX_WILD or not system.tree.is_file(real):
        return False
    if system.platform != "windows" and system.tree.is_executable(real):
        return True
    file = system.tree.open(real)
    if file is None:
        return False
    try:
        with file:
            return file.read(4).startswith(_PROGRAMS)
    except OSError:
        return False
