"""Locks and manifests as they are: every way of pinning a release and of asking for one."""

import json

import pytest

from customhouse.hunt.notes import Notebook
from customhouse.hunt.projects.current import hunt_projects
from hunt.campaigns import ASKED, AXIOS
from pipeline.repositories import Repository

DIGEST = "sha512-" + "A" * 86 + "=="


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def hunted(*paths):
    notes = Notebook()
    hunt_projects(paths, ASKED, notes)
    return notes


def seen(notes):
    return {(one.subject, one.grade) for one in notes.hits}


def lock(rows, wants=None):
    entries = {f"node_modules/{key}": row for key, row in rows.items()}
    return json.dumps({"lockfileVersion": 3, "packages": {"": {"dependencies": wants or {}}, **entries}}, indent=1)


AXIOS_PINNED = {("pkg:npm/axios@1.14.1", "resolved")}
YARN = f"""# yarn lockfile v1


axios@^1.0.0, "http@npm:axios@^1.0.0":
  version "1.14.1"
  resolved "https://registry.example/axios/-/axios-1.14.1.tgz#{"0" * 40}"
"""
PNPM = f"""lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      axios: {{specifier: ^1.0.0, version: 1.14.1}}
packages:
  axios@1.14.1:
    resolution: {{integrity: {DIGEST}}}
snapshots:
  axios@1.14.1: {{}}
"""
BUN = """{
  "lockfileVersion": 1,
  "workspaces": {"": {"name": "p", "dependencies": {"axios": "^1.0.0"}}},
  "packages": {"axios": ["axios@1.14.1", "", {}, "DIGEST"]},
}
""".replace("DIGEST", DIGEST)
UV = """version = 1

[[package]]
name = "litellm"
version = "1.82.8"
source = { registry = "https://registry.example/simple" }
"""
POETRY = """[[package]]
name = "litellm"
version = "1.82.8"
description = ""
optional = false
python-versions = "*"
files = []

[metadata]
lock-version = "2.0"
python-versions = "*"
content-hash = "x"
"""
LITELLM_PINNED = {("pkg:pypi/litellm@1.82.8", "resolved")}


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("package-lock.json", lock({"axios": {"version": "1.14.1"}}), AXIOS_PINNED),
        (
            "package-lock.json",
            lock({"a": {"version": "1.0.0"}, "a/node_modules/axios": {"version": "1.14.1"}}),
            AXIOS_PINNED,
        ),
        ("package-lock.json", lock({"http": {"name": "axios", "version": "1.14.1"}}), AXIOS_PINNED),
        ("package-lock.json", lock({"axios": {"version": "1.14.1", "inBundle": True}}), AXIOS_PINNED),
        ("package-lock.json", lock({"axios": {"version": "1.14.0"}, "axios-x": {"version": "1.14.1"}}), set()),
        (
            "npm-shrinkwrap.json",
            json.dumps({"lockfileVersion": 1, "dependencies": {"axios": {"version": "1.14.1"}}}),
            AXIOS_PINNED,
        ),
        ("yarn.lock", YARN, AXIOS_PINNED),
        ("pnpm-lock.yaml", PNPM, AXIOS_PINNED),
        ("bun.lock", BUN, AXIOS_PINNED),
        ("uv.lock", UV, LITELLM_PINNED),
        ("poetry.lock", POETRY, LITELLM_PINNED),
        ("requirements.txt", "LiteLLM[proxy]==1.82.8\n", LITELLM_PINNED),
        (
            "requirements.txt",
            "litellm>=1.80\n",
            {("pkg:pypi/litellm@1.82.8", "declared"), ("pkg:pypi/litellm@1.82.7", "declared")},
        ),
        ("requirements.txt", "litellm<1.82\n", set()),
    ],
)
def test_whatever_the_format(tmp_path, name, text, wanted):
    assert seen(hunted(write(tmp_path, {f"p/{name}": text}))) == wanted


def test_where_it_stands(tmp_path):
    repository = Repository(tmp_path / "clone")
    write(repository.folder, {"app/package-lock.json": lock({"axios": {"version": "1.14.1"}})})
    notes = hunted(tmp_path)
    (found,) = notes.hits
    assert (found.campaign, found.asset, found.area) == (AXIOS.id, str(repository.folder), "project")
    assert (found.place.path, found.place.line) == (str(repository.folder / "app" / "package-lock.json"), 7)
    (looked,) = notes.places
    assert (looked.kind, looked.counts, looked.asset) == ("package-lock", (("entries", 1),), found.asset)


