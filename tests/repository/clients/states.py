"""The state of the one client that is in use in a folder made of these files."""

from pathlib import Path

from customhouse.ecosystems.discovery import discover
from customhouse.repository.clients.all_clients import used_clients
from rules.repository.repositories import inside, write


def used(folder: Path, files: dict[str, str]):
    write(folder, files)
    with inside(folder):
        return used_clients((Path(),), discover((Path(),)))


def state(folder: Path, files: dict[str, str]):
    (one,), gaps = used(folder, files)
    assert gaps == ()
    return one.state
