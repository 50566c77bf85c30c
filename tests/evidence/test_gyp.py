"""Commands that a binding.gyp runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.evidence.gyp import gyp_facts, gyp_files


def facts(text, paths=("binding.gyp",), **others):
    texts = {"binding.gyp": text.encode()} | {
        name.replace("_gypi", ".gypi"): it.encode() for name, it in others.items()
    }
    return gyp_facts("binding.gyp", texts, dict.fromkeys(paths))


def commands(text, **others):
    return [(it.kind, it.command) for it in facts(text, **others).commands]


def test_expansions_with_their_lines_and_nested_brackets():
    found = facts(
        '# a comment\n{\n  "targets": [{ "target_name": "a", "sources": ["<!@(ls src/*.cc)"],\n'
        "    'include_dirs': [\"<!(node -p \\\"require('node-addon-api').include_dir\\\")\"], }],\n}\n"
    )
    assert [(it.kind, it.command, it.line) for it in found.commands] == [
        ("expansion", "ls src/*.cc", 3),
        ("expansion", "node -p \"require('node-addon-api').include_dir\"", 4),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "{'sources': ['<!(node index.js > /dev/null 2>&1 && echo stub.c)']}",
            "node index.js > /dev/null 2>&1 && echo stub.c",
        ),
        ("{'conditions': [['\"<!(id)\"==\"x\"', {}]]}", "id"),
        ('{\'v\': \'<!(["python", "-c", "import os; os.getpid()"])\'}', "python -c 'import os; os.getpid()'"),
        ("{'variables': {'x': 'node a.js'}, 'v': '<!(<(x))'}", "node a.js"),
        ("{'v': '>!(uname)'}", "uname"),
        ("{'v': '<!(unclosed'}", "unclosed"),
    ],
)
def test_expansions_in_every_form(text, expected):
    assert commands(text) == [("expansion", expected)]


def test_a_module_that_gyp_loads_is_a_file():
    found = facts("{'v': '<!pymod_do_main(tools.list src)'}")
    assert [it.command for it in found.commands] == ["python tools/list.py tools.list src"]


def test_actions_events_and_tools():
    text = """{
      'make_global_settings': [['CC', './cc.sh']],
      'targets': [{
        'actions': [{'action_name': 'x', 'action': ['node', 'tools/a b.js', '<(INTERMEDIATE_DIR)']}],
        'msvs_settings': {'VCPreBuildEventTool': {'CommandLine': 'powershell -c x'}},
      }],
    }"""
    assert commands(text) == [
        ("tool", "CC=./cc.sh"),
        ("action", "node 'tools/a b.js' '<(INTERMEDIATE_DIR)'"),
        ("action", "powershell -c x"),
    ]
    assert sorted(gyp_files(facts(text))) == ["tools/a b.js"]


@pytest.mark.parametrize(
    "text",
    [
        "{'a': ().__class__.__base__.__subclasses__()}",
        "(lambda: 1)()",
        "[x for x in (1, 2)]",
    ],
)
def test_what_is_no_literal_is_code(text):
    assert [it.kind for it in facts(text).commands] == ["code"]


def test_a_bare_name_is_a_mistake_and_no_code():
    assert facts("{'a': true}").commands == ()


def test_included_files_are_read_and_loops_end():
    found = facts("{'includes': ['a.gypi']}", a_gypi="{'includes': ['binding.gyp'], 'v': '<!(id)'}")
    assert [(it.path, it.command) for it in found.commands] == [("a.gypi", "id")]
    assert not found.unread


def test_native_sources_are_counted_over_the_archive():
    assert facts("{}", ("binding.gyp", "src/a.cc", "b.C", "index.js")).native_sources == 2


def test_what_cannot_be_read_is_said():
    assert facts("{ 'a': ").unread
    assert facts("(" * 5000).unread
    assert facts("\0").unread


@given(st.text(alphabet="{}[]()<>!@'\",: abc\n", max_size=60))
def test_any_text(text):
    assert facts(text).path == "binding.gyp"
