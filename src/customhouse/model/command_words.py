"""A command line as simple commands: which program each starts, what code it is given, and which file it runs.

Pure text: no shell is emulated and no variable is known. Quotes, separators, `$(…)`, the usual wrappers (`env`, `sudo`,
`cross-env`, `sh -c "…"`) and the options of the usual interpreters are understood; what is not understood stays a word.
Both shells count at once: a path with backslashes is a file for cmd.exe, and is read as one for sh too.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from customhouse.model.lazy_regex import lazy_regex

CommandLanguage = Literal["", "javascript", "python", "shell", "powershell", "other"]

#: Characters of a command line that are read; npm's own scripts stay below a few hundred.
_MAX_LINE = 16_384
_MAX_DEPTH = 4
#: `npm run x` starts another script of the same manifest; deeper chains than this are not followed.
_MAX_CHAIN = 8
_RUNNERS = frozenset({"npm", "pnpm", "yarn", "bun", "npm-run-all", "npm-run-all2", "run-s", "run-p", "concurrently"})
#: What clients run by themselves when a package is installed from a registry.
LIFECYCLE = ("preinstall", "install", "postinstall")
_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "ash", "fish"})
_POWERSHELLS = frozenset({"powershell", "pwsh"})
#: Interpreters by the language of their inline code; each also takes a file.
_LANGUAGES: dict[str, CommandLanguage] = {
    **dict.fromkeys(("node", "nodejs", "bun", "deno", "tsx", "ts-node", "esno", "zx", "electron", "qjs"), "javascript"),
    **dict.fromkeys(("python", "py", "pypy", "pythonw"), "python"),
    **dict.fromkeys(_SHELLS, "shell"),
    **dict.fromkeys(_POWERSHELLS, "powershell"),
    **dict.fromkeys(("perl", "ruby", "php", "lua", "osascript", "cscript", "wscript", "mshta", "rscript"), "other"),
    **dict.fromkeys(("java", "swift"), "other"),
}
#: Options that are followed by a program.
_INLINE: dict[CommandLanguage, re.Pattern[str]] = {
    "javascript": lazy_regex(r"-(?:e|p|pe|ep)|--(?:eval|print)"),
    "python": lazy_regex(r"-[A-Za-z]*c"),
    "shell": lazy_regex(r"-[a-z]*c|--command"),
    "powershell": lazy_regex(r"-(?:c|command|e|ec|enc|encodedcommand)", re.IGNORECASE),
    "other": lazy_regex(r"-[A-Za-z]{0,4}[eE]|-r"),
}
#: Options that take the next word, so that it is no script.
_VALUED = frozenset(
    {"-r", "--require", "--import", "--loader", "--experimental-loader", "-W", "-X", "--cwd", "-C", "--config", "-cp"}
    | {"-file", "-executionpolicy", "-ep", "-ex", "-windowstyle", "-w", "-jar", "--env-file", "--prefix"}
)
#: Of those, the ones whose value is a file that runs as well.
_LOADS = frozenset({"-r", "--require", "--import", "--loader", "--experimental-loader", "-file", "-jar"})
_WRAPPERS = frozenset(
    {"env", "sudo", "doas", "nohup", "exec", "command", "time", "start", "setsid", "nice", "call", "cross-env"}
    | {"cross-env-shell", "dotenv", "xvfb-run", "caffeinate", "winpty", "stdbuf", "timeout", "is-ci", "not-in-publish"}
)
_KEYWORDS = frozenset({"then", "do", "else", "elif", "if", "while", "until", "!", "{", "(", "fi", "done", "}"})
_SUBCOMMANDS = {"bun": frozenset({"run"}), "deno": frozenset({"run"}), "electron": frozenset[str]()}
_ASSIGNMENT = lazy_regex(r"[A-Za-z_]\w*=")
_ENDS = lazy_regex(r"\.(?:exe|cmd|bat|com)$", re.IGNORECASE)
_NUMBERED = lazy_regex(r"^(python|pypy|node|perl|ruby|php|lua)[\d.]+$")
_FILE = lazy_regex(r"[/\\]|\.(?:[cm]?[jt]sx?|py|sh|bash|ps1|bat|cmd|exe|pl|rb|php|vbs)$", re.IGNORECASE)
_SPECIAL = " \t\n'\"\\;&|()<>$`"


class SimpleCommand(msgspec.Struct, frozen=True):
    """One program that is started.

    `program` is its name without folder, suffix, version and capitals (`python` for `/usr/bin/python3.12`); `words` the
    whole command as written, wrappers taken off. `code` is what it is given to execute (`-e`, `-c`), in `language`;
    `files` are what it is told to run, as written: an interpreter's operand, modules to load first, or itself when it
    is named by a path.
    """

    program: str
    words: tuple[str, ...]
    code: str = ""
    language: CommandLanguage = ""
    files: tuple[str, ...] = ()


def simple_commands(line: str) -> tuple[SimpleCommand, ...]:
    """Take a command line apart, in order; what a shell is given with `-c`, and `$(…)`, is taken apart as well."""
    return tuple(_commands(line[:_MAX_LINE], _MAX_DEPTH))


def followed(line: str, scripts: Mapping[str, str], depth: int = _MAX_CHAIN) -> Iterator[SimpleCommand]:
    """Take a command line apart, and the manifest's scripts that it runs (`npm run x`, with prex and postx)."""
    for each in simple_commands(line):
        yield each
        if depth <= 0 or each.program not in _RUNNERS:
            continue
        for word in each.words[1:]:
            name = word.removeprefix("npm:")
            for named in (f"pre{name}", name, f"post{name}") if name in scripts and name not in LIFECYCLE else ():
                if named in scripts:
                    yield from followed(scripts[named], scripts, depth - 1)


