import json
import os
from pathlib import Path
from typing import Any

import pytest

from customhouse.ecosystems.discovery import discover
from customhouse.ecosystems.formats import LOCKFILES, lockfile_format
from customhouse.model.errors import CustomhouseError
from customhouse.model.locked import Source

DIGEST = "sha512-" + "A" * 86 + "=="
LOCK = json.dumps(
    {
        "lockfileVersion": 3,
        "packages": {
            "": {"dependencies": {"a": "^1.0.0"}},
            "node_modules/a": {"version": "1.0.0", "integrity": DIGEST},
        },
    }
)
UV = 'version = 1\n\n[[package]]\nname = "a"\nversion = "1.0"\nsource = { registry = "https://registry.example" }\n'
WANTS = '{"dependencies": {"a": "^1.0.0"}}'


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def found(folder: Path, **options: Any) -> dict[str, Source]:
    sources = discover([folder], **options)
    assert [one.path for one in sources] == sorted(one.path for one in sources)
    return {Path(one.path).relative_to(folder).as_posix(): one for one in sources}


def statuses(folder: Path, **options: Any) -> dict[str, str]:
    return {path: one.status for path, one in found(folder, **options).items()}


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert discover([tmp_path]) == ()
    assert discover([]) == ()


def test_every_format_has_its_names() -> None:
    names = {one.id: one for one in LOCKFILES}
    assert len(names) == len(LOCKFILES)
    for name, wanted in {
        "package-lock.json": "package-lock",
        "npm-shrinkwrap.json": "npm-shrinkwrap",
        ".package-lock.json": "npm-hidden-lockfile",
        "yarn.lock": "yarn-lock",
        "bun.lock": "bun-lock",
        "deno.lock": "deno-lock",
        "pnpm-lock.yaml": "pnpm-lock",
        "pnpm-lock.main.yaml": "pnpm-lock",
        ".pnpm/lock.yaml": "pnpm-installed-lock",
        "requirements-dev.txt": "requirements",
        "uv.lock": "uv-lock",
        "script.py.lock": "uv-lock",
        "poetry.lock": "poetry-lock",
        "Pipfile.lock": "pipfile-lock",
        "pdm.lock": "pdm-lock",
        "pylock.toml": "pylock",
        "pylock.dev.toml": "pylock",
    }.items():
        chosen = lockfile_format(Path("x") / name)
        assert chosen is names[wanted]
    assert lockfile_format(Path("x/package.json")) is None


BROKEN = [f"broken/{name}" for name in ("package-lock.json", "yarn.lock", "bun.lock", "deno.lock", "pnpm-lock.yaml")]
BROKEN += [
    f"other/{name}"
    for name in ("bun.lockb", "poetry.lock", "Pipfile.lock", "pdm.lock", "pylock.toml", "pylock.dev.toml")
]


def test_everything_in_a_tree_is_accounted_for(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "package-lock.json": LOCK,
            "package.json": WANTS,
            "service/requirements.txt": "a==1.0\n",
            "service/uv.lock": UV,
            "yarn.lock": "# yarn lockfile v1\n",
            **dict.fromkeys(BROKEN, "x"),
            "readme.txt": "Dear reader,",
        },
    )
    by_status: dict[str, set[str]] = {}
    for path, one in found(tmp_path).items():
        by_status.setdefault(one.status, set()).add(path)
        assert one.status == "parsed" or (one.reason and one.hint)
    assert by_status == {
        "parsed": {"package.json", "package-lock.json", "yarn.lock", "service/requirements.txt", "service/uv.lock"},
        "failed": {path for path in BROKEN if path != "other/bun.lockb"},
        "unsupported": {"other/bun.lockb"},
    }


def test_shrinkwrap_wins(tmp_path: Path) -> None:
    write(tmp_path, {"package-lock.json": LOCK, "npm-shrinkwrap.json": LOCK})
    sources = found(tmp_path)
    assert sources["npm-shrinkwrap.json"].status == "parsed"
    assert sources["package-lock.json"].status == "skipped"
    assert "npm reads that alone" in sources["package-lock.json"].reason


def test_installed_packages_are_passed_over_and_their_lock_is_named(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "node_modules/.package-lock.json": LOCK,
            "node_modules/a/package-lock.json": LOCK,
            ".git/package-lock.json": LOCK,
            "env/pyvenv.cfg": "",
            "env/lib/requirements.txt": "a==1",
        },
    )
    assert statuses(tmp_path) == {"node_modules/.package-lock.json": "parsed"}  # nothing else tells what there is
    write(tmp_path, {"package-lock.json": LOCK})
    assert statuses(tmp_path) == {"package-lock.json": "parsed", "node_modules/.package-lock.json": "skipped"}
    # What the packages themselves brought along is no lock of anything that is installed.
    assert set(statuses(tmp_path, include_installed=True)) == {
        "package-lock.json",
        "node_modules/.package-lock.json",  # it tells all that lies beside it
        "env/lib/requirements.txt",
    }


