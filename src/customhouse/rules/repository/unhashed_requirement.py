"""A requirements file names packages without the digests of their files.

## What it looks for

Requirements files with entries from an index or an address that have no `--hash`. Without any hash in the file pip
takes whatever bytes the index serves under that name and version; with some, pip refuses the file, because it then
wants one for each.

| Case | Severity | Confidence |
|---|---|---|
| No entry of the file has a hash | medium | medium |
| Some have, and some have not: pip refuses the file | low | high |

By default both are told and not held: what each release itself lacks is judged by integrity-missing, entry by entry.
`[repository] hashes = false` turns the rule off.

## Why attackers do it

A digest is what ties an install to the files that somebody looked at. Without one a second index, a mirror or a proxy
can answer with others: torchtriton (2022) was installed from the public index because nothing said which bytes were
meant, and ctx (2022) was replaced under its old name by somebody who had registered its author's lapsed domain.

## Known evasions

None within the file: an entry either has a digest or not. A file that no name betrays and no build names is not found.

## Known false positives

Lists of what a developer wants, from which a locked file is compiled. Call those requirements.in, which is read as
what it is.

## What to do now

`uv pip compile --generate-hashes requirements.in -o requirements.txt`, or pip-tools' `pip-compile --generate-hashes`;
then `pip install --require-hashes -r requirements.txt`.

## References

- [pip: hash-checking mode](https://pip.pypa.io/en/stable/topics/secure-installs/#hash-checking-mode)
- [PyTorch: compromised dependency torchtriton](https://pytorch.org/blog/compromised-nightly-dependency/)
"""

from collections.abc import Iterator

from customhouse.model.finding import Finding, Location
from customhouse.model.locked import LockedPackage, Source
from customhouse.model.repository import RepositoryCase
from customhouse.rules.repository.installing import named_few
from customhouse.rules.repository.rule import RepositoryRule

#: Lines that a finding points at, before the rest is only counted.
_PLACES = 20


def _fetched(source: Source) -> list[LockedPackage]:
    return [one for one in source.packages if one.source in ("registry", "url")]


def judge(case: RepositoryCase) -> Iterator[Finding]:
    """Speak of each requirements file once."""
    if not case.wishes.hashes:
        return
    for source in case.sources:
        if source.status != "parsed" or source.kind != "lockfile" or not source.format.startswith("requirements"):
            continue
        fetched = _fetched(source)
        bare = [one for one in fetched if not one.integrity]
        if not bare:
            continue
        count = f"{len(bare)} of {len(fetched)} requirements" if len(fetched) > 1 else "its one requirement"
        some = len(bare) < len(fetched)
        then = "pip refuses the file, for others have one" if some else "pip takes whatever bytes the index serves"
        yield RULE.finding(
            f"{count} ({named_few([one.name for one in bare])}) without a hash: {then}",
            at=tuple(Location(source.path, one.line) for one in bare[:_PLACES]),
            hint="pin with hashes: uv pip compile --generate-hashes requirements.in -o requirements.txt",
            severity="low" if some else None,
            confidence="high" if some else None,
        )


RULE = RepositoryRule(
    id="unhashed-requirement",
    title="Requirement without a hash",
    severity="medium",
    confidence="medium",
    judge=judge,
    page=__doc__,
    needs=("requirements files",),
    ecosystems=("pypi",),
)
