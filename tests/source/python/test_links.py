"""What a module calls of other modules at load, and what those calls run there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.source.link import Link
from customhouse.source.python.links import python_links
from customhouse.source.python.reader import read_python


def links(source, entry=()):
    found = python_links("pkg/__init__.py", source.encode(), entry=entry)
    return {each.module for each in found if not each.star}


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("from .x import run\nrun()", ".x.run"),
        ("from .x import run as go\ntry:\n    go()\nexcept Exception:\n    pass", ".x.run"),
        ("from . import x\nx.run()", ".x.run"),
        ("import pkg.x as y\ny.run()", "pkg.x.run"),
        ("import pkg.x\npkg.x.run()", "pkg.x.run"),
        ("from pkg.x import run\n_done = run() if True else None", "pkg.x.run"),
        ("from .x import mark\n@mark\ndef f(): pass", ".x.mark"),
        ("from . import x\n@x.mark(1)\nclass A: pass", ".x.mark"),
        ("from .x import Client\nClient()", ".x.Client"),
        ("from .x import Client\nc = Client()\nc.open()", ".x.Client().open"),
        ("import threading\nfrom .x import run\nthreading.Thread(target=run).start()", ".x.run"),
        ("import atexit\nfrom . import x\natexit.register(x.run)", ".x.run"),
        ("from .x import run\ndef f():\n    run()\nf()", ".x.run"),
        ("from .x import run\ndef f(g):\n    g()\nf(run)", ".x.run"),
        ("import importlib\nimportlib.import_module('pkg.x').run()", "pkg.x.run"),
        ("class A:\n    from .x import run\n    run()", ".x.run"),
    ],
)
def test_called_at_load(source, name):
    assert name in links(source)


@pytest.mark.parametrize(
    "source",
    [
        "from .x import run\ndef f():\n    run()",
        "from .x import run\nif __name__ == '__main__':\n    run()",
        "from .x import run\nclass A:\n    def go(self):\n        run()",
        "from .x import run\nalso = run",
    ],
)
def test_not_called_at_load(source):
    assert not any(name.startswith(".x.run") for name in links(source))


def test_a_name_that_a_star_brought():
    source = b"from .x import *\nfrom .y import other\ndef own(): late()\nown2 = own\nrun()\nother()\nprint()"
    found = python_links("pkg/__init__.py", source)
    assert Link(".x", "run", star=True) in found
    assert not {each.name for each in found} & {"late", "other", "own"}


@pytest.mark.parametrize("source", ["from .x import run", "from .x import *", "from . import x\nrun = x.run"])
def test_a_name_that_is_passed_on(source):
    assert links(source) == set()
    assert links(source, ("run",)) == {".x.run"}


@pytest.mark.parametrize(
    ("source", "entry"),
    [
        ("def run():\n    os.system('x')", "run"),
        ("def _run():\n    os.system('x')\nrun = _run", "run"),
        ("run = lambda: os.system('x')", "run"),
        ("class A:\n    def __init__(self):\n        self.go()\n    def go(self):\n        os.system('x')", "A"),
        ("class A:\n    def go(self):\n        os.system('x')", "A().go"),
        ("class A:\n    @classmethod\n    def go(cls):\n        os.system('x')", "A.go"),
        ("class A:\n    def go(self):\n        os.system('x')\na = A()", "a.go"),
        ("class A:\n    def go(self):\n        os.system('x')\ndef make():\n    return A()", "make().go"),
    ],
)
def test_what_a_call_runs(source, entry):
    data = f"import os\n{source}\n".encode()
    assert [each.when for each in read_python("pkg/x.py", data).calls] == ["call"]
    assert [each.when for each in read_python("pkg/x.py", data, entry=(entry,)).calls] == ["load"]
    assert [each.when for each in read_python("pkg/x.py", data, entry=("other", "other().go")).calls] == ["call"]


def test_an_instance_does_not_run_every_method():
    data = b"import os\nclass A:\n    def go(self):\n        os.system('x')\n"
    assert [each.when for each in read_python("pkg/x.py", data, entry=("A",)).calls] == ["call"]


_LINES = st.sampled_from(
    [
        "from .x import run",
        "from .x import *",
        "import pkg.x",
        "run = run",
        "run()",
        "x = pkg.x.run()()",
        "@run",
        "def f(a=run()): return f",
        "class A(f, A): run = f()",
        "f()().go()",
        "A().run().f",
        "(",
    ]
)


@given(st.lists(_LINES, max_size=12), st.sampled_from(["f", "A().run", "f()()()", "run.x", "x"]))
def test_nothing_makes_it_raise(lines, entry):
    data = "\n".join(lines).encode()
    assert all(each.module for each in python_links("pkg/a.py", data, entry=(entry,)))
    assert not read_python("pkg/a.py", data, entry=(entry,)).unread.startswith("the reader failed")
