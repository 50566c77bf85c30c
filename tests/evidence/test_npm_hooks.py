"""What npm runs at install, and which files of the package that starts."""

import pytest

from customhouse.evidence.npm_hooks import Inline, built_gyp_files, inline_code, npm_hooks, started_files
from customhouse.model.content import InstallHook
from customhouse.model.release import Manifest, Script


def manifest(**scripts):
    return Manifest("a", "1.0.0", scripts=tuple(Script(name, command) for name, command in scripts.items()))


def test_only_the_lifecycle_of_an_installed_package_counts():
    found = npm_hooks(manifest(postinstall="node a.js", prepare="node b.js", test="node c.js"), {"a.js": None})
    assert found == (InstallHook("lifecycle-script", "postinstall", "node a.js", "a.js", runs=True),)


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
    assert started_files(command, scripts, paths) == started


def test_binding_gyp_alone_runs_node_gyp():
    gyp = InstallHook("gyp", "install", "node-gyp rebuild", "binding.gyp")
    assert npm_hooks(manifest(), {"binding.gyp": None}) == (gyp,)
    assert npm_hooks(manifest(postinstall="true"), {"binding.gyp": None})[-1] == gyp
    assert gyp not in npm_hooks(manifest(install="true"), {"binding.gyp": None})
    assert gyp in npm_hooks(manifest(preinstall="true"), {"binding.gyp": None})
    assert npm_hooks(manifest(), {"deps/binding.gyp": None}) == ()


def test_inline_programs_are_handed_on_to_the_reader():
    assert inline_code("node -e \"require('fs')\" && node --eval 'x()'") == (
        Inline("require('fs')", "javascript"),
        Inline("x()", "javascript"),
    )
    assert inline_code("sh -c 'python3 -c \"import os\"'") == (Inline("import os", "python"),)
    assert inline_code("node setup.js -e") == ()


def test_what_is_run_is_told_from_what_is_named():
    found = npm_hooks(manifest(install="node a.js b.json && npm run next"), {"a.js": None, "b.json": None})
    assert [(it.path, it.runs, it.missing) for it in found] == [("a.js", True, ()), ("b.json", False, ())]


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        ("node scripts/gone.js", ("scripts/gone.js",)),
        ("node gone || exit 0", ("gone",)),
        ("npm run build", ("tools/gone.sh",)),
        ("node ../x.js; node $HOME/x.js; node node_modules/a/x.js; node /x.js; node -e 1; tsc; node .", ()),
    ],
)
def test_files_that_are_not_there(command, missing):
    (found,) = npm_hooks(manifest(install=command, postbuild="tools/gone.sh", build="tsc"), {})
    assert found.missing == missing


def test_a_checkout_runs_what_git_dependencies_run():
    scripts = manifest(prepare="node a.js", prepack="node b.js", postinstall="node c.js")
    assert [it.name for it in npm_hooks(scripts, {}, checkout=True)] == ["postinstall", "prepare", "prepack"]
    assert [it.name for it in npm_hooks(scripts, {})] == ["postinstall"]


def test_which_gyp_files_an_install_reads():
    paths = {"binding.gyp": None, "native/binding.gyp": None, "a.js": None}
    assert built_gyp_files(npm_hooks(manifest(), paths), paths) == ("binding.gyp",)
    assert built_gyp_files(npm_hooks(manifest(install="node a.js"), paths), paths) == ("binding.gyp",)
    assert set(built_gyp_files(npm_hooks(manifest(install="node-gyp rebuild -C native"), paths), paths)) == {
        "binding.gyp",
        "native/binding.gyp",
    }
    assert built_gyp_files((), paths) == ()