def test_ignored_folders_are_said_only_where_a_lock_lies(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".gitignore": "out/\npackage-lock.json\n",
            "out/deep/uv.lock": UV,
            "out/package.json": WANTS,
            "sub/.gitignore": "/gen\n!/out\n",
            "sub/gen/requirements.txt": "a==1",
            "sub/out/uv.lock": UV,
            "package-lock.json": LOCK,
        },
    )
    sources = found(tmp_path)
    assert {path: one.status for path, one in sources.items()} == {
        "out/deep/uv.lock": "skipped",
        "sub/gen/requirements.txt": "skipped",
        "sub/out/uv.lock": "parsed",
        "package-lock.json": "parsed",  # the client installs from it, ignored or not
    }
    assert sources["out/deep/uv.lock"].reason == "lies in a folder that .gitignore names (out/)"
    assert sources["sub/gen/requirements.txt"].reason.endswith("(/gen)")


def test_the_configuration_can_leave_files_out(tmp_path: Path) -> None:
    write(
        tmp_path, {"tests/data/x/package-lock.json": "x", "tests/data/package.json": WANTS, "package-lock.json": LOCK}
    )
    sources = found(tmp_path, exclude=["tests/data/"])
    assert {path: one.status for path, one in sources.items()} == {
        "package-lock.json": "parsed",
        "tests/data/x/package-lock.json": "skipped",
        "tests/data/package.json": "skipped",
    }
    assert "(tests/data/)" in sources["tests/data/x/package-lock.json"].reason


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("package.json", WANTS),
        ("package.json", '{"devDependencies": {"a": "1"}}'),
        ("pyproject.toml", '[project]\nname = "x"\ndependencies = ["a"]\n'),
        ("pyproject.toml", '[dependency-groups]\ndev = ["a"]\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.11"\na = "*"\n'),
        ("Pipfile", '[packages]\na = "*"\n'),
        ("setup.cfg", "[options]\ninstall_requires =\n    a\n"),
        ("requirements.in", "a>1\n"),
    ],
)
def test_a_manifest_without_a_lock_is_no_success(tmp_path: Path, name: str, text: str) -> None:
    write(tmp_path, {f"x/{name}": text})
    source = found(tmp_path)[f"x/{name}"]
    assert (source.status, source.reason) == ("parsed", "no lockfile pins its dependencies")
    assert [(one.name, one.version, one.dependency) for one in source.packages] == [("a", None, "direct")]
    assert "pin them: `cd " in source.hint
    lock = {"package.json": "yarn.lock"}.get(name, "requirements.txt")
    write(tmp_path, {f"x/{lock}": "a==1\n"})
    source = found(tmp_path)[f"x/{name}"]
    assert (source.status, source.packages, source.reason) == ("parsed", (), "")
    assert source.covered_by.endswith(f"x/{lock}")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("package.json", "{}"),
        ("package.json", ""),
        ("package.json", '{"dependencies": {}}'),
        ("pyproject.toml", "[tool.ruff]\n"),
        ("pyproject.toml", '[project]\nname = "x"\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.11"\n'),
        ("setup.cfg", "[flake8]\n"),
        ("requirements.in", "# nothing\n"),
    ],
)
def test_a_manifest_that_wants_nothing_needs_no_lock(tmp_path: Path, name: str, text: str) -> None:
    source = found(write(tmp_path, {name: text}))[name]
    assert (source.status, source.packages, source.reason) == ("parsed", (), "")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("package.json", "x"),
        ("package.json", '{"a":' * 100_000),
        ("pyproject.toml", "x"),
        ("setup.cfg", "x"),
        ("Pipfile", "\0"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_no_success(tmp_path: Path, name: str, text: str) -> None:
    source = found(write(tmp_path, {name: text}))[name]
    assert source.status == "failed"
    assert source.hint


def test_workspaces_are_covered_by_the_lock_above(tmp_path: Path) -> None:
    lock = {
        "lockfileVersion": 3,
        "packages": {
            "": {"workspaces": ["packages/*"]},
            "node_modules/one": {"resolved": "packages/one", "link": True},
            "packages/one": {"version": "1.0.0", "dependencies": {"a": "1"}},
            "node_modules/a": {"version": "1.0.0", "integrity": DIGEST},
        },
    }
    write(
        tmp_path,
        {"package-lock.json": json.dumps(lock), "packages/one/package.json": WANTS, "elsewhere/package.json": WANTS},
    )
    sources = found(tmp_path)
    assert {path: Path(one.covered_by).name for path, one in sources.items()} == {
        "package-lock.json": "",
        "packages/one/package.json": "package-lock.json",
        "elsewhere/package.json": "",
    }
    assert sources["elsewhere/package.json"].packages


def test_a_lock_that_cannot_be_read_yet_covers_what_lies_below(tmp_path: Path) -> None:
    write(tmp_path, {"bun.lockb": "", "packages/one/package.json": WANTS, "py/pyproject.toml": "[project]\n"})
    assert statuses(tmp_path) == {
        "bun.lockb": "unsupported",
        "packages/one/package.json": "parsed",
        "py/pyproject.toml": "parsed",
    }
    assert found(tmp_path)["packages/one/package.json"].covered_by.endswith("bun.lockb")


def test_what_pnpm_installed_is_read_where_no_lock_says_what_it_should_be(tmp_path: Path) -> None:
    lock = "lockfileVersion: '9.0'\nimporters:\n  .: {}\n"
    write(tmp_path, {"node_modules/.pnpm/lock.yaml": lock})
    assert statuses(tmp_path) == {"node_modules/.pnpm/lock.yaml": "parsed"}
    write(tmp_path, {"package-lock.json": LOCK})  # another client's lock does not say it
    assert statuses(tmp_path)["node_modules/.pnpm/lock.yaml"] == "parsed"
    write(tmp_path, {"pnpm-lock.yaml": lock})
    skipped = found(tmp_path)["node_modules/.pnpm/lock.yaml"]
    assert (skipped.format, skipped.status) == ("pnpm-installed-lock", "skipped")


def test_a_pnpm_lock_covers_its_importers_and_nobody_else(tmp_path: Path) -> None:
    lock = "lockfileVersion: '9.0'\nimporters:\n  .: {}\n  packages/one: {}\n"
    write(tmp_path, {"pnpm-lock.yaml": lock, "packages/one/package.json": "{}", "packages/two/package.json": WANTS})
    sources = found(tmp_path)
    assert Path(sources["packages/one/package.json"].covered_by).name == "pnpm-lock.yaml"
    assert sources["packages/two/package.json"].covered_by == ""
    assert sources["packages/two/package.json"].packages


def test_files_are_read_by_their_names(tmp_path: Path) -> None:
    write(tmp_path, {"deps.txt": "a==1.0\n", "notes.txt": "Dear reader,\n", "x.bin": "", "package-lock.json": LOCK})
    (deps,) = discover([tmp_path / "deps.txt"])
    assert (deps.format, deps.status, deps.packages[0].name) == ("requirements", "parsed", "a")
    for name in ("notes.txt", "x.bin"):
        (source,) = discover([tmp_path / name])
        assert source.status == "unsupported"
        assert "package-lock, npm-shrinkwrap" in source.hint
    (lock,) = discover([tmp_path / "package-lock.json", tmp_path])
    assert lock.status == "parsed"


def test_an_included_file_is_accounted_for_once(tmp_path: Path) -> None:
    write(tmp_path, {"requirements.txt": "-r requirements/base.txt\nb==1\n", "requirements/base.txt": "a==1\n"})
    assert [(Path(one.path).name, len(one.packages)) for one in discover([tmp_path])] == [
        ("requirements.txt", 1),
        ("base.txt", 1),
    ]


def test_a_file_that_another_takes_as_constraints_keeps_its_packages(tmp_path: Path) -> None:
    write(tmp_path, {"dev-requirements.txt": "-c requirements.txt\na\n", "requirements.txt": "a==1\n"})
    sources = found(tmp_path)
    assert [one.version for one in sources["requirements.txt"].packages] == ["1"]
    assert [one.version for one in sources["dev-requirements.txt"].packages] == ["1"]


def test_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a" / "package-lock.json").mkdir(parents=True)
    (tmp_path / "uv.lock").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "requirements.txt")
    sources = found(tmp_path)
    assert {path: one.status for path, one in sources.items()} == {"uv.lock": "failed", "requirements.txt": "failed"}
    assert "no such file" in sources["uv.lock"].reason
    assert "no regular file" in sources["requirements.txt"].reason


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "package-lock.json"
    with path.open("wb") as file:
        file.truncate(201 * 1024 * 1024)
    (source,) = discover([path])
    assert (source.status, source.reason) == ("failed", "cannot be read: it is larger than 200 MiB")


def test_a_path_that_does_not_exist_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(CustomhouseError, match="does not exist") as caught:
        discover([tmp_path / "nowhere"])
    assert caught.value.hint


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    write(tmp_path, {"a/uv.lock": UV})
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    assert statuses(tmp_path) == {"a/uv.lock": "parsed"}
