"""Taking the host names of registries out of what is published: whoever reads it has a registry of his own."""

import contextlib
from collections.abc import Callable
from urllib.parse import urlsplit

from customhouse.ecosystems.npm import configuration as npm
from customhouse.ecosystems.pypi import configuration as pypi
from customhouse.model.errors import CustomhouseError


def without_registry_hosts() -> Callable[[str], str]:
    """Return what replaces the host names of the public registries by words."""
    hosts = {urlsplit(npm.last_resort()).netloc, *pypi.file_hosts()}
    with contextlib.suppress(CustomhouseError):  # no pip anywhere: its index is not known here
        hosts.add(urlsplit(pypi.last_resort()).netloc)

    def clean(text: str) -> str:
        for host in sorted(hosts, key=len, reverse=True):
            text = text.replace(host, "the registry's host")
        return text

    return clean
