"""Where a gateway on this machine is and keeps things, for the commands that speak to it. Imports nothing of it."""

from collections.abc import Mapping
from pathlib import Path

#: Where `customhouse gateway` listens when nothing else is said.
DEFAULT_PORT = 8642
LOCAL = f"http://127.0.0.1:{DEFAULT_PORT}"
#: The file in the state folder that holds the first token's secret.
TOKEN_FILE = "admin-token"  # noqa: S105 - a file's name


def default_state(environ: Mapping[str, str]) -> Path:
    """Where the gateway keeps its state without --state: the XDG state directory."""
    base = environ.get("XDG_STATE_HOME", "")
    root = Path(base) if base and Path(base).is_absolute() else Path.home() / ".local" / "state"
    return root / "customhouse" / "gateway"
