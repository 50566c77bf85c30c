"""Which archives were inspected under a release's name: what an exception for it has to name."""

import os
from pathlib import Path

from customhouse.engine.places import cache_directory
from customhouse.engine.settings import load_settings
from customhouse.model.purl import Purl
from customhouse.storage.evidence_cache import EvidenceCache


def known_digests(purl: Purl, cache_dir: Path | None) -> tuple[str, ...]:
    """Return the `sha256:…` of every archive of the release in the evidence cache, without duplicates, sorted."""
    directory = cache_dir
    if directory is None:
        settings = load_settings(Path(), environ=os.environ)
        directory = cache_directory(settings.configuration, None, os.environ)
    if not (directory / "evidence.sqlite").exists():
        return ()
    with EvidenceCache(directory) as cache:
        return tuple(sorted({digest for _, digest in cache.archives_of(str(purl))}))
