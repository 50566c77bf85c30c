import pytest

from customhouse.model.content import InstallHook
from customhouse.rules.install.pth_runs_code import RULE
from customhouse.rules.shared.known_pth import known_line
from rules.cases import PYPI, case, content, findings, grades, only

DISTUTILS = (
    "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == 'local'; "
    "enabled and __import__('_distutils_hack').add_shim(); "
)
COVERAGE = (
    'import sys; exec(\'import os\\n\\nif os.getenv("COVERAGE_PROCESS_START") or os.getenv("COVERAGE_PROCESS_CONFIG"):'
    '\\n try:\\n  import coverage\\n except:\\n  pass\\n else:\\n  coverage.process_startup(slug="pth")\')'
)
NAMESPACE = (
    "import sys, types, os;has_mfs = sys.version_info > (3, 5);p = os.path.join(sys._getframe(1).f_locals['sitedir'], "
    "*('google', 'cloud'));importlib = has_mfs and __import__('importlib.util');has_mfs and "
    "__import__('importlib.machinery');m = has_mfs and sys.modules.setdefault('google.cloud', "
    "importlib.util.module_from_spec(importlib.machinery.PathFinder.find_spec('google.cloud', [os.path.dirname(p)])));"
    "m = m or sys.modules.setdefault('google.cloud', types.ModuleType('google.cloud'));mp = (m or []) and "
    "m.__dict__.setdefault('__path__',[]);(p not in mp) and mp.append(p);"
    "m and setattr(sys.modules['google'], 'cloud', m)"
)
EDITABLE = "import __editable___thing_1_0_finder; __editable___thing_1_0_finder.install()"
PYTEST_COV = (
    r"import os, sys;exec('if \'COV_CORE_SOURCE\' in os.environ:\n try:\n  from pytest_cov.embed import init\n  init()"
    r"""\n except Exception as exc:\n  sys.stderr.write(\n   "pytest-cov: Failed to setup subprocess coverage. "\n"""
    r"""   "Environ: {0!r} "\n   "Exception: {1!r}\\n".format(\n    dict((k, v) for k, v in os.environ.items() """
    r"""if k.startswith(\'COV_CORE\')),\n    exc\n   )\n  )\n')"""
)
KNOWN = [
    PYTEST_COV,
    DISTUTILS,
    DISTUTILS.replace("'local')", "'stdlib')"),
    COVERAGE,
    NAMESPACE,
    EDITABLE,
    "import _virtualenv",
]


def pth(line, name="thing.pth"):
    return case(PYPI, contents=(content(hooks=(InstallHook("pth", name, line),), filename="x-1-py3-none-any.whl"),))


@pytest.mark.parametrize("line", KNOWN)
def test_known_lines_are_low(line):
    finding = only(RULE, pth(line))
    assert (finding.severity, finding.confidence) == ("low", "high")


@pytest.mark.parametrize("line", KNOWN)
@pytest.mark.parametrize("addition", ["; os.system('true')", ";x=1", "\timport os"])
def test_nothing_can_be_added_to_a_known_line(line, addition):
    assert known_line(line)
    assert not known_line(line.rstrip() + addition)
    assert not known_line(addition.strip() + line)
    assert only(RULE, pth(line.rstrip() + addition)).severity in ("high", "critical")


def test_names_in_known_lines_are_only_names():
    assert not known_line(NAMESPACE.replace("'cloud'))", "'cloud'+evil()))"))
    assert not known_line(EDITABLE.replace("; __editable___thing", "; __editable___other"))


@pytest.mark.parametrize(
    ("line", "grade"),
    [
        ("import base64; exec(base64.b64decode('cHJpbnQoKQ=='))", ("critical", "high")),
        ("import os, subprocess; subprocess.Popen(['true'])", ("critical", "high")),
        ("import\tsocket; socket.create_connection(('192.0.2.1', 80))", ("critical", "high")),
        ("import os; x = os.environ", ("high", "high")),
        ("import thing_hook", ("high", "medium")),
        ("import thing.hook", ("high", "medium")),
        ("import thing_hook; thing_hook.go()", ("high", "high")),
        ("", ("high", "high")),
    ],
)
def test_by_what_the_line_does(line, grade):
    assert grades(RULE, pth(line)) == [grade]


def test_every_line_that_python_executes_is_judged():
    found = findings(RULE, pth("some/folder\nimport thing_hook\n# import nothing\nimport os; os.system('true')\n"))
    assert [finding.severity for finding in found] == ["high", "critical"]


def test_a_long_line_is_cut_in_the_message():
    assert "… (34628 characters)" in only(RULE, pth("import os; exec('" + "x" * 34_609 + "')")).message


def test_startup_modules():
    hooks = (InstallHook("startup-module", "sitecustomize.py", path="sitecustomize.py"),)
    finding = only(RULE, case(PYPI, contents=(content(hooks=hooks),)))
    assert (finding.severity, finding.confidence) == ("high", "medium")
    assert RULE.ecosystems == ("pypi",)


@pytest.mark.parametrize(
    ("filename", "path", "severity"),
    [
        ("x-1.tar.gz", "tests/sitecustomize.py", "low"),
        ("x-1.tar.gz", "sitecustomize.py", "high"),
        ("x-1.tar.gz", "src/sitecustomize.py", "high"),
        ("x-1-py3-none-any.whl", "x-1.data/purelib/sitecustomize.py", "high"),
    ],
)
def test_what_lies_deep_in_an_sdist_is_not_installed_by_itself(filename, path, severity):
    held = content(filename=filename, hooks=(InstallHook("startup-module", path, path=path),))
    assert only(RULE, case(PYPI, contents=(held,))).severity == severity
