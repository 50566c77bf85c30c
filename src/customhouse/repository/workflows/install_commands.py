"""Which commands of a script install packages, and by which client, whatever stands around them."""

import posixpath
from collections.abc import Iterator, Mapping

import msgspec

from customhouse.model.lazy_regex import lazy_regex
from customhouse.repository.workflows.shell_commands import Command, shell_commands

#: A script without any of these words installs nothing that we know of, and need not be read.
CLIENTS = lazy_regex(
    rb"\b(?:npm|npx|pnpm|pnpx|yarn|yarnpkg|bun|bunx|corepack|pip[0-9.]*|pipx|uv|uvx|poetry|pdm|pipenv|setup\.py)\b"
)
#: Commands inside one another: `sudo sh -c "…"`.
_DEPTH = 8
_PIP = lazy_regex(r"pip[0-9.]*")
_PYTHON = lazy_regex(r"(?:python|pypy)[0-9.]*|py")
_SHELL = frozenset(("sh", "bash", "dash", "ash", "zsh", "ksh", "su"))
#: Programs that run the command after them, with those of their options that take a value.
_WRAPPERS: Mapping[str, frozenset[str]] = {
    "sudo": frozenset(("-u", "-g", "-h", "-p", "-C", "-T", "--user", "--group")),
    "doas": frozenset(("-u", "-C")),
    "env": frozenset(("-u", "-C", "-S", "--unset", "--chdir")),
    "time": frozenset(("-f", "-o")),
    "nice": frozenset(("-n",)),
    "ionice": frozenset(("-c", "-n")),
    "nohup": frozenset(),
    "exec": frozenset(("-a",)),
    "command": frozenset(),
    "builtin": frozenset(),
    "call": frozenset(),
    "timeout": frozenset(("-k", "-s", "--signal", "--kill-after")),
    "stdbuf": frozenset(("-i", "-o", "-e")),
    "xargs": frozenset(("-I", "-n", "-P", "-L", "-d", "-a", "-s", "-E")),
    "xvfb-run": frozenset(("-s", "-n", "-e", "--server-args", "--server-num")),
    "retry": frozenset(("-t", "-d", "--times", "--delay")),
    "corepack": frozenset(),
    "dotenv": frozenset(("-e", "-f")),
    "cross-env": frozenset(),
    "setarch": frozenset(),
    "gosu": frozenset(),
}
#: Wrappers whose first argument is their own: a duration, a user.
_TAKE_ONE = frozenset(("timeout", "gosu", "setarch"))
#: Clients that run a command in their environment: `poetry run pip install x`.
_RUNNERS = frozenset(("poetry", "pipenv", "pdm", "hatch", "rye", "uv", "conda", "mamba", "micromamba"))
#: Options of the clients that name the folder to work in.
_FOLDERS: Mapping[str, tuple[str, ...]] = {
    "npm": ("--prefix", "-C"),
    "pnpm": ("--dir", "-C", "--prefix"),
    "yarn": ("--cwd",),
    "bun": ("--cwd",),
    "uv": ("--directory", "--project"),
    "poetry": ("--directory", "-C", "--project", "-P"),
    "pdm": ("-p", "--project"),
}
#: Options before the verb that take a value, beyond those above.
_VALUES: Mapping[str, frozenset[str]] = {
    "npm": frozenset(("--loglevel", "--registry", "--cache", "-w", "--workspace", "--userconfig")),
    "pnpm": frozenset(("--filter", "-F", "--loglevel", "--reporter")),
    "pip": frozenset(("--python", "--log", "--proxy", "--retries", "--timeout", "--cert", "--cache-dir")),
    "uv": frozenset(("--config-file", "--cache-dir", "--color", "--python", "-p")),
    "pipenv": frozenset(("--python",)),
}
#: The verbs that fetch packages. What is not here runs, builds or tells.
_VERBS: Mapping[str, frozenset[str]] = {
    client: frozenset(verbs.split())
    for client, verbs in {
        "npm": "install i in ins inst insta instal isnt isnta isntal isntall add ci clean-install ic install-clean "
        "isntall-clean update up upgrade udpate install-test it install-ci-test cit exec x init create innit",
        "pnpm": "install i ci add update up upgrade dlx create install-test it",
        "yarn": "install add up upgrade upgrade-interactive dlx create global",
        "bun": "install i add a update x create c ci",
        "pip": "install download wheel",
        "uv": "sync add pip run tool lock",
        "poetry": "install add update sync self lock",
        "pdm": "install sync add update lock",
        "pipenv": "install sync update upgrade",
        "pipx": "install run inject upgrade upgrade-all install-all",
    }.items()
}
#: Clients that fetch and run what they are given, without a verb.
_VERBLESS = frozenset(("npx", "pnpx", "bunx", "uvx"))


class Install(msgspec.Struct, frozen=True):
    """A command that installs: its client, and the words after it. Options before the verb stand after it here."""

    client: str
    arguments: tuple[str, ...]
    command: Command


def installs(text: str, *, escape: str = "\\", folder: str = "") -> Iterator[Install]:
    """Give every installing command of a script; `escape` and `folder` are those of `shell_commands`.

    Raises UnreadableError as that does.
    """
    for command in shell_commands(text, escape=escape, folder=folder):
        yield from _found(command, 0)


