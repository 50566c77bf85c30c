"""Which campaigns a hunt is asked for: packs that are shipped, by name, or files of the same form."""

from pathlib import Path

from customhouse.indicators.pack import read_pack
from customhouse.indicators.shipped import shipped_campaign, shipped_campaigns
from customhouse.model.campaign import Campaign


def campaigns(packs: tuple[str, ...], *, every: bool) -> tuple[Campaign, ...]:
    """Return the campaigns, each once. A value with a separator or a `.toml` ending is a file.

    Raises CustomhouseError when a pack is not known or cannot be read.
    """
    found = {each.id: each for each in shipped_campaigns()} if every else {}
    for name in packs:
        is_file = name.endswith(".toml") or "/" in name or "\\" in name
        campaign = read_pack(Path(name)) if is_file else shipped_campaign(name)
        found[campaign.id] = campaign
    return tuple(found.values())
