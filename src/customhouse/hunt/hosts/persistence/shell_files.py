"""Ways to start something that Linux and macOS share: crontabs, shells' files, keys that may log in."""

import re
from collections.abc import Iterator

from customhouse.hunt.hosts.persistence.entry import Entry, meant_lines, text_of
from customhouse.hunt.hosts.systems import System
from customhouse.hunt.hosts.tree import Tree

#: Files of a home that shells read when they start (bash(1), zsh(1), fish(1), dash(1)).
_OF_HOME = (
    ".bashrc .bash_profile .bash_login .bash_logout .bash_aliases .profile .zshrc .zshenv .zprofile .zlogin "
    ".zlogout .kshrc .cshrc .tcshrc .login .xprofile .xinitrc .xsession .xsessionrc .inputrc "
    ".config/fish/config.fish"
)
HOME_FILES = tuple(_OF_HOME.split())
_OF_SYSTEM = (
    "/etc/profile /etc/bash.bashrc /etc/bashrc /etc/zshrc /etc/zshenv /etc/zprofile /etc/zsh/zshrc /etc/zsh/zshenv "
    "/etc/zsh/zprofile /etc/environment /etc/csh.cshrc /etc/csh.login /etc/fish/config.fish"
)
SYSTEM_FILES = tuple(_OF_SYSTEM.split())
_CRON = re.compile(r"(@\w+|(?:\S+\s+){4}\S+)\s+(.*)", re.DOTALL)
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\s*=")


def shell_files(system: System) -> Iterator[Entry]:
    """Give the files that shells read, of the system and of every user: one entry a file."""
    tree = system.tree
    paths = list(SYSTEM_FILES)
    paths += [f"{home.inner}/{name}" for home in system.homes for name in HOME_FILES]
    for real in tree.present(paths):
        yield from script(tree, real, "shell startup file", "when a shell starts", by_hand=True)
    folders = ["/etc/profile.d", "/etc/environment.d"]
    folders += [f"{home.inner}/.config/{each}" for home in system.homes for each in ("fish/conf.d", "environment.d")]
    for real in (each for folder in folders for each in tree.files(folder)):
        yield from script(tree, real, "shell startup file", "when a shell starts")


def script(tree: Tree, real: str, kind: str, trigger: str, *, by_hand: bool = False) -> Iterator[Entry]:
    """Give a script that is started as one entry, whose text is its lines without comments."""
    text = text_of(tree, real)
    if text is None:
        return
    lines = "\n".join(line for _, line in meant_lines(text))
    name = tree.inner(real).rpartition("/")[2]
    yield Entry(kind, name, tree.inner(real), real, None, trigger, lines, tree.times(real), by_hand)


def crontab(tree: Tree, real: str, *, with_user: bool) -> Iterator[Entry]:
    """Give the lines of a crontab (crontab(5)); `with_user` where the sixth field is who runs it."""
    text = text_of(tree, real)
    since = tree.times(real)
    for number, line in meant_lines(text or ""):
        match = _CRON.fullmatch(line)
        if match is None or _ASSIGNMENT.match(line):
            continue
        user, *rest = match[2].split(None, 1) if with_user else ("", match[2])
        name = f"{tree.inner(real)} ({user})" if user else tree.inner(real)
        yield Entry("cron job", name, "".join(rest).strip(), real, number, match[1], line, since)


def authorized_keys(system: System) -> Iterator[Entry]:
    """Give the keys that may log in (sshd(8)): their comment, and the command that they start if they do."""
    tree = system.tree
    for home in system.homes:
        for real in tree.present((f"{home.inner}/.ssh/rc",)):
            yield from script(tree, real, "ssh login script", "when somebody logs in by ssh")
        for real in tree.present(f"{home.inner}/.ssh/{name}" for name in ("authorized_keys", "authorized_keys2")):
            since = tree.times(real)
            for number, line in meant_lines(text_of(tree, real) or ""):
                words = line.split()
                comment = words[-1] if len(words) > 2 and "=" not in words[-1] else home.user  # noqa: PLR2004 - type, key, comment
                yield Entry("ssh key", comment, line, real, number, "when its owner logs in", line, since, by_hand=True)
