"""Entries of npm's locks as far as they can be made out, where the file or an entry of it is not what npm writes. Pure.

A check refuses such a file. A hunt has to say what it shows all the same: of an entry whose integrity is damaged the
version still is what was installed.
"""

from collections.abc import Iterator

from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.locked import LockedPackage

#: The key of an entry: a folder below node_modules. Entries stand one after the other, so the next key ends one.
_KEY = lazy_regex(
    r'"((?:[^"\\\n]{0,1000}/)?node_modules/((?:@[^"\\/\n]{1,214}/)?[^"\\/\n]{1,214}))"\s{0,80}:\s{0,80}\{'
)
_NAME = lazy_regex(r'"name"\s{0,80}:\s{0,80}"([^"\\\n]{1,214})"')
_VERSION = lazy_regex(r'"version"\s{0,80}:\s{0,80}"([^"\\\n]{1,256})"')
_SCRIPT = lazy_regex(r'"hasInstallScript"\s{0,80}:\s{0,80}true\b')
#: Characters of one entry that are looked at.
_ENTRY = 1 << 16


def loose_entries(data: bytes) -> Iterator[LockedPackage]:
    """Give what a lock's bytes name as packages with a version, whatever else is wrong with them."""
    text = data.decode("utf-8", "replace")
    line, counted = 1, 0
    before = None
    for match in _KEY.finditer(text):
        if before is not None:
            line, counted = line + text.count("\n", counted, before.start()), before.start()
            yield from _entry(
                before[1], before[2], text[before.end() : min(match.start(), before.end() + _ENTRY)], line
            )
        before = match
    if before is not None:
        line += text.count("\n", counted, before.start())
        yield from _entry(before[1], before[2], text[before.end() : before.end() + _ENTRY], line)


def _entry(location: str, folder: str, said: str, line: int) -> Iterator[LockedPackage]:
    version = _VERSION.search(said)
    if version is None:
        return
    # Below its version stand the names of what it needs.
    name = _NAME.search(said, 0, version.end())
    own = name[1] if name else folder
    alias = folder if own != folder else ""
    script = True if _SCRIPT.search(said) else None
    yield LockedPackage("npm", own, version[1], key=location, line=line, alias=alias, has_install_script=script)
