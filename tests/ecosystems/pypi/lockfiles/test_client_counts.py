"""Every lock here was written by its own client, and is held against what that client itself lists."""

import re
from pathlib import Path

import pytest

from customhouse.ecosystems.discovery import discover, read_lockfile
from customhouse.ecosystems.pypi.lockfiles.requirement import name_and_version
from customhouse.model.locked import Source
from customhouse.model.purl import pypi_name

FIXTURES = Path(__file__).with_name("fixtures")


def listed(folder: str) -> dict[str, set[str]]:
    """Versions by name, of `poetry show`, `pdm export`, `pipenv requirements` or `uv export`; "" where none is named."""
    found: dict[str, set[str]] = {}
    for line in (FIXTURES / folder / "listed.txt").read_text().splitlines():
        shown = re.match(r"(\S+)\s+(?:\(!\)\s+)?(\d\S*)\s", line + " ")
        exported = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?(?:==([^\s;]+)| @ |;|$)", line)
        editable = re.match(r"-e .*/([a-z]+)(?:#.*)?$", line)
        match = editable or (shown if folder.startswith("poetry") else exported)
        if match and not line.startswith(("#", "--", "-i")):
            version = "" if editable else match[2] or ""
            found.setdefault(pypi_name(match[1]), set()).add(version)
    return found


def read(path: Path) -> Source:
    (source,) = read_lockfile(path)
    assert (source.status, source.reason) == ("parsed", "")
    return source


def pins(source: Source) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in source.packages:
        found.setdefault(one.name, set()).add(one.version or "")
    return found


@pytest.mark.parametrize(
    ("folder", "lock", "count"),
    [
        ("poetry-1.1", "poetry.lock", 26),
        ("poetry-2.0", "poetry.lock", 26),
        ("poetry-2.1", "poetry.lock", 27),
        ("pipenv", "Pipfile.lock", 18),
        ("pdm-4.5", "pdm.lock", 23),
        ("uv-groups", "uv.lock", 23),
    ],
)
def test_as_many_as_the_client_lists(folder: str, lock: str, count: int) -> None:
    source = read(FIXTURES / folder / lock)
    ours, theirs = pins(source), listed(folder)
    assert ours.keys() == theirs.keys()
    assert len(source.packages) == count == sum(map(len, theirs.values()))
    for name, versions in theirs.items():
        assert versions in (ours[name], {""})


def test_an_older_pdm_lists_what_fits_its_own_interpreter() -> None:
    ours, theirs = pins(read(FIXTURES / "pdm-4.4" / "pdm.lock")), listed("pdm-4.4")
    assert ours.keys() - theirs.keys() == {"colorama", "exceptiongroup", "tomli"}
    assert {name: ours[name] for name in theirs if name != "tool"} == {
        name: versions for name, versions in theirs.items() if name != "tool"
    }


def test_the_same_project_locked_by_every_version_of_pdm() -> None:
    expected = pins(read(FIXTURES / "pdm-4.5" / "pdm.lock"))
    assert pins(read(FIXTURES / "pdm-4.5-static" / "pdm.lock")) == expected
    assert pins(read(FIXTURES / "pdm-4.0" / "pdm.lock")) == expected
    old = pins(read(FIXTURES / "pdm-3.1" / "pdm.lock"))  # without the local project
    assert old == {name: one for name, one in expected.items() if name not in ("tool", "anyio", "sniffio")}


@pytest.mark.parametrize(
    ("exported", "lock"),
    [
        ("uv-groups/pylock.toml", "uv-groups/uv.lock"),
        ("poetry-2.1/pylock.poetry.toml", "poetry-2.1/poetry.lock"),
        ("pip-tools/pylock.uv.toml", "pip-tools/uv-requirements.txt"),
        ("pip-tools/pylock.pip.toml", "pip-tools/requirements.txt"),
        ("uv-groups/requirements.txt", "uv-groups/uv.lock"),
    ],
)
def test_what_is_exported_pins_the_same(exported: str, lock: str) -> None:
    ours, theirs = pins(read(FIXTURES / exported)), pins(read(FIXTURES / lock))
    assert ours.keys() == theirs.keys()
    for name, versions in ours.items():
        assert versions in (theirs[name], {""})  # a local project or a commit is exported without a version


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*/*lock*")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_entry_has_its_line_its_digests_and_edges_that_lead_somewhere(path: Path) -> None:
    source = read(path)
    lines = path.read_text().splitlines()
    keys = {one.key for one in source.packages}
    assert len(keys) == len(source.packages)
    for one in source.packages:
        assert one.line is not None
        assert one.name in pypi_name(" ".join(lines[one.line - 1 : one.line + 2]))
        assert set(one.requires) <= keys - {one.key}
        if one.source == "registry" and one.version is not None:
            assert one.artifacts
            assert all(any(digest.strong for digest in file.digests) for file in one.artifacts)
            for file in one.artifacts:
                if file.filename:
                    assert name_and_version(file.filename) == (one.name, one.version)
    for importer in source.importers:
        assert set(importer.requires) <= keys


def test_a_folder_of_each_is_covered_by_its_own_lock() -> None:
    found = {Path(one.path).relative_to(FIXTURES).as_posix(): one for one in discover([FIXTURES])}
    assert not [path for path, one in found.items() if one.status != "parsed"]
    covered = {
        path: one.covered_by.removeprefix(f"{FIXTURES}/") for path, one in found.items() if one.kind == "manifest"
    }
    assert covered["pipenv/Pipfile"] == "pipenv/Pipfile.lock"
    assert covered["poetry-2.1/pyproject.toml"] == "poetry-2.1/poetry.lock"
    assert covered["uv-groups/pyproject.toml"] == "uv-groups/uv.lock"
    assert covered["pip-tools/requirements.in"] == "pip-tools/requirements.txt"
    assert covered["pip-tools/dev.in"] == "pip-tools/dev.txt"
