import pytest

from customhouse.model.digest import Digest
from customhouse.model.finding import Location
from customhouse.model.locked import LockedArtifact, LockedPackage
from customhouse.rules.archive.integrity_missing import RULE
from rules.cases import NPM, PYPI, case, findings, only

SHA512 = Digest("sha512", "0" * 128)
SHA256 = Digest("sha256", "0" * 64)
SHA1 = Digest("sha1", "0" * 40)


def locked(*artifacts, ecosystem="npm", **parts):
    return LockedPackage(ecosystem, "request-maker", "1.14.1", artifacts=artifacts, key="node_modules/x", **parts)


def grade(entry):
    finding = only(RULE, case(NPM if entry.ecosystem == "npm" else PYPI, locked=entry))
    return finding.severity, finding.confidence


@pytest.mark.parametrize(
    ("entry", "severity"),
    [
        (locked(), "medium"),
        (locked(LockedArtifact(url="https://registry.example/x.tgz")), "medium"),
        (locked(LockedArtifact(digests=(SHA1,))), "low"),
        (locked(ecosystem="pypi"), "low"),
        (locked(LockedArtifact("x.whl"), ecosystem="pypi"), "medium"),
        (locked(LockedArtifact("x.whl", digests=(SHA256,)), LockedArtifact("x.tar.gz"), ecosystem="pypi"), "medium"),
        (locked(LockedArtifact(digests=(Digest("md5", "0" * 32),)), ecosystem="pypi"), "low"),
    ],
)
def test_what_is_missing_counts_by_format(entry, severity):
    assert grade(entry) == (severity, "high")


@pytest.mark.parametrize(
    "entry",
    [
        locked(LockedArtifact(digests=(SHA512,))),
        locked(LockedArtifact(digests=(SHA1, SHA512))),
        locked(LockedArtifact(digests=(SHA256,)), LockedArtifact(digests=(SHA256,)), ecosystem="pypi"),
        locked(foreign_checksum="10c0/00"),  # yarn's own, of the zip it makes
        locked(source="git"),
        locked(source="workspace"),
        locked(source="file"),
        locked(bundled=True),
    ],
)
def test_what_needs_no_digest_or_has_one_is_fine(entry):
    assert findings(RULE, case(locked=entry)) == []


def test_inspected_by_itself_there_is_no_lock():
    assert findings(RULE, case()) == []


def test_the_entry_is_the_place_when_the_lockfile_is_not_known():
    assert only(RULE, case(locked=locked())).locations == (Location("node_modules/x"),)


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("web/pnpm-lock.yaml", "pnpm install --lockfile-only"),
        ("web/pnpm-lock.main.yaml", "pnpm install --lockfile-only"),
        ("yarn.lock", "yarn install"),
        ("bun.lock", "bun install --lockfile-only"),
        ("package-lock.json", "npm install --package-lock-only"),
    ],
)
def test_the_hint_is_the_command_of_the_lock_s_own_client(path, command):
    assert f"`{command}`" in only(RULE, case(locked=locked(), lock_path=path)).hint
