"""Files that are code because something starts or loads them, whatever they are called.

Node runs `node logo.png` and loads `require('./data.dat')` as JavaScript, Python runs `python notes.txt`, a shell runs
anything. So the name of a file does not say that it is no code: what a hook names, what a module requires, and what a
file that can start programs or execute text names by its whole file name is read too, nested archives included.
"""

import posixpath
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping
from string import ascii_letters, digits

import msgspec

from customhouse.model.code import CodeFacts, Language
from customhouse.model.content import InstallHook
from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.read import language_of

#: Members of other kinds that are read for one package, at most, and the bytes that one may have.
MOST, LARGEST = 64, 4 * 1024 * 1024
_INTERPRETERS: tuple[tuple[frozenset[str], Language], ...] = (
    (frozenset({"node", "nodejs", "electron"}), "javascript"),
    (frozenset({"bun", "deno", "tsx", "ts-node"}), "typescript"),
    (frozenset({"python", "python2", "python3", "py", "pypy", "pypy3", "pythonw"}), "python"),
    (frozenset({"sh", "bash", "zsh", "dash", "ksh", "ash", "cmd", "powershell", "pwsh", "source", "."}), "shell"),
)
_SHELL_NAMES = (".sh", ".bash", ".zsh", ".ksh", ".bat", ".cmd", ".ps1", ".command")
#: What a module system gives a meaning of its own.
_NO_CODE = (".json", ".node", ".wasm", ".d.ts", ".d.mts", ".d.cts", ".map")
_STARTING = frozenset({"process", "dynamic-code"})
#: Modules that start files; what starts them is no capability of its own.
_STARTERS = frozenset({"worker_threads", "cluster", "runpy", "multiprocessing"})
#: Bytes above which a file is most likely bundled from many.
_BUNDLE = 256 * 1024
_SEPARATORS = ";&|()"
#: What may be a file's name, in a constant, a command line or anywhere: reading one file too many costs little.
#: The table leaves what names of files are made of, and blanks; a longer run is taken in pieces of the longest.
_OF_NAMES = bytes(each if chr(each) in f"{ascii_letters}{digits}_@+,.-" else 32 for each in range(256))
_SHORTEST_NAME, _LONGEST_NAME = 3, 80
_PART = 1024 * 1024
#: How much text may be binary before it is none.
_HEAD = 4096
_CONTROL = lazy_regex(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class Wanted(msgspec.Struct, frozen=True):
    """A member to be read as code, and by whom it is started; `certain` when its language is no guess."""

    path: str
    language: Language
    by: str
    certain: bool = False


def started_by_hooks(hooks: Iterable[InstallHook], known: Collection[str]) -> Iterator[Wanted]:
    """Give the files that hooks start and that are not known as code by their names."""
    for hook in hooks:
        if hook.path and hook.path not in known and hook.kind in ("lifecycle-script", "build-backend", "setup-py"):
            yield Wanted(hook.path, _by_command(hook.command, hook.path), hook.path, certain=True)


def loaded_by(path: str, targets: Iterable[str], language: Language, known: Collection[str]) -> Iterator[Wanted]:
    """Give the files that a module loads and that are not known as code by their names."""
    for target in targets:
        if target not in known and not target.lower().endswith(_NO_CODE):
            yield Wanted(target, "python" if language == "python" else "javascript", path)


def may_start(facts: CodeFacts) -> bool:
    """Whether the file can start programs or execute text, so that a file it names may be run."""
    return any(each.kind in _STARTING for each in facts.capabilities) or any(
        each.module in _STARTERS for each in facts.imports
    )


def starts_on_load(facts: CodeFacts, path: str) -> bool:
    """Whether the file may start the other one when it is loaded, rather than when somebody calls for it.

    In a bundle, where anything stands beside anything, a call made on load has to name it.
    """
    on_load = any(each.kind in _STARTING and each.when == "load" for each in facts.capabilities)
    if not on_load and not any(each.module in _STARTERS for each in facts.imports):
        return False
    if facts.size <= _BUNDLE:
        return True
    name = posixpath.basename(path)
    return any(each.when == "load" and any(name in (text or "") for text in each.arguments) for each in facts.calls)


def names_in(data: bytes, known: Collection[str]) -> frozenset[str]:
    """Every word of a file that is one of the `known` names of files."""
    wanted = {name.encode("utf-8", "surrogatepass") for name in known if len(name) >= _SHORTEST_NAME}
    found: set[bytes] = set()
    start = 0
    while start < len(data):  # by parts that end where a line does: the words of 9 MB at once are 60 MB
        end = data.find(b"\n", min(start + _PART, len(data))) + 1 or len(data)
        words = set(data[start:end].translate(_OF_NAMES).split())
        found |= words & wanted
        for word in words:
            if len(word) > _LONGEST_NAME:
                found.update(word[at : at + _LONGEST_NAME] for at in range(0, len(word), _LONGEST_NAME))
        start = end
    return frozenset(each.decode() for each in found & wanted)


def named_by(facts: CodeFacts, names: frozenset[str], by_name: Mapping[str, Collection[str]]) -> Iterator[Wanted]:
    """Give the members of other kinds that a file which may start them names."""
    for name in sorted(names & by_name.keys()):
        for path in sorted(by_name[name]):
            if not path.lower().endswith(_NO_CODE):
                yield Wanted(path, _by_name(path, facts.language), facts.path)


def is_text(data: bytes) -> bool:
    """Whether the bytes can be a program's text."""
    return bool(data.strip()) and _CONTROL.search(data[:_HEAD]) is None


def _by_command(command: str, path: str) -> Language:
    """The language that the command line's interpreter runs the file as; npm gives a bare path to a shell."""
    words = _words(command)
    base = posixpath.basename(path)
    for index, word in enumerate(words):
        if posixpath.basename(word.replace("\\", "/")) == base:
            for before in reversed(words[:index]):
                program = posixpath.basename(before.replace("\\", "/")).lower().removesuffix(".exe")
                for programs, language in _INTERPRETERS:
                    if program in programs:
                        return language
    return _by_name(path, "shell")


def _words(command: str) -> list[str]:
    for separator in _SEPARATORS:
        command = command.replace(separator, " ")
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()


def _by_name(path: str, otherwise: Language) -> Language:
    if path.lower().endswith(_SHELL_NAMES):
        return "shell"
    if path.lower().endswith((".py", ".pyw", ".pyx")):
        return "python"
    return otherwise


def refined(wanted: Wanted, data: bytes) -> Language:
    """What the first line says of itself, else what is wanted of it."""
    by_line = language_of("unnamed", data[:512])
    if by_line is not None:
        return by_line
    if data.startswith((b"#!/bin/", b"#!/usr/bin/env sh", b"#!/usr/bin/env bash", b"@echo")):
        return "shell"
    return wanted.language
