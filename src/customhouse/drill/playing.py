"""The hunt plays a drill by itself, as a team would start it: every area over what was laid out."""

from datetime import timedelta
from pathlib import Path

from customhouse.drill.scenarios.interface import Scenario
from customhouse.drill.submissions import from_hits
from customhouse.hunt.asked import Asked
from customhouse.hunt.hunting import Targets, hunt
from customhouse.indicators.importing import check_file
from customhouse.indicators.shipped import shipped_campaign
from customhouse.model.drill import AnswerKey, FeedResult, Submission
from customhouse.model.errors import CustomhouseError
from customhouse.model.hunt import Hunted


def targets(folder: Path) -> Targets:
    """Return what a drill has to look at; kinds that a scenario does not have are left out."""

    def there(name: str) -> tuple[Path, ...]:
        return (folder / name,) if (folder / name).is_dir() else ()

    root = there("hosts")
    return Targets(there("projects"), there("homes"), there("logs"), there("network"), root[0] if root else None)


def play(key: AnswerKey, scenario: Scenario, workers: int) -> tuple[Hunted, Submission]:
    """Hunt a scenario's campaign, in its window, where it was laid out; return what was found, and as a submission."""
    folder = Path(key.folder)
    asked = Asked((shipped_campaign(scenario.campaign),), scenario.since, scenario.told + timedelta(days=1))
    hunted = hunt(targets(folder), asked, workers)
    return hunted, from_hits(hunted.hits, folder, scenario.campaign)


def import_feeds(key: AnswerKey) -> tuple[FeedResult, ...]:
    """Check every list that must not be taken; each is refused when the value at fault is told as a problem."""
    return tuple(FeedResult(feed, _refuses(Path(key.folder) / feed.path, feed.value)) for feed in key.feeds)


def _refuses(path: Path, value: str) -> bool:
    try:
        found = check_file(path)
    except CustomhouseError:
        return True
    taken = [fact.value for fact in found.campaign.facts] + [
        digest.hex for each in found.campaign.releases for digest in each.digests
    ]
    return bool(found.problems) and not any(value in one for one in taken)
