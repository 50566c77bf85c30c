"""Where things are kept on this machine."""

from collections.abc import Mapping
from pathlib import Path

from customhouse.policy.configuration import Configuration


def cache_directory(configuration: Configuration, given: Path | None, environ: Mapping[str, str]) -> Path:
    """Return where evidence is kept: --cache-dir, the configuration, or the XDG cache directory."""
    if given is not None:
        return given
    if configuration.cache.directory:
        return Path(configuration.cache.directory)
    base = environ.get("XDG_CACHE_HOME", "")
    root = Path(base) if base and Path(base).is_absolute() else Path.home() / ".cache"
    return root / "customhouse"


def advisory_directory(configuration: Configuration, given: Path | None, environ: Mapping[str, str]) -> Path:
    """Return where the advisory index is kept.

    The first of: --db-dir, the environment's CUSTOMHOUSE_DB_DIR, the configuration, the XDG data directory.
    """
    if given is not None:
        return given
    if named := environ.get("CUSTOMHOUSE_DB_DIR", ""):
        return Path(named)
    if configuration.advisories.directory:
        return Path(configuration.advisories.directory)
    base = environ.get("XDG_DATA_HOME", "")
    root = Path(base) if base and Path(base).is_absolute() else Path.home() / ".local" / "share"
    return root / "customhouse"
