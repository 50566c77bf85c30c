from pathlib import Path

from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.npm.lockfiles.shrinkwrap import NPM_SHRINKWRAP

LOCK = Path(__file__).with_name("fixtures") / "v3" / "package-lock.json"


def test_is_the_same_document_under_another_name() -> None:
    assert NPM_SHRINKWRAP.matches(Path("a/npm-shrinkwrap.json"))
    assert not NPM_SHRINKWRAP.matches(Path("a/package-lock.json"))
    (source,) = NPM_SHRINKWRAP.read(LOCK.with_name("npm-shrinkwrap.json"), LOCK.read_bytes(), DISK)
    assert (source.format, source.status, len(source.packages)) == ("npm-shrinkwrap", "parsed", 167)


def test_a_shrinkwrap_of_npm_2_has_no_version() -> None:
    data = b'{"name": "a", "dependencies": {"b": {"version": "1.0.0", "from": "b@^1", "resolved": "x"}}}'
    (source,) = NPM_SHRINKWRAP.read(Path("nowhere/npm-shrinkwrap.json"), data, DISK)
    assert [(one.name, one.version, one.integrity) for one in source.packages] == [("b", "1.0.0", ())]


def test_fails_with_a_hint_that_writes_a_shrinkwrap() -> None:
    (source,) = NPM_SHRINKWRAP.read(Path("nowhere/npm-shrinkwrap.json"), b"x", DISK)
    assert source.status == "failed"
    assert "npm shrinkwrap" in source.hint
