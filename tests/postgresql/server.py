"""Starts, stops and removes it."""

import ctypes
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg

from postgresql.places import reachable_folder

#: Nothing that is written has to survive a power cut.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "32MB",
    "max_connections": "100",
    "autovacuum": "off",
    "log_timezone": "UTC",
    "timezone": "Pacific/Auckland",  # far from UTC, so that whoever relies on the server's zone is found out
}
_SECONDS = 30


def binaries() -> Path | None:
    """Return the folder of the newest server that is installed; None where there is none."""
    asked = shutil.which("pg_config")
    stated = (
        [subprocess.run([asked, "--bindir"], capture_output=True, text=True, check=True).stdout.strip()]
        if asked
        else []
    )
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name.zfill(3), reverse=True)
    return next((path for path in (*map(Path, stated), *found) if (path / "initdb").exists()), None)


class PostgresqlServer:
    """One server. `start` and `stop` may follow each other as often as a test likes; `remove` ends it."""

    def __init__(self, folder: Path) -> None:
        """Make its folder from the binaries in `folder`."""
        self._binaries = folder
        # A socket's path is at most 107 bytes long, which pytest's folders are not.
        self.home = reachable_folder("pg-")
        self._user = _unprivileged()
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)
        if self._user:
            os.chown(self.home, self._user.pw_uid, self._user.pw_gid)
        made = self._run("initdb", "--auth=trust", "--username=customhouse", "--encoding=UTF8", "--locale=C", "--no-sync",
                         "--wal-segsize=1", "--no-instructions", self.home / "data")  # fmt: skip
        _, errors = made.communicate(timeout=_SECONDS * 2)
        if made.returncode:
            self.remove()
            raise RuntimeError(errors.decode())

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://customhouse@/{database}?host={self.home}"

    def new_database(self, template: str = "template0") -> str:
        """Make an empty database, or a copy of one that nobody is connected to, and return its name."""
        name = f"test{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def execute(self, statement: str, database: str = "postgres") -> list[tuple]:
        """Run one statement as the superuser, past everything of ours, and return its rows."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def start(self) -> None:
        settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        self._process = self._run("postgres", "-D", self.home / "data", "-k", self.home, *settings)
        end = time.monotonic() + _SECONDS
        while True:
            try:
                psycopg.connect(self.url()).close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > end:
                    raise
                time.sleep(0.02)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it at once: connections are broken off, what is not committed is undone."""
        if self._process:
            self._process.send_signal(how)
            self._process.communicate(timeout=_SECONDS)
            self._process = None

    def remove(self) -> None:
        self.stop(signal.SIGQUIT)  # without writing down what is about to be deleted
        shutil.rmtree(self.home)

    def _run(self, program: str, *arguments: object) -> subprocess.Popen[bytes]:
        identity = {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []} if self._user else {}
        return subprocess.Popen(
            [self._binaries / program, *map(str, arguments)],
            cwd=self.home,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - it calls one function of libc and nothing of Python's
            **identity,
        )


def _unprivileged() -> pwd.struct_passwd | None:
    """Return who runs the server where we are root, which it refuses to be."""
    if os.geteuid():
        return None
    users = {each.pw_name: each for each in pwd.getpwall()}
    return users.get("postgres") or users["nobody"]


_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    # Tests that are killed leave no server behind.
    if hasattr(_LIBC, "prctl"):
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
