"""What an artifact changes against the same kind of artifact of the previous release. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec

from customhouse.archives.tree import compare_trees
from customhouse.evidence.edits import edits
from customhouse.model.change import ChangeFacts, GainedCapability, HookChange, Phase
from customhouse.model.code import Capability, CodeFacts, is_obfuscated
from customhouse.model.content import ContentFacts, InstallHook, Member, Tree
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.release import Release, Script

CHANGE_VERSION = "3"
_LARGEST = 5
#: auditwheel and delocate put a digest into the names of the libraries they bundle.
_BUILD_HASH = lazy_regex(r"-[0-9a-f]{6,}$")
_Item = TypeVar("_Item")
#: One place is shown for each capability that a phase gains, and no more than this many.
_MAX_GAINED = 40


def compare(
    after: ContentFacts, after_tree: Tree, before: ContentFacts, before_tree: Tree, previous: str
) -> ChangeFacts:
    """Compare two opened artifacts; `previous` says which the earlier one is. Dependencies are added by the engine."""
    trees = compare_trees(before_tree, after_tree)
    largest = sorted(trees.added, key=lambda member: (-member.size, member.path))[:_LARGEST]
    added, changed = _hooks(after, _digests(after_tree.members), before, _digests(before_tree.members))
    return ChangeFacts(
        previous=previous,
        added_hooks=added,
        changed_hooks=changed,
        added_natives=_added_natives(after, before),
        gained=_gained(after, before),
        size_before=before.unpacked_size,
        size_after=after.unpacked_size,
        added_files=len(trees.added),
        removed_files=len(trees.removed),
        changed_files=len(trees.changed),
        largest_added=tuple((member.path, member.size) for member in largest),
        added_hosts=_added_hosts(after, before),
        **msgspec.structs.asdict(edits(after, after_tree, before_tree)),
        added_commands=_added_commands(after, before),
        added_top_level=_added_top_level(after, before),
        build_before=before.build,
        newly_obfuscated=_newly_obfuscated(after, before, before_tree),
        added_gyp_commands=_added_gyp_commands(after, before),
    )


def phase_of(facts: CodeFacts, capability: Capability) -> Phase:
    """Say when a capability can be used: at install, when the package is loaded, or only when something calls it."""
    if facts.reach == "install":
        return "install"
    return "import" if facts.reach == "import" and capability.when == "load" else "call"


def worth_comparing(facts: ContentFacts) -> bool:
    """Whether the artifact has anything that it could have gained: without, no comparison can find more than size."""
    return bool(facts.natives or facts.hooks or any(each.capabilities for each in facts.code))


def named_hosts(facts: ContentFacts) -> tuple[str, ...]:
    """Every host that the code of an artifact names, of URLs their host alone; sorted."""
    return tuple(sorted({host for each in facts.code for name in each.hosts if (host := _host(name))}))


def _host(name: str) -> str:
    return name.partition("://")[2].partition("/")[0].rpartition("@")[2] if "://" in name else name.partition("/")[0]


def _added_hosts(after: ContentFacts, before: ContentFacts) -> tuple[str, ...]:
    known = set(named_hosts(before))
    return tuple(host for host in named_hosts(after) if host not in known)[:_MAX_GAINED]


def _newly_obfuscated(after: ContentFacts, before: ContentFacts, before_tree: Tree) -> tuple[str, ...]:
    """Files that an obfuscator wrote and that were written otherwise, or did not exist where no file was obfuscated.

    A package that ships obfuscated bundles under names that change with each build has no new ones.
    """
    known = {each.path for each in before.code if is_obfuscated(each)}
    existed = {member.path for member in before_tree.members}
    found = (each.path for each in after.code if is_obfuscated(each) and each.path not in known)
    return tuple(path for path in found if path in existed or not known)[:_MAX_GAINED]


def _added_natives(after: ContentFacts, before: ContentFacts) -> tuple[str, ...]:
    known = {_native_name(path) for path in before.natives}
    return tuple(path for path in sorted(after.natives) if _native_name(path) not in known)


def _native_name(path: str) -> str:
    """The name without what differs between platforms and builds: `a/_x.cpython-311-x86_64-linux-gnu.so` is `a/_x`."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/{_BUILD_HASH.sub('', name.partition('.')[0])}"


def without_archive(release: Release, previous: Release) -> ChangeFacts | None:
    """Say what changed from what the registry states alone; None when it does not state enough."""
    if release.unpacked_size is None or previous.unpacked_size is None:
        return None
    return ChangeFacts(
        previous=previous.purl.version or "",
        size_before=previous.unpacked_size,
        size_after=release.unpacked_size,
        compared=False,
    )


