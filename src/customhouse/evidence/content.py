"""Opening an artifact: its members, its manifest, what it runs at install, and the facts of its code.

Pure: bytes in, records out; runs in a worker process. Nothing is written to disk and nothing of it is executed.
"""

import hashlib
import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

import msgspec

from customhouse.archives.buffers import Buffer
from customhouse.archives.stream import DEFAULT_LIMITS, Limits, MemberStream, open_archive, open_directory
from customhouse.archives.tree import member_kind
from customhouse.evidence import reach
from customhouse.evidence.code_reading import NESTED, CodeFile, Others, read_code
from customhouse.evidence.package import OpenedMembers, PackageFacts
from customhouse.evidence.started_files import LARGEST
from customhouse.evidence.wheel_record import record_issues
from customhouse.model.code import CodeFacts, Mention, TextAnomaly
from customhouse.model.content import ContentFacts, InstallHook, Member, Tree
from customhouse.model.evidence import Gap
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import Ecosystem
from customhouse.source.first_look import version
from customhouse.source.mention_scan import in_text
from customhouse.source.read import language_of
from customhouse.source.text import spoken_to

#: Raise it when the same bytes would give other facts: older evidence is then collected anew.
_VERSION = "7"
#: Bytes of code of one archive that are read; what is beyond is a gap.
_MAX_CODE = 256 * 1024 * 1024
_HEAD = 512
#: What is written for people and for their tools, which reviewing machines read too; and bytes of it that are searched.
_PROSE = lazy_regex(
    r"(?:^|/)[\w.-]{1,80}\.(?:md|mdx|markdown|rst|txt|mdc)$|(?:^|/)(?:README|NOTICE|PKG-INFO|\.cursorrules)$",
    re.IGNORECASE,
)
_MAX_PROSE = 512 * 1024
_MAX_ADDRESSED = 32
_MANIFESTS = lazy_regex(
    r"^(?:package\.json|pyproject\.toml|PKG-INFO|EGG-INFO/.*|[^/]+\.dist-info/(?:METADATA|RECORD|entry_points\.txt))$"
    r"|\.(?:pth|start|gypi?)$"
)


class Content(msgspec.Struct, frozen=True):
    """Everything that one opened artifact gives."""

    facts: ContentFacts
    tree: Tree
    gaps: tuple[Gap, ...] = ()


def content_version() -> str:
    """Return the version of this collector, under which its evidence is kept."""
    return f"{_VERSION}.{version()}"


def read_artifact(data: Buffer, filename: str, ecosystem: Ecosystem, limits: Limits = DEFAULT_LIMITS) -> Content:
    """Open an archive and read everything in it. Never raises on hostile bytes: they become issues and gaps."""
    facts = ContentFacts(
        filename=filename,
        sha256=hashlib.sha256(data).hexdigest(),
        sha512=hashlib.sha512(data).hexdigest(),
        sha1=hashlib.sha1(data, usedforsecurity=False).hexdigest(),
        size=len(data),
    )
    opened = _Opened(lambda: open_archive(data, filename, limits), limits)
    return opened.content(facts, ecosystem, prebuilt=filename.endswith((".whl", ".egg")))


def read_directory(path: Path, ecosystem: Ecosystem, limits: Limits = DEFAULT_LIMITS) -> Content:
    """Read an unpacked package; its digest is that of the sorted listing of its members' digests."""
    opened = _Opened(lambda: open_directory(path, limits), limits)
    listing = "\n".join(sorted(f"{member.path}\0{member.sha256}" for member in opened.members))
    raw = listing.encode("utf-8", "backslashreplace")
    facts = ContentFacts(path.name, hashlib.sha256(raw).hexdigest(), hashlib.sha512(raw).hexdigest(), 0)
    prebuilt = any(member.path.endswith(".dist-info/METADATA") for member in opened.members)
    return opened.content(facts, ecosystem, prebuilt=prebuilt, checkout=not prebuilt)


