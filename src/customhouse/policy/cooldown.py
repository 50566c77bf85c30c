"""How old a release must be before it may come in."""

import re
from datetime import timedelta
from fnmatch import translate
from functools import lru_cache
from urllib.parse import unquote

from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import Purl, pypi_name
from customhouse.policy.configuration import Configuration, Cooldown
from customhouse.policy.durations import duration

_PREFIX = lazy_regex(r"(?:pkg:)?(npm|pypi)[:/]/*(.*)", re.DOTALL)


def minimum_age_for(configuration: Configuration, purl: Purl) -> timedelta:
    """Return the age that policy asks of this release; zero when it is exempt."""
    age = _age(configuration.cooldown, purl)
    return max(age, minimum_age_for(configuration.floor, purl)) if configuration.floor else age


def _age(cooldown: Cooldown, purl: Purl) -> timedelta:
    if any(matches(pattern, purl) for pattern in cooldown.exempt):
        return timedelta()
    for packages in cooldown.packages:
        if any(matches(pattern, purl) for pattern in packages.match):
            return duration(packages.minimum_age)
    ecosystem = cooldown.npm if purl.ecosystem == "npm" else cooldown.pypi
    return duration(ecosystem if ecosystem is not None else cooldown.minimum_age)


def matches(pattern: str, purl: Purl) -> bool:
    """Whether a name pattern (`pkg:npm/@acme/*`, `npm:left-*`, `requests`) speaks of this package."""
    ecosystem, names = _compiled(pattern)
    return ecosystem in ("", purl.ecosystem) and names[purl.ecosystem].match(purl.name) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> tuple[str, dict[str, re.Pattern[str]]]:
    """Split the ecosystem off, and compile the rest for each: PyPI names are compared in their normal form."""
    match = _PREFIX.fullmatch(pattern)
    ecosystem, name = match.groups() if match else ("", pattern)
    name = unquote(name).replace("[", "[[]")
    return ecosystem, {"npm": re.compile(translate(name)), "pypi": re.compile(translate(pypi_name(name)))}
