"""What is newly written in a release, and can run without being called: files that are new, text put into others."""

from collections.abc import Iterator

import msgspec

from customhouse.model.change import AddedFile, ChangeFacts, Insertion, Phase
from customhouse.model.code import Capability, CapabilityKind, CodeFacts
from customhouse.model.evidence import Case
from customhouse.rules.shared.phase import UNASKED, files, phase

#: What a payload needs one of.
GRAVE: frozenset[CapabilityKind] = frozenset({"network", "process", "credentials", "dynamic-code"})
WORDS: dict[CapabilityKind, str] = {
    "network": "reach the network",
    "process": "start programs",
    "filesystem": "use the file system",
    "environment": "read the environment",
    "credentials": "read credentials",
    "dynamic-code": "execute text as code",
    "native-code": "load native code",
}
#: A file of which half stood in the release before was renamed, or split off another.
_MOSTLY_KNOWN = 0.5


class NewCapability(msgspec.Struct, frozen=True):
    """Something that newly written code can do by itself. `file` is set when the whole file is new."""

    code: CodeFacts
    capability: Capability
    phase: Phase
    file: AddedFile | None = None
    insertion: Insertion | None = None


def new_files(change: ChangeFacts) -> Iterator[AddedFile]:
    """Files that can run by themselves and are no renamed or split older ones."""
    for each in change.added_code:
        if each.reach != "other" and (each.known is None or each.known < _MOSTLY_KNOWN):
            yield each


def new_capabilities(case: Case) -> Iterator[NewCapability]:
    """What newly written code can do at install or on load, of the grave kinds."""
    change = case.change
    if change is None:
        return
    added = {each.path: each for each in new_files(change)}
    inserted: dict[str, list[Insertion]] = {}
    for each in change.insertions:
        inserted.setdefault(each.path, []).append(each)
    for code in files(case):
        if code.path not in added and code.path not in inserted:
            continue
        for capability in code.capabilities:
            moment = phase(code, capability.when)
            if capability.kind not in GRAVE or moment not in UNASKED:
                continue
            if code.path in added:
                yield NewCapability(code, capability, moment, file=added[code.path])
                continue
            where = next((one for one in inserted[code.path] if one.first <= capability.line <= one.last), None)
            if where is not None:
                yield NewCapability(code, capability, moment, insertion=where)


def gained_kinds(change: ChangeFacts, moment: Phase) -> frozenset[CapabilityKind]:
    """Kinds that no file of the earlier release had at that time or sooner."""
    return frozenset(each.kind for each in change.gained if each.phase == moment)


def abilities(found: list[NewCapability]) -> str:
    """The kinds as a sentence part, each with one place: `reach the network (http.get) and start programs (…)`."""
    details: dict[CapabilityKind, str] = {}
    for each in found:
        details.setdefault(each.capability.kind, each.capability.detail)
    return " and ".join(f"{WORDS[kind]} ({detail})" for kind, detail in details.items())
