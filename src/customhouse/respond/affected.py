"""The affected assets of a case, and what lies within reach of each. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from customhouse.model.campaign import Campaign
from customhouse.model.credentials import kind_of_variable
from customhouse.model.exposure import AssetExposure, CredentialPlace
from customhouse.model.hunt import GRADES, Hit, Hunted
from customhouse.model.response import AffectedAsset, AssetKind, Reach, Urgency
from customhouse.respond.clients import clients_of
from customhouse.respond.rotation import rank

_FETCHED = GRADES.index("fetched")
#: Paths of one asset's traces that a plan names.
_MAX_PATHS = 50
_ON_DISK = frozenset({"project", "history", "install", "host"})
_HERE = frozenset({"install", "host", "network"})
#: Kinds whose variables are told one by one, as their names say more.
_OF_VARIABLES = frozenset({"environment", "env-files", "ci-secrets"})


def affected(hunted: Hunted, campaigns: Mapping[str, Campaign], owner: Mapping[str, str]) -> tuple[AffectedAsset, ...]:
    """Return the assets with traces of a campaign, gravest first, then by name."""
    found = []
    for asset, hits in hunted.assets().items():
        mine = tuple(hit for hit in hits if hit.campaign)
        if mine:
            found.append(_asset(asset, mine, hunted.exposure, campaigns, owner.get(asset, "")))
    return tuple(sorted(found, key=lambda each: (-GRADES.index(each.grade), each.asset)))


def _asset(
    asset: str,
    hits: Sequence[Hit],
    exposure: Sequence[AssetExposure],
    campaigns: Mapping[str, Campaign],
    owner: str,
) -> AffectedAsset:
    ids = tuple(dict.fromkeys(hit.campaign for hit in hits))
    moments = [hit.when for hit in hits if hit.when is not None]
    near = [each for each in exposure if _reaches(each, asset, hits)]
    return AffectedAsset(
        asset,
        _kind(hits),
        GRADES[max(GRADES.index(hit.grade) for hit in hits)],
        ids,
        tuple(sorted({hit.subject for hit in hits if hit.subject.startswith("pkg:")})),
        min((each.at for each in moments), default=None),
        max((each.until or each.at for each in moments), default=None),
        _within(near, hits, _takes(ids, campaigns)),
        bool(near),
        clients_of(hits),
        tuple(dict.fromkeys(hit.place.path for hit in hits if hit.area != "history"))[:_MAX_PATHS],
        owner,
    )


def _kind(hits: Iterable[Hit]) -> AssetKind:
    areas = {hit.area for hit in hits}
    by_area: tuple[tuple[str, AssetKind], ...] = (
        ("host", "machine"), ("install", "installation"), ("log", "build"), ("network", "network"),
    )  # fmt: skip
    return next((kind for area, kind in by_area if area in areas), "repository")


def _takes(ids: Iterable[str], campaigns: Mapping[str, Campaign]) -> frozenset[str]:
    """Return what the campaigns take; empty where one of them is not told of, so that everything counts."""
    told = [campaigns[each].takes if each in campaigns else () for each in ids]
    return frozenset(kind for each in told for kind in each) if all(told) else frozenset()


def _reaches(exposure: AssetExposure, asset: str, hits: Iterable[Hit]) -> bool:
    """Say whether something lay within reach of an asset: it is its own, or that of the machine or home it lies in."""
    if exposure.asset == asset:
        return True
    root = exposure.root.rstrip("/\\")
    local = exposure.root and any(hit.area in _ON_DISK for hit in hits)
    return bool(local) and asset.startswith((root + "/", root + "\\"))


def _within(near: Iterable[AssetExposure], hits: Sequence[Hit], takes: frozenset[str]) -> tuple[Reach, ...]:
    def urgency(areas: frozenset[str]) -> Urgency:
        there = any(hit.area in areas and GRADES.index(hit.grade) >= _FETCHED for hit in hits)
        return "now" if there else "if-installed"

    found: dict[tuple[str, Urgency], dict[str, None]] = {}
    for exposure in near:
        pairs = [(pair, urgency(_HERE)) for place in exposure.places for pair in _of_place(place)]
        pairs += [(pair, urgency(frozenset({"log"}))) for pair in _of_builds(exposure.ci_secrets)]
        for (kind, where, also), when in pairs:
            if not takes or kind in takes or also in takes:
                found.setdefault((kind, when), {})[where] = None
    listed = [Reach(kind, tuple(where), when) for (kind, when), where in found.items()]
    return tuple(sorted(listed, key=lambda each: (each.urgency != "now", rank(each.kind))))


def _of_place(place: CredentialPlace) -> Iterator[tuple[str, str, str]]:
    """Give a kind, where it lies, and the kind of the whole file where that is another."""
    where = place.path or "the environment of the process that hunted"
    if place.kind not in _OF_VARIABLES or not place.names:
        names = f" ({', '.join(place.names)})" if place.names else ""
        yield place.kind, where + names, place.kind
        return
    by_kind: dict[str, list[str]] = {}
    for name in place.names:
        by_kind.setdefault(kind_of_variable(name) or place.kind, []).append(name)
    for kind, names_of in by_kind.items():
        yield kind, f"{where} ({', '.join(names_of)})", place.kind


def _of_builds(names: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for name in names:
        if name == "*":
            yield "ci-secrets", "every secret of the repository and its organisation", "ci-secrets"
        else:
            yield kind_of_variable(name) or "ci-secrets", f"{name} of its builds", "ci-secrets"
