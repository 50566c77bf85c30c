"""Pieces of files that wait until it is known what is loaded are those that cutting at once gives."""

import hashlib

import pytest

from customhouse.evidence import code_reading
from customhouse.evidence.code_reading import CodeFile, Others, read_code
from customhouse.evidence.package import PackageFacts
from customhouse.source.read import read_source


def _sketches(files):
    code = {path: CodeFile(data, hashlib.sha256(data).hexdigest(), "javascript") for path, data in files.items()}
    package = PackageFacts(entry_points=("index.js",))
    return read_code(code, dict.fromkeys(files), package).sketches


def _package():
    files = {"index.js": b"".join(b"require('./m%d.js');\n" % number for number in range(0, 40, 2))}
    for number in range(40):
        lines = b"".join(b"exports.a%d = %d\n" % (each, each * number) for each in range(number * 3))
        files[f"m{number}.js"] = lines + b"// " + b"\t" * number
    return files


@pytest.mark.parametrize("most_pieces_of_all", [60_000, 700, 300, 40])
@pytest.mark.parametrize("uncut", [0, 2_000, 20_000, 8 << 20])
def test_what_is_cut_later_is_what_would_have_been_cut_at_once(monkeypatch, most_pieces_of_all, uncut):
    monkeypatch.setattr(code_reading, "MAX_ALL_PIECES", most_pieces_of_all)
    monkeypatch.setattr(code_reading, "_MOST_UNCUT", 0)
    at_once = _sketches(_package())
    monkeypatch.setattr(code_reading, "_MOST_UNCUT", uncut)
    assert _sketches(_package()) == at_once
    assert [each.path for each in at_once if each.pieces]
    assert all(not each.pieces for each in at_once if each.reach == "other")
    assert {each.reach for each in at_once} == {"import", "other"}


def _guessed(content: bytes) -> list[str]:
    """What of a C source cannot be read, where setup.py starts a compiler and names it."""
    setup = b"import subprocess\nsubprocess.run(['make', 'strings.c'])\n"
    others = Others({"strings.c": ("src/strings.c",)}, lambda paths: ((path, content) for path in paths))
    code = {"setup.py": CodeFile(setup, hashlib.sha256(setup).hexdigest(), "python")}
    paths = dict.fromkeys(("setup.py", "src/strings.c"))
    read = read_code(code, paths, PackageFacts(started=("setup.py",)), others)
    return [f"{each.path}: {each.unread}" for each in read.files if each.unread]


def test_what_is_no_program_in_the_language_it_was_taken_for_is_no_gap():
    row = b"static char *a%d(int *p) { if (!p) return 0; return &p[0]; }\n"
    rows = b"".join(row % number for number in range(300))
    assert read_source("strings.c", rows, "python").unread == "too many syntax errors to read it whole"
    assert _guessed(rows + b'open("a.txt", "w")\n') == []
    assert _guessed(b"\x7fELF\0\0") == []
