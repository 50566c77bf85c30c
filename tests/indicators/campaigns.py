"""Campaigns made at random, all of them such as a pack may hold."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from customhouse.indicators.checking import checked_value
from customhouse.model.campaign import AffectedReleases, Campaign, Claim, Contradiction, Danger, Fact, Reference
from customhouse.model.credentials import BY_SLUG
from customhouse.model.digest import Digest

SOURCES = ("datadog", "vendor.example", "we")
words = st.text("abcXYZ019 .,:;'\"\\|@=-_äß中", min_size=1, max_size=40).map(str.strip).filter(bool)
remarks = st.just("") | words
sources = st.lists(st.sampled_from(SOURCES), max_size=2, unique=True).map(tuple)
confidences = st.sampled_from(["high", "medium", "low"])
moments = st.integers(1_420_000_000, 1_890_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
labels = st.from_regex(r"[a-z][a-z0-9]{2,9}", fullmatch=True)
hexes = st.sampled_from([32, 40, 64, 128]).flatmap(lambda n: st.text("0123456789abcdef", min_size=n, max_size=n))
values = {
    "digest": hexes,
    "domain": st.tuples(labels, labels).map(lambda each: f"{each[0]}.{each[1]}.invalid"),
    "address": st.integers(1, 254).map(lambda last: f"203.0.113.{last}") | st.just("2001:db8::7"),
    "url": st.tuples(labels, words).map(lambda each: f"https://{each[0]}.invalid:8443/{each[1].replace(' ', '')}"),
    "path": st.tuples(st.sampled_from(["/var/x/", "~/.config/", "%TEMP%\\", ""]), labels).map("".join)
    | st.just("/opt/*-agent/run.sh"),
    "user-agent": words.map(lambda each: f"Mozilla/4.0 {each}"),
    "process": words.map(lambda each: f"node {each}"),
    "service": labels.map(lambda each: f"{each}.service"),
    "registry-key": labels.map(lambda each: f"HKCU\\Software\\{each}"),
    "text": words.map(lambda each: f"mark {each}"),
}


@st.composite
def facts(draw):
    kind = draw(st.sampled_from(sorted(values)))
    value = checked_value(kind, draw(values[kind]))
    md5 = kind == "digest" and len(value) == 32
    return Fact(
        kind,
        value,
        draw(st.sampled_from(["payload", "staging", "contact", "exfiltration", "persistence", "marker"])),
        draw(st.sampled_from(["any", "linux", "macos", "windows"])),
        draw(remarks),
        draw(sources),
        "low" if md5 else draw(confidences),
    )


digests = st.sampled_from([("sha1", 40), ("sha256", 64), ("sha512", 128)]).flatmap(
    lambda each: st.text("0123456789abcdef", min_size=each[1], max_size=each[1]).map(lambda t: Digest(each[0], t))
)
versions = st.tuples(*[st.integers(0, 40)] * 3).map(lambda each: ".".join(map(str, each)))


@st.composite
def releases(draw):
    ecosystem = draw(st.sampled_from(["npm", "pypi"]))
    scope = draw(st.sampled_from(["", "@scope/"])) if ecosystem == "npm" else ""
    bounds = [">=1.0.0 <1.0.5", "1.x", "<=2.0.0"] if ecosystem == "npm" else [">=1.0,<1.5", "==2.*"]
    published = draw(st.none() | moments)
    return AffectedReleases(
        ecosystem,
        scope + draw(labels),
        draw(st.lists(versions, max_size=4, unique=True).map(tuple)),
        draw(st.lists(st.sampled_from(bounds), max_size=2, unique=True).map(tuple)),
        draw(st.lists(digests, max_size=2, unique=True).map(tuple)),
        published,
        draw(st.none() | moments.filter(lambda each: published is None or each >= published)),
        draw(st.just("") | versions),
        draw(st.sampled_from(["", "install", "import", "start"])),
        draw(remarks),
        draw(sources),
        draw(confidences),
    )


@st.composite
def campaigns(draw):
    starts = draw(st.none() | moments)
    return Campaign(
        id=draw(labels),
        title=draw(words),
        summary=draw(words),
        starts=starts,
        ends=draw(st.none() | moments.filter(lambda each: starts is None or each >= starts)),
        releases=tuple(draw(st.lists(releases(), max_size=6, unique_by=lambda each: (each.ecosystem, each.name)))),
        facts=tuple(draw(st.lists(facts(), max_size=8, unique_by=lambda each: (each.kind, each.value, each.platform)))),
        aliases=draw(st.lists(words, max_size=2, unique=True).map(tuple)),
        payload=draw(st.lists(words, max_size=3, unique=True).map(tuple)),
        takes=draw(st.lists(st.sampled_from(sorted(BY_SLUG)), max_size=3, unique=True).map(tuple)),
        dangers=draw(st.lists(st.builds(Danger, words, words, words, sources), max_size=2, unique=True).map(tuple)),
        contradictions=draw(
            st.lists(
                st.builds(
                    Contradiction,
                    words,
                    st.lists(st.builds(Claim, words, sources), max_size=2, unique=True).map(tuple),
                    words,
                ),
                max_size=2,
                unique=True,
            ).map(tuple)
        ),
        references=tuple(Reference(each, f"Title of {each}", f"https://{each}.invalid/a") for each in SOURCES),
        tlp=draw(st.sampled_from(["clear", "green", "amber", "amber+strict", "red"])),
    )
