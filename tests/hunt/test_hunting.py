"""A whole hunt: one area's defect costs nothing of what the others found."""

import pytest

from customhouse.hunt.hunting import Targets, hunt
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
