import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.npm.npmrc import expand, is_reference, parse_npmrc, references, unset

MODULES = Path(shutil.which("npm")).resolve().parents[1] / "node_modules"


def node(script, *values):
    program = f"const values = JSON.parse(process.argv[1]); console.log(JSON.stringify({script}))"
    done = subprocess.run(["node", "-e", program, json.dumps(values)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


TEXTS = [
    "registry=https://registry.example/\n//registry.example/:_authToken = abc ; comment\n",
    "# all comment\n; this too\n\n  key  =  value # and this\n",
    'quoted="a b"\nsingle=\'c d\'\nbroken="a\nescaped=a\\;b\\#c\\d\n',
    "flag\nempty=\nwith=equals=inside\n",
    "a=1\r\nb=2\r\n[section]\nc=3\n",
    'last=one\nlast=two\n"quoted key"=v\ntrail=x\\\n',
]


def test_files_read_as_npm_reads_them():
    program = f"values.map(t => require({json.dumps(str(MODULES / 'ini'))}).parse(t))"
    for text, theirs in zip(TEXTS, node(program, *TEXTS), strict=True):
        plain = {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in theirs.items()
            if not isinstance(value, dict)
        }
        assert parse_npmrc(text) == plain


REFERENCES = ["${A}", "x${A}y", "${B?}", "${B}", r"\${A}", r"\\${A}", r"\\\${A}", "${A}${B?}", "${}", "$A", "${A"]


def test_references_expand_as_npm_expands_them():
    program = (
        f"values.map(v => require({json.dumps(str(MODULES / '@npmcli/config/lib/env-replace.js'))})(v, {{A: '1'}}))"
    )
    assert [expand(text, {"A": "1"}) for text in REFERENCES] == node(program, *REFERENCES)


def test_a_default_as_pnpm_writes_it():
    assert expand("${B-2}/${B:-3}/${A-4}/${A:-}", {"A": "1"}) == "2/3/1/1"
    assert unset("${B-2} ${C} ${D?} ${A}", {"A": "1"}) == ("C",)
    assert references(r"${B-2} \${X} ${C?}") == ("B", "C")


@pytest.mark.parametrize(("text", "whole"), [("${A}", True), ("${A}/", False), (r"\${A}", False), ("${A-b}", False)])
def test_a_whole_reference(text, whole):
    assert is_reference(text) is whole


@given(st.text(max_size=200))
def test_any_text_reads(text):
    assert all(isinstance(value, str) for value in parse_npmrc(text).values())
    expand(text, {"A": "1"})
