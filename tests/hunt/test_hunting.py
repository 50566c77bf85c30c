"""A whole hunt: one area's defect costs nothing of what the others found."""

import pytest

from customhouse.hunt.hunting import Targets, hunt
from customhouse.hunt.installs import hunting as installs
from customhouse.hunt.notes import Notebook
from customhouse.policy.hunt_exit_code import hunt_exit_code
from hunt.campaigns import ASKED
from hunt.projects.test_current import lock, write


def broken(*_, **__):
    raise RuntimeError("a defect of ours")


@pytest.mark.parametrize(
    "area", ["hunt_histories", "hunt_installs", "hunt_logs", "hunt_network", "hunt_host", "exposures"]
)
def test_a_defect_in_one_area_leaves_what_the_others_found(tmp_path, monkeypatch, area):
    write(tmp_path, {"package-lock.json": lock({"axios": {"version": "1.14.1"}}), "a.log": "x\n"})
    monkeypatch.setattr(f"customhouse.hunt.hunting.{area}", broken)
    log = (tmp_path / "a.log",)
    hunted = hunt(Targets((tmp_path,), logs=log, network=log, root=tmp_path), ASKED, 1)
    assert hunted.worst == "resolved"
    (told,) = [each for each in hunted.unexamined if "internal error" in each.reason]
    assert told.serious


def test_a_defect_is_no_clean_answer(tmp_path, monkeypatch):
    monkeypatch.setattr("customhouse.hunt.hunting.hunt_projects", broken)
    assert hunt_exit_code(hunt(Targets((tmp_path,)), ASKED, 1)) == 4
    monkeypatch.setenv("CUSTOMHOUSE_TRACE", "1")
    with pytest.raises(RuntimeError):
        hunt(Targets((tmp_path,)), ASKED, 1)


def test_a_file_that_breaks_a_reader_leaves_the_others(tmp_path, monkeypatch):
    """Whatever a hostile file may find in a reader, the next file is read."""
    row = {"axios": {"version": "1.14.1"}}
    for name in ("a", "b"):
        write(tmp_path, {f"{name}/node_modules/.package-lock.json": lock(row), f"{name}/node_modules/axios/x.js": ""})
    real = installs.read_npm_tree
    monkeypatch.setattr(
        installs, "read_npm_tree", lambda path, *rest: broken() if "/a/" in str(path) else real(path, *rest)
    )
    notes = Notebook()
    installs.hunt_installs([tmp_path], ASKED, notes)
    assert {hit.asset for hit in notes.hits if hit.campaign} == {str(tmp_path / "b")}
    (told,) = notes.left_out
    assert told.path == str(tmp_path / "a/node_modules")
