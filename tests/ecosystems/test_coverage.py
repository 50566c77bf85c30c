"""Which lock covers which manifest: exactly those that the lock itself says it serves."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from customhouse.ecosystems.coverage import chosen_lock, lock_client
from customhouse.ecosystems.discovery import discover
from customhouse.model.declared import ProjectManifest
from customhouse.model.locked import Source
from customhouse.model.repository import RepositoryCase
from customhouse.rules.repository import lockfile_missing, lockfile_out_of_sync

FIXTURES = Path(__file__).parent / "npm/lockfiles/fixtures"
WANTS = '{"dependencies": {"a": "1"}}'
DIGEST = "sha512-" + "A" * 86 + "=="
NPM = {"lockfileVersion": 3, "packages": {"": {}, "node_modules/a": {"version": "1.0.0", "integrity": DIGEST}}}
YARN = '# yarn lockfile v1\n\n\na@1:\n  version "1.0.0"\n'
BUN = {"lockfileVersion": 1, "workspaces": {"": {}}, "packages": {"a": ["a@1.0.0", "", {}, DIGEST]}}


def manifests(root: Path) -> dict[str, Source]:
    return {Path(one.path).relative_to(root).as_posix(): one for one in discover([root]) if one.kind == "manifest"}


def covered(root: Path) -> dict[str, str]:
    return {
        path: Path(one.covered_by).relative_to(root).as_posix() if one.covered_by else ""
        for path, one in manifests(root).items()
    }


def write(root: Path, files: dict[str, Any]) -> Path:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content if isinstance(content, str) else json.dumps(content))
    return root


@pytest.mark.parametrize(
    ("name", "lock", "members"),
    [
        ("bun-1.4.5", "bun.lock", ["package.json", "packages/a", "packages/b", "vendor/local"]),
        ("bun-1.1.45", "bun.lock", ["package.json", "packages/a", "packages/b", "vendor/local"]),
        ("yarn-1", "yarn.lock", ["package.json", "packages/a", "packages/b", "vendor/local"]),
        ("deno-5", "deno.lock", ["package.json", "deno.json", "pk/x/deno.json"]),
    ],
)
def test_members_of_real_projects_are_covered_and_others_are_not(
    tmp_path: Path, name: str, lock: str, members: list[str]
) -> None:
    root = tmp_path / "project"
    shutil.copytree(FIXTURES / name, root)
    write(root, {"elsewhere/package.json": WANTS, "packages/a/example/package.json": WANTS})
    wanted = {one if one.endswith(".json") else f"{one}/package.json": lock for one in members}
    assert covered(root) == {**wanted, "elsewhere/package.json": "", "packages/a/example/package.json": ""}
    sources = manifests(root)
    assert all(not one.packages for path, one in sources.items() if one.covered_by)
    assert sources["elsewhere/package.json"].reason == "no lockfile pins its dependencies"


def test_a_lock_of_its_own_comes_first(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "package.json": {"workspaces": ["m"]},
            "yarn.lock": YARN,
            "m/package.json": WANTS,
            "m/package-lock.json": NPM,
        },
    )
    assert covered(root) == {"package.json": "yarn.lock", "m/package.json": "m/package-lock.json"}
    assert manifests(root)["m/package.json"].reason == ""


def test_locks_of_two_clients_are_both_read_and_said(tmp_path: Path) -> None:
    files = {"package.json": WANTS, "package-lock.json": NPM, "yarn.lock": YARN, "bun.lock": BUN}
    root = write(tmp_path, files)
    assert [one.status for one in discover([root])] == ["parsed"] * 4
    source = manifests(root)["package.json"]
    assert source.reason == (
        "bun.lock and package-lock.json and yarn.lock pin its dependencies each for another client,"
        " and nothing says which client installs"
    )
    write(root, {"package.json": {"packageManager": "yarn@1.22.22", "dependencies": {"a": "1"}}})
    source = manifests(root)["package.json"]
    assert source.covered_by.endswith("yarn.lock")
    assert source.reason.endswith("and yarn is named as the client")


@pytest.mark.parametrize(
    "lock",
    [{"bun.lockb": "#!/usr/bin/env bun"}, {"yarn.lock": ""}, {"bun.lock": {"lockfileVersion": 99}}, {"deno.lock": "x"}],
)
def test_a_lock_that_cannot_be_read_may_cover_all_below(tmp_path: Path, lock: dict[str, Any]) -> None:
    root = write(tmp_path, {**lock, "package.json": WANTS, "a/b/package.json": WANTS, "c/package.json": WANTS})
    write(root, {"c/package-lock.json": NPM})
    (name,) = lock
    assert covered(root) == {
        "package.json": name,
        "a/b/package.json": name,
        "c/package.json": "c/package-lock.json",
    }


def test_what_is_installed_pins_nothing(tmp_path: Path) -> None:
    root = write(tmp_path, {"package.json": WANTS, "node_modules/.package-lock.json": NPM})
    assert covered(root) == {"package.json": ""}
    assert manifests(root)["package.json"].packages


def test_npms_lock_does_not_cover_a_requirement_of_python(tmp_path: Path) -> None:
    root = write(
        tmp_path, {"package-lock.json": NPM, "pyproject.toml": '[project]\nname = "x"\ndependencies = ["a"]\n'}
    )
    assert covered(root) == {"pyproject.toml": ""}


@pytest.mark.parametrize(
    ("lock", "client"),
    [
        ("x/npm-shrinkwrap.json", "npm"),
        ("pnpm-lock.yaml", "pnpm"),
        ("pnpm-lock.main.yaml", "pnpm"),
        ("bun.lockb", "bun"),
        ("uv.lock", ""),
    ],
)
def test_whose_lock_it_is(lock: str, client: str) -> None:
    assert lock_client(lock) == client


def test_choosing() -> None:
    manifest = ProjectManifest("npm", client="npm@11")
    assert chosen_lock(manifest, ()) == ("", "")
    assert chosen_lock(manifest, ("a/package-lock.json", "a/npm-shrinkwrap.json")) == ("a/package-lock.json", "")
    assert chosen_lock(manifest, ("a/yarn.lock", "package-lock.json")) == ("package-lock.json", "")
    python = ProjectManifest("pypi")
    assert chosen_lock(python, ("uv.lock", "requirements.txt")) == ("uv.lock", "")


REAL = ["bun-1.1.45", "bun-1.3.5", "bun-1.4.5", "bun-sources", "bun-scoped-overrides", "yarn-1", "yarn-1-sources"]


@pytest.mark.parametrize("name", [*REAL, "deno-4", "deno-5"])
def test_real_projects_are_in_step_with_their_locks(name: str) -> None:
    """What each client wrote agrees with the manifests that it was written for."""
    case = RepositoryCase(now=datetime(2026, 1, 1, tzinfo=UTC), sources=discover([FIXTURES / name]))
    assert [one.message for judge in (lockfile_out_of_sync.judge, lockfile_missing.judge) for one in judge(case)] == []


@pytest.mark.parametrize("name", [*REAL, "deno-5"])
def test_a_manifest_that_moved_on_is_told(tmp_path: Path, name: str) -> None:
    root = tmp_path / "project"
    shutil.copytree(FIXTURES / name, root)
    manifest = json.loads((root / "package.json").read_text())
    manifest["dependencies"]["added"] = "^1.0.0"
    (root / "package.json").write_text(json.dumps(manifest))
    case = RepositoryCase(now=datetime(2026, 1, 1, tzinfo=UTC), sources=discover([root]))
    (finding,) = lockfile_out_of_sync.judge(case)
    assert "does not pin what it asks for: added" in finding.message
