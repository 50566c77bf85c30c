"""Which pattern a fact has, by its kind."""

from collections.abc import Callable

from customhouse.hunt.matching import words
from customhouse.hunt.matching.addresses import address
from customhouse.hunt.matching.domains import domain
from customhouse.hunt.matching.interface import LONGEST, Pattern
from customhouse.hunt.matching.paths import path
from customhouse.hunt.matching.urls import url
from customhouse.model.campaign import Fact, FactKind

_READERS: dict[FactKind, Callable[[str], Pattern | None]] = {
    "digest": words.digest,
    "path": path,
    "domain": domain,
    "address": address,
    "url": url,
    "user-agent": words.user_agent,
    "process": words.program,
    "service": words.program,
    "registry-key": words.registry_key,
    "text": words.text,
}


def pattern_of(fact: Fact) -> Pattern | None:
    """Return how a fact stands in bytes; None for one that cannot be searched for: malformed, too short, too long."""
    if not 1 < len(fact.value.encode(errors="surrogatepass")) <= LONGEST:
        return None
    found = _READERS[fact.kind](fact.value)
    return found if found is not None and all(len(key) > 1 for key in (*found.keys, *found.inner)) else None
