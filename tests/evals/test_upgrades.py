"""What moves between two locks, and that the committed projects are as large and as various as they have to be."""

import json
import re

import pytest

from customhouse.model.errors import CustomhouseError
from evals.upgrades import projects, steps

_DIGEST = "sha512-" + "A" * 86 + "=="


def npm_project(folder, before, after):
    """Write a project; locks are given as path below node_modules → version."""
    for state, entries in (("before", before), ("after", after)):
        place = folder / state
        place.mkdir(parents=True)
        packages = {
            f"node_modules/{path}": {"version": version, "integrity": _DIGEST} for path, version in entries.items()
        }
        document = {"name": "p", "lockfileVersion": 3, "packages": {"": {"name": "p"}, **packages}}
        (place / "package-lock.json").write_text(json.dumps(document))
    return folder


def named(found):
    return {(str(each.purl), each.before): each.projects for each in found}


def test_upgrades_new_packages_and_what_stays(tmp_path):
    before = {"stays": "1.0.0", "moves": "1.0.0", "gone": "1.0.0"}
    after = {"stays": "1.0.0", "moves": "1.2.0", "comes": "3.0.0"}
    assert named(steps([npm_project(tmp_path / "one", before, after)])) == {
        ("pkg:npm/moves@1.2.0", "1.0.0"): ("one",),
        ("pkg:npm/comes@3.0.0", ""): ("one",),
    }


def test_of_several_versions_the_one_of_the_same_line_is_replaced(tmp_path):
    others = {"x": "1.0.0", "y": "1.0.0"}
    before = {**others, "a": "1.4.0", "x/node_modules/a": "2.1.0"}
    after = {**others, "a": "1.5.0", "x/node_modules/a": "2.2.0", "y/node_modules/a": "4.0.0"}
    assert named(steps([npm_project(tmp_path / "one", before, after)])) == {
        ("pkg:npm/a@1.5.0", "1.4.0"): ("one",),
        ("pkg:npm/a@2.2.0", "2.1.0"): ("one",),
        ("pkg:npm/a@4.0.0", "2.1.0"): ("one",),
    }


def test_a_downgrade_is_a_step_too(tmp_path):
    (found,) = steps([npm_project(tmp_path / "one", {"a": "2.0.0"}, {"a": "1.0.0"})])
    assert (str(found.purl), found.before) == ("pkg:npm/a@1.0.0", "2.0.0")


def test_a_step_of_two_projects_counts_once(tmp_path):
    folders = [npm_project(tmp_path / name, {"a": "1.0.0"}, {"a": "1.1.0"}) for name in ("one", "two")]
    assert named(steps(folders)) == {("pkg:npm/a@1.1.0", "1.0.0"): ("one", "two")}


def test_python_requirements(tmp_path):
    for state, version in (("before", "2.0"), ("after", "2.1")):
        (tmp_path / "one" / state).mkdir(parents=True)
        line = f"some-thing=={version} \\\n    --hash=sha256:{'0' * 64}\n"
        (tmp_path / "one" / state / "requirements.txt").write_text(line)
    (found,) = steps([tmp_path / "one"])
    assert (str(found.purl), found.before, found.package) == ("pkg:pypi/some-thing@2.1", "2.0", ("pypi", "some-thing"))


def test_a_lock_that_does_not_read_is_no_empty_one(tmp_path):
    folder = npm_project(tmp_path / "one", {"a": "1.0.0"}, {})
    (folder / "after" / "package-lock.json").write_text("{")
    with pytest.raises(CustomhouseError, match="was not read") as raised:
        steps([folder])
    assert "relock.py" in raised.value.hint


def test_the_committed_projects():
    found = steps(projects())
    upgraded = {each.package for each in found if each.before}
    assert len(projects()) >= 8
    assert len(upgraded) >= 450
    names = {name for _, name in upgraded | {each.package for each in found}}
    hard = {"esbuild", "core-js", "sharp", "bcrypt", "puppeteer", "husky", "protobufjs", "electron", "node-gyp", "nan"}
    hard |= {"setuptools", "cffi", "lxml", "grpcio", "psutil", "pyinstaller", "numpy", "scipy", "pandas", "django"}
    locked = {entry for folder in projects() for entry in _locked_names(folder / "after")}
    assert hard - {"bcrypt", "nan"} <= names | locked
    assert {"bcrypt", "nan"} <= locked


def test_no_lock_holds_an_address():
    for folder in projects():
        for path in [*folder.glob("*/package-lock.json"), *folder.glob("*/requirements.txt")]:
            text = path.read_text()
            assert '"resolved": "http' not in text, path
            assert not re.search(r"--(index-url|extra-index-url|find-links)|^https?:", text, re.MULTILINE), path


def _locked_names(folder):
    lock = folder / "package-lock.json"
    if lock.is_file():
        return {path.rpartition("node_modules/")[2] for path in json.loads(lock.read_text())["packages"]}
    return set(re.findall(r"^([a-z0-9-]+)==", (folder / "requirements.txt").read_text(), re.MULTILINE))
