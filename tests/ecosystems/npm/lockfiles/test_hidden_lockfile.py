from pathlib import Path

from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.npm.lockfiles.hidden_lockfile import NPM_HIDDEN_LOCKFILE

FIXTURES = Path(__file__).with_name("fixtures")


def test_tells_what_is_installed_and_what_ran_scripts(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_bytes((FIXTURES / "hidden-manifest.json").read_bytes())
    path = tmp_path / "node_modules" / ".package-lock.json"
    assert NPM_HIDDEN_LOCKFILE.matches(path)
    (source,) = NPM_HIDDEN_LOCKFILE.read(path, (FIXTURES / "hidden-lockfile.json").read_bytes(), DISK)
    assert (source.format, source.status) == ("npm-hidden-lockfile", "parsed")
    found = {one.name: one for one in source.packages}
    assert {name: one.dependency for name, one in found.items()} == {
        "@esbuild/linux-x64": "transitive",
        "debug": "direct",
        "esbuild": "direct",
        "ms": "transitive",
    }
    assert found["esbuild"].has_install_script is True
    assert found["debug"].has_install_script is False
    assert found["esbuild"].scope == "dev"


def test_without_a_manifest_what_nothing_requires_is_direct() -> None:
    path = Path("nowhere/node_modules/.package-lock.json")
    (source,) = NPM_HIDDEN_LOCKFILE.read(path, (FIXTURES / "hidden-lockfile.json").read_bytes(), DISK)
    assert {one.name for one in source.packages if one.dependency == "direct"} == {"debug", "esbuild"}


def test_a_replaced_lock_fails() -> None:
    (source,) = NPM_HIDDEN_LOCKFILE.read(Path("nowhere/node_modules/.package-lock.json"), b"\0", DISK)
    assert source.status == "failed"
    assert "incident" in source.hint
