"""A cache with many stored cases, written by hand."""

import hashlib

import msgspec

from customhouse.engine.intelligence import Intelligence
from customhouse.engine.kept_cases import KeptCases
from customhouse.engine.readers import OpenedArchive
from customhouse.evidence.content import content_version
from customhouse.model.digest import Digest
from customhouse.policy.configuration import Configuration
from customhouse.storage.evidence_cache import EvidenceCache
from customhouse.sweep.sweep import sweep
from rules.cases import NOW, call, can, case, code, content

#: What every tenth release does when it is loaded: it executes what it decodes.
EVIL = code(can("dynamic-code", "eval"), calls=(call("eval", None, origins=("decoded",)),), hosts=("c2.evil.invalid",))


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def facts_of(name, *files):
    return msgspec.structs.replace(content(*files, filename=f"{name}-1.0.0.tgz"), sha256=digest(name))


def store(cache, name, *files, decision="allow", alone=False, version=None):
    """Keep a release of one archive; `alone` keeps the archive and no case of it."""
    facts = facts_of(name, *files)
    purl = f"pkg:npm/{name}@1.0.0"
    cache.put("content", facts.sha256, version or content_version(), OpenedArchive(facts), NOW.timestamp())
    cache.name_artifact((Digest("sha256", facts.sha256),), facts.sha256, purl, facts.filename)
    if not alone:
        KeptCases(cache, version or content_version()).keep(case(purl, contents=(facts,)), decision)


def fill(directory, count):
    with EvidenceCache(directory) as cache:
        for number in range(count):
            store(cache, f"package-{number:04}", *([EVIL] if number % 10 == 0 else []))


def ask(directory, scheduler, **question):
    with EvidenceCache(directory) as cache:
        return sweep(cache, Intelligence([]), Configuration(), scheduler, **question)
