"""Pieces of files that wait until it is known what is loaded are those that cutting at once gives."""

import hashlib

import pytest

from customhouse.evidence import code_reading
from customhouse.evidence.code_reading import CodeFile, read_code
from customhouse.evidence.package import PackageFacts


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
