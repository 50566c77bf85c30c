"""A wheel of 200 MB goes through: its first byte comes after the verdict, and nobody holds it in memory."""

import base64
import hashlib
import io
import logging
import os
import threading
import time
import zipfile
from datetime import UTC, datetime, timedelta

import httpx2

from gateway.processes import children, descendants, memory
from gateway.running import gateway

#: What was measured; `--log-cli-level=info` shows it.
MEASURED = logging.getLogger(__name__)
MB = 1024 * 1024
SIZE, MEMBER = 200 * MB, 4 * MB
NAME = "large-1.0-py3-none-any.whl"
#: What each process may take beside what it had before: a quarter of the file.
MOST = 50 * MB


def large_wheel():
    """Members are stored as they are: deflating what is random would take longer than all the rest."""
    info = "large-1.0.dist-info"
    said = {
        "large/__init__.py": b"VALUE = 1\n",
        f"{info}/METADATA": b"Metadata-Version: 2.1\nName: large\nVersion: 1.0\n",
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: simulator\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows, whole = [], io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for number in range(SIZE // MEMBER):
            said[f"large/weights-{number}.bin"] = b""
        for path, text in said.items():
            data = text or os.urandom(MEMBER)
            digest = hashlib.sha256(data).digest()
            rows.append(f"{path},sha256={_base64(digest)},{len(data)}")
            archive.writestr(path, data)
        archive.writestr(f"{info}/RECORD", "\n".join([*rows, f"{info}/RECORD,,", ""]))
    return whole.getvalue()


def _base64(digest):
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class Memory(threading.Thread):
    """Watches how much a gateway's processes take: its front, the inspecting process, and that one's readers."""

    def __init__(self, front):
        super().__init__(daemon=True)
        self.front = front
        (self.worker,) = children(front)
        self.first, self.most = {}, {}
        self.over = threading.Event()
        self.look()

    def run(self):
        while not self.over.wait(0.01):
            self.look()

    def look(self):
        for pid in (self.front, self.worker, *descendants(self.worker)):
            try:
                now = memory(pid)
            except OSError:
                continue  # a reader that is done
            self.first.setdefault(pid, now)
            self.most[pid] = max(self.most.get(pid, 0), now)

    def grown(self, pid):
        return self.most[pid] - self.first[pid]


def fetch(address):
    """Fetch a file in pieces; return when its first byte came, and the sha256 and the number of all."""
    digest, size, first = hashlib.sha256(), 0, None
    with httpx2.stream("GET", address, timeout=120) as answer:
        assert answer.status_code == 200, answer.read()
        for piece in answer.iter_raw(MB):
            first = first or datetime.now(UTC)
            digest.update(piece)
            size += len(piece)
    return first, digest.hexdigest(), size


def test_a_wheel_of_200_mb(registry, tmp_path):
    wheel = large_wheel()
    sha256 = hashlib.sha256(wheel).hexdigest()
    registry.pypi.publish("large", "1.0", raw={NAME: wheel}, published=datetime.now(UTC) - timedelta(days=400))
    with gateway(tmp_path, registry, configuration='[gateway]\nwait = "110s"\n') as running:
        (listed,) = running.get("/pypi/simple/large/", accept="application/vnd.pypi.simple.v1+json").json()["files"]
        address = httpx2.URL(f"{running.url}/pypi/simple/large/").join(listed["url"])
        watched = Memory(running.process.pid)
        watched.start()
        began = time.monotonic()
        first, got, size = fetch(address)
        cold = time.monotonic() - began
        assert (got, size) == (sha256, len(wheel))
        (inspected,) = running.events("inspected")
        assert inspected["decision"] == "allow"
        assert first >= datetime.fromisoformat(inspected["timestamp"])
        began = time.monotonic()
        assert fetch(address)[1] == sha256
        warm = time.monotonic() - began
        watched.over.set()
        watched.join()
        front, worker = (watched.grown(pid) for pid in (watched.front, watched.worker))
        MEASURED.info(
            "%d MB: cold %.1f s, warm %.1f s; front %d MB at most (+%d), worker %d MB (+%d), readers %s MB",
            len(wheel) // MB, cold, warm, watched.most[watched.front] // MB, front // MB,
            watched.most[watched.worker] // MB, worker // MB,
            [most // MB for pid, most in watched.most.items() if pid not in (watched.front, watched.worker)],
        )  # fmt: skip
        assert front < MOST
        assert worker < MOST
        for pid, most in watched.most.items():
            assert most < SIZE, pid
