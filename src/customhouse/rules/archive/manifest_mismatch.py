"""The registry's description of the release and the archive's own differ.

## What it looks for

The manifest in the registry's answer beside the one inside the archive: name, version, dependencies that get
installed, install scripts, commands. For Python, where the index has no manifest, the name and version asked for
beside those in each file's metadata, and the files of a release beside each other.

| Difference | Finding |
|---|---|
| another name; an install script that only the archive has | high, high confidence |
| another version; another command for an install script | high, medium confidence |
| dependencies on one side only; node-gyp that the registry does not announce | medium, medium confidence |
| other version ranges, commands; a script that only the registry has; wheel and sdist that differ | low |

What npm itself rewrites on publishing is not a difference: `./cli.js` and `cli.js`, `v1.0.0` and `1.0.0`, build
metadata, optional dependencies listed twice, `user/repo` and `github:user/repo`, the `node-gyp rebuild` added for a
binding.gyp.

## Why attackers do it

npm takes the manifest from the publisher as a separate document and never compares it with the archive. Web pages,
scanners and dependency graphs read the document; the machine runs the archive. "Manifest confusion" (described in
2023 by Darcy Clarke) hides a postinstall script or a dependency from everyone who only asks the registry. The axios
attackers of 2026 used a cousin of it after the fact: plain-crypto-js replaced its own package.json on disk by one
that said 4.2.0, so `npm ls` told responders that the bad version was not there.

## Known evasions

Two manifests that agree and both lie. Fields that are not compared (browser, exports, description).

## Known false positives

Tools that rewrite package.json between the registry document and the archive (clean-publish, prepack scripts that
strip dependencies): they remove things, and removal is graded low or medium here. Python wheels may rightly require
other things than the sdist.

## What to do now

Believe the archive: it is what runs. Read its manifest, and take the difference up with the maintainers; a version
that is right on both sides costs them one publish.

## References

- [Manifest confusion, vlt blog](https://blog.vlt.sh/blog/the-massive-hole-in-the-npm-ecosystem)
- [CWE-345: Insufficient Verification of Data Authenticity](https://cwe.mitre.org/data/definitions/345.html)
"""

import re
from collections.abc import Iterator

from customhouse.model.content import ContentFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Severity
from customhouse.model.purl import Ecosystem, pypi_name
from customhouse.model.release import Manifest, Script
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain
from customhouse.rules.shared.places import manifest_file
from customhouse.rules.shared.specifiers import elsewhere, installed, takes_anything

_INSTALL = ("preinstall", "install", "postinstall")
_GYP = "node-gyp rebuild"
_Said = tuple[Severity, Confidence, str]


def _version(ecosystem: Ecosystem, text: str) -> str:
    """A version without what publishing takes off, so that the two sides can be compared as text."""
    if ecosystem == "npm":
        return text.strip().lstrip("=v").strip().partition("+")[0]
    from packaging.utils import canonicalize_version  # noqa: PLC0415 - needed for a differing text only

    return canonicalize_version(text.strip())


def _identity(case: Case, content: ContentFacts, manifest: Manifest) -> Iterator[_Said]:
    ecosystem, asked = case.purl.ecosystem, case.purl
    name = pypi_name(manifest.name) if ecosystem == "pypi" else manifest.name
    if name and name != asked.name:
        yield "high", "high", f"{content.filename} calls itself {manifest.name}, but {asked.name} was asked for"
    if asked.version is None or manifest.version in ("", asked.version):
        return
    if _version(ecosystem, manifest.version) != _version(ecosystem, asked.version):
        yield (
            "high",
            "medium",
            f"{content.filename} says it is version {manifest.version}, but {asked.version} was asked for",
        )


def _listed(names: set[str]) -> str:
    shown = sorted(names)
    return ", ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "")  # noqa: PLR2004


def _same_range(ecosystem: Ecosystem, one: str, other: str) -> bool:
    one, other = " ".join(one.split()), " ".join(other.split())
    if one == other or (takes_anything(one) and takes_anything(other)):
        return True
    if elsewhere(ecosystem, one) and elsewhere(ecosystem, other):
        # npm writes hosted shorthands out in one of several ways; owner and repository stay.
        tails = [re.sub(r"(?:\.git)?(?:#.*)?$", "", text).replace(":", "/").split("/")[-2:] for text in (one, other)]
        return tails[0] == tails[1]
    return "".join(one.split()) == "".join(other.split())


