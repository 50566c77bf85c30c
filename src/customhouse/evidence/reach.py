"""How each file of a package can come to run: from an install hook, by loading the package, or not by itself.

JavaScript is followed through its relative imports from the hooks and entry points. Python packages load most of
their modules when imported, so every module of a package counts as reached by import unless it is plainly a test.
"""

import posixpath
import re
from collections.abc import Iterable, Mapping

from customhouse.model.code import Language, Reach
from customhouse.model.lazy_regex import lazy_regex

#: Folders whose files a package ships but does not load; used only to tell `import` from `other`.
_ASIDE = lazy_regex(
    r"(?:^|/)(?:tests?|__tests__|testing|spec|specs|fixtures?|examples?|samples?|demos?|docs?|doc|bench(?:marks?)?)/",
    re.IGNORECASE,
)
_SUFFIXES = ("", ".js", ".cjs", ".mjs", ".json", ".node", ".ts", ".mts", ".cts", ".tsx", ".jsx")
_INDEXES = tuple(f"/index{suffix}" for suffix in _SUFFIXES[1:])


def beside_the_package(path: str) -> bool:
    """Whether the path lies in a folder of tests, examples or documentation."""
    return _ASIDE.search(path) is not None


def loads(modules: Iterable[str], path: str, language: Language, paths: Mapping[str, object]) -> tuple[str, ...]:
    """Return the members that a file at `path` loads when it imports `modules`."""
    if language == "python":
        return tuple(member for module in modules for member in _python_modules(module, path, paths))
    resolved = (resolve_relative(specifier, path, paths) for specifier in modules if specifier.startswith("."))
    return tuple(each for each in resolved if each is not None)


def _python_modules(module: str, importer: str, paths: Mapping[str, object]) -> Iterable[str]:
    """Modules of the archive that an import can mean: relative to the importer, to its folder, to the root or `src`."""
    stripped = module.lstrip(".")
    dots = len(module) - len(stripped)
    folder = posixpath.dirname(importer)
    for _ in range(dots - 1):
        folder = posixpath.dirname(folder)
    name = stripped.replace(".", "/")
    bases = (folder,) if dots else (folder, "", "src")
    for base in bases:
        stem = posixpath.join(base, name) if name else base
        for candidate in (f"{stem}.py", f"{stem}/__init__.py"):
            if candidate in paths:
                yield candidate


def resolve_relative(specifier: str, importer: str, paths: Mapping[str, object]) -> str | None:
    """Return the member that a relative specifier means, by Node's and bundlers' rules; None when there is none."""
    base = posixpath.normpath(posixpath.join(posixpath.dirname(importer), specifier))
    return resolve_path(base, paths)


def resolve_path(base: str, paths: Mapping[str, object]) -> str | None:
    """Return the member that a path without suffix or index means."""
    base = posixpath.normpath(base)
    if base in (".", ""):
        base = ""
    for suffix in _SUFFIXES:
        if base + suffix in paths:
            return base + suffix
    for index in _INDEXES:
        candidate = f"{base}{index}".lstrip("/")
        if candidate in paths:
            return candidate
    return None


def spread(roots: Iterable[str], edges: Mapping[str, tuple[str, ...]], reach: Reach, reached: dict[str, Reach]) -> None:
    """Mark everything that loading the roots loads; what already has a stronger reach keeps it."""
    waiting = list(roots)
    while waiting:
        path = waiting.pop()
        if path in reached:
            continue
        reached[path] = reach
        waiting.extend(edges.get(path, ()))
