"""Where a finding that is not about a line of code points: the manifest, the lock entry."""

from customhouse.model.evidence import Case
from customhouse.model.finding import Location


def manifest_file(case: Case, filename: str = "") -> Location:
    """The file that states the release's name, version and dependencies, in the named artifact or the first one."""
    if case.purl.ecosystem == "npm":
        return Location("package.json")
    filename = filename or (case.contents[0].filename if case.contents else "")
    return Location("PKG-INFO" if filename and not filename.endswith(".whl") else "METADATA")


def lock_entry(case: Case) -> Location:
    """The lock entry that asks for the release: the lockfile and line where known, else the entry's own key."""
    if case.locked is None:
        return manifest_file(case)
    return Location(case.lock_path or case.locked.key or case.locked.name, case.locked.line)
