"""Names that are the organisation's own: no public registry is asked for them, which ends dependency confusion."""

from fnmatch import fnmatchcase

from customhouse.model.purl import Purl, pypi_name
from customhouse.policy.configuration import Configuration


def is_internal(configuration: Configuration, purl: Purl) -> bool:
    """Say whether `[repository] internal`, the organisation's included, covers a name."""
    layers = (configuration, configuration.floor)
    patterns = {name for layer in layers if layer is not None for name in layer.repository.internal}
    if purl.ecosystem == "pypi":
        patterns = {pypi_name(pattern) for pattern in patterns}
    return any(fnmatchcase(purl.name, pattern) for pattern in patterns)
