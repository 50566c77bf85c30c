"""What projects start by themselves: hooks, workflows and runners, editors' tasks, agents' settings."""

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.jsonc import plain_json
from customhouse.hunt.hosts.persistence.entry import MAX_BYTES, Entry, meant_lines, text_of
from customhouse.hunt.hosts.persistence.shell_files import script
from customhouse.hunt.hosts.tree import Tree

_MAX_TEXTS = 2000
_MAX_DEPTH = 32
#: Settings of agents, below a project or a home, that may name commands to run.
_AGENT_SETTINGS = (
    ".claude/settings.json .claude/settings.local.json .claude.json .cursor/mcp.json .cursor/hooks.json "
    ".gemini/settings.json .mcp.json .vscode/mcp.json"
)
#: Instructions that agents read, which may tell them to run something.
_INSTRUCTIONS = "AGENTS.md CLAUDE.md GEMINI.md .cursorrules .claude/CLAUDE.md .github/copilot-instructions.md"
#: Keys of those settings below which commands stand.
_COMMANDS = frozenset({"command", "args", "hooks", "run", "url", "apiKeyHelper", "statusLine"})

#: Settings of git that name a folder of hooks, or a program that git starts (git-config(1)).
_GIT_COMMANDS = frozenset(
    {
        "core.hookspath", "core.fsmonitor", "core.sshcommand", "core.pager", "core.editor", "core.gitproxy",
        "core.askpass", "core.alternaterefscommand", "sequence.editor", "diff.external", "diff.command",
        "diff.textconv", "filter.clean", "filter.smudge", "filter.process", "merge.driver", "gpg.program",
        "credential.helper", "uploadpack.packobjectshook", "include.path", "includeif.path",
    }
)  # fmt: skip
_GIT_SECTION = re.compile(r"\[\s*([\w.-]+)(?:\s*\"(?:[^\"\\]|\\.)*\")?\s*\]")


def project_entries(tree: Tree, folder: str) -> Iterator[Entry]:
    """Give what one project (a real path), or one home, starts by itself."""
    inner = tree.inner(folder).rstrip("/")
    yield from _hooks(tree, inner)
    for each in ("/.github/workflows", "/.github/actions"):
        for real in tree.files(inner + each):
            if real.endswith((".yml", ".yaml")):
                entries = script(tree, real, "workflow", "when GitHub runs it")
                yield from (msgspec.structs.replace(entry, checked_out=True) for entry in entries)
    for name in _INSTRUCTIONS.split():
        for real in tree.present((f"{inner}/{name}",)):
            entries = script(tree, real, "agent instructions", "when an agent reads them")
            yield from (msgspec.structs.replace(entry, checked_out=True) for entry in entries)
    readers: tuple[tuple[str, Callable[[Tree, str], Iterator[Entry]]], ...] = (
        (".runner", _runner),
        (".vscode/tasks.json", _tasks),
        (".devcontainer/devcontainer.json", _devcontainer),
        (".devcontainer.json", _devcontainer),
        *((each, _agent) for each in _AGENT_SETTINGS.split()),
    )
    for name, reader in readers:
        for real in tree.present((f"{inner}/{name}",)):
            yield from reader(tree, real)


def _hooks(tree: Tree, inner: str) -> Iterator[Entry]:
    """Read git's own hooks, and those of the folder to which the configuration leads (githooks(5))."""
    for real in tree.files(f"{inner}/.git/hooks"):
        if not real.endswith(".sample"):
            yield from script(tree, real, "git hook", "when git does something")
    for real in tree.files(f"{inner}/.husky"):
        entries = script(tree, real, "git hook", "when git does something")
        yield from (msgspec.structs.replace(entry, checked_out=True) for entry in entries)
    for real in tree.present((f"{inner}/.git/config", f"{inner}/.gitconfig", f"{inner}/.config/git/config")):
        yield from _git_settings(tree, real, inner)


def _git_settings(tree: Tree, real: str, inner: str) -> Iterator[Entry]:
    """Give the settings of git that name something to run, and the hooks in a folder that they name."""
    section, since = "", tree.times(real)
    for number, line in meant_lines(text_of(tree, real) or ""):
        head = _GIT_SECTION.match(line)
        if head:
            section = head[1].lower()
            line = line[head.end() :].strip()  # noqa: PLW2901 - a setting may stand behind its section
        if not line:
            continue
        key, _, value = line.partition("=")
        name, value = f"{section}.{key.strip().lower()}", value.strip().strip('"')
        if name in _GIT_COMMANDS or (section == "alias" and value.startswith("!")):
            yield Entry("git setting", name, value, real, number, "when git does something", line, since, by_hand=True)
        if name == "core.hookspath" and not value.startswith("~"):
            for hook in tree.files(value if value.startswith("/") else f"{inner}/{value}"):
                yield from script(tree, hook, "git hook", "when git does something")


