"""The lock pins a version but not its bytes.

## What it looks for

A lock entry for a registry package without a digest strong enough to admit a file (sha256, sha384, sha512):

- in a format that writes digests (package-lock, uv.lock), an entry or one of its alternatives without any: **medium**;
- only sha1 or md5, as very old lockfiles have: **low**;
- in a lock of yarn 2 or later, an entry without yarn's own checksum: **medium**. That checksum is of the zip that yarn
  makes of an archive. It holds an installation to what was locked, so an entry that has it is passed over; it cannot be
  compared with the registry's digest, and the release is inspected as the registry serves it;
- a requirements file without `--hash`, which pip never asks for by itself: **low**.

Git, file and workspace entries, and packages bundled inside another archive, have no digest of their own and are
passed over. So is what was found installed, in an environment: no lock is at fault there.

## Why attackers do it

An entry without a digest accepts whatever is served under that version. Deleting one line of a lockfile slips through
review more easily than changing it, and the installer does not complain. torchtriton (December 2022) was a different
file under a name and version that people already used, from an index that came first; nothing in an unhashed
requirements file could tell the two apart.

## Known evasions

A digest that is there and wrong from the start: it was written by somebody who had already got the bad file.

## Known false positives

Some versions of npm dropped `resolved` and `integrity` from entries when they rewrote a lock beside an existing
node_modules. That is a defect, not an attack, and the entry is unprotected all the same. Yarn 2 and later leave the
checksum out of packages that it did not fetch because they are for another platform.

## What to do now

Write the lock again and commit it. npm: remove node_modules and the entry, then `npm install --package-lock-only`.
pnpm and yarn: remove the entry, then `pnpm install --lockfile-only` or `yarn install`. pip: compile requirements with
`--generate-hashes` and install with `--require-hashes`.

## References

- [pip: hash-checking mode](https://pip.pypa.io/en/stable/topics/secure-installs/)
- [npm: missing resolved and integrity, npm/cli issue 4263](https://github.com/npm/cli/issues/4263)
- [CWE-353: Missing Support for Integrity Check](https://cwe.mitre.org/data/definitions/353.html)
"""

from collections.abc import Iterator

from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Severity
from customhouse.model.locked import LockedPackage
from customhouse.rules.rule import Rule
from customhouse.rules.shared.places import lock_entry

_NPM = "npm install --package-lock-only"
#: What writes a lock again, by its name.
_WRITE_AGAIN = {
    "pnpm-lock": "pnpm install --lockfile-only",
    "yarn.lock": "yarn install",
    "bun.lock": "bun install --lockfile-only",
}


def _complaint(locked: LockedPackage) -> tuple[Severity, Confidence, str] | None:
    """What is wrong with the entry's digests, and how much; None when nothing is."""
    name = locked.purl.display
    # A requirements file names no files; a lock that lists files also gives their digests.
    writes_digests = locked.ecosystem == "npm" or any(it.filename or it.url for it in locked.artifacts)
    digests = locked.integrity
    if locked.foreign_checksum and not digests:
        return None
    if not digests:
        if locked.ecosystem == "npm" and locked.marker:
            return "low", "high", f"yarn writes no checksum for a package of some platforms, so none vouches for {name}"
        if writes_digests:
            return "medium", "high", f"the lock pins {name} without any digest: whatever is served will be accepted"
        return "low", "high", f"{name} is required without a hash, so pip accepts any file of that name"
    without = [it for it in locked.artifacts if (it.filename or it.url) and not it.digests]
    if without:
        first = without[0].filename or without[0].url
        return "medium", "high", f"the lock gives no digest for {first}, one of the files it allows for {name}"
    if not all(any(digest.strong for digest in it.digests) for it in locked.artifacts if it.digests):
        weak = sorted({digest.algorithm for digest in digests if not digest.strong})
        return "low", "high", f"the lock vouches for {name} by {', '.join(weak)} alone, which can be forged"
    return None


def judge(case: Case) -> Iterator[Finding]:
    """Look at the entry's digests when it is one that has an archive from a registry."""
    locked = case.locked
    if locked is None or locked.source != "registry" or locked.bundled or locked.installed:
        return
    complaint = _complaint(locked)
    if complaint is None:
        return
    severity, confidence, message = complaint
    if locked.ecosystem == "npm":
        command = next((run for name, run in _WRITE_AGAIN.items() if name in case.lock_path), _NPM)
        hint = f"remove the entry and node_modules, run `{command}`, and review the difference"
    elif severity == "low":
        hint = "compile the requirements with `--generate-hashes` and install with `pip install --require-hashes`"
    else:
        hint = "write the lock again (`uv lock --upgrade-package NAME`) and review the difference"
    yield RULE.finding(
        case,
        message,
        at=(lock_entry(case),),
        hint=hint.replace("NAME", locked.name),
        severity=severity,
        confidence=confidence,
    )


RULE = Rule(
    id="integrity-missing",
    title="Integrity missing",
    severity="medium",
    confidence="high",
    needs=("lockfile",),
    judge=judge,
    page=__doc__,
)
