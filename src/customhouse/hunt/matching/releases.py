"""What releases are looked for by in texts: name and version in the forms in which clients write them."""

from collections.abc import Iterator

from customhouse.hunt.asked import Asked
from customhouse.model.campaign import AffectedReleases, Fact

_SCRIPTS = (" preinstall", " install", " postinstall", '" exited')


def release_words(asked: Asked) -> list[bytes]:
    """Return texts of which one stands in every line that names an affected release in a usual form.

    Which release a line is about is for who reads it: of versions they hold the beginning.
    """
    words: dict[str, None] = {}
    for campaign in asked.campaigns:
        for each in campaign.releases:
            words.update(dict.fromkeys(_npm(each) if each.ecosystem == "npm" else _pypi(each)))
    return [word.encode(errors="surrogatepass") for word in words]


def release_digests(asked: Asked) -> Iterator[tuple[str, Fact]]:
    """Give the archives' digests as facts, each with its campaign."""
    for campaign in asked.campaigns:
        for each in campaign.releases:
            for digest in each.digests:
                note = f"an archive of {each.name}"
                yield campaign.id, Fact("digest", digest.hex, "payload", note=note, confidence=each.confidence)


def _npm(each: AffectedReleases) -> Iterator[str]:
    base = each.name.rpartition("/")[2]
    for version in each.versions:
        for between in ("@", "@npm:", "@^", "@~", "@=", " ", ": ", " (", '": "', '": "^', '": "~'):
            yield f"{each.name}{_cut(between, version)}"
        yield f"{base}{_cut('-', version)}"
    yield f"change {each.name} "
    if each.ranges or not each.versions:
        yield from (f"{each.name}{between}" for between in ("@", " ", '": "'))
        yield f"/-/{base}-"
    # In pnpm's store a scope's slash is a plus.
    if "/" in each.name:
        yield f"{each.name.replace('/', '+')}@"
    if each.runs in ("", "install"):
        yield from (f"{each.name}{script}" for script in _SCRIPTS)


def _cut(between: str, version: str) -> str:
    """Keep the name among a literal's last bytes, by which literals are told apart (see `domains.host_key`)."""
    return f"{between}{version}"[: max(4, len(between) + 1)]


def _pypi(each: AffectedReleases) -> Iterator[str]:
    """Give a project's name with what follows it; of versions there are many spellings."""
    for name in dict.fromkeys((each.name, each.name.replace("-", "_"), each.name.replace("-", "."))):
        yield from (f"{name}{after}" for after in ("==", "-", " ", "[", ": "))
