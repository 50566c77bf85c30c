"""Places where what is written runs again, and command lines that write there."""

import re
from typing import Literal

import msgspec

from customhouse.model.code import Call
from customhouse.model.lazy_regex import lazy_regex

#: `machine`: started by the system or at login. `shell`: read by every shell. `interpreter`: read by every Python.
#: `pipeline`: run by a forge. `editor`: run by an editor or an assistant. `hook`: run by git.
PlaceKind = Literal["machine", "shell", "interpreter", "pipeline", "editor", "hook"]


class Persistence(msgspec.Struct, frozen=True):
    """A kind of place, and how a sentence names it."""

    kind: PlaceKind
    said: str


_S = r"[\\/]{1,4}"
_EDITOR = (
    rf"\.vscode{_S}(?:tasks|settings|launch)\.json$|\.devcontainer{_S}devcontainer\.json$"
    rf"|\.(?:vscode|cursor|windsurf)(?:-server)?{_S}extensions\b"
    rf"|\.claude(?:\.json$|{_S}(?:settings(?:\.local)?\.json|hooks|commands|agents|skills)\b)|\.claude{_S}CLAUDE\.md$"
    rf"|\.cursor{_S}(?:mcp\.json|rules|hooks\.json)|(?:^|{_S})\.cursorrules$"
    rf"|\.(?:gemini|qwen|codex){_S}(?:settings\.json|config\.toml)$|copilot-instructions\.md$|(?:^|{_S})\.?mcp\.json$"
)
_PIPELINE = (
    rf"\.github{_S}workflows\b|(?:^|{_S})\.gitlab-ci\.ya?ml$|\.circleci{_S}config\.ya?ml$|azure-pipelines\.ya?ml$"
)
_SHELL = (
    rf"(?:^|{_S})\.(?:bashrc|bash_profile|bash_login|bash_aliases|zshrc|zprofile|zshenv|zlogin|profile|cshrc|kshrc)$"
    rf"|\.config{_S}fish{_S}config\.fish$|\bMicrosoft\.(?:PowerShell|VSCode)_profile\.ps1$|\bprofile\.ps1$"
)
_PYTHON = rf"(?:^|{_S})(?:sitecustomize|usercustomize)\.py$|{_S}(?:site|dist)-packages{_S}[^\\/]+\.pth$"
_PLACES: tuple[tuple[PlaceKind, str, str], ...] = (
    ("machine", "the crontab", rf"/etc/cron(?:tab|\.\w+)?(?:{_S}|$)|/var/spool/cron|Library{_S}Cron"),
    ("machine", "a systemd unit", rf"systemd{_S}(?:system|user)(?:{_S}|$)"),
    ("machine", "an init script", r"/etc/(?:init\.d|rc\.local|rc\.d)\b"),
    ("machine", "the autostart folder", rf"\.config{_S}autostart\b|/etc/xdg/autostart\b"),
    ("machine", "a launch agent", rf"Library{_S}Launch(?:Agents|Daemons)\b"),
    ("machine", "a Run key", rf"CurrentVersion{_S}(?:RunOnce|Run|Policies{_S}Explorer{_S}Run)\b"),
    ("machine", "the Startup folder", rf"Start Menu{_S}Programs{_S}Startup\b|{_S}Startup{_S}[^\\/]+\.\w+$"),
    ("machine", "authorized_keys", r"\bauthorized_keys2?\b"),
    ("machine", "ld.so.preload", r"/etc/ld\.so\.(?:preload|conf)"),
    ("machine", "sudoers", r"/etc/sudoers\b"),
    ("machine", "a system-wide profile", r"/etc/(?:profile|bash\.bashrc|zsh|environment)\b"),
    ("shell", "a shell's startup file", _SHELL),
    ("interpreter", "a Python startup file", _PYTHON),
    ("pipeline", "a pipeline's definition", _PIPELINE),
    ("editor", "an editor's or an assistant's settings", _EDITOR),
    ("hook", "a git hook", rf"\.git{_S}hooks\b|(?:^|{_S})\.husky{_S}\w"),
)
_KNOWN = tuple((Persistence(kind, said), lazy_regex(pattern, re.IGNORECASE)) for kind, said, pattern in _PLACES)

