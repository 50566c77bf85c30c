"""Variations of a payload's text: the file stays where it is and does the same."""

from collections.abc import Callable
from dataclasses import replace

from evals.replicas.replica import ReleaseSpec, Replica
from evals.replicas.rewriting import javascript, javascript_names, javascript_strings, python

Rewriting = Callable[[str], str | None]
_Variation = Callable[[Replica, ReleaseSpec], ReleaseSpec | None]

STRING_ENCODINGS = ("base64", "hex", "char-codes", "xor", "reversed", "joined")
PACK_ENCODINGS = ("base64", "hex", "char-codes", "xor", "reversed", "zlib")
JAVASCRIPT = (".js", ".cjs", ".mjs")


def language(path: str) -> str:
    """`javascript`, `python`, `pth`, or nothing for files that no rewriting reads."""
    if path.endswith(JAVASCRIPT):
        return "javascript"
    return {"py": "python", "pth": "pth"}.get(path.rpartition(".")[2], "")


def rewritten(release: ReleaseSpec, path: str, text: str) -> ReleaseSpec:
    """Put a text in the place of a file: of the wheel and, where it says the same, of the sdist."""
    same = release.sdist is not None and release.sdist.get(path) == release.files[path]
    sdist = {**release.sdist, path: text} if release.sdist is not None and same else release.sdist
    return replace(release, files={**release.files, path: text}, sdist=sdist)


def _each(in_javascript: Rewriting, in_python: Rewriting) -> _Variation:
    def vary(replica: Replica, release: ReleaseSpec) -> ReleaseSpec | None:
        del replica
        changed = False
        for path in release.payload:
            text = release.plain.get(path, release.files[path])
            if not isinstance(text, str):
                continue
            kind = language(path)
            rewriting = in_javascript if kind == "javascript" else in_python
            new = rewriting(text) if kind else None
            if new is not None and kind == "pth":
                new = python.on_one_line(new)
            if new is not None and new != release.files[path]:
                release, changed = rewritten(release, path, new), True
        return release if changed else None

    return vary


def plain(replica: Replica, release: ReleaseSpec) -> ReleaseSpec | None:
    """Take the disguise off."""
    del replica
    for path, text in release.plain.items():
        release = rewritten(release, path, text)
    return release if release.plain else None


renamed = _each(javascript_names.renamed, python.renamed)
minified = _each(javascript.minified, python.minified)
reindented = _each(javascript.reindented, python.reindented)
string_array = _each(javascript_strings.string_array, python.string_array)


def strings(encoding: str) -> _Variation:
    """Hide every string of the payload by one encoding."""
    return _each(
        lambda text: javascript_strings.strings_as(text, encoding),
        lambda text: python.strings_as(text, encoding),
    )


def packed(encoding: str) -> _Variation:
    """Make the payload one encoded string that is executed."""
    return _each(
        lambda text: javascript.packed(text, encoding),
        lambda text: python.packed(text, encoding),
    )