def merge_changes(previous: str, changes: Sequence[ChangeFacts]) -> ChangeFacts:
    """Unite the changes of a release's several artifacts; sizes and counts are those of the artifact that grew most."""
    grown = max(changes, key=lambda each: each.size_after - each.size_before)
    return ChangeFacts(
        previous=previous,
        added_hooks=_unique(hook for each in changes for hook in each.added_hooks),
        changed_hooks=_unique(hook for each in changes for hook in each.changed_hooks),
        added_natives=_unique(native for each in changes for native in each.added_natives),
        gained=_unique(gain for each in changes for gain in each.gained),
        size_before=grown.size_before,
        size_after=grown.size_after,
        added_files=grown.added_files,
        removed_files=grown.removed_files,
        changed_files=grown.changed_files,
        largest_added=grown.largest_added,
        added_hosts=_unique(host for each in changes for host in each.added_hosts),
        added_code=_unique(one for each in changes for one in each.added_code),
        longest_before=max(each.longest_before for each in changes),
        encoded_before=max(each.encoded_before for each in changes),
        insertions=_unique(one for each in changes for one in each.insertions),
        lone_variants=_unique(one for each in changes for one in each.lone_variants),
        altered=_unique(path for each in changes for path in each.altered),
        altered_files=max(each.altered_files for each in changes),
        built_alone=_unique(path for each in changes for path in each.built_alone),
        compared=all(each.compared for each in changes),
        added_commands=_unique(command for each in changes for command in each.added_commands),
        added_top_level=_unique(name for each in changes for name in each.added_top_level),
        added_gyp_commands=_unique(command for each in changes for command in each.added_gyp_commands),
        build_before=next((each.build_before for each in changes if each.build_before is not None), None),
        newly_obfuscated=_unique(path for each in changes for path in each.newly_obfuscated),
    )


def _added_commands(after: ContentFacts, before: ContentFacts) -> tuple[Script, ...]:
    if after.manifest is None or before.manifest is None:
        return ()
    known = {command.name for command in before.manifest.commands}
    return tuple(command for command in after.manifest.commands if command.name not in known)


def _added_gyp_commands(after: ContentFacts, before: ContentFacts) -> tuple[str, ...]:
    known = {command.command for each in before.gyp for command in each.commands}
    return _unique(it.command for each in after.gyp for it in each.commands if it.command not in known)


def _added_top_level(after: ContentFacts, before: ContentFacts) -> tuple[str, ...]:
    """Modules that a wheel installs and the earlier wheel did not; an sdist has folders that are never installed."""
    if not (after.filename.endswith(".whl") and before.filename.endswith(".whl")):
        return ()
    return tuple(name for name in after.top_level if name not in before.top_level)


def _unique(items: Iterable[_Item]) -> tuple[_Item, ...]:
    return tuple(dict.fromkeys(items))


def _hooks(
    after: ContentFacts, digests_after: Mapping[str, str], before: ContentFacts, digests_before: Mapping[str, str]
) -> tuple[tuple[InstallHook, ...], tuple[HookChange, ...]]:
    earlier: dict[tuple[str, str], list[InstallHook]] = {}
    for hook in before.hooks:
        earlier.setdefault((hook.kind, hook.name), []).append(hook)
    added: list[InstallHook] = []
    changed: list[HookChange] = []
    for hook in after.hooks:
        known = earlier.get((hook.kind, hook.name))
        if known is None:
            added.append(hook)
            continue
        same = next((each for each in known if each.command == hook.command and each.path == hook.path), None)
        if same is None:
            changed.append(HookChange(known[0], hook))
        elif hook.path and digests_after.get(hook.path) != digests_before.get(hook.path):
            changed.append(HookChange(same, hook, file_changed=True))
    return tuple(added), tuple(changed)


def _digests(members: Iterable[Member]) -> dict[str, str]:
    return {member.path: member.sha256 for member in members}


def _gained(after: ContentFacts, before: ContentFacts) -> tuple[GainedCapability, ...]:
    """Capabilities that no file of the earlier artifact has at that phase, or at one that runs sooner."""
    had = {(each.kind, phase_of(facts, each)) for facts in before.code for each in facts.capabilities}
    reached = {kind for kind, phase in had if phase == "install"}
    loaded = reached | {kind for kind, phase in had if phase == "import"}
    called = loaded | {kind for kind, _ in had}
    known: dict[Phase, set[str]] = {"install": set(reached), "import": set(loaded), "call": set(called)}
    gained: list[GainedCapability] = []
    for facts in after.code:
        for each in facts.capabilities:
            phase = phase_of(facts, each)
            if each.kind in known[phase]:
                continue
            known[phase].add(each.kind)
            gained.append(GainedCapability(each.kind, phase, facts.path, each.line, each.detail, facts.reach))
    return tuple(gained[:_MAX_GAINED])
