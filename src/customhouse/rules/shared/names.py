"""What the name of a file in an archive says it holds: code, text, compiled Python, a picture, sound or the like."""

import posixpath
from typing import Literal

FileClass = Literal["code", "compiled", "text", "media", "unknown"]

_CODE_TEXT = """
.js .cjs .mjs .jsx .ts .cts .mts .tsx .py .pyw .pyi .pyx .pth .node .wasm .so .dll .dylib .pyd .sh .bash .ps1 .bat
.cmd .rb .pl .lua .coffee .vue .svelte .map .in .inc .tmpl .template .tpl .ejs .hbs .mako .j2 .jinja .jinja2
"""
_TEXT_TEXT = """
.txt .md .markdown .rst .json .json5 .yml .yaml .toml .cfg .ini .conf .csv .tsv .xml .html .htm .css .scss .less .log
.lock .env .properties .po .mo
"""
_MEDIA_TEXT = """
.png .jpg .jpeg .gif .bmp .ico .icns .webp .svg .tif .tiff .avif .wav .mp3 .ogg .flac .m4a .mp4 .avi .mov .webm .ttf
.otf .woff .woff2 .eot .pdf .psd .doc .docx .xls .xlsx
"""
_CODE = frozenset(_CODE_TEXT.split())
_TEXT = frozenset(_TEXT_TEXT.split())
_MEDIA = frozenset(_MEDIA_TEXT.split())
#: Documents that have no extension.
_DOCUMENTS_TEXT = "readme license licence copying changelog changes notice authors contributors history"
_DOCUMENTS = frozenset(_DOCUMENTS_TEXT.split())


def file_class(path: str) -> FileClass:
    """Name the class of a path by its extension; `unknown` for what has none, or one that says nothing (`.dat`)."""
    name = posixpath.basename(path.replace("\\", "/")).lower()
    stem, extension = posixpath.splitext(name)
    if extension in _CODE:
        return "code"
    if extension in (".pyc", ".pyo"):
        return "compiled"
    if extension in _MEDIA:
        return "media"
    if extension in _TEXT or stem in _DOCUMENTS:
        return "text"
    return "unknown"
