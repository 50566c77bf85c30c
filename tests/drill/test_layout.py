"""What is laid out: inert, the same each time, whole or not at all."""

import os
import re
import subprocess
import zipfile
from datetime import timedelta

import pytest

from customhouse.drill.layout.ground import INERT, Ground
from customhouse.drill.layout.names import Names
from customhouse.drill.layout.writing import MARKER
from customhouse.model.errors import CustomhouseError
from drill.laid import BY_ID, CLOCK, IDS, digests, laid_out, unlaid

#: First bytes of what a system runs.
PROGRAMS = (b"\x7fELF", b"MZ", b"#!", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa")
#: What may stand in a replica's file that a system or an interpreter would take for code.
CODE = re.compile(r"\.(?:js|cjs|mjs|py|pth|pyc|ps1|bat|vbs|sh|exe|dll|so)$")
HARMLESS = ("module.exports = {};\n", "# wraps the linker of the toolchain\n", "# installs Bun for the docs\n")


@pytest.fixture(params=IDS, scope="module")
def laid(request, tmp_path_factory):
    """A drill that is only read."""
    folder = tmp_path_factory.mktemp("laid") / "drill"
    laid_out(folder, request.param)
    return folder


def test_nothing_can_be_executed(laid):
    files = [path for path in laid.rglob("*") if not path.is_dir()]
    assert len(files) > 100
    assert not [path for path in files if path.is_symlink() or os.access(path, os.X_OK)]
    assert not [path for path in files if path.read_bytes().startswith(PROGRAMS)]


def test_no_payload_is_more_than_a_comment(laid):
    seen = 0
    for path in laid.rglob("*"):
        if ".git" in path.parts or not CODE.search(path.name) or not path.is_file():
            continue
        text = path.read_text()
        seen += INERT in text
        comment = re.fullmatch(rf"(?:#|//|rem) {re.escape(INERT)}\n", text)
        # setuptools' own line is the one that every environment with it has.
        assert comment or text in HARMLESS or path.name == "distutils-precedence.pth", path
    assert seen >= 2
    for path in (each for each in laid.rglob("*.body") if zipfile.is_zipfile(each)):
        with zipfile.ZipFile(path) as wheel:
            code = [wheel.read(name).decode() for name in wheel.namelist() if name.endswith(".py")]
        assert code == [f"# {INERT}\n"]


def test_where_traces_and_decoys_are_said_to_lie_something_lies():
    for scenario in BY_ID.values():
        for seed in range(4):
            ground = Ground(Names(seed))
            scenario.build(ground)
            assert unlaid(ground) == []
            assert len({each.id for each in (*ground.traces, *ground.decoys)}) == len(ground.traces) + len(
                ground.decoys
            )


def test_no_host_of_anybody_stands_in_it(laid):
    known = {"sfrclak.com", "models.litellm.cloud", "checkmarx.zone", "litellm.cloud"}
    found = set()
    for path in laid.rglob("*"):
        if path.is_file() and ".git" not in path.parts:
            text = path.read_bytes().decode("utf-8", "replace")
            found |= set(re.findall(r"https?://([\w.-]+)", text))
    assert {host for host in found if host not in known and not host.endswith(".example")} == set()


@pytest.mark.parametrize("scenario", IDS)
def test_the_same_seed_and_clock_give_the_same_bytes(tmp_path, scenario):
    one, other = tmp_path / "one" / "drill", tmp_path / "elsewhere"
    for folder in (one, other):
        laid_out(folder, scenario)
    assert digests(one) == digests(other)
    third = tmp_path / "third"
    laid_out(third, scenario, seed=8)
    assert digests(third).keys() != digests(one).keys()


def test_the_clock_changes_the_brief_alone(tmp_path):
    laid_out(tmp_path / "one")
    laid_out(tmp_path / "two", clock=CLOCK + timedelta(hours=1))
    one, two = digests(tmp_path / "one"), digests(tmp_path / "two")
    assert [path for path in one if one[path] != two[path]] == ["BRIEF.md"]


def test_histories_are_real_and_their_trees_clean(laid):
    clones = [path.parent for path in laid.glob("projects/*/.git")]
    assert len(clones) >= 2
    for clone in clones:

        def git(*words, clone=clone):
            done = subprocess.run(
                ["git", "-c", f"safe.directory={clone}", "-C", str(clone), *words],
                capture_output=True,
                text=True,
                check=True,
            )
            return done.stdout

        assert git("status", "--porcelain") == ""
        assert git("fsck", "--strict", "--no-dangling") == ""
        assert 5 <= int(git("rev-list", "--count", "main")) <= 200


def test_a_layout_that_was_killed_is_laid_out_anew(tmp_path):
    left = tmp_path / ".drill.unfinished"
    (left / "projects" / "half").mkdir(parents=True)
    (left / MARKER).write_bytes(b"")
    (left / "projects" / "half" / "package-lock.json").write_text("{")
    laid_out(tmp_path / "drill")
    assert not left.exists()
    assert not (tmp_path / "drill" / "projects" / "half").exists()
    assert not (tmp_path / "drill" / MARKER).exists()


@pytest.mark.parametrize("moment", ["write", "save_key", "done"])
def test_killed_at_any_moment_nothing_half_is_left_in_its_place(tmp_path, monkeypatch, moment):
    import customhouse.drill.laying_out as module  # noqa: PLC0415

    class KilledError(BaseException):
        pass

    def killed(*_):
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(*((module, moment) if moment == "save_key" else (module.Site, moment)), killed)
        with pytest.raises(KilledError):
            laid_out(tmp_path / "drill")
    assert not (tmp_path / "drill").exists()
    laid = laid_out(tmp_path / "drill")
    assert (tmp_path / "drill" / "BRIEF.md").is_file()
    assert {path.name for path in tmp_path.iterdir()} == {laid.kept.name, "drill"}


def test_what_is_somebody_elses_stays(tmp_path):
    (tmp_path / "drill").mkdir()
    (tmp_path / "drill" / "mine.txt").write_text("mine")
    with pytest.raises(CustomhouseError, match="not empty"):
        laid_out(tmp_path / "drill")
    (tmp_path / ".other.unfinished").mkdir()
    (tmp_path / ".other.unfinished" / "mine.txt").write_text("mine")
    with pytest.raises(CustomhouseError, match="no drill's"):
        laid_out(tmp_path / "other")
    assert (tmp_path / ".other.unfinished" / "mine.txt").read_text() == "mine"
    (tmp_path / "empty").mkdir()
    laid_out(tmp_path / "empty")
    assert (tmp_path / "empty" / "BRIEF.md").is_file()


def test_the_brief_has_every_inject_and_no_answer(laid):
    brief = (laid / "BRIEF.md").read_text()
    for said in ("Minute 0", "Minute 15", "Minute 40", "deleted", "npm ls" if "pip list" not in brief else "pip list",
                 "intel/indicators.csv", "order of response"):  # fmt: skip
        assert said in brief
    assert not re.search(r"projects/|homes/|hosts/|network/", brief)
    assert not [path for path in laid.rglob("*") if path.name.startswith(".drill-")]
