"""A distribution whose own files contradict every format is read, and what could not be read is said."""

import io
import zipfile

import pytest

from customhouse.evidence.content import read_artifact

METADATA = "Metadata-Version: 2.1\nName: a\nVersion: 1\n\n"


def wheel(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("a-1.dist-info/METADATA", METADATA)
        for name, data in files.items():
            packed.writestr(f"a-1.dist-info/{name}.txt", data)
    return made.getvalue()


@pytest.mark.parametrize("data", [b"\x9c\xa0\0", b"a = b:c", b"[console_scripts\na = b:c", b"[a]\n  b\n"])
def test_entry_points_that_cannot_be_read_are_a_gap(data):
    content = read_artifact(wheel(entry_points=data), "a-1-py3-none-any.whl", "pypi")
    assert [(gap.kind, "entry_points.txt" in gap.message) for gap in content.gaps] == [("manifest", True)]
    assert content.facts.manifest.name == "a"


def test_entry_points_that_can_be_read_are_commands():
    content = read_artifact(wheel(entry_points=b"[console_scripts]\na = b:c\n"), "a-1-py3-none-any.whl", "pypi")
    assert content.gaps == ()
    assert [(each.name, each.command) for each in content.facts.manifest.commands] == [("a", "b:c")]
