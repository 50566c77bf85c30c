"""Whether the gateway can do its work: what balancers and supervisors ask."""

import asyncio

from customhouse.gateway.inspection.desk import Desk
from customhouse.gateway.state import State
from customhouse.gateway.watch import Watch

#: Seconds that the database may take to say anything.
_PATIENCE = 2.0


async def readiness(state: State, watch: Watch, desk: Desk) -> dict[str, str]:
    """Say of each part what keeps it from working; empty where nothing does."""
    return {
        "state": await _state(state),
        "watch": "" if watch.fresh else "what others decided cannot be followed",
        "inspector": "" if desk.running else "the inspecting process does not run",
    }


async def _state(state: State) -> str:
    try:
        async with asyncio.timeout(_PATIENCE):
            await asyncio.to_thread(state.revisions.revision)
    except TimeoutError:
        return "the database does not answer"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is asked for
        return f"the database cannot be read ({type(error).__name__})"
    return ""
