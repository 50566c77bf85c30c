"""Which files are source, and reading one of them into facts with the reader of its language."""

import posixpath

import msgspec

from customhouse.model.code import CodeFacts, Language
from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.link import Link
from customhouse.source.obfuscation import obfuscation
from customhouse.source.text import text_anomalies

_LANGUAGES: dict[str, Language] = {
    ".js": "javascript",
    ".cjs": "javascript",
    ".mjs": "javascript",
    ".jsx": "javascript",
    ".ts": "typescript",
    ".cts": "typescript",
    ".mts": "typescript",
    ".tsx": "typescript",
    ".py": "python",
    ".pyw": "python",
}
_DECLARATIONS = (".d.ts", ".d.cts", ".d.mts")
_HASHBANG = lazy_regex(rb"#![ \t]*(?:\S*/)?(?:env[ \t]+(?:-\S+[ \t]+|\w+=\S*[ \t]+)*)?(?:\S*/)?([A-Za-z]+)")
#: Bytes of a first line that are looked at; Linux reads 256 (`BINPRM_BUF_SIZE`).
_LONGEST_HASHBANG = 512
_INTERPRETERS: dict[bytes, Language] = {
    b"node": "javascript",
    b"nodejs": "javascript",
    b"bun": "javascript",
    b"deno": "typescript",
    b"tsx": "typescript",
    b"zx": "javascript",
    b"python": "python",
    b"pythonw": "python",
    b"pypy": "python",
}
_BOM = b"\xef\xbb\xbf"
#: The sidecar files that macOS puts beside every file of an archive: `._setup.py` is no Python.
_APPLE_DOUBLE = (b"\x00\x05\x16\x07", b"\x00\x05\x16\x00")
_PTH_IMPORT = lazy_regex(rb"(?:^|[\r\n\x0b\x0c\x1c-\x1e\x85])import[ \t]|\xe2\x80[\xa8\xa9]import[ \t]")


def language_of(path: str, head: bytes) -> Language | None:
    """Give the language of a file from its name, and of one without a known extension from its hashbang.

    `head` is the file's beginning, a few hundred bytes; for a `.pth` file all of it, since any line of it may be code.
    None for what no reader reads: declarations (`.d.ts`) hold no code, a `.pth` file without import lines neither.
    """
    name = posixpath.basename(path).lower()
    if name.startswith("._") and head.startswith(_APPLE_DOUBLE):
        return None
    if name.endswith(_DECLARATIONS):
        return None
    extension = posixpath.splitext(name)[1]
    known = _LANGUAGES.get(extension)
    if known is not None:
        return known
    if extension == ".pth":
        return "python" if _PTH_IMPORT.search(head.removeprefix(_BOM)) else None
    match = _HASHBANG.match(head.removeprefix(_BOM)[:_LONGEST_HASHBANG])
    return _INTERPRETERS.get(match[1].lower()) if match is not None else None


def read_source(path: str, data: bytes, language: Language, *, entry: tuple[str, ...] = ()) -> CodeFacts:
    """Read one source file into facts, what its text hides included. Never raises; see `unread` of the result.

    `entry` names what something outside calls by itself (`build_wheel` of a build backend, an export that another file
    calls as it is loaded): what it does counts as done at load.
    """
    if language == "shell":
        from customhouse.source.shell import read_shell  # noqa: PLC0415 - few packages start one

        return read_shell(path, data)
    if language == "python":
        from customhouse.source.python.reader import read_python  # noqa: PLC0415 - only the grammar that is needed

        facts = read_python(path, data, entry=entry)
    else:
        from customhouse.source.javascript.reader import read_javascript  # noqa: PLC0415 - the same

        facts = read_javascript(path, data, language, entry=entry)
    anomalies, marks = text_anomalies(data, language), obfuscation(data, language)
    if not anomalies and not marks:
        return facts
    return msgspec.structs.replace(facts, anomalies=anomalies, obfuscation=marks)


def read_links(path: str, data: bytes, language: Language, *, entry: tuple[str, ...] = ()) -> tuple[Link, ...]:
    """Give what a file calls of other files of its package as it is loaded, or as `entry` of it is called.

    Never raises: of what could not be followed nothing is given.
    """
    if language == "shell":
        return ()
    if language == "python":
        from customhouse.source.python.links import python_links  # noqa: PLC0415 - only the grammar that is needed

        return python_links(path, data, entry=entry)
    from customhouse.source.javascript.links import javascript_links  # noqa: PLC0415 - the same

    return javascript_links(path, data, entry=entry)
