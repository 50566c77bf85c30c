"""Wheel and sdist of one release side by side: Python modules of the wheel that the sdist does not explain. Pure.

A wheel is built from the sdist, or from the checkout that the sdist was made of: its modules are the sdist's, byte for
byte, wherever they stood there (`src/`, `lib/`, a folder that was renamed). What a build writes itself (`_version.py`,
what protoc or a template gives) is not, and neither is what somebody put into the wheel afterwards.
"""

from collections.abc import Sequence

from customhouse.evidence.pypi_hooks import installed_path
from customhouse.evidence.reach import beside_the_package
from customhouse.model.content import Member, SourceDifference, Tree

#: Modules named one by one; beyond, wheel and sdist are two different things and the rest adds nothing.
_MAX_NAMED = 40


def source_difference(wheel: str, wheel_tree: Tree, sdist: str, sdist_tree: Tree) -> SourceDifference | None:
    """Compare the modules of a wheel with those of an sdist; None when the sdist explains them all.

    A module without its own bytes in the sdist is set against the file there that shares most of its path's end; one
    of which not even the name is there is absent. Tests and examples are left out on the wheel's side.
    """
    sources = [member for member in sdist_tree.members if member.path.endswith((".py", ".py.in", ".pyx"))]
    digests = {member.sha256 for member in sdist_tree.members}
    by_name: dict[str, list[str]] = {}
    for member in sources:
        name = member.path.rpartition("/")[2].removesuffix(".in").removesuffix("x")
        by_name.setdefault(name, []).append(member.path)
    modules = [member for member in wheel_tree.members if _compared(member)]
    absent: list[str] = []
    differing: list[tuple[str, str]] = []
    for member in modules:
        if member.sha256 in digests:
            continue
        path = installed_path(member.path)
        counterpart = _counterpart(path, by_name.get(path.rpartition("/")[2], ()))
        if counterpart:
            differing.append((member.path, counterpart))
        else:
            absent.append(member.path)
    if not absent and not differing:
        return None
    return SourceDifference(wheel, sdist, tuple(absent[:_MAX_NAMED]), tuple(differing[:_MAX_NAMED]), len(modules))


def _compared(member: Member) -> bool:
    return member.path.endswith(".py") and member.size > 0 and not beside_the_package(member.path)


def _counterpart(path: str, candidates: Sequence[str]) -> str:
    """The candidate that shares the longest end with the path; `__init__.py` has to share its folder as well."""
    parts = path.split("/")[::-1]
    best, most = "", 1 if parts[0] == "__init__.py" and len(parts) > 1 else 0
    for candidate in candidates:
        shared = 0
        for one, other in zip(parts, candidate.removesuffix(".in").split("/")[::-1], strict=False):
            if one != other and (shared or one.removesuffix("x") != other.removesuffix("x")):
                break
            shared += 1
        if shared > most:
            best, most = candidate, shared
    return best
