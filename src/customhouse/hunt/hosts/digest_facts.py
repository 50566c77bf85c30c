"""The digests of campaigns, and how a file that has one, or should have one, is told."""

import re
from collections.abc import Iterable

from customhouse.hunt.hosts.facts import WILDCARD
from customhouse.model.campaign import AffectedReleases, Campaign, Fact
from customhouse.model.lazy_regex import lazy_regex

#: By the length of its hex, for facts that do not say it.
_ALGORITHMS = {32: "md5", 40: "sha1", 56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}
_SIZE = lazy_regex(r"(?<![\w.,])(\d{1,3}(?:,\d{3})+|\d{3,12})\s*(?:B|bytes)\b")
_FILE = lazy_regex(
    r"(?<![\w.-])[\w.-]{1,100}\.(?:js|cjs|mjs|ts|py|pyc|pth|sh|ps1|bat|cmd|vbs|exe|dll|so|dylib|node|jar|bin|tgz|whl|gz|zip)"
    r"(?![\w-])",
    re.IGNORECASE,
)


class DigestFacts:
    """Every digest that campaigns name, by its hex; with the names and sizes by which files are worth digesting."""

    def __init__(self, campaigns: Iterable[Campaign]) -> None:
        """Arrange them."""
        self._facts: dict[tuple[str, str], list[tuple[Campaign, Fact]]] = {}
        self._archives: dict[tuple[str, str], list[tuple[Campaign, AffectedReleases]]] = {}
        self.sizes: set[int] = set()
        self.names: set[str] = set()
        #: Of names that only files of known sizes are meant by: those sizes.
        self._sizes_of: dict[str, set[int]] = {}
        for campaign in campaigns:
            for fact in campaign.facts:
                self._take(campaign, fact)
            for releases in campaign.releases:
                for each in releases.digests:
                    self._archives.setdefault((each.algorithm, each.hex), []).append((campaign, releases))
                if releases.digests:
                    self.names.update(_archive_names(releases))

    @property
    def algorithms(self) -> frozenset[str]:
        """What to digest a file by: sha256 always, as the name of its bytes."""
        return frozenset({"sha256", *(one for one, _ in self._facts), *(one for one, _ in self._archives)})

    def __bool__(self) -> bool:
        """Say whether there are any."""
        return bool(self._facts or self._archives)

    def facts(self, digests: dict[str, str]) -> list[tuple[Campaign, Fact]]:
        """Give the facts that a file of these digests is of."""
        return [pair for each in digests.items() for pair in self._facts.get(each, ())]

    def archives(self, digests: dict[str, str]) -> list[tuple[Campaign, AffectedReleases]]:
        """Give the releases whose archive a file of these digests is."""
        return [pair for each in digests.items() for pair in self._archives.get(each, ())]

    def expected(self, campaign: Campaign, path: Fact) -> tuple[str, ...]:
        """Return the digests (`sha256:…`) of what stands at a path by what the campaign says, at most three.

        They are those whose note names the file or, where none does, those of payloads of the same platform.
        """
        name = re.split(r"[\\/]+", path.value.rstrip("/\\"))[-1].lower()
        near = [(key, fact) for key, pairs in self._facts.items() for owner, fact in pairs if owner is campaign]
        told = [key for key, fact in near if name in fact.note.lower()]
        if not told and path.platform != "any" and path.role == "payload":
            told = [key for key, fact in near if fact.platform == path.platform and fact.role == "payload"]
        return tuple(f"{algorithm}:{digits}" for algorithm, digits in told[:3])

    def may_be(self, name: str, size: int) -> bool:
        """Say whether a file of a name, by its size in bytes, may be one that is known."""
        sizes = self._sizes_of.get(name.lower())
        return not sizes or size in sizes or size in self.sizes

    def _name(self, name: str, sizes: set[int]) -> None:
        """Take in a name, with the sizes of the file that it means; none says that it may have any."""
        if name and name in self.names and (not sizes or not self._sizes_of.get(name)):
            self._sizes_of[name] = set()
        elif name:
            self._sizes_of.setdefault(name, set()).update(sizes)
        self.names.update({name} if name else ())

    def _take(self, campaign: Campaign, fact: Fact) -> None:
        if fact.kind == "path":
            last = re.split(r"[\\/]+", fact.value.rstrip("/\\"))[-1].lower()
            self._name(last if not WILDCARD.search(last) else "", set())
        if fact.kind != "digest":
            return
        sizes = {int(size.replace(",", "")) for size in _SIZE.findall(fact.note)}
        self.sizes |= sizes
        for name in _FILE.findall(fact.note):
            self._name(name.strip(".").lower(), sizes)
        algorithm, _, digits = fact.value.rpartition(":")
        algorithm = algorithm or _ALGORITHMS.get(len(digits), "")
        if _ALGORITHMS.get(len(digits)) == algorithm:
            self._facts.setdefault((algorithm, digits.lower()), []).append((campaign, fact))


def _archive_names(releases: AffectedReleases) -> Iterable[str]:
    """Name the archives of releases as clients download them, in lower case."""
    plain = releases.name.rpartition("/")[2].lower()
    for version in releases.versions:
        if releases.ecosystem == "npm":
            yield f"{plain}-{version}.tgz"
            if releases.name.startswith("@"):  # as `npm pack` names it
                yield f"{releases.name[1:].replace('/', '-').lower()}-{version}.tgz"
        else:
            underlined = plain.replace("-", "_")
            yield from (f"{plain}-{version}.tar.gz", f"{underlined}-{version}.tar.gz")
            yield f"{underlined}-{version}-py3-none-any.whl"
