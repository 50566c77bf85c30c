"""Variations of what starts a payload: another script, binding.gyp, loading the package; `.pth`, setup.py, import."""

import posixpath
import re
from collections.abc import Callable
from dataclasses import replace

from evals.replicas.ordinary.pypi import as_sdist
from evals.replicas.replica import ReleaseSpec, Replica
from evals.replicas.rewriting import python

_Variation = Callable[[Replica, ReleaseSpec], ReleaseSpec | None]

SCRIPTS = ("preinstall", "install", "postinstall")


def _hooked(release: ReleaseSpec) -> tuple[str, str, str] | None:
    """Return the install script that starts a file of the payload: its name, its command, the file."""
    for name, command in dict(release.manifest.get("scripts", {})).items():
        for path in release.payload:
            if name in SCRIPTS and path in command:
                return name, command, path
    return None


def _without(release: ReleaseSpec, script: str) -> dict[str, object]:
    scripts = {name: it for name, it in release.manifest["scripts"].items() if name != script}
    kept = {key: it for key, it in release.manifest.items() if key != "scripts"}
    return {**kept, "scripts": scripts} if scripts else kept


def by_script(script: str) -> _Variation:
    """Start it by another lifecycle script."""

    def vary(replica: Replica, release: ReleaseSpec) -> ReleaseSpec | None:
        del replica
        found = _hooked(release)
        if found is None or found[0] == script:
            return None
        name, command, _ = found
        scripts = {script if key == name else key: it for key, it in release.manifest["scripts"].items()}
        return replace(release, manifest={**release.manifest, "scripts": {**scripts, script: command}})

    return vary


def by_gyp(replica: Replica, release: ReleaseSpec) -> ReleaseSpec | None:
    """Start it by a command expansion in binding.gyp, with no script in the manifest."""
    del replica
    found = _hooked(release)
    if found is None or not found[2].endswith(".js"):
        return None
    source = f"<!(node {found[2]} && echo addon.c)"
    gyp = f"{{'targets': [{{'target_name': 'addon', 'type': 'none', 'sources': ['{source}']}}]}}\n"
    return replace(release, files={**release.files, "binding.gyp": gyp}, manifest=_without(release, found[0]))


def by_import(replica: Replica, release: ReleaseSpec) -> ReleaseSpec | None:
    """Start it when the package is loaded."""
    if replica.ecosystem == "pypi":
        return _pth_to_import(release)
    found = _hooked(release)
    main = release.manifest.get("main")
    if (
        found is None
        or not isinstance(main, str)
        or release.manifest.get("type") == "module"
        or not found[2].endswith(".js")
    ):
        return None
    entry = release.files[main]
    if not isinstance(entry, str):
        return None
    relative = posixpath.relpath(found[2], posixpath.dirname(main) or ".")
    line = f"require('{relative if relative.startswith('.') else './' + relative}');\n"
    files = {**release.files, main: entry.rstrip("\n") + "\n" + line}
    return replace(release, files=files, manifest=_without(release, found[0]))


def _module(release: ReleaseSpec) -> str:
    return next(path for path in release.files if path.endswith("__init__.py") and path.count("/") == 1)


def _pth_to_import(release: ReleaseSpec) -> ReleaseSpec | None:
    path = next((it for it in release.payload if it.endswith(".pth")), "")
    line = release.files.get(path)
    if not isinstance(line, str):
        return None
    module = _module(release)
    files = {it: content for it, content in release.files.items() if it != path}
    files[module] = f"{files[module]}\n{line}"
    return replace(release, files=files, payload=(module,))


def _program(replica: Replica, release: ReleaseSpec) -> tuple[str, str] | None:
    """Return what the release adds to a module, as a program of its own, and the module's path."""
    before = replica.before
    for path in release.payload:
        text = release.files.get(path)
        if not isinstance(text, str):
            continue
        if path.endswith(".pth"):
            return text, path
        known = before.files.get(path) if before else None
        if path.endswith(".py") and isinstance(known, str) and text.startswith(known):
            return text[len(known) :].strip("\n") + "\n", path
    return None


def by_pth(replica: Replica, release: ReleaseSpec) -> ReleaseSpec | None:
    """Start it by a `.pth` file: the module's addition as one line."""
    found = _program(replica, release) if replica.ecosystem == "pypi" else None
    if found is None or found[1].endswith(".pth") or replica.before is None:
        return None
    program, path = found
    if "__file__" in program:
        return None
    line = f"import base64; {python.packed(program, 'base64').partition(chr(10))[2].strip()}\n"
    name = f"{_module(release).partition('/')[0]}.pth"
    return replace(release, files={**release.files, path: replica.before.files[path], name: line}, payload=(name,))


def by_setup_py(replica: Replica, release: ReleaseSpec) -> ReleaseSpec | None:
    """Start it when the source distribution is built; there is no wheel."""
    found = _program(replica, release) if replica.ecosystem == "pypi" else None
    if found is None or replica.before is None or "__file__" in found[0]:
        return None
    program, path = found
    files = {it: content for it, content in release.files.items() if it != path}
    if path in replica.before.files:
        files[path] = replica.before.files[path]
    stated = f"name={replica.name!r}, version={release.version!r}, packages=find_packages()"
    setup = f"from setuptools import find_packages, setup\n\n{program}\nsetup({stated})\n"
    built = as_sdist(files, replica.name, setup_py=re.sub(r"\n{3,}", "\n\n", setup))
    return replace(release, files={}, sdist=built, payload=())
