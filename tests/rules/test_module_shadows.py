import pytest

from customhouse.rules.install.module_shadows import RULE
from customhouse.rules.shared.module_names import OWNED, REMOVED, STDLIB
from rules.cases import case, change, code, content, findings, grades, metadata, only

WHEEL = "request_maker-1.14.1-py3-none-any.whl"


def installs(*modules, project="request-maker", known=None, filename=WHEEL, files=()):
    held = content(*files, filename=filename, top_level=modules)
    return case(f"pkg:pypi/{project}@1.14.1", contents=(held,), **(known or {}))


@pytest.mark.parametrize(
    ("project", "module", "new", "unknown", "old"),
    [
        ("request-maker", "requests", ("high", "medium"), ("high", "medium"), ("medium", "medium")),
        ("requests-lite", "requests", ("medium", "medium"), ("medium", "medium"), ("low", "medium")),
        ("pillow-simd", "PIL", ("medium", "medium"), ("medium", "medium"), ("low", "medium")),
        ("request-maker", "logging", ("medium", "high"), ("medium", "medium"), ("low", "medium")),
        ("request-maker", "imp", ("medium", "high"), ("medium", "medium"), ("low", "medium")),
        ("audioop-lts", "audioop", ("low", "medium"), ("low", "medium"), ("low", "medium")),
        ("futures", "concurrent", ("low", "medium"), ("low", "medium"), ("low", "medium")),
    ],
)
def test_by_module_and_novelty(project, module, new, unknown, old):
    added = {"change": change(added_top_level=(module,))}
    assert grades(RULE, installs(module, project=project, known=added)) == [new]
    assert grades(RULE, installs(module, project=project)) == [unknown]
    assert grades(RULE, installs(module, project=project, known={"change": change()})) == [old]
    assert grades(RULE, installs(module, project=project, known={"metadata": metadata(days=100)})) == [old]


@pytest.mark.parametrize(
    ("project", "modules"),
    [
        ("requests", ("requests",)),
        ("opencv-python", ("opencv_words",)),
        ("psycopg2-binary", ("psycopg2",)),
        ("setuptools", ("setuptools", "pkg_resources", "_distutils_hack")),
        ("request-maker", ("request_maker", "tests", "test", "docs")),
    ],
)
def test_who_owns_the_module_is_silent(project, modules):
    assert findings(RULE, installs(*modules, project=project)) == []


def test_only_what_is_installed_as_it_stands():
    assert findings(RULE, installs("requests", filename="request-maker-1.14.1.tar.gz")) == []


def test_the_place_is_its_first_file():
    finding = only(RULE, installs("requests", files=(code(path="requests/__init__.py"),)))
    assert finding.locations[0].path == "requests/__init__.py"
    assert only(RULE, installs("requests")).locations[0].path == "requests"


def test_the_tables_agree():
    assert not STDLIB & REMOVED
    assert not (STDLIB | REMOVED) & OWNED.keys()
    assert all(OWNED.values())