def _runner(tree: Tree, real: str) -> Iterator[Entry]:
    """Tell a self-hosted runner of GitHub's, by the name and the place that it is registered with."""
    value = _json(tree, real)
    name = value.get("agentName") if isinstance(value, dict) else None
    place = value.get("gitHubUrl") if isinstance(value, dict) else None
    if isinstance(name, str):
        starts = f"jobs of {place}" if isinstance(place, str) else "jobs"
        body = "\n".join(_texts(value))
        yield Entry("self-hosted runner", name, starts, real, None, "when GitHub asks", body, tree.times(real))


def _tasks(tree: Tree, real: str) -> Iterator[Entry]:
    """Give tasks of Visual Studio Code that run when the folder is opened."""
    value = _json(tree, real)
    tasks = value.get("tasks") if isinstance(value, dict) else None
    for task in tasks[:_MAX_TEXTS] if isinstance(tasks, list) else ():
        options = task.get("runOptions") if isinstance(task, dict) else None
        if not isinstance(options, dict) or options.get("runOn") != "folderOpen":
            continue
        arguments = task.get("args")
        words = [task.get("command"), *(arguments if isinstance(arguments, list) else [])]
        starts = " ".join(word for word in words if isinstance(word, str))
        label = task.get("label") or task.get("taskName")
        name = label if isinstance(label, str) else "task"
        body, since = "\n".join(_texts(task)), tree.times(real)
        yield Entry("editor task", name, starts, real, None, "when the folder is opened", body, since, checked_out=True)


def _devcontainer(tree: Tree, real: str) -> Iterator[Entry]:
    value = _json(tree, real)
    for key, each in value.items() if isinstance(value, dict) else ():
        if key in ("initializeCommand", "onCreateCommand", "updateContentCommand", "postCreateCommand") or (
            key in ("postStartCommand", "postAttachCommand")
        ):
            starts = " ".join(_texts(each))
            since = tree.times(real)
            yield Entry("dev container command", key, starts, real, None, key, starts, since, checked_out=True)


def _agent(tree: Tree, real: str) -> Iterator[Entry]:
    """Give the commands of an agent's settings: its hooks, and the servers that it starts."""
    value = _json(tree, real)
    if not isinstance(value, dict):
        return
    for section in ("hooks", "mcpServers", "servers", "statusLine", "apiKeyHelper"):
        below = value.get(section)
        groups = list(below.items())[:_MAX_TEXTS] if isinstance(below, dict) else [(section, below)] if below else []
        for name, each in groups:
            starts = " ".join(_commands(each))
            if starts:
                body, since = "\n".join(_texts(each)), tree.times(real)
                yield Entry(
                    "agent settings", f"{section}: {name}", starts, real, None, "when an agent starts", body, since
                )


def _commands(value: Any, *, inside: bool = False, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        if inside or not depth:
            yield value
    elif isinstance(value, dict) and depth < _MAX_DEPTH:
        for key, each in value.items():
            if key != "env":
                yield from _commands(each, inside=key in _COMMANDS and key != "hooks", depth=depth + 1)
    elif isinstance(value, list) and depth < _MAX_DEPTH:
        for each in value:
            yield from _commands(each, inside=inside, depth=depth + 1)


def _json(tree: Tree, real: str) -> Any:
    """Read JSON that may hold comments; None, and a note, where it is none."""
    data = tree.read(real, MAX_BYTES)
    if data is None:
        return None
    try:
        return msgspec.json.decode(plain_json(data.removeprefix(b"\xef\xbb\xbf")))
    except (msgspec.DecodeError, UnreadableError, RecursionError, UnicodeDecodeError):
        tree.refuse(real, f"{os.path.basename(real)} is no JSON that can be read")  # noqa: PTH119 - as in the tree
        return None


def _texts(value: Any) -> Iterator[str]:
    """Give texts and keys, without the values of environment variables, which may be secrets."""
    pending: list[tuple[Any, int]] = [(value, 0)]
    left = _MAX_TEXTS
    while pending and left:
        left -= 1
        one, depth = pending.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict) and depth < _MAX_DEPTH:
            for key, each in one.items():
                pending += [(key, depth + 1), ("" if key in ("env", "headers") else each, depth + 1)]
        elif isinstance(one, list) and depth < _MAX_DEPTH:
            pending += [(each, depth + 1) for each in one]