def _dependencies(ecosystem: Ecosystem, said: Manifest, held: Manifest) -> Iterator[_Said]:
    registry = {dependency.name: dependency.specifier for dependency in installed(said)}
    archive = {dependency.name: dependency.specifier for dependency in installed(held)}
    bundled = {dependency.name for dependency in held.dependencies if dependency.kind == "bundled"}
    if hidden := archive.keys() - registry.keys() - bundled:
        yield "medium", "medium", f"the archive depends on {_listed(hidden)}, which the registry does not mention"
    if claimed := registry.keys() - archive.keys() - bundled:
        yield "medium", "medium", f"the registry says it depends on {_listed(claimed)}, the archive does not"
    differing = {
        name for name in registry.keys() & archive.keys() if not _same_range(ecosystem, registry[name], archive[name])
    }
    if differing:
        yield "low", "medium", f"registry and archive ask for different versions of {_listed(differing)}"


def _plain(command: str) -> str:
    return " ".join(command.split())


def _scripts(said: Manifest, held: Manifest, content: ContentFacts) -> Iterator[_Said]:
    registry = {script.name: _plain(script.command) for script in said.scripts if script.name in _INSTALL}
    archive = {script.name: _plain(script.command) for script in held.scripts if script.name in _INSTALL}
    builds = any(hook.kind == "gyp" for hook in content.hooks)
    if builds and registry.get("install") == _GYP:
        registry.pop("install")
        archive.pop("install", None)
    elif builds and not said.gyp and not registry:
        yield (
            "medium",
            "medium",
            "the archive has a binding.gyp, so node-gyp runs at install; the registry does not say so",
        )
    if said.gyp and archive.get("install") == _GYP:
        archive.pop("install")
        registry.pop("install", None)
    for name in sorted(archive.keys() - registry.keys()):
        if archive[name]:
            yield "high", "high", f"the archive runs `{archive[name]}` at {name}; the registry shows no such script"
    for name in sorted(registry.keys() & archive.keys()):
        if registry[name] != archive[name]:
            yield (
                "high",
                "medium",
                f"the archive runs `{archive[name]}` at {name}; the registry shows `{registry[name]}`",
            )
    if gone := registry.keys() - archive.keys():
        yield "low", "medium", f"the registry shows {_listed(gone)}, the archive has no such script"


def _targets(commands: tuple[Script, ...]) -> dict[str, str]:
    return {script.name.rpartition("/")[2]: re.sub(r"^(?:\.?/)+", "", script.command) for script in commands}


def _commands(said: Manifest, held: Manifest) -> Iterator[_Said]:
    registry, archive = _targets(said.commands), _targets(held.commands)
    differing = {name for name in registry.keys() & archive.keys() if registry[name] != archive[name]}
    differing |= archive.keys() - registry.keys()
    if differing:
        yield "low", "medium", f"registry and archive install different commands: {_listed(differing)}"


def _artifacts(case: Case) -> Iterator[_Said]:
    """A release's wheel and its sdist; an sdist that names no requirement leaves them to its build."""
    wheels = [it for it in case.contents if it.filename.endswith(".whl") and it.manifest]
    others = [it for it in case.contents if not it.filename.endswith(".whl") and it.manifest]
    for wheel in wheels[:1]:
        for other in others[:1]:
            if wheel.manifest is None or other.manifest is None:
                continue
            built = {it.name for it in installed(wheel.manifest)}
            declared = {it.name for it in installed(other.manifest)}
            if declared and (more := built - declared):
                yield "low", "low", f"{wheel.filename} requires {_listed(more)}, which {other.filename} does not"


def judge(case: Case) -> Iterator[Finding]:
    """Compare what was asked for, what the registry says and what each archive says."""
    said = case.metadata.release.manifest if case.metadata else None
    for content in case.contents:
        if (held := content.manifest) is None:
            continue
        differences = [*_identity(case, content, held)]
        if said is not None and case.purl.ecosystem == "npm":
            differences += _dependencies("npm", said, held)
            differences += _scripts(said, held, content)
            differences += _commands(said, held)
        for severity, confidence, message in differences:
            yield RULE.finding(
                case,
                message,
                at=(manifest_file(case, content.filename),),
                hint=f"believe the archive, which is what runs; see both sides: {explain(case)}",
                severity=severity,
                confidence=confidence,
            )
    if case.purl.ecosystem == "pypi":
        for severity, confidence, message in _artifacts(case):
            yield RULE.finding(
                case,
                message,
                at=(manifest_file(case),),
                hint=f"prefer the wheel, whose metadata is final: {explain(case)}",
                severity=severity,
                confidence=confidence,
            )


RULE = Rule(
    id="manifest-mismatch",
    title="Manifest mismatch",
    severity="high",
    confidence="high",
    needs=("metadata", "content"),
    judge=judge,
    page=__doc__,
)