def command_of(words: Sequence[str]) -> SimpleCommand | None:
    """Understand one command whose words are apart already (`spawn("npm", ["install", "a"])`); None for no word."""
    return next(_understood(list(words), 0), None)


def program_name(word: str) -> str:
    """Reduce a program as written to its name: `/usr/bin/python3.12` is `python`."""
    name = _ENDS.sub("", re.split(r"[/\\]", word.strip())[-1].lower())
    return _NUMBERED.sub(r"\1", name)


def _commands(line: str, depth: int) -> Iterator[SimpleCommand]:
    for words, nested in _split(line):
        yield from _understood(words, depth)
        if depth > 0:
            for inner in nested:
                yield from _commands(inner, depth - 1)


def _understood(words: list[str], depth: int) -> Iterator[SimpleCommand]:
    words = _unwrapped(words)
    if not words:
        return
    program = program_name(words[0])
    if program == "cmd" and depth > 0:
        rest = next((at for at, word in enumerate(words) if word.lower() in ("/c", "/k")), None)
        if rest is not None:
            yield from _commands(" ".join(words[rest + 1 :]), depth - 1)
            return
    language = _LANGUAGES.get(program, "")
    code, files = _given(program, language, words[1:]) if language else ("", ())
    if program in (".", "source") and len(words) > 1:
        files = (words[1],)
    elif not language and _FILE.search(words[0]):
        files = (words[0],)
    yield SimpleCommand(program, tuple(words), code, language if code or files else "", files)
    if code and language == "shell" and depth > 0:
        yield from _commands(code, depth - 1)


def _unwrapped(words: list[str]) -> list[str]:
    """Take off what stands before the program: assignments, keywords, and programs that start another."""
    at = 0
    while at < len(words):
        word = words[at]
        if word in _KEYWORDS or _ASSIGNMENT.match(word):
            at += 1
        elif program_name(word) in _WRAPPERS and at + 1 < len(words):
            at += 1
            while at < len(words) and (words[at].startswith("-") or words[at].isdigit() or words[at] == "/b"):
                at += 1
        else:
            break
    return words[at:]


