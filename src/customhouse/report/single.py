"""An inspection of one release as the audit of a project that pins it alone: for the formats made for projects."""

from customhouse.model.audit import Audit, AuditedPackage, Inspection
from customhouse.model.locked import LockedPackage, Source


def as_audit(inspection: Inspection) -> Audit:
    """Wrap an inspection; its one source is the target, as the user named it."""
    verdict = inspection.verdict
    target = inspection.target or str(verdict.purl)
    locked = LockedPackage(
        verdict.purl.ecosystem, verdict.purl.name, verdict.purl.version, dependency="direct", key=verdict.purl.name
    )
    compared = f"compared with {inspection.against}" if inspection.against else ""
    source = Source(target, "release" if target.startswith("pkg:") else "archive", "parsed", (locked,), compared)
    missing = verdict.decision != "allow" and any(judged.decision != "allow" for judged in verdict.gaps)
    package = AuditedPackage(target, locked, verdict)
    return Audit(verdict.decision, (source,), (package,), missing, inspection.warnings)
