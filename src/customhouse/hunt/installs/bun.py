"""bun's cache: a folder for each archive, `axios@1.14.1@@@1`; of a scoped package in its scope's folder."""

from pathlib import Path

from customhouse.hunt.installs.findings import Findings
from customhouse.hunt.installs.reading import entries, file_time
from customhouse.model.hunt import Place
from customhouse.model.lazy_regex import lazy_regex

_FOLDER = lazy_regex(r"([^@]+)@(\d[^@]*)(?:@@.*)?")


def read_bun_cache(cache: Path, findings: Findings) -> None:
    """Read a cache. Never raises."""
    count = 0
    for folder in entries(cache, findings)[0]:
        scope = f"{folder}/" if folder.startswith("@") and "@" not in folder[1:] else ""
        for own in entries(cache / folder, findings)[0] if scope else [folder]:
            match = _FOLDER.fullmatch(own)
            if match is None:
                continue
            count += 1
            name, version = scope + match[1], match[2]
            path = cache / folder / own if scope else cache / folder
            message = f"bun's cache has the files of {name}@{version}"
            findings.release(
                "npm", name, version, "fetched", message, Place(str(path)), str(cache), when=file_time(path)
            )
    findings.looked(cache, "bun cache", str(cache), entries=count)
