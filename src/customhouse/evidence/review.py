"""What a reviewer wants to know of a release, taken from what the case holds. Pure."""

from collections.abc import Iterable, Iterator

from customhouse.evidence.change import named_hosts, phase_of
from customhouse.model.change import ChangeFacts
from customhouse.model.code import CapabilityKind
from customhouse.model.content import ContentFacts, InstallHook
from customhouse.model.evidence import Case
from customhouse.model.review import FoundCapability, ReviewFacts

#: As many as a comment on a pull request can name.
_MAX_HOSTS = 64


def review_facts(case: Case, *, replaces: bool) -> ReviewFacts:
    """Gather the facts; `replaces` says that the release was compared with the version that it replaces.

    What a brand-new package gained is all that it has.
    """
    metadata, contents = case.metadata, case.contents
    release = metadata.release if metadata else None
    manifests = [each.manifest for each in contents if each.manifest] + (
        [release.manifest] if release and release.manifest else []
    )
    hooks = _hooks(contents)
    capabilities = tuple(_capabilities(contents))
    hosts = tuple(dict.fromkeys(host for each in contents for host in named_hosts(each)))[:_MAX_HOSTS]
    change = (case.project_change or case.change) if replaces else None
    previous = (case.project_previous or (metadata.previous if metadata else None)) if replaces else None
    return ReviewFacts(
        maintainers=release.maintainers if release else None,
        authors=next((each.authors for each in manifests if each.authors), ()),
        publisher=release.publisher if release else None,
        published=release.published if release else None,
        first_published=metadata.first_published if metadata else None,
        last_published=metadata.last_published if metadata else None,
        release_count=metadata.release_count if metadata else 0,
        cadence_days=metadata.cadence_days if metadata else None,
        licence=next((each.licence for each in manifests if each.licence), ""),
        repository=next((each.repository for each in manifests if each.repository), ""),
        size=max((each.size for each in contents), default=None),
        unpacked_size=max(
            (each.unpacked_size for each in contents), default=release.unpacked_size if release is not None else None
        ),
        opened=bool(contents),
        hooks=hooks,
        capabilities=capabilities,
        hosts=hosts,
        natives=tuple(dict.fromkeys(path for each in contents for path in each.natives)),
        gained_hooks=_gained_hooks(change) if change else () if replaces else hooks,
        gained_capabilities=_gained(change) if change else () if replaces else capabilities,
        gained_hosts=change.added_hosts if change else () if replaces else hosts,
        compared_with=previous.purl.version or "" if previous else "",
        previous_publisher=previous.publisher if previous else None,
    )


def _hooks(contents: Iterable[ContentFacts]) -> tuple[InstallHook, ...]:
    return tuple(dict.fromkeys(hook for each in contents for hook in each.hooks))


def _capabilities(contents: Iterable[ContentFacts]) -> Iterator[FoundCapability]:
    """One place for each capability and each time it can be used."""
    seen: set[tuple[CapabilityKind, str]] = set()
    for content in contents:
        for facts in content.code:
            for each in facts.capabilities:
                phase = phase_of(facts, each)
                if (each.kind, phase) not in seen:
                    seen.add((each.kind, phase))
                    yield FoundCapability(each.kind, phase, facts.path, each.line)


def _gained_hooks(change: ChangeFacts) -> tuple[InstallHook, ...]:
    return (*change.added_hooks, *(each.after for each in change.changed_hooks))


def _gained(change: ChangeFacts) -> tuple[FoundCapability, ...]:
    return tuple(FoundCapability(each.kind, each.phase, each.path, each.line) for each in change.gained)
