from customhouse.model.evidence import IntegrityMismatch
from customhouse.model.finding import Location
from customhouse.model.locked import LockedPackage
from customhouse.rules.archive.integrity_mismatch import RULE
from rules.cases import case, findings, only

LOCKED = LockedPackage("npm", "request-maker", "1.14.1", key="node_modules/request-maker", line=12)


def mismatch(by="lockfile"):
    return IntegrityMismatch("request-maker-1.14.1.tgz", by, "sha512:aa", "sha512:bb")


def test_both_sides_and_the_lock_entry_are_named():
    finding = only(RULE, case(locked=LOCKED, lock_path="web/package-lock.json", mismatches=(mismatch(),)))
    assert (finding.severity, finding.confidence) == ("critical", "high")
    assert finding.message == (
        "request-maker-1.14.1.tgz is not what the lockfile promised: expected sha512:aa, got sha512:bb"
    )
    assert finding.locations == (Location("web/package-lock.json", 12), Location("request-maker-1.14.1.tgz"))


def test_the_registry_can_break_its_own_promise():
    finding = only(RULE, case(locked=LOCKED, mismatches=(mismatch("registry"),)))
    assert "the registry promised" in finding.message
    assert finding.locations == (Location("request-maker-1.14.1.tgz"),)


def test_every_broken_promise_is_told():
    assert len(findings(RULE, case(mismatches=(mismatch(), mismatch("registry"))))) == 2
    assert findings(RULE, case(locked=LOCKED)) == []
