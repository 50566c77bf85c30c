"""Each proxy as a running server in front of the same upstream: its usual production settings, logs off, one process.

All keep what upstream said for half an hour, the default of both PyPI proxies, except ours, which asks again after its
own default of five minutes.
"""

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from peers import ROOT
from proxies.peers import PYPI_BIN, VERDACCIO
from proxies.processes import cpu_seconds

CUSTOMHOUSE = str(Path(sys.executable).parent / "customhouse")
_START, _STOP = 90.0, 30.0
#: Log of a program that logs by Python's logging, from warnings on.
_QUIET = {
    "version": 1,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}


@dataclass(frozen=True)
class Upstream:
    """Where the proxies fetch from: npm's root without a closing slash, and the simple index with one."""

    npm: str
    pypi: str


@dataclass(frozen=True)
class Proxy:
    """A running proxy. `npm` is its registry without a closing slash, `pypi` its simple index with one, or empty."""

    name: str
    npm: str
    pypi: str
    process: subprocess.Popen[bytes]

    def cpu(self) -> float:
        """Seconds of CPU that it has used so far, with its child processes."""
        return cpu_seconds(self.process.pid)


@contextmanager
def customhouse(
    folder: Path, upstream: Upstream, options: Sequence[str] = (), name: str = "customhouse"
) -> Iterator[Proxy]:
    """The gateway, with its state in `folder`."""
    port = free_port()
    command = [CUSTOMHOUSE, "gateway", "serve", "--port", str(port), "--state", str(folder / "state")]
    command += ["--npm-registry", f"{upstream.npm}/", "--pypi-index", upstream.pypi, "--no-access-log", *options]
    root = f"http://127.0.0.1:{port}"
    with _running(folder, command, f"{root}/-/ping", {"PYTHONPATH": str(ROOT / "src")}) as process:
        yield Proxy(name, f"{root}/npm", f"{root}/pypi/simple/", process)


@contextmanager
def verdaccio(folder: Path, upstream: Upstream) -> Iterator[Proxy]:
    """Verdaccio with one caching uplink and nobody signed in."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "storage": str(folder / "storage"),
        "auth": {"htpasswd": {"file": str(folder / "htpasswd")}},
        "uplinks": {"upstream": {"url": f"{upstream.npm}/", "cache": True, "maxage": "30m", "max_fails": 1000}},
        "packages": {name: {"access": "$all", "proxy": "upstream"} for name in ("@*/*", "**")},
        "server": {"keepAliveTimeout": 60},
        "log": {"type": "stdout", "format": "json", "level": "fatal"},
    }
    (folder / "config.yaml").write_text(json.dumps(settings))  # YAML holds JSON
    command = ["node", str(VERDACCIO), "--config", str(folder / "config.yaml"), "--listen", f"127.0.0.1:{port}"]
    root = f"http://127.0.0.1:{port}"
    with _running(folder, command, f"{root}/-/ping", {"NODE_ENV": "production"}) as process:
        yield Proxy("verdaccio", root, "", process)


@contextmanager
def devpi(folder: Path, upstream: Upstream) -> Iterator[Proxy]:
    """devpi-server with a mirror index; 50 threads, its default. nginx, which its makers advise, is left out."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "log.json").write_text(json.dumps(_QUIET))
    place = ["--serverdir", str(folder / "server"), "--logger-cfg", str(folder / "log.json")]
    if not (folder / "server").exists():
        made = [str(PYPI_BIN / "devpi-init"), *place, "--no-root-pypi"]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    root = f"http://127.0.0.1:{port}"
    command = [str(PYPI_BIN / "devpi-server"), *place, "--host", "127.0.0.1", "--port", str(port)]
    with _running(folder, command, f"{root}/+api") as process:
        _devpi_mirror(root, upstream.pypi)
        yield Proxy("devpi-server", "", f"{root}/root/mirror/+simple/", process)


def _devpi_mirror(root: str, index: str) -> None:
    """Make the mirror index, as `devpi index -c root/mirror type=mirror mirror_url=…` does."""
    token = _asked(f"{root}/+login", "POST", {"user": "root", "password": ""})["result"]["password"]
    said = base64.b64encode(f"root:{token}".encode()).decode()
    settings = {"type": "mirror", "mirror_url": index, "mirror_no_project_list": True, "volatile": False}
    _asked(f"{root}/root/mirror", "PUT", settings, {"X-Devpi-Auth": said})


@contextmanager
def proxpi(folder: Path, upstream: Upstream) -> Iterator[Proxy]:
    """Proxpi under gunicorn with two threads, as its makers' container runs it, and files kept on disk."""
    port = free_port()
    command = [str(PYPI_BIN / "gunicorn"), "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "2"]
    command += ["--log-level", "error", "proxpi.server:app"]
    settings = {
        "PROXPI_INDEX_URL": upstream.pypi,
        "PROXPI_CACHE_DIR": str(folder / "files"),
        "PROXPI_LOGGING_LEVEL": "ERROR",
        "PROXPI_DOWNLOAD_TIMEOUT": "60",  # it redirects to upstream when a first download takes longer than this
    }
    root = f"http://127.0.0.1:{port}"
    with _running(folder, command, f"{root}/health", settings) as process:
        yield Proxy("proxpi", "", f"{root}/index/", process)


def free_port() -> int:
    """Return a port that nothing listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(
    folder: Path, command: list[str], ready: str, extra: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a server in a folder that is its home, wait until an address answers, and stop it at the end.

    Raises RuntimeError with the end of what it printed when it does not start.
    """
    home = folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    passed = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG"}}
    environment = {**passed, "HOME": str(home), **(extra or {})}
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=home, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait(process, ready, folder / "log")
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_STOP)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + _START
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own loopback address
                return
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"{process.args[0]} does not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")


def _asked(address: str, method: str, body: object, headers: Mapping[str, str] | None = None) -> dict:
    sent = {"Content-Type": "application/json", "Accept": "application/json", **(headers or {})}
    request = urllib.request.Request(address, json.dumps(body).encode(), sent, method=method)  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.loads(answer.read())


def emptied(folder: Path) -> Path:
    """Return a folder with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
