"""An opened npm package, from its manifest and its paths."""

import json

from customhouse.evidence.npm_package import npm_package
from customhouse.evidence.package import OpenedMembers


def package(document, *paths, checkout=False, **manifests):
    held = {"package.json": json.dumps(document).encode()} | {
        name.replace("__", "."): text.encode() for name, text in manifests.items()
    }
    return npm_package(OpenedMembers(dict.fromkeys((*held, *paths)), held, checkout=checkout))


def test_files_of_a_command_folder_are_commands():
    found = package({"directories": {"bin": "./tools"}}, "tools/git", "tools/sub/x.js", "tools/.hidden", "other/y.js")
    assert found.manifest is not None
    assert [(it.name, it.command) for it in found.manifest.commands] == [
        ("git", "tools/git"),
        ("x.js", "tools/sub/x.js"),
    ]
    named = package({"name": "a", "bin": "a.js", "directories": {"bin": "tools"}}, "tools/git", "a.js")
    assert named.manifest is not None
    assert [it.name for it in named.manifest.commands] == ["a"]


def test_commands_whose_file_is_not_there():
    found = package({"bin": {"a": "a.js", "b": "./gone.js"}}, "a.js")
    assert found.missing_commands == ("b",)


def test_what_a_gyp_file_starts_is_started_and_its_inline_code_is_read():
    gyp = "{'a': '<!(node tools/x.js)', 'b': '<!(node -p \"process.arch\")'}"
    found = package({}, "tools/x.js", binding__gyp=gyp)
    assert found.started == ("tools/x.js",)
    assert [(it.path, it.source) for it in found.inline] == [("binding.gyp", b"process.arch")]
    assert [it.command for each in found.gyp for it in each.commands] == [
        "node tools/x.js",
        'node -p "process.arch"',
    ]


def test_a_gyp_file_that_cannot_be_read_is_a_gap():
    assert [gap.message for gap in package({}, binding__gyp="{").gaps] == [
        "binding.gyp: not a gyp file that can be read"
    ]


def test_scripts_of_a_checkout():
    document = {"scripts": {"prepare": "node -e \"require('./x')\""}}
    assert package(document).hooks == ()
    assert [it.name for it in package(document, checkout=True).hooks] == ["prepare"]
    assert len(package(document, checkout=True).inline) == 1
