"""Inert machines for the three systems."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from customhouse.hunt.asked import Asked
from customhouse.hunt.hosts.systems import systems
from customhouse.hunt.notes import Notebook
from hunt.hosts.inert import AXIOS, BEFORE, LITELLM


@pytest.fixture
def asked():
    return Asked((AXIOS, LITELLM))


@pytest.fixture
def plant(tmp_path):
    """Write a file below a root, with its times."""

    def write(path, data=b"", *, root=tmp_path / "image", at=BEFORE):
        file = root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
        os.utime(file, (at, at))
        return file

    return write


@pytest.fixture
def image(tmp_path):
    root = tmp_path / "image"
    root.mkdir()
    return root


@pytest.fixture
def one_system():
    """Give the one system of an image, with the notes it writes to."""

    def find(root: Path, platform: str | None = None):
        notes = Notebook()
        found = [each for each in systems(root, notes) if platform in (None, each.platform)]
        assert found
        return SimpleNamespace(system=found[0], tree=found[0].tree, notes=notes)

    return find