def test_an_archive_known_by_its_bytes_under_another_name(tmp_path):
    text = (
        YARN.replace("axios@", "other@")
        .replace('"1.14.1"', '"9.9.9"')
        .replace("0" * 40, "2553649f2322049666871cea80a5d0d6adc700ca")
    )
    found = hunted(write(tmp_path, {"yarn.lock": text})).hits
    assert {one.subject for one in found} == {"pkg:npm/other@9.9.9"}
    assert all("whose digest is that of axios" in one.message for one in found)


@pytest.mark.parametrize(
    ("wanted", "version", "confidence"),
    [
        ("^1.7.0", "1.14.1", "high"),
        ("~0.30.0", "0.30.4", "high"),
        ("npm:axios@*", "1.14.1", "high"),
        ("latest", "1.14.1", "medium"),
        ("", "1.14.1", "high"),
        ("https://registry.example/axios/-/axios-0.30.4.tgz", "0.30.4", "high"),
        ("^1.15.0", "", ""),
        ("workspace:*", "", ""),
        ("github:axios/axios", "", ""),
    ],
)
def test_a_manifest_asks(tmp_path, wanted, version, confidence):
    notes = hunted(write(tmp_path, {"package.json": json.dumps({"dependencies": {"axios": wanted}})}))
    assert [(one.subject, one.grade, one.confidence) for one in notes.hits] == (
        [(f"pkg:npm/axios@{version}", "declared", confidence)] if version else []
    )
    if version:
        assert "to be had from 2026-03-31 00:21 to 2026-03-31 03:29 UTC" in notes.hits[0].message


def test_a_lock_beside_it_does_not_hide_what_a_manifest_asks_for(tmp_path):
    wants = {"axios": "^1.14.0"}
    files = {
        "package.json": json.dumps({"dependencies": wants}),
        "package-lock.json": lock({"axios": {"version": "1.14.0"}}, wants),
    }
    (found,) = hunted(write(tmp_path, files)).hits
    assert (found.grade, found.place.line) == ("declared", 1)
    assert "package-lock.json pins what is installed" in found.message


def test_poetry_asks_in_its_own_way(tmp_path):
    text = '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\nlitellm = "^1.82"\n'
    assert seen(hunted(write(tmp_path, {"pyproject.toml": text}))) == {
        ("pkg:pypi/litellm@1.82.8", "declared"),
        ("pkg:pypi/litellm@1.82.7", "declared"),
    }


def test_what_an_audit_passes_over_is_read(tmp_path):
    text = lock({"axios": {"version": "1.14.1"}})
    write(tmp_path, {".gitignore": "out/\n", "out/package-lock.json": text})
    write(tmp_path, {"two/npm-shrinkwrap.json": lock({}), "two/package-lock.json": text})
    assert len(hunted(tmp_path).hits) == 2


def test_what_cannot_be_read_is_said_and_its_readable_part_counts(tmp_path):
    broken = lock({"axios": {"version": "1.14.1"}, "b": {"version": 1, "resolved": "x"}, "../c": {"version": "1.0.0"}})
    write(tmp_path, {"a/package-lock.json": "{", "b/bun.lockb": "", "c/package.json": "["})
    write(tmp_path, {"d/package-lock.json": broken.replace('"version": 1,', '"version": "x",')})
    notes = hunted(tmp_path, tmp_path / "nowhere")
    assert len(notes.left_out) == 5
    assert all(one.reason and one.serious for one in notes.left_out)
    assert seen(notes) == AXIOS_PINNED
    assert {one.kind for one in notes.places} == {"package-lock", "package.json"}


def test_a_catalogue_that_no_lock_resolves_is_said(tmp_path):
    files = {"package.json": '{"dependencies": {"axios": "catalog:", "other": "catalog:"}}'}
    (left,) = hunted(write(tmp_path, files)).left_out
    assert left.reason == "asks for axios through a catalogue (catalog:), which is not followed"


@pytest.mark.parametrize("integrity", ["sha512-?", 7])
def test_an_entry_with_a_broken_integrity_pins_its_version_all_the_same(tmp_path, integrity):
    rows = {"axios": {"version": "1.14.1", "integrity": integrity}, "b": {"version": "1.0.0"}}
    notes = hunted(write(tmp_path, {"package-lock.json": lock(rows)}))
    assert seen(notes) == AXIOS_PINNED
    assert notes.hits[0].place.line == 7
    assert notes.left_out
