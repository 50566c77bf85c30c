"""yarn.lock: one name for two formats, told apart by what stands in the file."""

from pathlib import Path, PurePath

from customhouse.ecosystems.files import Files
from customhouse.ecosystems.lockfile import LockfileFormat
from customhouse.ecosystems.npm.lockfiles.yarn_berry_lock import read_berry
from customhouse.ecosystems.npm.lockfiles.yarn_classic_lock import FORMAT_ID, read_classic
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.locked import Source

#: yarn 2 and later begin with this block; in a lock of yarn 1 every line at the margin holds a descriptor or a comment.
_BERRY = lazy_regex(rb"(?:^|\n)(?:\xef\xbb\xbf)?\"?__metadata\"?:")


def _matches(path: PurePath) -> bool:
    return path.name == "yarn.lock"


def _read(path: Path, data: bytes, files: Files) -> tuple[Source, ...]:
    if b"__metadata" not in data or not _BERRY.search(data):
        return read_classic(path, data, files)
    return read_berry(path, data, files)


YARN_LOCK = LockfileFormat(FORMAT_ID, "npm", _matches, _read)
