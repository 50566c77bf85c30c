"""Fuzzes what the PyPI door makes of an index's page: what is hidden is on no page of ours, whatever it holds.

A page either reads or is refused as unavailable. Of one that reads, both of our forms are written; read back, each has
the files that are shown, and no other, at addresses of ours.

Run: `python fuzz/fuzz_gateway_pypi_pages.py [CORPUS] -max_total_time=30` with atheris installed and `src` on the path.
"""

import sys
from datetime import UTC, datetime

import atheris

with atheris.instrument_imports(include=["customhouse.gateway", "customhouse.ecosystems.pypi", "customhouse.versions"]):
    from customhouse.gateway.interface import Document, UnavailableError
    from customhouse.gateway.pypi.entries import read_document
    from customhouse.gateway.pypi.pages import hidden_notes, rendered, shown_page
    from customhouse.model.gateway import Listing, Standing
    from customhouse.model.purl import Purl

KINDS = {"json": "application/vnd.pypi.simple.v1+json", "html": "text/html"}
UPSTREAM, OURS = "https://registry.example/simple/alpha/", "http://gateway.test/pypi/simple/alpha/"
NOW = datetime(2026, 11, 30, tzinfo=UTC)


def one(data: bytes) -> None:
    if not data:
        return
    kind = KINDS["json" if data[0] % 2 else "html"]
    try:
        page = read_document("alpha", Document(data[1:], kind, UPSTREAM, "https://registry.example/simple/", "r"))
    except UnavailableError:
        return
    versions = sorted({str(entry.version) for entry in page.entries.values()})
    standings = {
        version: Standing(version, "hold" if number % 2 else "allow", "cooldown" if number % 2 else "admitted")
        for number, version in enumerate(versions)
    }
    listing = Listing(Purl("pypi", "alpha"), standings, NOW)
    shown = shown_page(page, listing)
    for form, written in KINDS.items():
        body = rendered(shown, form, hidden_notes(listing))
        back = read_document("alpha", Document(body, written, OURS, "http://gateway.test/pypi/simple/", "r"))
        if set(back.entries) != set(shown.entries):
            raise AssertionError((form, set(back.entries) ^ set(shown.entries)))
        for entry in back.entries.values():
            if standings[str(entry.version)].decision != "allow" or not entry.url.startswith(
                "http://gateway.test/pypi/"
            ):
                raise AssertionError(entry)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
