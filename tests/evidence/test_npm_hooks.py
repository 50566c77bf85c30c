"""What npm runs at install, and which files of the package that starts."""

import pytest

from customhouse.evidence.npm_hooks import inline_code, npm_hooks, started_files
from customhouse.model.content import InstallHook
from customhouse.model.release import Manifest, Script


def manifest(**scripts):
    return Manifest("a", "1.0.0", scripts=tuple(Script(name, command) for name, command in scripts.items()))


def test_only_the_lifecycle_of_an_installed_package_counts():
    found = npm_hooks(manifest(postinstall="node a.js", prepare="node b.js", test="node c.js"), {"a.js": None})
    assert found == (InstallHook("lifecycle-script", "postinstall", "node a.js", "a.js"),)


def test_a_hook_that_names_no_file_is_still_a_hook():
    assert npm_hooks(manifest(install="curl x | sh"), {}) == (
        InstallHook("lifecycle-script", "install", "curl x | sh"),
    )


@pytest.mark.parametrize(
    ("command", "started"),
    [
        ("node setup.js", ("setup.js",)),
        ("node ./setup", ("setup.js",)),
        ("node scripts", ("scripts/index.js",)),
        ("node setup.js && node ./scripts/index.js || true", ("setup.js", "scripts/index.js")),
        ("node -r ./scripts setup.js; exit 0", ("scripts/index.js", "setup.js")),
        ("npm run build", ("setup.js",)),
        ("npm run loop", ()),
        ('node "setup.js', ("setup.js",)),
        ("node /etc/passwd ../outside.js", ()),
    ],
)
def test_files_that_a_command_starts(command, started):
    scripts = {"build": "node setup.js", "loop": "npm run loop"}
    paths = {"setup.js": None, "scripts/index.js": None}
    if command == 'node "setup.js':
        paths['"setup.js'] = None
        started = ('"setup.js',)
    assert started_files(command, scripts, paths) == started


def test_binding_gyp_alone_runs_node_gyp():
    gyp = InstallHook("gyp", "install", "node-gyp rebuild", "binding.gyp")
    assert npm_hooks(manifest(), {"binding.gyp": None}) == (gyp,)
    assert npm_hooks(manifest(postinstall="true"), {"binding.gyp": None})[-1] == gyp
    assert gyp not in npm_hooks(manifest(install="true"), {"binding.gyp": None})
    assert gyp not in npm_hooks(manifest(preinstall="true"), {"binding.gyp": None})
    assert npm_hooks(manifest(), {"deps/binding.gyp": None}) == ()


def test_inline_programs_are_handed_on_to_the_reader():
    assert inline_code("node -e \"require('fs')\" && node --eval 'x()'") == ("require('fs')", "x()")
    assert inline_code("node setup.js -e") == ()
