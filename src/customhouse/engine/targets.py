"""Inspecting one target, alone or against another that the user chose: package URLs and files on this disk alike."""

from pathlib import Path

import msgspec

from customhouse.archives.stream import Limits
from customhouse.engine.changes import counterpart, resolve_all
from customhouse.engine.local import LocalPackage, added_between, case_of, open_local
from customhouse.engine.session import Session
from customhouse.engine.verdicts import verdict_on
from customhouse.evidence.change import compare
from customhouse.evidence.dependencies import added_dependencies
from customhouse.model.change import ChangeFacts
from customhouse.model.errors import CustomhouseError, UnreachableUpstream
from customhouse.model.evidence import Case
from customhouse.model.purl import Purl, parse_purl
from customhouse.model.release import Artifact, ArtifactKind
from customhouse.model.verdict import Verdict
from customhouse.policy.cooldown import minimum_age_for

Target = Purl | Path


def parse_target(text: str) -> Target:
    """Read a target; raises CustomhouseError when it is neither a package URL of one release nor a path that exists."""
    if text.startswith("pkg:"):
        purl = parse_purl(text)
        if purl.version is None:
            raise CustomhouseError(f"{text} names no version", hint=f"write {text}@VERSION: one release is inspected")
        return purl
    path = Path(text)
    if not path.exists():
        raise CustomhouseError(
            f"no such file or folder: {text}", hint="a package URL starts with pkg:, as in pkg:npm/axios@1.14.0"
        )
    return path


async def inspect_target(session: Session, target: Target, against: Target | None, limits: Limits) -> Verdict:
    """Inspect a target with the registries at hand."""
    if isinstance(target, Path):
        case = await session.inspector.with_closure(await _local_case(session, target, against, limits))
        return verdict_on(case, session.settings.configuration)
    if against is None:
        return await session.inspector.inspect(target)
    if isinstance(against, Purl):
        if (against.ecosystem, against.name) != (target.ecosystem, target.name):
            raise CustomhouseError(
                f"{target} and {against} are different packages", hint="compare two versions of one package"
            )
        return await session.inspector.inspect(target, previous=against.version)
    case = await session.inspector.with_closure(await _release_case(session, target, against, limits))
    return verdict_on(case, session.settings.configuration)


async def _local_case(session: Session, path: Path, against: Target | None, limits: Limits) -> Case:
    package = open_local(path, limits)
    if against is None:
        return case_of(package, None, session.now)
    before = (
        open_local(against, limits) if isinstance(against, Path) else await _fetched(session, against, package.path)
    )
    added = await resolve_all(
        session.registries.for_(package.purl.ecosystem),
        session.opener,
        added_between(package, before),
        contents=(package.facts,),
        published=None,
    )
    return case_of(package, before, session.now, added)


async def _release_case(session: Session, purl: Purl, against: Path, limits: Limits) -> Case:
    """A registry's release against a local file: everything known of the release, and that comparison."""
    registry = session.registries.for_(purl.ecosystem)
    before = open_local(against, limits)
    case = await session.builder.build(registry, purl, minimum_age_for(session.settings.configuration, purl))
    change: ChangeFacts | None = None
    for content in case.contents:
        tree = session.opener.tree(content)
        if tree is not None:
            change = compare(content, tree, before.facts, before.tree, against.name)
            break
    if change is not None:
        after = (content.manifest for content in case.contents)
        added = added_dependencies(after, (before.facts.manifest,))
        published = case.metadata.release.published if case.metadata is not None else None
        resolved = await resolve_all(registry, session.opener, added, contents=case.contents, published=published)
        change = msgspec.structs.replace(change, added_dependencies=resolved)
    return msgspec.structs.replace(case, change=change, gaps=tuple(g for g in case.gaps if g.collector != "change"))


async def _fetched(session: Session, purl: Purl, like: Path) -> LocalPackage:
    """Fetch the file of a release that compares best with a local one; raises UpstreamError when there is none."""
    registry = session.registries.for_(purl.ecosystem)
    project = await registry.project(purl.name)
    release = project.release(purl.version or "")
    kind: ArtifactKind = (
        "wheel" if like.name.endswith(".whl") else "npm-tarball" if purl.ecosystem == "npm" else "sdist"
    )
    artifact = counterpart(Artifact(like.name, kind), release.artifacts) if release is not None else None
    if artifact is None:
        raise UnreachableUpstream(f"the registry has no file of {purl.display}", hint="compare with another release")
    opened = await session.opener.open(registry, purl, artifact)
    tree = session.opener.tree(opened.archive.facts) if opened.archive is not None else None
    if opened.archive is None or tree is None:
        reason = opened.gaps[0].message if opened.gaps else artifact.filename
        raise UnreachableUpstream(f"{purl.display} cannot be opened: {reason}", hint="compare with another release")
    return LocalPackage(Path(artifact.filename), purl, opened.archive.facts, tree, opened.archive.gaps)
