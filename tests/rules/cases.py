"""Cases built by hand, with what a test does not care about filled in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from customhouse.model.change import AddedDependency, ChangeFacts
from customhouse.model.code import (
    Call,
    Capability,
    CapabilityKind,
    CodeFacts,
    Mention,
    MentionKind,
    Origin,
    Reach,
    When,
)
from customhouse.model.content import ContentFacts, InstallHook
from customhouse.model.evidence import Case, MetadataFacts
from customhouse.model.finding import Finding
from customhouse.model.purl import parse_purl
from customhouse.model.release import Artifact, Dependency, Manifest, Publisher, Release
from customhouse.rules.rule import Rule

NOW = datetime(2026, 4, 7, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
NPM = "pkg:npm/request-maker@1.14.1"
PYPI = "pkg:pypi/request-maker@1.14.1"


def case(purl: str = NPM, **parts: Any) -> Case:
    return Case(purl=parse_purl(purl), now=NOW, minimum_age=WEEK, **parts)


def content(*code: CodeFacts, filename: str = "request-maker-1.14.1.tgz", **parts: Any) -> ContentFacts:
    return ContentFacts(filename=filename, sha256="0" * 64, sha512="0" * 128, size=1000, code=code, **parts)


def code(*capabilities: Capability, path: str = "index.js", reach: Reach = "import", **parts: Any) -> CodeFacts:
    language = "python" if path.endswith((".py", ".pth")) else "javascript"
    return CodeFacts(path=path, language=language, size=1000, reach=reach, capabilities=capabilities, **parts)


def sized(file: CodeFacts, size: int) -> CodeFacts:
    return msgspec.structs.replace(file, size=size)


def can(kind: CapabilityKind, detail: str, line: int = 1, when: When = "load") -> Capability:
    return Capability(kind=kind, line=line, when=when, detail=detail)


def said(kind: MentionKind, detail: str, line: int = 1, when: When = "load") -> Mention:
    return Mention(kind=kind, line=line, detail=detail, when=when)


def call(
    callee: str, *arguments: str | None, line: int = 1, when: When = "load", origins: tuple[Origin, ...] = ()
) -> Call:
    return Call(callee=callee, line=line, when=when, arguments=arguments, origins=origins)


def code_case(*files: CodeFacts, purl: str = NPM, **parts: Any) -> Case:
    return case(purl, contents=(content(*files),), **parts)


def release(purl: str = NPM, days: float = 30, **parts: Any) -> Release:
    return Release(purl=parse_purl(purl), published=NOW - timedelta(days=days), **parts)


def metadata(days: float = 30, before: str = "pkg:npm/request-maker@1.14.0", **parts: Any) -> MetadataFacts:
    return MetadataFacts(release=release(days=days, **parts), previous=release(before, days=days + 10))


def manifest(*dependencies: Dependency, name: str = "request-maker", version: str = "1.14.1", **parts: Any) -> Manifest:
    return Manifest(name=name, version=version, dependencies=dependencies, **parts)


def change(previous: str = "1.14.0", **parts: Any) -> ChangeFacts:
    return ChangeFacts(previous=previous, **parts)


def hook(command: str = "node setup.js", name: str = "postinstall", path: str = "setup.js") -> InstallHook:
    return InstallHook(kind="lifecycle-script", name=name, command=command, path=path)


def added(
    name: str = "simple-crypto-js",
    specifier: str = "^4.2.1",
    *,
    project_days: float | None = 0.76,
    release_days: float | None = 0.015,
    imported: bool | None = False,
    releases: int = 2,
    hooks: tuple[InstallHook, ...] = (),
    **parts: Any,
) -> AddedDependency:
    """A dependency of a release that came out 30 days before NOW; its own ages are told against that."""
    published = NOW - timedelta(days=30)
    kind = parts.pop("kind", "runtime")
    marker = parts.pop("marker", "")
    return AddedDependency(
        dependency=Dependency(name, specifier, kind, marker),
        imported=imported,
        resolution=parts.pop("resolution", "resolved"),
        version=parts.pop("version", "4.2.1"),
        published=None if release_days is None else published - timedelta(days=release_days),
        first_published=None if project_days is None else published - timedelta(days=project_days),
        release_count=releases,
        hooks=hooks,
        dependant_published=published,
    )


def old(name: str = "old-plugin", **parts: Any) -> AddedDependency:
    """An established dependency."""
    return added(name, "^3.0.0", project_days=2000, release_days=3, releases=40, version="3.0.0", **parts)


def findings(rule: Rule, subject: Case) -> list[Finding]:
    return list(rule.findings(subject, ()))


def grades(rule: Rule, subject: Case) -> list[tuple[str, str]]:
    return [(finding.severity, finding.confidence) for finding in rule.findings(subject, ())]


def only(rule: Rule, subject: Case) -> Finding:
    """The one finding that there must be, checked for what every finding needs."""
    (finding,) = rule.findings(subject, ())
    assert finding.rule == rule.id
    assert finding.subject == subject.purl
    assert finding.message
    assert finding.message[-1] not in ".!"
    assert finding.hint
    return finding


__all__ = ["NOW", "NPM", "PYPI", "Artifact", "Dependency", "Publisher"]
