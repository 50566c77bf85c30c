"""Writing Sigma rules (https://sigmahq.io/sigma-specification/): one document each log source that shows a fact.

Rules are of the generic log sources, whose field names every backend maps: `dns`, `proxy`, `firewall`, `file_event`,
`process_creation` and `registry_event`. A value with `*` matches any part, as it does in a pack.
"""

import uuid
from collections.abc import Callable
from typing import Any

import msgspec

from customhouse.indicators.checking import ALGORITHMS
from customhouse.indicators.formats.interface import since
from customhouse.model.campaign import Campaign, Fact, FactKind, Platform

#: Ours, chosen once at random: the namespace of rules' ids.
_OURS = uuid.UUID("c2f5a0de-5c1b-4a41-a1ee-3f0a58a3c1b7")
#: ATT&CK v17: what the log source shows the payload doing.
_STAYS, _CALLS, _RUNS = "attack.persistence", "attack.command-and-control", "attack.execution"


class _Source(msgspec.Struct, frozen=True):
    """One log source: which facts it shows, and the selections that they make."""

    name: str
    kinds: frozenset[FactKind]
    logsource: dict[str, str]
    selections: Callable[[list[Fact]], dict[str, dict[str, list[str]]]]
    tag: str
    #: Whether it belongs to one system, so that each platform has a rule of its own.
    of_platform: bool = False


def write_sigma(campaign: Campaign) -> str:
    """Write the rules as one YAML stream. Facts that no log source shows (texts above all) are left out."""
    import yaml  # noqa: PLC0415 - only when they are written

    rules = [rule for source in _SOURCES for rule in _rules(campaign, source)]
    return yaml.safe_dump_all(rules, sort_keys=False, allow_unicode=True, width=120)


def _rules(campaign: Campaign, source: _Source) -> list[dict[str, Any]]:
    facts = [fact for fact in campaign.facts if fact.kind in source.kinds]
    if not source.of_platform:
        return [_rule(campaign, source, facts, "")] if facts else []
    found = []
    platforms: tuple[Platform, ...] = ("linux", "macos", "windows")
    for platform in platforms:
        own = [
            fact for fact in facts if fact.platform == platform or (fact.platform == "any" and _fits(fact, platform))
        ]
        if own:
            found.append(_rule(campaign, source, own, platform))
    return found


def _fits(fact: Fact, platform: Platform) -> bool:
    """Whether a fact of any system can be one of this: a registry key is Windows', a path says it by its slashes."""
    if fact.kind == "registry-key":
        return platform == "windows"
    if fact.kind == "path" and ("\\" in fact.value or fact.value.startswith("%")):
        return platform == "windows"
    return not (fact.kind == "path" and fact.value.startswith(("/", "~", "$"))) or platform != "windows"


def _rule(campaign: Campaign, source: _Source, facts: list[Fact], platform: str) -> dict[str, Any]:
    selections = source.selections(facts)
    dated = since(campaign).strftime("%Y-%m-%d")
    level = "high" if any(fact.confidence == "high" for fact in facts) else "medium"
    where = f" ({platform})" if platform else ""
    return {
        "title": f"{campaign.title[:90]}: {source.name}{where}",
        "id": str(uuid.uuid5(_OURS, f"{campaign.id}\0{source.name}\0{platform}")),
        "status": "experimental",
        "description": campaign.summary,
        "references": [each.url for each in campaign.references if each.url],
        "author": "Customhouse",
        "date": dated,
        "tags": [source.tag, f"tlp.{campaign.tlp.lower().replace('+', '-')}"],
        "logsource": {**source.logsource, **({"product": platform} if platform else {})},
        "detection": {**selections, "condition": f"1 of {_PREFIX}*"},
        "falsepositives": ["Unknown"],
        "level": level,
    }


