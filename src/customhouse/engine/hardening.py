"""`customhouse harden`: find the clients of a repository, plan what to set, and write it when asked."""

from collections.abc import Sequence
from pathlib import Path

from customhouse.ecosystems.discovery import discover
from customhouse.ecosystems.files import DISK
from customhouse.engine.approval import write_atomically
from customhouse.model.errors import CustomhouseError
from customhouse.model.hardening import Hardening
from customhouse.policy.configuration import Configuration
from customhouse.policy.durations import duration
from customhouse.repository.clients.all_clients import used_clients
from customhouse.repository.clients.client import Wanted
from customhouse.repository.hardening.plan import plan


def wanted_of(configuration: Configuration) -> Wanted:
    """What policy wants of the clients: the ecosystem's own cooldown counts over the general one."""
    cooldown = configuration.cooldown
    return Wanted(
        npm_age=duration(cooldown.npm or cooldown.minimum_age),
        pypi_age=duration(cooldown.pypi or cooldown.minimum_age),
        exact=configuration.repository.exact_versions,
    )


def plan_hardening(paths: Sequence[Path], configuration: Configuration) -> Hardening:
    """Plan what to set under `paths`, without writing.

    Raises CustomhouseError where a settings file cannot be read: what it says must not be guessed.
    """
    used, gaps = used_clients(paths, discover(paths, exclude=configuration.discovery.exclude))
    if gaps:
        raise CustomhouseError(gaps[0].message, hint=gaps[0].hint)
    return plan(used, wanted_of(configuration), DISK)


def write_hardening(hardening: Hardening) -> None:
    """Write every file of the plan, each in one step. Raises CustomhouseError, naming what was written before."""
    written: list[str] = []
    for change in hardening.changes:
        path = Path(change.path)
        try:
            _unchanged(path, change.before.encode())
            write_atomically(path.resolve(), change.after.encode())
        except CustomhouseError as error:
            so_far = f" (written before: {', '.join(written)})" if written else ""
            raise CustomhouseError(f"{error.message}{so_far}", hint=error.hint) from None
        written.append(change.path)


def _unchanged(path: Path, before: bytes) -> None:
    try:
        standing = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise CustomhouseError(f"cannot read {path}: {error.strerror}", hint="make the file readable") from None
    if standing != before:
        raise CustomhouseError(f"{path} has changed since it was read", hint="run customhouse harden again")
