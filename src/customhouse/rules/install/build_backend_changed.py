"""The sdist is built otherwise than the one before: another backend, one inside of it, or other things fetched first.

## What it looks for

`[build-system]` of pyproject.toml, against the release before.

| Change | Finding |
|---|---|
| something is fetched from an address (`name @ https://…`) before the build | high, high confidence |
| a backend that is not one of the usual, in a patch release | medium, high confidence |
| the same in a minor or major release, or in one older than 90 days | medium, medium confidence |
| a backend inside the sdist (`backend-path`) where there was none | medium, medium confidence |
| one usual backend for another; another thing to fetch first | low |

## Why attackers do it

`pip install` of an sdist, and `pip download` as well, fetches what `requires` names and calls the backend, all before
a version is chosen for good. A backend in the tree is setup.py under a name that fewer people look at, and a required
package is a dependency that stands in no metadata, no lock and no graph. The backdoor of xz 5.6.0 (2024) lived in build
scripts that only the release's archive had.

## Known evasions

Changing the code of a backend that was in the tree before: setup-py-runs-code reads it. Publishing wheels, where
nothing is built.

## Known false positives

Projects move from one usual backend to another all the time, which is low. A few write a thin backend of their own
around setuptools, PyYAML 6.0.2 for one: what it does is then judged by setup-py-runs-code.

## What to do now

Install the wheel: `pip install --only-binary :all: NAME`. Read the backend, and what `requires` now names.

## References

- [PEP 517: in-tree build backends](https://peps.python.org/pep-0517/#in-tree-build-backends)
- [PEP 518: build-system table](https://peps.python.org/pep-0518/)
"""

from collections.abc import Iterator

from customhouse.model.content import BuildFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import circumstantial
from customhouse.rules.shared.hints import compare
from customhouse.rules.shared.step import before, step

_Said = tuple[Severity, Confidence, str]

#: Modules of the backends that are installed from the index, by their first name.
_USUAL = frozenset(
    {
        "setuptools",
        "flit_core",
        "flit",
        "flit_scm",
        "hatchling",
        "poetry",
        "poetry_dynamic_versioning",
        "pdm",
        "maturin",
    }
    | {"mesonpy", "scikit_build_core", "skbuild", "uv_build", "sipbuild", "jupyter_packaging", "enscons", "whey", "pbr"}
    | {
        "py_build_cmake",
        "setuptools_rust",
        "trampolim",
        "bazel",
        "pymsbuild",
        "pyqtbuild",
        "cython",
        "bento",
        "ziglang",
    }
)
_NAME = lazy_regex(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SEPARATORS = lazy_regex(r"[-_.]+")


def _names(build: BuildFacts) -> dict[str, str]:
    found = {}
    for each in build.requires:
        match = _NAME.match(each.strip())
        if match is not None:
            found[_SEPARATORS.sub("-", match[0]).lower()] = each.strip()
    return found


def _said(case: Case, old: BuildFacts, new: BuildFacts) -> Iterator[_Said]:
    careful: tuple[Severity, Confidence] = (
        ("medium", circumstantial(case, "high")) if step(case) == "patch" else ("medium", "medium")
    )
    earlier, names = _names(old), _names(new)
    addressed = [text for name, text in names.items() if "://" in text and earlier.get(name) != text]
    if addressed:
        yield "high", "high", f"fetches {', '.join(addressed)} before it is built, which {before(case)} did not"
    if new.backend_path and not old.backend_path:
        folders = ", ".join(new.backend_path)
        yield "medium", "medium", f"is built by code of its own ({new.backend} in {folders}); {before(case)} was not"
    elif new.backend != old.backend:
        usual = new.backend.partition(":")[0].partition(".")[0] in _USUAL or bool(new.backend_path)
        grade: tuple[Severity, Confidence] = ("low", "high") if usual else careful
        yield *grade, f"is built by {new.backend}; {before(case)} was built by {old.backend}"
    elif more := sorted(
        name for name in names.keys() - earlier.keys() - _usual_names() if names[name] not in addressed
    ):
        yield "low", "medium", f"fetches {', '.join(more[:5])} before it is built, which {before(case)} did not"


def _usual_names() -> frozenset[str]:
    return frozenset(name.replace("_", "-") for name in _USUAL) | {"wheel"}


def judge(case: Case) -> Iterator[Finding]:
    """Compare each sdist's build with the earlier sdist's."""
    old = case.change.build_before if case.change is not None else None
    for content in case.contents:
        if old is None or content.build is None:
            continue
        for severity, confidence, message in _said(case, old, content.build):
            yield RULE.finding(
                case,
                f"{content.filename} {message}",
                at=(Location("pyproject.toml"),),
                hint=f"install the wheel, and read the difference: {compare(case)}",
                severity=severity,
                confidence=confidence,
                phase="install",
            )


RULE = Rule(
    id="build-backend-changed",
    title="Build backend changed",
    severity="medium",
    confidence="high",
    needs=("content", "change"),
    judge=judge,
    page=__doc__,
    ecosystems=("pypi",),
)
