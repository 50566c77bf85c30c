"""How a file can come to run."""

import pytest

from customhouse.evidence.reach import beside_the_package, loads, resolve_relative, spread
PATHS = dict.fromkeys(["index.js", "lib/a.js", "lib/b/index.cjs", "lib/data.json", "pkg/__init__.py", "pkg/x.py"])


@pytest.mark.parametrize(
    ("specifier", "importer", "found"),
    [
        ("./lib/a", "index.js", "lib/a.js"),
        ("./a.js", "lib/c.js", "lib/a.js"),
        ("../index", "lib/a.js", "index.js"),
        ("./b", "lib/a.js", "lib/b/index.cjs"),
        ("..", "lib/a.js", "index.js"),
        (".", "index.js", "index.js"),
        ("./data", "lib/a.js", "lib/data.json"),
        ("./missing", "lib/a.js", None),
        ("../../outside", "lib/a.js", None),
    ],
)
def test_relative_specifiers(specifier, importer, found):
    assert resolve_relative(specifier, importer, PATHS) == found


def test_javascript_loads_what_relative_specifiers_name():
    specifiers = ("./lib/a", "fs", "./lib/b", "./lib/missing", "./index")
    assert loads(specifiers, "main.js", "javascript", PATHS) == ("lib/a.js", "lib/b/index.cjs", "index.js")


def test_python_imports_find_modules_beside_and_above():
    assert loads((".x", "pkg", "os"), "pkg/y.py", "python", PATHS) == ("pkg/x.py", "pkg/__init__.py")


def test_install_wins_over_import_and_cycles_end():
    edges = {"hook.js": ("a.js",), "a.js": ("b.js",), "b.js": ("a.js",), "index.js": ("b.js", "c.js")}
    reached = {}
    spread(["hook.js"], edges, "install", reached)
    spread(["index.js"], edges, "import", reached)
    assert reached == {
        "hook.js": "install",
        "a.js": "install",
        "b.js": "install",
        "index.js": "import",
        "c.js": "import",
    }


def test_tests_and_examples_lie_beside_the_package():
    assert beside_the_package("test/a.js")
    assert beside_the_package("pkg/Tests/a.py")
    assert not beside_the_package("lib/latest/a.js")
