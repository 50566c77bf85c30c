import pytest

from customhouse.source.read import language_of, read_source


@pytest.mark.parametrize(
    ("path", "head", "language"),
    [
        ("a.js", b"", "javascript"),
        ("a.cjs", b"", "javascript"),
        ("a/b.MJS", b"", "javascript"),
        ("a.jsx", b"", "javascript"),
        ("a.ts", b"", "typescript"),
        ("a.tsx", b"", "typescript"),
        ("a.mts", b"", "typescript"),
        ("a.d.ts", b"", None),
        ("a.d.mts", b"", None),
        ("a.py", b"", "python"),
        ("a.pyw", b"", "python"),
        ("a.pyc", b"", None),
        ("a.json", b"{}", None),
        ("README", b"import x", None),
        ("bin/x", b"#!/usr/bin/env node\n", "javascript"),
        ("bin/x", b"#!/usr/bin/env -S node --no-warnings\n", "javascript"),
        ("bin/x", b"#! /usr/local/bin/python3.12 -u\n", "python"),
        ("bin/x", b"\xef\xbb\xbf#!/usr/bin/env A=1 python\n", "python"),
        ("bin/x", b"#!/bin/sh\n", None),
        ("a.pth", b"../x\nimport os; os\n", "python"),
        ("a.pth", b"a\x0cimport os\n", "python"),
        ("a.pth", b"../x\n# import\nimportlib\n", None),
        ("pkg/._setup.py", b"\x00\x05\x16\x07\x00\x02\x00\x00", None),
        ("pkg/._setup.py", b"import os\n", "python"),
    ],
)
def test_language(path, head, language):
    assert language_of(path, head) == language


def test_python_with_what_its_text_hides():
    facts = read_source("a.py", "import os\nx = '\u202e'\nos.system('id')\n".encode(), "python")
    assert [one.kind for one in facts.anomalies] == ["bidirectional"]
    assert [call.callee for call in facts.calls] == ["os.system"]


def test_javascript_with_what_its_text_hides():
    facts = read_source("a.js", b"a();" + b" " * 300 + b"require('child_process').exec('id')", "javascript")
    assert [one.kind for one in facts.anomalies] == ["offscreen"]
    assert "child_process.exec" in {call.callee for call in facts.calls}


def test_entry_points_are_handed_on():
    facts = read_source("b.py", b"import os\ndef build_wheel(d): os.system('id')\n", "python", entry=("build_wheel",))
    assert facts.calls[0].when == "load"
