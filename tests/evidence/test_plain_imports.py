"""What a file without anything that acts imports is found by patterns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.evidence.plain_imports import plain_imports
from customhouse.source.javascript.reader import read_javascript
from customhouse.source.python.reader import read_python

JAVASCRIPT = [
    "const a = require('./a');",
    'const b = require( "left-pad" );',
    "import c from './c.js';",
    'import * as d from "@scope/d/e";',
    "import { f as g, h } from 'f';",
    "import {\n  i,\n  j\n} from './i';",
    "import './k';",
    "export * from './l';",
    "export { m } from 'm';",
    "import('./n').then(x => x);",
    "const o = require(`o`);",
    "import path from 'node:path'",
    "import type { P } from './p';",
    "// the import from a module that people require",
    "const from = 1, imported = 'x';",
]
PYTHON = [
    "import re",
    "import a.b.c",
    "import d as e, f.g as h",
    "from . import i",
    "from .j import k",
    "from .. import l as m, n",
    "from o.p import (\n    q,\n    r as s,  # a comment)\n    t,\n)",
    "from u import *",
    "import v, \\\n    w",
    "def late():\n    from x import y\n    import z",
    "if True: import aa; import bb",
    "try:\n    import cc\nexcept ImportError:\n    cc = None",
    "from __future__ import annotations",
    "from . \\\n    import dd",
    "from ee . ff import gg",
    '"""Text that says import things from somewhere."""',
    "important = 'import'",
]


@given(st.lists(st.sampled_from(JAVASCRIPT), max_size=6))
def test_javascript(lines):
    code = "\n".join(lines).encode()
    read = {each.module for each in read_javascript("a.ts", code, "typescript").imports}
    assert read <= set(plain_imports(code, "javascript"))


@given(st.lists(st.sampled_from(PYTHON), max_size=6))
def test_python(lines):
    code = "\n".join(lines).encode()
    read = {each.module for each in read_python("pkg/a.py", code).imports}
    assert read <= set(plain_imports(code, "python"))


@pytest.mark.parametrize(
    ("code", "modules"),
    [
        ("import re, sys as s\nfrom . import a\nfrom .b import c", ("re", "sys", ".a", ".b")),
        ("from a.b import (c,\n d)", ("a.b",)),
        ("import x; import y", ("x", "y")),
    ],
)
def test_names_are_exact(code, modules):
    assert plain_imports(code.encode(), "python") == modules


def test_the_prefix_of_builtin_modules_is_taken_off():
    assert plain_imports(b"import p from 'node:path'", "javascript") == ("path",)
