"""A quiet file is one where following every name would have found nothing."""

import sysconfig
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from customhouse.source.python import reader
from customhouse.source.python.reader import read_python

PIECES = st.sampled_from(
    ["import os\n", "import os as o\n", "from os import path\n", "import sys\n", "import re, operator\n", "import shutil\n", "os", "o", ".path",
     ".system", "(", ")", "'id'", "getattr", ", ", "'system'", "sys.modules", "['os']", "\n", "re.compile('x')\n", "x = ", "def f(m):\n  ",
     "m.system('id')\n", "f(os)\n", "globals()", "['exec']", "vars(os)", "operator.methodcaller('system', 'id')", "# os.system()\n",
     "'''os.system'''\n", "locals", " % locals()\n", "shutil.os", ".", "# c\n", "\\\n", "__dict__", "open", "self.open(", "def open(): pass\n",
     "environ", "from os import *\n", "import importlib\n", "lambda: ", "**vars()", "a=", "[os.system]", "[0]"]
)  # fmt: skip


def facts_of(data, monkeypatch, *, loud):
    with monkeypatch.context() as patch:
        if loud:
            patch.setattr(reader, "is_quiet", lambda *_: False)
        facts = read_python("a.py", data)
    return (facts.calls, facts.capabilities, facts.imports, facts.hosts, facts.decoded)


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@given(st.lists(PIECES, max_size=14).map("".join))
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_quiet_files_do_nothing(monkeypatch_module, text):
    assume(_compiles(text))
    data = text.encode()
    assert facts_of(data, monkeypatch_module, loud=False) == facts_of(data, monkeypatch_module, loud=True)


def _compiles(text):
    """What is no Python cannot run; the two ways of reading may differ on what they make of the wreck."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "a.py", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def test_quiet_files_of_the_standard_library_do_nothing(monkeypatch):
    library = Path(sysconfig.get_paths()["stdlib"])
    for path in sorted(library.glob("*.py"))[::6]:
        data = path.read_bytes()
        assert facts_of(data, monkeypatch, loud=False) == facts_of(data, monkeypatch, loud=True), path.name
