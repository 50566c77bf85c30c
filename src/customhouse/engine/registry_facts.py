"""Which registries the clients here would ask, as the rules over repositories must know it."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from customhouse.ecosystems.npm import configuration as npm
from customhouse.ecosystems.pypi import configuration as pypi
from customhouse.ecosystems.registries import Registries
from customhouse.model.errors import CustomhouseError
from customhouse.model.evidence import Gap
from customhouse.model.locked import Source
from customhouse.model.purl import Ecosystem
from customhouse.model.repository import ConfiguredRegistry


def ecosystems_of(sources: Sequence[Source]) -> set[Ecosystem]:
    """The ecosystems that the sources have packages or manifests of."""
    found: set[Ecosystem] = {package.ecosystem for source in sources for package in source.packages[:1]}
    return found | {source.manifest.ecosystem for source in sources if source.manifest}


def configured_registries(
    registries: Registries, sources: Sequence[Source]
) -> tuple[tuple[ConfiguredRegistry, ...], tuple[Gap, ...]]:
    """Read the configuration of the ecosystems in use; the public registry is named too, configured or not.

    A configuration that cannot be read is a gap.
    """
    found: list[ConfiguredRegistry] = []
    gaps: list[Gap] = []
    used = ecosystems_of(sources)
    for ecosystem, read in (("npm", _npm), ("pypi", _pypi)):
        if ecosystem in used:
            try:
                found += read(registries)
            except CustomhouseError as error:
                gaps.append(Gap("repository", "registry-configuration", error.message, error.hint))
    return tuple(dict.fromkeys(found)), tuple(gaps)


def _npm(registries: Registries) -> list[ConfiguredRegistry]:
    configuration = registries.npm.configuration
    public = npm.last_resort()
    scoped = [ConfiguredRegistry("npm", url, scope) for scope, url in configuration.scopes.items()]
    home = configuration.registry
    own = [] if _host(home) == _host(public) else [ConfiguredRegistry("npm", home)]
    return [*own, ConfiguredRegistry("npm", public, public=True), *scoped]


def _pypi(registries: Registries) -> list[ConfiguredRegistry]:
    configuration = registries.pypi.configuration
    found = [ConfiguredRegistry("pypi", url) for url in configuration.homes]
    try:
        public = pypi.last_resort()
    except CustomhouseError:  # no pip anywhere: what is configured is all that is known
        return found
    kept = [one for one in found if _host(one.url) != _host(public)]
    return [*kept, ConfiguredRegistry("pypi", public, hosts=pypi.file_hosts(), public=True)]


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()
