"""What a Python artifact runs when it is installed, or whenever an interpreter starts.

An sdist is built by running its `setup.py` or the backend that its pyproject.toml keeps in the tree (PEP 517
`backend-path`). A wheel runs nothing at install, but at every start of the interpreter `site` executes the lines of a
`.pth` file that begin with `import`, calls what the lines of a `.start` file name (PEP 829, from Python 3.15), and
imports `sitecustomize` and `usercustomize`.
"""

from collections.abc import Mapping

from customhouse.model.content import InstallHook
from customhouse.model.lazy_regex import lazy_regex

#: Also the folder of the `data` scheme that is site-packages, by the layouts of POSIX and of Windows.
_PURELIB = lazy_regex(
    r"^[^/]+\.data/(?:(?:purelib|platlib)|data/(?:lib(?:64)?/(?:python|pypy)[\w.]*|Lib)/(?:site|dist)-packages)/"
)
_DATA = lazy_regex(r"^[^/]+\.data/(data|scripts|headers)/(.+)$")
_STARTUP = frozenset({"sitecustomize.py", "usercustomize.py"})
_ENTRY = lazy_regex(r"([A-Za-z_][\w.]*):([A-Za-z_][\w.]*)")
#: `site.addpackage` executes a line when it starts with `import` followed by a space or a tab.
_PTH_CODE = ("import ", "import\t")


def installed_path(path: str) -> str:
    """Return where in site-packages a member of a wheel lands."""
    return _PURELIB.sub("", path)


def outside_path(path: str) -> str:
    """Return where below the environment's root a member lands that does not go to site-packages; empty for the rest.

    `data` is the root itself (`sys.prefix`), `scripts` its `bin`, `headers` below its `include`.
    """
    match = _DATA.match(path)
    if match is None:
        return ""
    return {"data": "", "scripts": "bin/", "headers": "include/"}[match[1]] + match[2]


def pth_code(data: bytes) -> str:
    """Return the lines of a .pth file that an interpreter executes, each kept on its own line number."""
    text = data.decode("utf-8-sig", "replace")
    return "\n".join(line if line.startswith(_PTH_CODE) else "" for line in text.splitlines())


def start_entries(data: bytes) -> tuple[str, ...]:
    """Return the entry points, `package.module:callable`, that a .start file has an interpreter call."""
    text = data.decode("utf-8-sig", "replace")
    return tuple(line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))


def startup_lines(path: str, data: bytes) -> tuple[str, ...]:
    """Return the lines of a .pth or .start file that run."""
    if path.endswith(".start"):
        return start_entries(data)
    return tuple(line.strip() for line in pth_code(data).splitlines() if line)


def startup_code(path: str, data: bytes) -> str:
    """Return what such a file runs as Python, on its own line numbers where it is Python already."""
    if not path.endswith(".start"):
        return pth_code(data)
    found = (_ENTRY.fullmatch(entry) for entry in start_entries(data))
    return "\n".join(f"import {each[1]}; {each[1]}.{each[2]}()" for each in found if each)


def wheel_hooks(pth_files: Mapping[str, bytes], paths: Mapping[str, object]) -> tuple[InstallHook, ...]:
    """Return the hooks of a wheel (or an egg): what its .pth and .start files run, and start-up modules."""
    hooks = [
        InstallHook("pth", path, line, path)
        for path, data in pth_files.items()
        if "/" not in installed_path(path)
        for line in startup_lines(path, data)
    ]
    hooks.extend(InstallHook("startup-module", path, "", path) for path in paths if installed_path(path) in _STARTUP)
    return tuple(hooks)


def sdist_hooks(
    paths: Mapping[str, object], pth_files: Mapping[str, bytes], backend: str, backend_path: tuple[str, ...]
) -> tuple[InstallHook, ...]:
    """Return the hooks of an sdist: setup.py, an in-tree build backend, and what its wheel would start."""
    hooks: list[InstallHook] = []
    if "setup.py" in paths:
        hooks.append(InstallHook("setup-py", "setup.py", "", "setup.py"))
    module = backend.partition(":")[0].replace(".", "/")
    for folder in backend_path if module else ():
        prefix = "" if folder in (".", "") else folder.strip("/") + "/"
        candidates = (f"{prefix}{module}.py", f"{prefix}{module}/__init__.py")
        hooks.extend(InstallHook("build-backend", backend, folder, each) for each in candidates if each in paths)
    hooks.extend(
        InstallHook("pth", path, line, path) for path, data in pth_files.items() for line in startup_lines(path, data)
    )
    hooks.extend(InstallHook("startup-module", path, "", path) for path in paths if path.rpartition("/")[2] in _STARTUP)
    return tuple(hooks)
