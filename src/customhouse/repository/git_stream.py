"""One git process over a repository's object store, fed from a file and read as a stream: no working tree needed.

Only plumbing is started, since it runs nothing that a repository's configuration names (`git log` would start
`gpg.program`). The folder of the store is named outright, so whose it is does not matter: a mounted image belongs to
others. Neither `info/grafts` nor a commit graph is believed: they can say other parents than the commits do.
"""

import os
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from customhouse.model.errors import CustomhouseError
from customhouse.repository.git_process import git_command, git_environment

#: Seconds that one pass over a store may take; enumerating ten million objects takes about half a minute.
PASS_TIMEOUT = 600.0
_COMPLAINT = 2000
#: What git tells its hooks of the repository that they belong to; the store that is asked here is another.
_OF_A_HOOK = frozenset(
    {
        "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_SHALLOW_FILE",
        "GIT_CONFIG",
        "GIT_QUARANTINE_PATH",
    }
)


class Pass:
    """A running pass. The caller reads `output`; afterwards `complaint` says what git complained of, if it failed."""

    def __init__(self, process: subprocess.Popen[bytes], output: IO[bytes], errors: IO[bytes]) -> None:
        """Take what was started."""
        self.output = output
        self._process = process
        self._errors = errors
        self.complaint = ""
        self.timed_out = False

    def kill(self) -> None:
        """End git, which has taken too long."""
        self.timed_out = True
        self._process.kill()

    def end(self) -> None:
        """Wait for git, and keep what it said when it did not end well."""
        code = self._process.wait()
        if self.timed_out:
            self.complaint = f"git did not end within {PASS_TIMEOUT:.0f} s"
        elif code != 0:
            self._errors.seek(0)
            said = self._errors.read(_COMPLAINT).decode("utf-8", "replace").strip().splitlines()
            self.complaint = said[-1] if said else f"git ended with status {code}"


@contextmanager
def git_pass(git_dir: Path, *arguments: str, fed: Iterable[bytes] = ()) -> Iterator[Pass]:
    """Run git on a store. `fed` is written to a file that it reads; nothing can block on both ends.

    Raises CustomhouseError where git cannot be started.
    """
    own = git_command(git_dir, f"--git-dir={os.path.abspath(git_dir)}", "-c", "core.commitGraph=false", *arguments)  # noqa: PTH100 - links stay
    # A submodule's store names its working tree, which may be gone; git would not start without one.
    elsewhere = {"GIT_GRAFT_FILE": os.devnull, "GIT_WORK_TREE": os.path.abspath(git_dir)}  # noqa: PTH100
    environment = {name: value for name, value in git_environment(os.environ).items() if name not in _OF_A_HOOK}
    environment |= elsewhere
    with tempfile.TemporaryFile() as questions, tempfile.TemporaryFile() as errors:
        questions.writelines(fed)
        questions.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603 - see run_git
                own, env=environment, stdin=questions, stdout=subprocess.PIPE, stderr=errors
            )
        except OSError as error:
            raise CustomhouseError(f"git cannot be started: {error.strerror}", hint="see: git --version") from None
        output = process.stdout
        if output is None:  # pragma: no cover - it was asked for
            raise CustomhouseError("git gives no output", hint="see: git --version")
        running = Pass(process, output, errors)
        watch = threading.Timer(PASS_TIMEOUT, running.kill)
        watch.start()
        try:
            yield running
        finally:
            output.close()  # what was read to its end ends by itself; what was not is ended by its broken pipe
            running.end()
            watch.cancel()
