"""When code can run by itself: the distinction that most code rules turn on."""

from collections.abc import Iterator

from customhouse.model.change import Phase
from customhouse.model.code import Call, Capability, CapabilityKind, CodeFacts, Mention, MentionKind, When
from customhouse.model.content import ContentFacts
from customhouse.model.evidence import Case

#: Phases that need nobody to call anything.
UNASKED: frozenset[Phase] = frozenset({"install", "import"})


def phase(code: CodeFacts, when: When) -> Phase:
    """Say when a place in a file runs: `install`, `import`, or only when `call`ed.

    A file started at install counts whole: it was written to be run, and its functions are what it runs. In a file
    that loading the package reaches, only what runs on load counts; the rest waits for a caller.
    """
    if code.reach == "install":
        return "install"
    if code.reach == "import" and when == "load":
        return "import"
    return "call"


#: Bytes. A library of this size that an install script reaches holds much that the script never calls.
LARGE = 64 * 1024


def sure(code: CodeFacts, when: When) -> bool:
    """Whether a place runs unasked for certain: on load, or in a small file that is started at install."""
    return when == "load" or code.size <= LARGE


def files(case: Case) -> Iterator[CodeFacts]:
    """Every read file of every artifact."""
    for content in case.contents:
        yield from content.code


def files_with_archive(case: Case) -> Iterator[tuple[ContentFacts, CodeFacts]]:
    """Every read file beside the artifact it is in."""
    for content in case.contents:
        for code in content.code:
            yield content, code


def capabilities(code: CodeFacts, *kinds: CapabilityKind, during: Phase | None = None) -> tuple[Capability, ...]:
    """Capabilities of these kinds, of one phase when it is given."""
    return tuple(
        capability
        for capability in code.capabilities
        if capability.kind in kinds and (during is None or phase(code, capability.when) == during)
    )


def mentions(code: CodeFacts, *kinds: MentionKind, during: Phase | None = None) -> tuple[Mention, ...]:
    """What the file speaks of, of these kinds, where it can run in one phase when that is given."""
    return tuple(
        mention
        for mention in code.mentions
        if mention.kind in kinds and (during is None or phase(code, mention.when) == during)
    )


def phases(code: CodeFacts) -> tuple[Phase, ...]:
    """Phases that a file's facts can be in, the earliest first."""
    if code.reach == "install":
        return ("install",)
    return ("import", "call") if code.reach == "import" else ("call",)


def calls(code: CodeFacts, *kinds: CapabilityKind, during: Phase | None = None) -> tuple[Call, ...]:
    """Calls that make use of these capabilities: the callee is what a capability names, or a member of what it gave.

    `https.request().write` belongs to the capability `https.request`, wherever in the file each of the two stands.
    """
    roots = {capability.detail for capability in capabilities(code, *kinds)}
    return tuple(
        call
        for call in code.calls
        if (during is None or phase(code, call.when) == during)
        and (call.callee in roots or any(call.callee.startswith((f"{root}.", f"{root}(")) for root in roots))
    )


def spoken(moment: Phase) -> str:
    """The phase as a sentence says it."""
    return {"install": "at install", "import": "when the package is loaded", "call": "when it is called"}[moment]
