"""What the parts of a checklist are made of, and the items that are one for each asset."""

import hashlib
import re
import shlex
from collections.abc import Callable, Iterable, Sequence

import msgspec

from customhouse.model.campaign import Campaign
from customhouse.model.hunt import GRADES, Grade, Hit, Hunted
from customhouse.model.response import AffectedAsset, Item, Phase, ProjectFix, Rotation
from customhouse.respond.owners import Owners

#: Assets of one phase that get an item each; the rest share one.
_SINGLE = 40


class Situation(msgspec.Struct, frozen=True):
    """A case, as far as planning has got."""

    hunted: Hunted
    campaigns: tuple[Campaign, ...]
    assets: tuple[AffectedAsset, ...]
    rotations: tuple[Rotation, ...]
    fixes: tuple[ProjectFix, ...]
    owners: Owners
    #: The case's folder as a command names it.
    case: str

    @property
    def lead(self) -> str:
        """Who leads."""
        return self.owners.role("lead") or self.owners.role("security")

    @property
    def packs(self) -> str:
        """The options that ask a hunt for the same campaigns."""
        return " ".join(f"--pack {shlex.quote(each.id)}" for each in self.campaigns)

    def hits(self, asset: str) -> tuple[Hit, ...]:
        """Return the campaigns' traces of an asset."""
        return tuple(hit for hit in self.hunted.hits if hit.asset == asset and hit.campaign)


def least(asset: AffectedAsset, grade: Grade) -> bool:
    """Say whether an attack got at least so far."""
    return GRADES.index(asset.grade) >= GRADES.index(grade)


def short(asset: str) -> str:
    """Name an asset within an id: the end of its name, and digits that tell it from its namesakes.

    Locks of a thousand projects all end alike: four digits would call two of them the same.
    """
    plain = re.sub(r"[^a-z0-9]+", "-", re.split(r"[/\\]", asset.rstrip("/\\"))[-1].lower()).strip("-")[:40]
    digest = hashlib.sha256(asset.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{plain}-{digest}" if plain else digest


def quoted(command: str, *paths: str) -> str:
    """Write a command over paths, so that no path is taken for an option or for two."""
    return f"{command} -- {' '.join(shlex.quote(each) for each in paths)}"


def one_each(
    phase: Phase, name: str, assets: Sequence[AffectedAsset], item: Callable[[AffectedAsset], Item], rest: str
) -> Iterable[Item]:
    """Give an item for each of the first assets, and one (`rest` says what) for all others."""
    yield from (item(each) for each in assets[:_SINGLE])
    others = assets[_SINGLE:]
    if others:
        yield Item(
            f"{phase}-{name}-others",
            phase,
            rest,
            f"{len(others)} more assets, each as those above",
            tuple(f"{each.asset} ({each.grade})" for each in others),
        )
