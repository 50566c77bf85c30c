"""An example as Markdown: enough of the release to see why the rule speaks or does not."""

import json
from datetime import UTC

from customhouse.rules.example import Example, ExampleRelease, OtherRelease

_LANGUAGES = {
    "js": "js",
    "cjs": "js",
    "mjs": "js",
    "ts": "ts",
    "py": "python",
    "json": "json",
    "toml": "toml",
    "yml": "yaml",
    "yaml": "yaml",
}
_LINES = 30
_WIDTH = 200


def _when(release: ExampleRelease) -> str:
    return f", published {release.published.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if release.published else ""


def _about(release: ExampleRelease) -> str:
    """What the registry says beside the manifest, as the rest of a bullet."""
    said = _when(release)
    if release.publisher:
        by = " ".join(
            part
            for part in (release.publisher.name, f"<{release.publisher.email}>" if release.publisher.email else "")
            if part
        )
        said += f", by {by}" if by else ""
        if release.publisher.trusted is not None:
            said += " through trusted publishing" if release.publisher.trusted else " with a token"
    if release.provenance is not None:
        said += ", with an attestation" if release.provenance else ", without an attestation"
    return said


def _visible(text: str) -> str:
    """The text as a page can show it: what cannot be seen is written as an escape, long lines and files are cut."""
    shown = "".join(char if char == "\n" or char.isprintable() else f"\\u{{{ord(char):x}}}" for char in text)
    lines = [line if len(line) <= _WIDTH else f"{line[:_WIDTH]} …" for line in shown.rstrip("\n").split("\n")]
    return "\n".join(lines[:_LINES] + ([f"… {len(lines) - _LINES} more lines"] if len(lines) > _LINES else []))


def fenced(name: str, text: str, when: str = "") -> list[str]:
    """A file of an example as lines of Markdown, with a blank line before; `when` says which state of it."""
    language = _LANGUAGES.get(name.rpartition(".")[2], "text")
    return ["", f"`{name}`{f' {when}' if when else ''}:", "", f"```{language}", _visible(text), "```"]


def _content(release: ExampleRelease) -> list[str]:
    lines: list[str] = []
    if release.package:
        lines += fenced("package.json", json.dumps(release.package, indent=2, ensure_ascii=False))
    if release.registry_manifest or release.registry_lacks:
        replaced = {**release.registry_manifest, **dict.fromkeys(release.registry_lacks)}
        lines += fenced("what the registry shows instead.json", json.dumps(replaced, indent=2, ensure_ascii=False))
    if release.requires:
        lines += fenced("METADATA", "\n".join(f"Requires-Dist: {it}" for it in release.requires))
    for name, text in release.files.items():
        lines += fenced(name, text)
    for name, text in release.source.items():
        lines += fenced(name, text, "in the sdist")
    beside = [f"`{name}` (binary)" for name in release.binaries]
    beside += [f"`{name}` ({size:,} bytes)" for name, size in release.filler.items()]
    beside += [f"`{it.name}` ({it.kind}{f' to `{it.target}`' if it.target else ''})" for it in release.members]
    if release.fault:
        beside.append(f"the archive is {release.fault.replace('-', ' ')}")
    if release.stated:
        beside.append("the archive states " + ", ".join(f"{key} `{value}`" for key, value in release.stated.items()))
    if beside:
        lines += ["", f"Also in the archive: {', '.join(beside)}."]
    return lines


def _other(release: OtherRelease) -> str:
    scripts = ", ".join(f"{name}: `{command}`" for name, command in release.package.get("scripts", {}).items())
    return f"- On the registry: {release.name} {release.version}{_about(release)}{f'; {scripts}' if scripts else ''}"


def _changed_content(example: Example) -> list[str]:
    """What the release before had in its manifest, when the example turns on it."""
    previous = example.previous
    if previous is None or not (previous.package or previous.requires):
        return []
    if previous.package == example.package and previous.requires == example.requires:
        return []
    said = json.dumps(previous.package, ensure_ascii=False) if previous.package else ", ".join(previous.requires)
    return [f"  The manifest then: `{said}`"]


_AT_BASE = {
    "nothing": "nothing of that name",
    "workspace": "a project of the repository itself under that name",
    "other-bytes": "the same version with another digest",
    "earlier": "the version before",
    "same": "the same release",
}


def example_markdown(example: Example) -> str:
    """Title, explanation, the release and its surroundings, and what the rule says of it."""
    lines = [f"**{example.title}.** {example.explanation}", ""]
    lines.append(f"- The release: {example.name} {example.version}{_about(example)}")
    if example.previous:
        lines.append(f"- Before it: {example.previous.version}{_about(example.previous)}")
        lines += _changed_content(example)
    lines += [_other(other) for other in example.other_releases]
    if example.lock:
        lines.append(f"- Locked by {example.lock.format}, digest: {example.lock.integrity}")
    lines += [f"- On record: {it.id} ({it.kind}, {it.severity})" for it in example.advisories]
    if example.base:
        lines.append(f"- At the base, the lock had {_AT_BASE[example.base.had]}")
    if example.minimum_age_days:
        judged = f"{example.judged.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        lines.append(f"- Judged {judged} with a cooldown of {example.minimum_age_days} days")
    lines += _content(example)
    if example.expect:
        where = f" at `{example.expect.path}`" if example.expect.path else ""
        where += f" line {example.expect.line}" if example.expect.line else ""
        lines += ["", f"→ **{example.expect.severity}**, {example.expect.confidence} confidence{where}"]
    else:
        lines += ["", "→ no finding of this rule"]
    return "\n".join(lines)


def other_titles(examples: tuple[Example, ...]) -> str:
    """The titles of the examples that the page does not show in full."""
    if not examples:
        return ""
    rows = [
        f"- {it.title}" + (f" ({it.expect.severity}, {it.expect.confidence} confidence)" if it.expect else "")
        for it in examples
    ]
    return "\n\nTested as well:\n\n" + "\n".join(rows)
