"""Variations of what stands around a payload: its file's name and place, what precedes it, what lies beside it."""

import posixpath
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from evals.replicas.ordinary.filler import definitions, functions
from evals.replicas.replica import ReleaseSpec, Replica
from evals.replicas.rewriting import javascript, python
from evals.replicas.variations.texts import language, rewritten

_Variation = Callable[[Replica, ReleaseSpec], ReleaseSpec | None]

EXTENSIONS = {"dat": ".dat", "extensionless": "", "cjs": ".cjs", "picture": ".png"}
_PADDING = 400_000
_DECOYS = 300
_ENTRY_NAMES = ("__init__.py", "index.js")


# ----------------------------------------------------------------------------------------------- where it stands


def file_renamed(replica: Replica, release: ReleaseSpec) -> ReleaseSpec | None:
    """Give the payload's files names that say nothing."""
    del replica
    return _moved(release, lambda path: posixpath.join(posixpath.dirname(path), "warmup" + posixpath.splitext(path)[1]))


def deep_folder(replica: Replica, release: ReleaseSpec) -> ReleaseSpec | None:
    """Put the payload's files seven folders down."""
    if replica.ecosystem == "pypi":
        return None
    return _moved(release, lambda path: f"lib/vendor/shared/core/internal/platform/support/{posixpath.basename(path)}")


def as_extension(suffix: str) -> _Variation:
    """Give the payload's files another extension, which node runs all the same."""

    def vary(replica: Replica, release: ReleaseSpec) -> ReleaseSpec | None:
        if replica.ecosystem == "pypi" or release.manifest.get("type") == "module":
            return None
        return _moved(release, lambda path: posixpath.splitext(path)[0] + suffix)

    return vary


def as_mjs(replica: Replica, release: ReleaseSpec) -> ReleaseSpec | None:
    """Make the file that a script starts an ES module which makes itself a `require`."""
    moved = as_extension(".mjs")(replica, release)
    if moved is None:
        return None
    (path, *others) = moved.payload
    text = moved.files[path]
    command = " ".join(map(str, moved.manifest.get("scripts", {}).values()))
    if (
        others
        or not isinstance(text, str)
        or f"node {path}" not in command.replace("./", "")
        or "__dirname" in text
        or "__filename" in text
    ):
        return None
    head = "import { createRequire } from 'module';\n\nconst require = createRequire(import.meta.url);\n"
    shebang, rest = _head(text, "javascript")
    return rewritten(moved, path, shebang + head + rest)


def _moved(release: ReleaseSpec, place: Callable[[str], str]) -> ReleaseSpec | None:
    """Move those of the payload's files that nothing but a hook or another file of the package names."""
    moved: dict[str, str] = {}
    for path in release.payload:
        new = place(path)
        own = language(path) in ("javascript", "python") and posixpath.basename(path) not in _ENTRY_NAMES
        stays = posixpath.dirname(new) == posixpath.dirname(path)
        if own and new != path and path not in _entry_points(release) and (stays or _relative_free(release, path)):
            folder, name = posixpath.split(new)
            moved[path] = new if new not in moved.values() else posixpath.join(folder, f"second-{name}")
    if not moved:
        return None
    files = {moved.get(path, path): content for path, content in release.files.items()}
    for path, content in files.items():
        if isinstance(content, str):
            for old, new in moved.items():
                content = _refer(content, path, old, new)  # noqa: PLW2901 - each reference in turn
            files[path] = content
    manifest = _deep(release.manifest, moved)
    payload = tuple(moved.get(path, path) for path in release.payload)
    sdist = release.sdist
    if sdist is not None and any(path in sdist for path in moved):
        sdist = {path: content for path, content in sdist.items() if path not in moved} | files
    return replace(release, files=files, manifest=manifest, payload=payload, sdist=sdist)


def _entry_points(release: ReleaseSpec) -> set[str]:
    named: set[str] = set()
    for key in ("main", "browser", "module", "exports", "bin"):
        named.update(posixpath.normpath(it) for it in _texts(release.manifest.get(key)))
    return named


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [text for it in value.values() for text in _texts(it)] if isinstance(value, dict) else []


def _relative_free(release: ReleaseSpec, path: str) -> bool:
    """Whether the file refers to no neighbour, so that it can be put elsewhere."""
    text = release.files[path]
    return isinstance(text, str) and not re.search(r"__dirname|__file__|require\(['\"]\.|from ['\"]\.|import \.", text)


