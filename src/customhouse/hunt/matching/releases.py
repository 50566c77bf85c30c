"""What releases are looked for by in texts: name and version in the forms in which clients write them."""

from collections.abc import Iterator

import msgspec

from customhouse.hunt.asked import Asked
from customhouse.hunt.matching.quoting import quoted
from customhouse.model.campaign import AffectedReleases, Fact
from customhouse.versions import pypi

#: No name that a reader of lines takes is longer, with its scope.
_LONGEST_NAME = 316
#: Of a package with more versions than these every version is a candidate: an expression has its limits.
_MOST_VERSIONS = 200
#: No word goes on in a name; what is percent-encoded may end with a letter. Readers judge by more than this.
_START = rb"(?:^|[^0-9A-Za-z_]|%[0-9a-f]{2})"
#: What npm's clients, manifests and people write between a name and its version: `@npm:^`, `": "~`, ` (`, `-`.
_BETWEEN = rb"[-@ :\x22'(^~=npmv]{1,10}"
#: ` postinstall:` and its like, as a class: a literal that ends as common words do is compared at each of these.
_SCRIPT = rb"\x20[instalpreo]{7,11}[$:]"
_ANY_VERSION = rb"[0-9]"


class Form(msgspec.Struct, frozen=True):
    """How one package's releases stand in a line, whatever the case of letters.

    Wherever one of `expressions` matches, one of `keys` stands too. Both are for `matching.search`; a match ends in the
    line that is meant, but may begin before it. Which release the line is about is for who reads it.

    What is always the same is an expression of its own: those are compiled in a twentieth of the time.
    """

    keys: tuple[bytes, ...]
    expressions: tuple[bytes, ...]


#: What dry runs say of a package in place of another version of it; few logs have such lines, whosever they are.
_CHANGES = {
    "npm": Form((b"change ",), (rb"change\x20\S+\x20\S+\x20=>\x20v?[0-9]",)),
    "pypi": Form((b" -> ",), (rb"(?:updat|downgrad|install)[a-z]{1,3}\x20\S+\x20\S+\x20->\x20v?[0-9]",)),
}


def release_forms(asked: Asked) -> list[Form]:
    """Return the forms of which one stands in every line that names an affected release as a client would."""
    forms = dict.fromkeys(
        form for ecosystem, form in _CHANGES.items() if any(ecosystem == kind for kind, _ in asked.names)
    )
    for campaign in asked.campaigns:
        for each in campaign.releases:
            if 0 < len(each.name.encode(errors="surrogatepass")) <= _LONGEST_NAME:
                forms.update(dict.fromkeys(_npm(each) if each.ecosystem == "npm" else _pypi(each)))
    return list(forms)


def release_digests(asked: Asked) -> Iterator[tuple[str, Fact]]:
    """Give the archives' digests as facts, each with its campaign."""
    for campaign in asked.campaigns:
        for each in campaign.releases:
            for digest in each.digests:
                note = f"an archive of {each.name}"
                yield campaign.id, Fact("digest", digest.hex, "payload", note=note, confidence=each.confidence)


def _npm(each: AffectedReleases) -> Iterator[Form]:
    # What follows a plus names a build of the same version, and is percent-encoded in addresses.
    versions = _any_of(each, [quoted(_bytes(version.partition("+")[0])) for version in each.versions])
    follows = _BETWEEN + versions
    failed: tuple[bytes, ...] = ()
    if each.runs in ("", "install"):
        follows = rb"(?:" + follows + rb"|" + _SCRIPT + rb")"
        failed = (quoted(_bytes(f'script from "{each.name}"')),)
    scope, slash, base = each.name.rpartition("/")
    if not slash:
        yield Form((_bytes(base),), (_START + quoted(_bytes(base)) + follows, *failed))
        return
    # In pnpm's store a scope's slash is a plus.
    keys = (_bytes(f"{scope}/{base}"), _bytes(f"{scope}+{base}"))
    name = quoted(_bytes(scope)) + rb"[\x2f+]" + quoted(_bytes(base))
    yield Form(keys, (name + follows, *failed))
    # An archive's name has no scope.
    keys = (_bytes(f"/{base}-"), _bytes(f"%2f{base}-"))
    yield Form(keys, (rb"(?:\x2f|%2f)" + quoted(_bytes(base)) + rb"-" + versions,))


def _pypi(each: AffectedReleases) -> Iterator[Form]:
    """Give a project's name in all its spellings (PEP 503), with what stands between it and a version."""
    keys = tuple(dict.fromkeys(_bytes(each.name.replace("-", dash)) for dash in ("-", "_", ".")))
    name = rb"[-_.]{1,3}".join(quoted(_bytes(part)) for part in each.name.split("-"))
    versions = _any_of(each, [_begins(version) for version in each.versions])
    expression = _START + name + rb"(?:\[[^\]\n]{0,200}\])?[-=: (v]{1,62}" + versions
    # `Requirement already satisfied: NAME>=1 in FOLDER (from …) (VERSION)`.
    yield Form(keys, (expression, *(quoted(b"satisfied: " + key) for key in keys)))


def _any_of(each: AffectedReleases, versions: list[bytes]) -> bytes:
    if each.ranges or not 0 < len(versions) <= _MOST_VERSIONS:
        return _ANY_VERSION
    return rb"(?:" + rb"|".join(dict.fromkeys(versions)) + rb")"


def _begins(version: str) -> bytes:
    """Return how every spelling of a version of Python begins: zeros may go before its numbers, and follow them."""
    read = pypi.parse(version)
    if read is None:
        return quoted(_bytes(version))
    numbers = list(read.release)
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return rb"(?:[0-9]{1,20}!)?" + rb"\.".join(rb"0{0,20}%d" % number for number in numbers)


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
