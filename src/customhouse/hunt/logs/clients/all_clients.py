"""Every client, and what a line says when all of them have read it."""

from collections.abc import Iterable

from customhouse.hunt.logs.clients.archives import archives_in
from customhouse.hunt.logs.clients.bun import BUN
from customhouse.hunt.logs.clients.interface import Client, Named
from customhouse.hunt.logs.clients.mentions import mentions_in, scripts_in
from customhouse.hunt.logs.clients.npm import NPM
from customhouse.hunt.logs.clients.pip import PIP
from customhouse.hunt.logs.clients.pnpm import PNPM
from customhouse.hunt.logs.clients.poetry import PDM, POETRY
from customhouse.hunt.logs.clients.uv import UV
from customhouse.hunt.logs.clients.yarn import BERRY, YARN
from customhouse.model.hunt import GRADES
from customhouse.model.purl import Ecosystem, make_purl

CLIENTS: tuple[Client, ...] = (NPM, PNPM, YARN, BERRY, BUN, PIP, UV, POETRY, PDM)
_RANK = {grade: rank for rank, grade in enumerate(GRADES)}
_SURE = {"low": 0, "medium": 1, "high": 2}


def releases_in(line: str) -> list[Named]:
    """Give every release that a line names, once each, at the furthest grade that it shows; names are canonical."""
    best: dict[tuple[Ecosystem, str, str], Named] = {}
    for readers in ((client.read for client in CLIENTS), (archives_in,), (mentions_in,), (scripts_in,)):
        for read in readers:
            _take(best, read(line))
    # What one client prints in its own form is no talk of another ecosystem's package of the same name.
    sure = {(named.name, named.version) for named in best.values() if named.confidence != "low"}
    # Where the line itself says which version's script ran, it is not any version's.
    told = {named.name for named in best.values() if named.version and named.grade == "script-ran"}
    return [
        named
        for named in best.values()
        if (named.confidence != "low" or (named.name, named.version) not in sure)
        and (named.version or named.name not in told)
    ]


def _take(best: dict[tuple[Ecosystem, str, str], Named], found: Iterable[Named]) -> None:
    for named in found:
        purl = make_purl(named.ecosystem, named.name)
        key = (named.ecosystem, purl.name, named.version)
        before = best.get(key)
        if before is None or _weight(named) > _weight(before):
            best[key] = named._replace(name=purl.name)


def _weight(named: Named) -> tuple[int, int]:
    """Compare what is sure first: a form that a client prints says more than its name in a sentence."""
    return _SURE[named.confidence], _RANK[named.grade]