_PREFIX = "selection_"
#: What stands for a folder at the start of a path (in capitals) → the end of that folder's path on every machine.
_FOLDERS = {
    "%PROGRAMDATA%": "\\ProgramData", "%TEMP%": "\\Temp", "%TMP%": "\\Temp", "%APPDATA%": "\\AppData\\Roaming",
    "%LOCALAPPDATA%": "\\AppData\\Local", "%USERPROFILE%": "", "~": "", "$HOME": "", "$TMPDIR": "",
}  # fmt: skip


def _escaped(value: str) -> str:
    r"""Write a value for a modifier that takes wildcards: `*` stays one, `?` and `\` before either do not."""
    return value.replace("?", r"\?").replace("\\*", "\\\\*")


def _dns(facts: list[Fact]) -> dict[str, dict[str, list[str]]]:
    names = [fact.value for fact in facts]
    return {f"{_PREFIX}name": {"query": names}, f"{_PREFIX}below": {"query|endswith": [f".{name}" for name in names]}}


def _proxy(facts: list[Fact]) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    if hosts := [fact.value for fact in facts if fact.kind == "domain"]:
        found[f"{_PREFIX}host"] = {"cs-host": hosts}
        found[f"{_PREFIX}below"] = {"cs-host|endswith": [f".{host}" for host in hosts]}
    if urls := [_escaped(fact.value) for fact in facts if fact.kind == "url"]:
        found[f"{_PREFIX}url"] = {"c-uri|contains": urls}
    if agents := [_escaped(fact.value) for fact in facts if fact.kind == "user-agent"]:
        found[f"{_PREFIX}agent"] = {"c-useragent": agents}
    return found


def _firewall(facts: list[Fact]) -> dict[str, dict[str, list[str]]]:
    return {f"{_PREFIX}address": {"dst_ip": [fact.value for fact in facts]}}


def _files(facts: list[Fact]) -> dict[str, dict[str, list[str]]]:
    return {f"{_PREFIX}path": {"TargetFilename|endswith": [_ending(fact.value) for fact in facts]}}


def _ending(path: str) -> str:
    """The end of a path as logs have it, where variables stand for what they hold; a bare name after any slash."""
    placed = _placed(path)
    mark = "\\" if "\\" in placed else "/"
    return _escaped(placed if placed.startswith(("/", "\\")) or ":" in placed[:2] else f"{mark}{placed}")


def _placed(path: str) -> str:
    """A path with its leading variable replaced by the part that is the same on every machine."""
    for variable, folder in _FOLDERS.items():
        if path.upper().startswith(variable):
            return folder + path[len(variable) :]
    return path


def _processes(facts: list[Fact]) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    lines = [_escaped(_placed(fact.value)) for fact in facts if fact.kind in ("process", "service", "path")]
    if lines:
        found[f"{_PREFIX}line"] = {"CommandLine|contains": lines}
    hashed = [fact for fact in facts if fact.kind == "digest" and fact.role == "payload"]
    if hashed:
        named = [f"{ALGORITHMS[len(fact.value)].upper()}={fact.value}" for fact in hashed]
        found[f"{_PREFIX}hash"] = {"Hashes|contains": named}
    return found


def _registry(facts: list[Fact]) -> dict[str, dict[str, list[str]]]:
    return {f"{_PREFIX}key": {"TargetObject|contains": [_escaped("\\" + f.value.partition("\\")[2]) for f in facts]}}


_SOURCES: tuple[_Source, ...] = (
    _Source("name looked up", frozenset({"domain"}), {"category": "dns"}, _dns, _CALLS),
    _Source("request by proxy", frozenset({"domain", "url", "user-agent"}), {"category": "proxy"}, _proxy, _CALLS),
    _Source("connection", frozenset({"address"}), {"category": "firewall"}, _firewall, _CALLS),
    _Source("file written", frozenset({"path"}), {"category": "file_event"}, _files, _STAYS, of_platform=True),
    _Source(
        "process started",
        frozenset({"process", "service", "path", "digest"}),
        {"category": "process_creation"},
        _processes,
        _RUNS,
        of_platform=True,
    ),
    _Source(
        "registry key set",
        frozenset({"registry-key"}),
        {"category": "registry_event"},
        _registry,
        _STAYS,
        of_platform=True,
    ),
)
