"""The imports of a file that the first look found plain: all are written out, so patterns find them, and perhaps more.

What stands in a comment, a docstring or a string counts as well: it can only make more be reached.
"""

from customhouse.model.code import Language
from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.acting_python import statements

_REQUIRED = lazy_regex(rb"""require\s*\(\s*(?:"([^"\\\n]+)"|'([^'\\\n]+)'|`([^`\\$\n]+)`)""")
_FROM = lazy_regex(rb"""from\s*(?:"([^"\\\n]+)"|'([^'\\\n]+)')""")
_IMPORTED = lazy_regex(rb"""import\s*+(?:\(\s*+)?(?:"([^"\\\n]+)"|'([^'\\\n]+)'|`([^`\\$\n]+)`)""")
_IMPORT = lazy_regex(rb"import")


def plain_imports(data: bytes, language: Language) -> tuple[str, ...]:
    """Return the modules that a plain file imports, each once: specifiers of JavaScript, dotted names of Python.

    Relative ones keep their dots; `from . import a` gives `.a`.
    """
    if language == "python":
        return _of_python(data)
    found: dict[bytes, None] = {}
    for pattern in (_REQUIRED, _FROM, _IMPORTED):
        for match in pattern.finditer(data):
            found[match[match.lastindex or 1]] = None
    return tuple(specifier.decode("utf-8", "replace").removeprefix("node:") for specifier in found)


def _of_python(data: bytes) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for one in statements(data, [match.start() for match in _IMPORT.finditer(data)]):
        if one.module == "__future__":
            continue
        member = one.member if one.module.endswith(".") and one.member != "*" else ""
        found[one.module + member] = None
    return tuple(found)