def _refer(text: str, importer: str, old: str, new: str) -> str:
    """Mend what names the file: relative specifiers, module names, paths in commands."""
    if language(old) == "python":
        stem, other = (posixpath.splitext(it)[0].replace("/", ".") for it in (old, new))
        short, another = stem.rpartition(".")[2], other.rpartition(".")[2]
        text = text.replace(stem, other)
        return re.sub(rf"(import |, ){re.escape(short)}\b", rf"\g<1>{another}", text)
    folder = posixpath.dirname(importer)
    for known in (old, posixpath.splitext(old)[0]):
        before, after = _specifier(known, folder), _specifier(new, folder)
        text = text.replace(f"'{before}'", f"'{after}'")
    if posixpath.dirname(old) == posixpath.dirname(new) == folder:
        text = text.replace(f"'{posixpath.basename(old)}'", f"'{posixpath.basename(new)}'")
    return text.replace(f"node ./{old}", f"node ./{new}").replace(f"node {old}", f"node {new}")


def _specifier(path: str, folder: str) -> str:
    relative = posixpath.relpath(path, folder or ".")
    return relative if relative.startswith(".") else f"./{relative}"


def _deep(value: Any, moved: dict[str, str]) -> Any:
    """Replace the paths in a manifest's commands."""
    if isinstance(value, dict):
        return {key: _deep(it, moved) for key, it in value.items()}
    if isinstance(value, str):
        for old, new in moved.items():
            value = re.sub(rf"(?<![\w/]){re.escape(old)}(?![\w.])|\./{re.escape(old)}(?![\w.])", new, value)
    return value


def split(replica: Replica, release: ReleaseSpec) -> ReleaseSpec | None:
    """Move the payload's functions into a file of their own."""
    del replica
    for path in release.payload:
        text = release.plain.get(path, release.files[path])
        if not isinstance(text, str):
            continue
        folder, stem = posixpath.dirname(path), posixpath.splitext(posixpath.basename(path))[0]
        if language(path) == "javascript":
            beside = f"{stem}-support.js"
            parts = javascript.split(text, f"./{beside}")
        elif language(path) == "python" and folder:
            beside = "_shared_support.py"
            parts = python.split(text, f"{folder.replace('/', '.')}._shared_support")
        else:
            continue
        if parts is not None:
            main, support = parts
            place = posixpath.join(folder, beside)
            varied = rewritten(release, path, main)
            files = {**varied.files, place: support}
            sdist = (
                None if varied.sdist is None else {**varied.sdist, **({place: support} if path in varied.sdist else {})}
            )
            return replace(varied, files=files, sdist=sdist)
    return None


# ------------------------------------------------------------------------------------------------ what precedes it


def behind_comment_marks(replica: Replica, release: ReleaseSpec) -> ReleaseSpec | None:
    """Put strings before and after the payload that look like the ends of a comment to whoever does not parse."""
    del replica
    return _wrapped(
        release,
        ("const globs = ['src/**/*.js', '/*'];\nconst rest = \"*/ // '\";\n", "const last = '*/';\n"),
        ("MARKS = ['\"\"\"', \"'''\", '#']\n", 'LAST = \'"""\'\n'),
    )


def padded(replica: Replica, release: ReleaseSpec) -> ReleaseSpec | None:
    """Put 400 KB of ordinary functions before the payload."""
    del replica
    return _wrapped(release, (functions(_PADDING, 11, tight=True), ""), (definitions(_PADDING, 11), ""))


def _wrapped(release: ReleaseSpec, script: tuple[str, str], module: tuple[str, str]) -> ReleaseSpec | None:
    changed = False
    for path in release.payload:
        text = release.files[path]
        kind = language(path)
        if not isinstance(text, str) or kind not in ("javascript", "python"):
            continue
        before, after = script if kind == "javascript" else module
        head, rest = _head(text, kind)
        release, changed = rewritten(release, path, head + before + rest.rstrip("\n") + "\n" + after), True
    return release if changed else None


def _head(text: str, kind: str) -> tuple[str, str]:
    """Cut off what must stay first: a shebang, a directive, a module's documentation."""
    if kind == "python":
        found = re.match(r'(?:#![^\n]*\n)?(?:"""(?s:.*?)"""\n)?', text)
    else:
        found = re.match(r"(?:#![^\n]*\n)?(?:'use strict';\n)?", text)
    end = found.end() if found else 0
    return text[:end], text[end:]


# ------------------------------------------------------------------------------------------------- what is beside it


def decoys(replica: Replica, release: ReleaseSpec) -> ReleaseSpec:
    """Lay three hundred ordinary files beside it."""
    made: dict[str, str | bytes] = {}
    package = next((path.split("/")[0] for path in release.files if path.endswith("/__init__.py")), "")
    for index in range(_DECOYS):
        if replica.ecosystem == "npm":
            made[f"lib/tables/part-{index:03}.js"] = (
                f"exports.part{index} = (rows) => rows.filter((row) => row.id !== {index});\n"
            )
        else:
            made[f"{package or 'tables'}/tables/part_{index:03}.py"] = (
                f"def part_{index}(rows):\n    return [row for row in rows if row != {index}]\n"
            )
    return replace(release, files={**made, **release.files})
