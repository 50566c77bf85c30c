"""Commands that hints tell the reader to paste."""

import shlex

from customhouse.model.evidence import Case
from customhouse.model.purl import Purl, make_purl


def explain(case: Case) -> str:
    """See every piece of evidence behind the verdict."""
    return f"customhouse explain {case.purl}"


def inspect(purl: Purl) -> str:
    """Look at another release."""
    return f"customhouse inspect {purl}"


def inspect_dependency(case: Case, name: str, version: str) -> str:
    """Look at a dependency of the release."""
    return inspect(make_purl(case.purl.ecosystem, name, version or None))


def compare(case: Case) -> str:
    """See the release beside the one before it."""
    previous = case.metadata.previous if case.metadata else None
    if previous is not None:
        return f"{inspect(case.purl)} --against {previous.purl}"
    earlier = case.change.previous if case.change else ""
    if not earlier:
        return inspect(case.purl)
    if "/" in earlier or earlier.endswith((".tgz", ".whl", ".gz", ".zip")):
        return f"{inspect(case.purl)} --against {shlex.quote(earlier)}"
    return f"{inspect(case.purl)} --against {make_purl(case.purl.ecosystem, case.purl.name, earlier)}"


def stay(case: Case) -> str:
    """Which release to keep meanwhile, as the end of a sentence."""
    previous = case.metadata.previous if case.metadata else None
    return f"keep {previous.purl.display}" if previous is not None else f"do not install {case.purl.display}"