def exec_install(words: tuple[str, ...], offset: int = 0) -> Iterator[Install]:
    """Give what a command that no shell reads would install, its words given one by one."""
    if words:
        yield from _found(Command(words, offset), 0)


def _program(word: str) -> str:
    r"""Name a program by its file name: `./venv/bin/pip`, `npm.cmd`, `C:\Python\pip.exe`."""
    name = posixpath.basename(word.replace("\\", "/"))
    stem, dot, suffix = name.rpartition(".")
    return stem if dot and suffix.lower() in ("exe", "cmd", "bat") else name


def _found(command: Command, depth: int) -> Iterator[Install]:
    words = command.words
    if not words or depth > _DEPTH:
        return
    name = _program(words[0])
    rest = words[1:]
    if name in _WRAPPERS:
        yield from _found(_unwrapped(command, name), depth + 1)
    elif name in _SHELL or name == "eval":
        yield from _nested(command, name, depth)
    elif _PYTHON.fullmatch(name):
        yield from _python(command, depth)
    elif name == "setup.py":
        if {"install", "develop"} & set(rest):
            yield Install("setup.py", rest, command)
    elif name in _VERBLESS:
        yield Install(name, rest, command)
    else:
        client = "pip" if _PIP.fullmatch(name) else "yarn" if name == "yarnpkg" else name
        if client in _RUNNERS and "run" in rest:
            at = rest.index("run") + 1
            yield from _found(_stripped(command, rest[at:], frozenset(("-n", "-p", "--with", "--python"))), depth + 1)
        yield from _client(client, rest, command)


def _client(client: str, rest: tuple[str, ...], command: Command) -> Iterator[Install]:
    """Recognise a client's verb behind the options before it."""
    verbs = _VERBS.get(client)
    if verbs is None:
        return
    folders = _FOLDERS.get(client, ())
    values = _VALUES.get(client, frozenset())
    folder, at = "", 0
    while at < len(rest) and rest[at].startswith("-"):
        option, equals, value = rest[at].partition("=")
        takes = option in folders or option in values
        if option in folders:
            folder = value if equals else rest[at + 1] if at + 1 < len(rest) else ""
        at += 2 if takes and not equals else 1
    verb = rest[at] if at < len(rest) else ""
    if client == "yarn" and not verb:
        if {"-v", "--version", "-h", "--help"} & set(rest):
            return
        verb = "install"
    elif verb not in verbs:
        return
    after = rest[at + 1 :]
    for place, word in enumerate(after):
        option, equals, value = word.partition("=")
        if option in folders and (client != "pdm" or option == "--project"):
            folder = value if equals else after[place + 1] if place + 1 < len(after) else folder
    if folder:
        joined = posixpath.normpath(posixpath.join(command.folder, folder))
        command = msgspec.structs.replace(command, folder="" if joined == "." else joined)
    yield Install(client, (verb, *rest[:at], *after), command)


def _stripped(command: Command, words: tuple[str, ...], values: frozenset[str]) -> Command:
    """Take options and assignments off a command's beginning."""
    at = 0
    environment = dict(command.environment)
    while at < len(words):
        word = words[at]
        name, equals, value = word.partition("=")
        if word == "--":
            at += 1
            break
        if word.startswith("-") and len(word) > 1:
            at += 2 if word in values else 1
        elif equals and name.isidentifier():
            environment[name] = value
            at += 1
        else:
            break
    return msgspec.structs.replace(command, words=words[at:], environment=tuple(environment.items()))


def _unwrapped(command: Command, name: str) -> Command:
    inner = _stripped(command, command.words[1:], _WRAPPERS[name])
    words = inner.words[1:] if name in _TAKE_ONE else inner.words
    if name == "corepack" and words:  # corepack yarn@4 install
        words = (words[0].partition("@")[0], *words[1:])
    return msgspec.structs.replace(inner, words=words)


def _nested(command: Command, name: str, depth: int) -> Iterator[Install]:
    """Read the script that a shell is given as a word."""
    words = command.words[1:]
    if name == "eval":
        text = " ".join(words)
    else:
        at = next(
            (n for n, word in enumerate(words) if word.startswith("-") and not word.startswith("--") and "c" in word),
            None,
        )
        text = next((word for word in words[at + 1 :] if not word.startswith("-")), "") if at is not None else ""
    for inner in shell_commands(text, folder=command.folder):
        environment = tuple({**dict(command.environment), **dict(inner.environment)}.items())
        placed = msgspec.structs.replace(inner, offset=command.offset, environment=environment)
        yield from _found(placed, depth + 1)


def _python(command: Command, depth: int) -> Iterator[Install]:
    """Read `python -m pip …` and `python setup.py install`."""
    words = command.words[1:]
    for at, word in enumerate(words):
        if word == "-m" and at + 1 < len(words):
            yield from _found(msgspec.structs.replace(command, words=words[at + 1 :]), depth + 1)
            return
        if not word.startswith("-"):
            yield from _found(msgspec.structs.replace(command, words=words[at:]), depth + 1)
            return
