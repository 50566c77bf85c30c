"""The packs that come with Customhouse."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from customhouse.indicators.pack import parse_pack
from customhouse.model.campaign import Campaign
from customhouse.model.errors import CustomhouseError

_ENDING = ".toml"


def shipped_ids() -> tuple[str, ...]:
    """Return the ids of all packs, in alphabetical order. A pack's file has its id for a name."""
    return tuple(sorted(_packs()))


def shipped_campaign(campaign_id: str) -> Campaign:
    """Read one pack. Raises CustomhouseError, with the nearest name, for one that is not there."""
    packs = _packs()
    if campaign_id not in packs:
        import difflib  # noqa: PLC0415 - only for a typing error

        near = difflib.get_close_matches(campaign_id, packs, 1)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise CustomhouseError(
            f"no pack is called {campaign_id}{meant}", hint="customhouse indicators list names those that are shipped"
        )
    return _read(campaign_id)


def shipped_campaigns() -> tuple[Campaign, ...]:
    """Read all packs, in the order of their ids."""
    return tuple(_read(each) for each in shipped_ids())


@cache
def _read(campaign_id: str) -> Campaign:
    return parse_pack(_packs()[campaign_id].read_bytes(), f"{campaign_id}{_ENDING}")


def _packs() -> dict[str, Traversable]:
    folder = files("customhouse.indicators").joinpath("packs")
    return {each.name.removesuffix(_ENDING): each for each in folder.iterdir() if each.name.endswith(_ENDING)}
