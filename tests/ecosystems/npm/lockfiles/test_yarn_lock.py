"""One name, two formats."""

from pathlib import Path

from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.npm.lockfiles.yarn_lock import YARN_LOCK

NOWHERE = Path("no-such-folder/yarn.lock")
BERRY = b'# generated\n\n__metadata:\n  version: 8\n  cacheKey: 10c0\n\n"a@npm:^1":\n  version: 1.0.0\n'


def test_what_the_file_says_decides() -> None:
    assert YARN_LOCK.matches(Path("x/yarn.lock"))
    assert not YARN_LOCK.matches(Path("x/yarn.lock.orig"))
    (classic,) = YARN_LOCK.read(NOWHERE, b'# yarn lockfile v1\n\na@^1:\n  version "1.0.0"\n', DISK)
    assert (classic.format, classic.status) == ("yarn-lock", "parsed")
    for data in (BERRY, BERRY.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + BERRY.partition(b"\n\n")[2]):
        assert {one.format for one in YARN_LOCK.read(NOWHERE, data, DISK)} == {"yarn-berry-lock"}


def test_a_descriptor_of_that_name_makes_no_berry_lock() -> None:
    (source,) = YARN_LOCK.read(NOWHERE, b'a@^1:\n  version "1.0.0"\n  dependencies:\n    __metadata: "1"\n', DISK)
    assert source.format == "yarn-lock"
