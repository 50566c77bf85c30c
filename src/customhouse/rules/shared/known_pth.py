"""Lines of `.pth` files that are known to be harmless, letter for letter save for names.

Copied from the released files themselves. `<name>` stands for one identifier, `<dotted>` for several joined by dots,
`<parts>` for quoted identifiers in a tuple; everything else must stand as it stands here, from the first letter to the
last, so nothing can be added to a known line without its becoming unknown.
"""

import functools
import re

from customhouse.model.lazy_regex import lazy_regex

_NAME = r"[A-Za-z_]\w*"
_PLACEHOLDERS = {
    "<name>": _NAME,
    "<dotted>": rf"{_NAME}(?:\.{_NAME})*",
    "<parts>": rf"'{_NAME}'(?:, '{_NAME}')*,?",
}

_DISTUTILS = (
    "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, '{}') == 'local'; "
    "enabled and __import__('_distutils_hack'){};"
)
_NAMESPACE = (
    "import sys, types, os;has_mfs = sys.version_info > (3, 5);"
    "p = os.path.join(sys._getframe(1).f_locals['sitedir'], *(<parts>));"
    "importlib = has_mfs and __import__('importlib.util');has_mfs and __import__('importlib.machinery');"
    "m = has_mfs and sys.modules.setdefault('<dotted>', importlib.util.module_from_spec("
    "importlib.machinery.PathFinder.find_spec('<dotted>', [os.path.dirname(p)])));"
    "m = m or sys.modules.setdefault('<dotted>', types.ModuleType('<dotted>'));"
    "mp = (m or []) and m.__dict__.setdefault('__path__',[]);(p not in mp) and mp.append(p)"
)
_OLD_NAMESPACE = (
    "import sys, types, os;p = os.path.join(sys._getframe(1).f_locals['sitedir'], *(<parts>));"
    "ie = os.path.exists(os.path.join(p,'__init__.py'));"
    "m = not ie and sys.modules.setdefault('<dotted>', types.ModuleType('<dotted>'));"
    "mp = (m or []) and m.__dict__.setdefault('__path__',[]);(p not in mp) and mp.append(p)"
)
_SUBPACKAGE = ";m and setattr(sys.modules['<dotted>'], '<name>', m)"
_COVERAGE = (
    """import sys; exec('import os\\n\\nif os.getenv("COVERAGE_PROCESS_START") or """
    """os.getenv("COVERAGE_PROCESS_CONFIG"):\\n try:\\n  import coverage\\n except:\\n  pass\\n else:\\n"""
    """  coverage.process_startup({})')"""
)
_PYTEST_COV = (
    r"import os, sys;exec('if \'COV_CORE_SOURCE\' in os.environ:\n try:\n  from pytest_cov.embed import init\n  init()"
    r"""\n except Exception as exc:\n  sys.stderr.write(\n   "pytest-cov: Failed to setup subprocess coverage. "\n"""
    r"""   "Environ: {0!r} "\n   "Exception: {1!r}\\n".format(\n    dict((k, v) for k, v in os.environ.items() """
    r"""if k.startswith(\'COV_CORE\')),\n    exc\n   )\n  )\n')"""
)

_KNOWN: tuple[tuple[str, str], ...] = (
    ("setuptools' choice of distutils", _DISTUTILS.format("local", ".add_shim()")),
    ("setuptools' choice of distutils", _DISTUTILS.format("stdlib", ".add_shim()")),
    ("setuptools' choice of distutils", _DISTUTILS.format("stdlib", "")),
    ("a setuptools namespace package", _NAMESPACE),
    ("a setuptools namespace package", _NAMESPACE + _SUBPACKAGE),
    ("a namespace package of an older setuptools", _OLD_NAMESPACE),
    ("a namespace package of an older setuptools", _OLD_NAMESPACE + _SUBPACKAGE),
    ("coverage's start in child processes", _COVERAGE.format("")),
    ("coverage's start in child processes", _COVERAGE.format('slug="pth"')),
    ("pytest-cov's start in child processes", _PYTEST_COV),
    ("virtualenv's patch of distutils", "import _virtualenv"),
    ("pywin32's search path for its libraries", "import pywin32_bootstrap"),
)
_EDITABLE = lazy_regex(rf"import (__editable___{_NAME}_finder); \1\.install\(\)")


@functools.cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = []
    for who, template in _KNOWN:
        pattern = re.escape(template)
        for placeholder, expression in _PLACEHOLDERS.items():
            pattern = pattern.replace(re.escape(placeholder), expression)
        found.append((who, re.compile(pattern)))
    return (*found, ("setuptools' finder of an editable install", _EDITABLE))


def known_line(line: str) -> str:
    """Say which tool writes this line; empty when none that is known."""
    line = line.strip()
    return next((who for who, pattern in _patterns() if pattern.fullmatch(line)), "")
