"""What install hooks and code start, as simple commands: the one place where rules over programs get them from."""

from collections.abc import Iterator

import msgspec

from customhouse.model.change import Phase
from customhouse.model.code import CodeFacts
from customhouse.model.command_words import SimpleCommand, followed, simple_commands
from customhouse.model.content import ContentFacts, InstallHook
from customhouse.model.evidence import Case
from customhouse.model.finding import Location
from customhouse.rules.shared.novelty import Novelty, hook_novelty, novelty
from customhouse.rules.shared.phase import calls, phase
from customhouse.rules.shared.places import manifest_file

#: Arguments by keyword, as Python's calls have them: `shell=True`.
_KEYWORD = "="
#: What stands for a program that the file computes: nearly always the interpreter that runs it.
_COMPUTED = "{}"


class Started(msgspec.Struct, frozen=True):
    """One program that is started: by a hook's command line, or by a call."""

    command: SimpleCommand
    #: Who starts it, as a sentence begins: `postinstall` or `setup.py`.
    by: str
    place: Location
    phase: Phase
    novelty: Novelty
    #: Whether the manifest says so itself; False for code.
    by_manifest: bool


def lifecycle_hooks(content: ContentFacts) -> tuple[InstallHook, ...]:
    """The lifecycle hooks of an archive, one a name: the evidence has one for each file that a command starts."""
    found = {hook.name: hook for hook in reversed(content.hooks) if hook.kind == "lifecycle-script"}
    return tuple(reversed(found.values()))


def hook_commands(case: Case, content: ContentFacts) -> Iterator[Started]:
    """Every command of the lifecycle scripts, those that they start with `npm run` included."""
    scripts = {script.name: script.command for script in content.manifest.scripts} if content.manifest else {}
    place = manifest_file(case, content.filename)
    for hook in lifecycle_hooks(content):
        for command in followed(hook.command, scripts):
            yield Started(command, hook.name, place, "install", hook_novelty(case, hook), by_manifest=True)


def code_commands(case: Case, content: ContentFacts) -> Iterator[Started]:
    """Every command that a call starts at install or when the package is loaded, as far as its words are constant."""
    for code in content.code:
        if code.reach == "other":
            continue
        for call in calls(code, "process"):
            moment = phase(code, call.when)
            if moment == "call":
                continue
            fresh = novelty(case, code.path, "process")
            for command in simple_commands(_line(code, call.arguments)):
                place = Location(code.path, call.line)
                yield Started(command, code.path, place, moment, fresh, by_manifest=False)


def started(case: Case) -> Iterator[Started]:
    """Both, of every archive."""
    for content in case.contents:
        yield from hook_commands(case, content)
        yield from code_commands(case, content)


def _line(code: CodeFacts, arguments: tuple[str | None, ...]) -> str:
    """The arguments of a call that starts a program as one command line; readers join lists with blanks."""
    words = [argument or _COMPUTED for argument in arguments]
    words = [word for word in words if _KEYWORD not in word.partition(" ")[0] or " " in word]
    line = " ".join(words)
    own = "python" if code.language == "python" else "node"
    return own + line.removeprefix(_COMPUTED) if line.startswith(_COMPUTED) and not line.startswith("{}/") else line
