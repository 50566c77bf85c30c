"""Every scenario, and which one a name means."""

from customhouse.drill.scenarios.axios_2026_03 import AXIOS
from customhouse.drill.scenarios.interface import Scenario
from customhouse.drill.scenarios.litellm_2026_03 import LITELLM
from customhouse.drill.scenarios.shai_hulud_2 import SHAI_HULUD
from customhouse.model.errors import CustomhouseError

SCENARIOS: tuple[Scenario, ...] = (AXIOS, LITELLM, SHAI_HULUD)


def scenario_named(name: str) -> Scenario:
    """Return a scenario. Raises CustomhouseError for one that is not there."""
    for each in SCENARIOS:
        if each.id == name:
            return each
    raise CustomhouseError(f"no scenario is called {name}", hint="customhouse drill --list names them")