_RUN_KEY = (
    r"\breg(?:\.exe)?\s+add\b[^\n]{0,120}CurrentVersion\\{1,4}Run"
    r"|\b(?:New|Set)-ItemProperty\b[^\n]{0,160}CurrentVersion\\{1,4}Run"
)
_UNIT = r"\bsystemctl\b(?:\s+--?[\w=-]+){0,4}\s+(?:enable|link)\b|\bloginctl\s+enable-linger\b"
_COMMANDS: tuple[tuple[PlaceKind, str, str], ...] = (
    ("machine", "the crontab", r"\bcrontab\s+(?:-\s*$|-u\s+\S+\s+-|-[;&|]|(?!-)[\w~$./{])|\|\s*(?:sudo\s+)?crontab\b"),
    ("machine", "a scheduled task", r"\bschtasks(?:\.exe)?\b[^\n]{0,40}/create\b|\bRegister-ScheduledTask\b"),
    ("machine", "a Run key", _RUN_KEY),
    ("machine", "a systemd unit", _UNIT),
    ("machine", "a launch agent", r"\blaunchctl\s+(?:load|bootstrap|enable|submit)\b"),
    ("machine", "a Windows service", r"\bsc(?:\.exe)?\s+create\s|\bNew-Service\b"),
    ("machine", "a login item", r"\bmake\s+(?:new\s+)?login\s+item\b"),
    ("hook", "a git hook", r"\bgit\s+config\b[^\n]{0,60}\bcore\.hooksPath\b"),
)
_WRITTEN_BY = tuple((Persistence(kind, said), lazy_regex(pattern, re.IGNORECASE)) for kind, said, pattern in _COMMANDS)
#: What a shell writes into a file: `>> x`, `> x`, `tee -a x`, `cp a x`, `mv a x`, `ln -s a x`.
_REDIRECTED = lazy_regex(
    r"(?:(?:>>?|\btee\s++(?:-a\s++)?)\s*+|\b(?:cp|mv|ln|install|copy|move|xcopy)\s++(?:[^\s|;&]{1,200}+[^\S\n]++){1,40})"
    r"[\"']?([^\s\"'|;&<>]{3,300})",
    re.IGNORECASE,
)
_WRITERS = lazy_regex(
    r"(?:fs|fs\.promises|fs-extra|graceful-fs)\.(?:promises\.)?(?:writeFile|appendFile|outputFile|outputJson|writeJson|copyFile|copy|cp|move|rename|symlink|link"
    r"|ensureFile|ensureLink|ensureSymlink)(?:Sync)?|(?:fs|fs-extra|graceful-fs)\.createWriteStream|Bun\.write|Deno\.write(?:Text)?File"
    r"|pathlib\.Path\.(?:write_text|write_bytes|symlink_to|hardlink_to|rename|replace|touch)"
    r"|shutil\.(?:copy2?|copyfile|copytree|move)|os\.(?:rename|renames|replace|symlink|link)"
    r"|winreg\.(?:OpenKey|OpenKeyEx|CreateKey|CreateKeyEx|SetValue|SetValueEx)|_winreg\.\w+"
)
_OPENERS = frozenset({"open", "io.open", "codecs.open", "os.open", "pathlib.Path.open"})
_WRITE_MODE = lazy_regex(r"(?:mode=)?(?:[wax]|r\w?\+)")


def place_of(path: str) -> Persistence | None:
    """The place that a path is in, None for ordinary ones."""
    return next((place for place, pattern in _KNOWN if pattern.search(path)), None)


def written_by_command(command: str) -> Persistence | None:
    """What a command line writes that runs again."""
    command = command[:4096]
    for place, pattern in _WRITTEN_BY:
        if pattern.search(command):
            return place
    for match in _REDIRECTED.finditer(command):
        written = place_of(match[1])
        if written is not None:
            return written
    return None


def written_paths(call: Call) -> tuple[str, ...]:
    """The paths that a call of a file function writes, as far as they are constant; none for those that only read."""
    if call.callee in _OPENERS:
        writes = any(argument is not None and _WRITE_MODE.match(argument) for argument in call.arguments[1:3])
        paths = call.arguments[:1] if writes else ()
    elif _WRITERS.fullmatch(call.callee):
        one = "write" in call.callee.lower() or "append" in call.callee or "output" in call.callee
        paths = call.arguments[: 1 if one else 2]
    else:
        paths = ()
    return tuple(path for path in paths if path is not None)


def written_by_call(call: Call) -> Persistence | None:
    """What a call of a file function writes that runs again; nothing for those that only read."""
    if call.callee == "crontab.CronTab":
        return Persistence("machine", "the crontab")
    return next((place for path in written_paths(call) if (place := place_of(path))), None)
