"""Campaigns for tests: two real ones, as far as their facts are public, and what fixtures say of them."""

from datetime import UTC, datetime

from customhouse.hunt.asked import Asked
from customhouse.model.campaign import AffectedReleases, Campaign, Fact
from customhouse.model.digest import Digest

SETUP_JS = "e10b1fa84f1d6481625f741b69892780140d4e0e7769e7491e5f4d894c2e0e09"

AXIOS = Campaign(
    "axios-2026-03",
    "axios",
    "A new dependency of axios ran a program at install.",
    datetime(2026, 3, 30, 23, 59, tzinfo=UTC),
    datetime(2026, 3, 31, 3, 29, tzinfo=UTC),
    (
        AffectedReleases(
            "npm",
            "axios",
            ("1.14.1", "0.30.4"),
            digests=(Digest("sha1", "2553649f2322049666871cea80a5d0d6adc700ca"),),
            published=datetime(2026, 3, 31, 0, 21, tzinfo=UTC),
            removed=datetime(2026, 3, 31, 3, 29, tzinfo=UTC),
            safe="1.14.0",
        ),
        AffectedReleases(
            "npm",
            "plain-crypto-js",
            ("4.2.1",),
            digests=(Digest("sha1", "07d889e2dadce6f3910dcbc253317d28ca61c766"),),
            published=datetime(2026, 3, 30, 23, 59, tzinfo=UTC),
            removed=datetime(2026, 3, 31, 3, 29, tzinfo=UTC),
            runs="install",
        ),
    ),
    (Fact("digest", SETUP_JS, "payload"), Fact("domain", "sfrclak.com", "contact")),
)

LITELLM = Campaign(
    "litellm-2026-03",
    "litellm",
    "A .pth file ran at every start of the interpreter.",
    datetime(2026, 3, 24, 10, 39, tzinfo=UTC),
    datetime(2026, 3, 24, 13, 11, tzinfo=UTC),
    (
        AffectedReleases("pypi", "litellm", ("1.82.7",), runs="import"),
        AffectedReleases("pypi", "litellm", ("1.82.8",), runs="start"),
    ),
    (
        Fact("path", "*/site-packages/litellm_init.pth", "payload"),
        Fact("digest", "71e35aef03099cd1f2d6446734273025a163597de93912df321ef118bf135238", "payload"),
    ),
)

ASKED = Asked([AXIOS, LITELLM])
