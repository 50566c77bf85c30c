"""Whether the gateway can do its work: what balancers and supervisors ask."""

from customhouse.gateway.inspection.desk import Desk
from customhouse.gateway.interface import UnavailableError
from customhouse.gateway.watch import Watch


async def readiness(watch: Watch, desk: Desk) -> dict[str, str]:
    """Say of each part what keeps it from working; empty where nothing does."""
    return {
        "state": await _state(watch),
        "watch": "" if watch.fresh else "what others decided cannot be followed",
        "inspector": "" if desk.running else "the inspecting process does not run",
    }


async def _state(watch: Watch) -> str:
    """Ask by the watch, which has a thread of its own: probes must not take those that answers wait for."""
    try:
        await watch.look()
    except UnavailableError:
        return "the database does not answer"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is asked for
        return f"the database cannot be read ({type(error).__name__})"
    return ""
