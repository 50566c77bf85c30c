"""Undoing what keeps published values from being clicked on."""

from customhouse.model.lazy_regex import lazy_regex

_REPLACED = (("[.]", "."), ("(.)", "."), ("[dot]", "."), ("[:]", ":"), ("[@]", "@"), ("[/]", "/"), ("[://]", "://"))
_SCHEME = lazy_regex(r"^h(?:xx|XX|\*\*)p(s?)(?=://)")


def refanged(value: str) -> str:
    """Undo `[.]`, `(.)`, `[dot]`, `[:]`, `[://]`, `[@]`, `[/]` and `hxxp`; doing it twice changes nothing more."""
    for defanged, plain in _REPLACED:
        value = value.replace(defanged, plain)
    return _SCHEME.sub(r"http\1", value)