class _Opened:
    """The members of one archive, sorted into what has to be looked at."""

    def __init__(self, reopen: Callable[[], MemberStream], limits: Limits) -> None:
        self._reopen = reopen
        self._limits = limits
        #: Members that are no code by their names, by file name.
        self.others: dict[str, list[str]] = {}
        stream = reopen()
        self.members: list[Member] = []
        self.paths: dict[str, None] = {}
        self.code: dict[str, CodeFile] = {}
        self.manifests: dict[str, bytes] = {}
        self.too_large: list[str] = []
        self.natives: list[str] = []
        self.addressed: list[tuple[str, TextAnomaly]] = []
        kept = 0
        for member in stream:
            if member.kind in ("directory", "device"):
                continue
            head = member.data[:_HEAD]
            kind = member_kind(member.path, head)  # a link carries the bytes that it leads to
            self.members.append(Member(member.path, member.size, member.sha256, kind))
            self.paths[member.path] = None
            language = None
            if kind == "native":
                self.natives.append(member.path)
            elif _MANIFESTS.search(member.path):
                self.manifests[member.path] = member.data
            else:
                language = language_of(member.path, head)
            if language is None and len(member.data) <= _MAX_PROSE and _PROSE.search(member.path):
                self.addressed.extend((member.path, each) for each in spoken_to(member.data))
            if language is None:
                if kind != "native" and member.size <= LARGEST:
                    self.others.setdefault(posixpath.basename(member.path), []).append(member.path)
            else:
                kept += len(member.data)
                if member.withheld or kept > _MAX_CODE:
                    self.too_large.append(member.path)
                else:
                    self.code[member.path] = CodeFile(member.data, member.sha256, language)
        self.issues = tuple(stream.issues)

    def content(self, facts: ContentFacts, ecosystem: Ecosystem, *, prebuilt: bool, checkout: bool = False) -> Content:
        """Read manifest, hooks and code."""
        package = _package(OpenedMembers(self.paths, self.manifests, prebuilt, checkout), ecosystem)
        gaps = [Gap("content", "unread-code", f"{path} is too large to read") for path in self.too_large]
        gaps.extend(
            Gap("content", "unread-archive", f"{issue.member or facts.filename}: {issue.detail}")
            for issue in self.issues
            if issue.fatal
        )
        gaps.extend(package.gaps)
        code = read_code(self.code, self.paths, package, Others(self.others, self._fetch))
        gaps.extend(
            Gap("content", "unread-code", f"{each.path}: {each.unread}")
            for each in code.files
            if each.unread and not _cannot_run(each, ecosystem)
        )
        return Content(
            msgspec.structs.replace(
                facts,
                unpacked_size=sum(member.size for member in self.members),
                member_count=len(self.members),
                issues=self.issues,
                manifest=package.manifest,
                hooks=tuple(map(_with_mentions, package.hooks)),
                code=tuple(each for each in code.files if _tells(each)),
                plain_files=code.plain_files,
                natives=tuple(self.natives),
                imported=_imported(code.modules, ecosystem),
                top_level=package.top_level,
                addressed=tuple(self.addressed[:_MAX_ADDRESSED]),
                gyp=package.gyp,
                record=record_issues(self.manifests, self.members) if facts.filename.endswith(".whl") else (),
                build=package.build,
                missing_commands=package.missing_commands,
                outside=package.outside,
            ),
            Tree(tuple(self.members), code.sketches),
            tuple(gaps),
        )

    def _fetch(self, paths: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """Read members again, out of which one comes in its turn; of an archive among them its files of code."""
        left = sum(each.path in paths for each in self.members)
        for member in self._reopen() if left else ():
            if member.path not in paths or member.kind in ("directory", "device"):
                continue
            if member.data and not member.withheld and len(member.data) <= LARGEST:
                if member_kind(member.path, member.data[:_HEAD]) == "archive":
                    yield from _nested(member.path, member.data, self._limits)
                else:
                    yield member.path, member.data
            left -= 1
            if not left:
                return  # what follows was unpacked once


def _nested(path: str, data: bytes, limits: Limits) -> Iterator[tuple[str, bytes]]:
    for inner in open_archive(data, path, limits):
        if inner.kind == "file" and not inner.withheld and language_of(inner.path, inner.data[:_HEAD]) is not None:
            yield f"{path}{NESTED}{inner.path}", inner.data


def _with_mentions(hook: InstallHook) -> InstallHook:
    said = tuple(Mention(kind, 1, detail) for kind, detail in in_text(hook.command)) if hook.command else ()
    return msgspec.structs.replace(hook, mentions=said) if said else hook


def _package(members: OpenedMembers, ecosystem: Ecosystem) -> PackageFacts:
    if ecosystem == "npm":
        from customhouse.evidence.npm_package import npm_package  # noqa: PLC0415 - the other ecosystem stays unloaded

        return npm_package(members)
    from customhouse.evidence.pypi_package import pypi_package  # noqa: PLC0415

    return pypi_package(members)


def _cannot_run(facts: CodeFacts, ecosystem: Ecosystem) -> bool:
    """Whether nothing can start the file: a test, TypeScript or Cython that nothing of the package loads.

    Node strips no types under node_modules (ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING); Python loads what Cython made
    of its sources, some of which begin with a hashbang all the same.
    """
    typescript = ecosystem == "npm" and facts.language == "typescript"
    compiled = facts.path.endswith((".pyx", ".pxd", ".pxi"))
    return facts.reach == "other" and (typescript or compiled or reach.beside_the_package(facts.path))


def _tells(facts: CodeFacts) -> bool:
    """Whether anything but plain imports is known of the file; the rest need not be kept."""
    acts = facts.capabilities or facts.calls or facts.decoded or facts.anomalies or facts.mentions or facts.unread
    # A condition or a walk is beside a call.
    shown = facts.overrides or facts.addresses or facts.endless or facts.indirections or facts.obfuscation
    return bool(acts or shown)


def _imported(modules: Iterable[str], ecosystem: Ecosystem) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for module in modules:
        if not module or module.startswith((".", "/")):
            continue
        if ecosystem == "pypi":
            names[module.partition(".")[0]] = None
        else:
            parts = module.split("/")
            names["/".join(parts[: 2 if module.startswith("@") else 1])] = None
    return tuple(names)
