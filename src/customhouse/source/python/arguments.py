"""Folded values as the text that a judge reads, and code that is handed to another interpreter."""

from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.decoding import plausible_text
from customhouse.source.python.constant import HOLE, Const

#: Characters of one argument that are kept.
MAX_ARGUMENT = 512

_SHELL_PYTHON = lazy_regex(
    r"""\bpython[\d.]{0,8}w?(?:\.exe)?["']?(?:\s{1,8}-[A-Zbu]{1,8}){0,8}\s{1,8}-c\s{1,8}(["'])"""
)


def as_text(const: Const | None, *, cut: bool = True) -> str | None:
    """A folded value as text; None when there is none, or nothing but holes in it."""
    if const is None:
        return None
    value = const.value
    if isinstance(value, tuple):
        parts = [as_text(Const(item), cut=cut) or HOLE for item in value[:256]]
        text = " ".join(parts)
        if not text.replace(HOLE, "").strip():
            return None
    elif isinstance(value, bytes):
        text = plausible_text(value) or ""
        if not text:
            return None
    else:
        text = str(value)
        if const.partial and not text.replace(HOLE, "").strip():
            return None
    return text[:MAX_ARGUMENT] if cut else text


def python_code(const: Const | None) -> str:
    """The code in `[sys.executable, "-c", code]` or `python -c "code"`."""
    if const is None:
        return ""
    if isinstance(const.value, tuple):
        parts = [item if isinstance(item, str) else "" for item in const.value]
        if "-c" in parts[1:-1] and (parts[0] == HOLE or "python" in parts[0].lower()):
            return parts[parts.index("-c", 1) + 1]
        return ""
    match = _SHELL_PYTHON.search(const.value) if isinstance(const.value, str) else None
    if match is None or not isinstance(const.value, str):
        return ""
    return const.value[match.end() : max(const.value.rfind(match[1]), match.end())]
