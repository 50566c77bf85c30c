"""An example of a repository as Markdown: its files, and what the rule says of them."""

from customhouse.rules.example_text import fenced
from customhouse.rules.repository.example import RepositoryExample, RepositoryExpectation


def _said(expected: RepositoryExpectation) -> str:
    where = f" at `{expected.path}`" if expected.path else ""
    where += f" line {expected.line}" if expected.line else ""
    decision = f": {expected.decision}" if expected.decision else ""
    return f"→ **{expected.severity}**, {expected.confidence} confidence{where}{decision}"


def _files(example: RepositoryExample) -> list[str]:
    lines: list[str] = []
    if example.configuration:
        lines += fenced("customhouse.toml", example.configuration)
    for name, text in (example.base or {}).items():
        if example.files.get(name) != text:
            lines += fenced(name, text, "at the revision compared with")
    for name, text in example.files.items():
        lines += fenced(name, text)
    return lines


def repository_example_markdown(example: RepositoryExample) -> str:
    """Title, explanation, the files, and what the rule says of them."""
    lines = [f"**{example.title}.** {example.explanation}", *_files(example)]
    told = [f"- {it.name} ({it.ecosystem}): {it.status}" for it in example.public]
    if told:
        lines += ["", "What the public registry says:", "", *told]
    if example.registries:
        lines += ["", "Registries that the clients are set to:", ""]
        lines += [f"- {it.scope or it.ecosystem}: `{it.url}`" for it in example.registries]
    said = [_said(expected) for expected in example.expect] or ["→ no finding of this rule"]
    for line in said:
        lines += ["", line]
    return "\n".join(lines)


def other_repository_titles(examples: tuple[RepositoryExample, ...]) -> str:
    """The titles of the examples that the page does not show in full."""
    if not examples:
        return ""
    rows = []
    for it in examples:
        kinds = dict.fromkeys(f"{one.severity}, {one.confidence} confidence" for one in it.expect)
        rows.append(f"- {it.title}" + (f" ({'; '.join(kinds)})" if kinds else ""))
    return "\n\nTested as well:\n\n" + "\n".join(rows)
