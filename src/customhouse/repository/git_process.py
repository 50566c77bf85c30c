"""Starting git on a repository that nobody vouches for: nothing of its configuration may run, ask or fetch anything."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from customhouse.model.errors import CustomhouseError
from customhouse.model.lazy_regex import lazy_regex

#: Variables by which a surrounding git (a hook, an alias) would point ours at another repository than the one asked.
_ELSEWHERE = frozenset(
    {
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_COMMON_DIR",
        "GIT_INDEX_FILE",
        "GIT_PREFIX",
        "GIT_NAMESPACE",
        "GIT_IMPLICIT_WORK_TREE",
    }
)
#: Settings of a repository that name programs git would start, switched off.
_SETTINGS = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.sshCommand=false",
    "core.askPass=",
    "core.pager=cat",
    "core.alternateRefsCommand=false",
    "protocol.allow=never",
    "submodule.recurse=false",
)
#: Seconds that one question to git may take; listing the largest repositories takes a few.
TIMEOUT = 120.0
_DUBIOUS = lazy_regex(r"detected dubious ownership in repository at '([^']*)'")


def git_program() -> str:
    """Return the path of git. Raises CustomhouseError when there is none."""
    found = shutil.which("git")
    if found is None or not os.path.isabs(found):  # noqa: PTH117 - a relative one would be the project's own file
        raise CustomhouseError(
            "git is not installed, and a revision can only be read through it",
            hint="install git (`apt-get install git`), or check without --base",
        )
    return found


def git_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for git: the caller's, without what leads elsewhere, asks, fetches or translates."""
    kept = {name: value for name, value in environ.items() if name not in _ELSEWHERE}
    return kept | {
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "false",
        "GIT_OPTIONAL_LOCKS": "0",
        # A missing object of a partial clone is told as missing instead of being fetched: the first variable for
        # git 2.44 and later, the second for all others.
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        # What stands in refs/replace would otherwise be read in the place of what was committed.
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_PAGER": "cat",
    }


def git_command(folder: Path, *arguments: str) -> list[str]:
    """Return a command line for git in a folder."""
    settings = [word for setting in _SETTINGS for word in ("-c", setting)]
    return [git_program(), "-C", str(folder), "--no-pager", "--literal-pathspecs", *settings, *arguments]


def run_git(
    folder: Path, *arguments: str, check: bool = True, settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run git to its end. With `check`, raises CustomhouseError for what it complains of.

    `settings` go before those of the repository.
    """
    command = git_command(folder, *arguments)
    try:
        finished = subprocess.run(  # noqa: S603 - an absolute program, and no argument that can be taken for an option
            command,
            env=_with_settings(git_environment(os.environ), settings or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CustomhouseError(
            f"git {arguments[0]} did not end within {TIMEOUT:.0f} s in {folder}",
            hint=f"see whether it does by hand: git -C {folder} {arguments[0]}",
        ) from None
    except OSError as error:
        raise CustomhouseError(f"git cannot be started: {error.strerror}", hint="see: git --version") from None
    if check and finished.returncode != 0:
        raise complaint(folder, arguments[0], finished.stderr)
    return finished


def _with_settings(environment: dict[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """Add settings as variables: names that hold a `=` cannot be given on the command line."""
    start = int(count) if (count := environment.get("GIT_CONFIG_COUNT", "")).isdecimal() else 0
    for number, (key, value) in enumerate(settings.items(), start):
        environment |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return environment | ({"GIT_CONFIG_COUNT": str(start + len(settings))} if settings else {})


def no_filters(folder: Path) -> dict[str, str]:
    """Return settings that switch every filter off that is configured for a repository.

    git starts them over a file that was touched, as soon as it compares the tree with its index; `.gitattributes` says
    over which. Whoever has written to the machine may have written them too.
    """
    named = run_git(folder, "config", "--name-only", "-z", "--get-regexp", r"^filter\.", check=False).stdout
    drivers = {os.fsdecode(key).rpartition(".")[0] for key in named.split(b"\0") if key}
    return {
        f"{driver}.{key}": value
        for driver in sorted(drivers)
        for key, value in (("clean", ""), ("smudge", ""), ("process", ""), ("required", "false"))
    }


def complaint(folder: Path, verb: str, stderr: bytes) -> CustomhouseError:
    """Turn what git said into an error of ours, with a way out."""
    said = stderr.decode("utf-8", "replace").strip()
    if match := _DUBIOUS.search(said):
        return CustomhouseError(
            f"git does not read {match.group(1)}: it belongs to another user",
            hint=f"if you trust who does: git config --global --add safe.directory '{match.group(1)}'",
        )
    if re.search(r"not a git repository", said, re.IGNORECASE):
        return CustomhouseError(
            f"{folder} does not lie in a git repository, so there is no revision to compare with",
            hint="run it inside the clone, or check without --base",
        )
    first = said.splitlines()[0] if said else "no reason was given"
    return CustomhouseError(f"git {verb} failed in {folder}: {first}", hint=f"try by hand: git -C {folder} {verb}")