def _given(program: str, language: CommandLanguage, words: list[str]) -> tuple[str, tuple[str, ...]]:
    """What an interpreter is given: its inline code, and the files it runs."""
    inline = _INLINE[language]
    files: list[str] = []
    at = 0
    skipped = _SUBCOMMANDS.get(program, frozenset())
    while at < len(words):
        word = words[at]
        following = words[at + 1] if at + 1 < len(words) else ""
        option, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if program == "deno" and word == "eval":
            return following, tuple(files)
        if not word.startswith("-") or word == "-":
            if word in skipped:
                at += 1
                continue
            return "", (*files, *((word,) if word != "-" else ()))
        if program == "python" and word == "-m":
            return "", tuple(files)
        lowered = option.lower()
        if lowered in _VALUED or option in _VALUED:
            if lowered in _LOADS or option in _LOADS:
                files.append(value if equals else following)
            at += 1 if equals else 2
            continue
        if inline.fullmatch(option):
            return value if equals else following, tuple(files)
        at += 1
    return "", tuple(files)


class _Words:
    """The words of the command being read, and the command lines inside of its `$(…)`; redirections are left out."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.nested: list[str] = []
        self._word: list[str] | None = None
        self._redirected = False

    def add(self, text: str) -> None:
        """Go on with the word, or begin one."""
        if self._word is None:
            self._word = []
        self._word.append(text)

    def end(self) -> None:
        """End the word; what a redirection writes to is none."""
        if self._word is not None:
            if not self._redirected:
                self.words.append("".join(self._word))
            self._redirected = False
        self._word = None

    def redirect(self) -> None:
        """Pass over a redirection: the number before it, and the word after it."""
        if self._word is not None and "".join(self._word).isdigit():
            self._word = None
        self.end()
        self._redirected = True


def _split(line: str) -> Iterator[tuple[list[str], list[str]]]:
    """Give the words of each simple command, and the command lines that stand in its `$(…)` and backquotes."""
    now = _Words()
    at = 0
    while at < len(line):
        char = line[at]
        after = _part(line, at, now)
        if after > at:
            at = after
            continue
        if char in " \t\r":
            now.end()
        elif char in ";&|\n()":
            now.end()
            if now.words or now.nested:
                yield now.words, now.nested
            now = _Words()
        elif char in "<>":
            now.redirect()
            at += line[at + 1 : at + 2] in ("&", ">")
        at += 1
    now.end()
    if now.words or now.nested:
        yield now.words, now.nested


def _part(line: str, at: int, now: _Words) -> int:
    """Take a part of a word (quoted, escaped, substituted, plain) and say where it ends; `at` where none stands."""
    char = line[at]
    if char in "'\"":
        text, at = _quoted(line, at, now.nested)
        now.add(text)
    elif line.startswith(("$(", "<(", "`"), at):
        text, at = _substituted(line, at)
        now.nested.append(text)
        now.add("$()")
    elif char == "\\" and at + 1 < len(line) and line[at + 1] in _SPECIAL:
        at += 2
        if line[at - 1] != "\n":
            now.add(line[at - 1])
    elif char not in " \t\r;&|\n()<>":
        now.add(char)
        at += 1
    return at


def _quoted(line: str, at: int, nested: list[str]) -> tuple[str, int]:
    """Read a quoted text from its opening quote; an unclosed one takes the rest."""
    quote, at = line[at], at + 1
    found: list[str] = []
    while at < len(line) and line[at] != quote:
        if quote == '"' and line[at] == "\\" and at + 1 < len(line) and line[at + 1] in '"\\$`\n':
            found.append(line[at + 1])
            at += 2
        elif quote == '"' and line.startswith("$(", at):
            text, after = _substituted(line, at)
            nested.append(text)
            found.append(line[at:after])
            at = after
        else:
            found.append(line[at])
            at += 1
    return "".join(found), at + 1


def _substituted(line: str, at: int) -> tuple[str, int]:
    """Read `$(…)`, `<(…)` or backquotes: the command line inside, and where it ends."""
    if line[at] == "`":
        end = line.find("`", at + 1)
        end = len(line) if end < 0 else end
        return line[at + 1 : end], end + 1
    depth, start = 0, at + 2
    for end in range(at + 1, len(line)):
        if line[end] == "(":
            depth += 1
        elif line[end] == ")":
            depth -= 1
            if depth == 0:
                return line[start:end], end + 1
    return line[start:], len(line)
