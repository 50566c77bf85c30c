"""A campaign for tests of hunting, after what is told of axios and litellm in March 2026."""

from customhouse.hunt.asked import Asked
from customhouse.hunt.notes import Notebook
from customhouse.model.campaign import AffectedReleases, Campaign, Fact
from customhouse.model.digest import Digest

SHA1 = "2553649f2322049666871cea80a5d0d6adc700ca"
SETUP = "e10b1fa84f1d6481625f741b69892780140d4e0e7769e7491e5f4d894c2e0e09"
AGENT = "mozilla/4.0 (compatible; msie 8.0; windows nt 5.1; trident/4.0)"

AXIOS = Campaign(
    "axios-2026-03",
    "axios",
    "",
    None,
    None,
    (
        AffectedReleases("npm", "axios", ("1.14.1", "0.30.4"), digests=(Digest("sha1", SHA1),)),
        AffectedReleases("npm", "plain-crypto-js", ("4.2.1",), runs="install"),
        AffectedReleases("npm", "@shadanai/openclaw", ("2026.3.28-2",)),
    ),
    (
        Fact("domain", "sfrclak.com", "contact"),
        Fact("address", "142.11.206.73", "contact"),
        Fact("url", "http://sfrclak.com:8000/6202033", "contact"),
        Fact("user-agent", AGENT, "contact"),
        Fact("path", "/tmp/ld.py", "payload", "linux"),
        Fact("path", "%PROGRAMDATA%\\wt.exe", "payload", "windows"),
        Fact("path", "$TMPDIR/6202033", "staging", "macos"),
        Fact("digest", SETUP, "payload"),
    ),
)
LITELLM = Campaign(
    "litellm-2026-03",
    "litellm",
    "",
    None,
    None,
    (AffectedReleases("pypi", "litellm", ("1.82.7", "1.82.8")),),
    (
        Fact("domain", "models.litellm.cloud", "exfiltration"),
        Fact("text", "X-Filename: tpcp.tar.gz", "exfiltration"),
        Fact("address", "83.142.209.203:8080", "contact"),
    ),
)
BOTH = Asked((AXIOS, LITELLM))
ONLY_NPM = Asked((AXIOS,))


def told(hunt, path, asked=BOTH):
    """Hunt in one path; return what was noted."""
    notes = Notebook()
    hunt([path], asked, notes)
    return notes


def graded(notes):
    """Return what was found, as pairs of grade and subject, sorted."""
    return sorted({(hit.grade, hit.subject) for hit in notes.hits})
