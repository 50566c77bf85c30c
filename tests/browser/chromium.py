"""A page opened in a real browser: what its console says, and what is in it afterwards."""

import functools
import json
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import time
import urllib.request
from base64 import b64encode
from contextlib import suppress
from pathlib import Path

#: Debian's name, then those of other systems.
NAMES = ("chromium", "chromium-browser", "google-chrome")


@functools.cache
def executable():
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Page:
    """One tab over the DevTools protocol. `problems` holds every error of the console and of the security policy."""

    def __init__(self, path):
        self.problems = []
        self._number = 0
        self._home = tempfile.TemporaryDirectory(prefix="chromium-")
        arguments = [
            executable(), "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-proxy-server",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--remote-debugging-port=0",
            f"--user-data-dir={self._home.name}", "about:blank",
        ]  # fmt: skip
        self._process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self._connect()
            for domain in ("Runtime", "Log", "Page", "Network", "Audits"):
                self.ask(f"{domain}.enable")
            self.ask("Page.navigate", url=Path(path).resolve().as_uri())
            self._wait_for("Page.loadEventFired")
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        with suppress(AttributeError, OSError):
            self._socket.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        with suppress(OSError):  # a helper process may still be writing there
            self._home.cleanup()

    def evaluate(self, expression):
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def settle(self):
        """Give everything under way the time to complain."""
        self.evaluate("new Promise((done) => setTimeout(done, 150))")

    def ask(self, method, **parameters):
        self._number += 1
        self._send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            message = self._receive()
            if message.get("id") == self._number:
                assert "error" not in message, message
                return message["result"]

    def _connect(self):
        told = Path(self._home.name) / "DevToolsActivePort"
        deadline = time.monotonic() + 30
        while not (told.is_file() and told.read_text().strip()):
            assert time.monotonic() < deadline, "the browser did not start"
            assert self._process.poll() is None, "the browser ended"
            time.sleep(0.02)
        port = int(told.read_text().split()[0])
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=10) as answer:
            path = next(one for one in json.load(answer) if one["type"] == "page")["webSocketDebuggerUrl"]
        path = path.partition(f":{port}")[2]
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        key = b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self._stream = self._socket.makefile("rb")
        assert b" 101 " in self._stream.readline()
        while self._stream.readline().strip():
            pass

    def _wait_for(self, method):
        while self._receive().get("method") != method:
            pass

    def _send(self, text):
        data = text.encode()
        length = len(data)
        head = b"\x81" + (bytes([0x80 | length]) if length < 126 else b"\xfe" + struct.pack(">H", length))
        mask = os.urandom(4)
        self._socket.sendall(head + mask + bytes(byte ^ mask[index % 4] for index, byte in enumerate(data)))

    def _receive(self):
        data = b""
        while True:
            first, length = self._stream.read(2)
            if length == 126:
                (length,) = struct.unpack(">H", self._stream.read(2))
            elif length == 127:
                (length,) = struct.unpack(">Q", self._stream.read(8))
            data += self._stream.read(length)
            if first & 0x80:
                break
        message = json.loads(data)
        self._note(message)
        return message

    def _note(self, message):
        method, told = message.get("method"), message.get("params", {})
        if method == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning", "assert"):
            self.problems.append(("console", told["args"]))
        elif method == "Runtime.exceptionThrown":
            self.problems.append(("exception", told["exceptionDetails"].get("text")))
        elif method == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            self.problems.append(("log", told["entry"]["text"]))
        elif method == "Audits.issueAdded":
            self.problems.append(("issue", told["issue"]["code"]))
        elif method == "Network.requestWillBeSent" and not told["request"]["url"].startswith(("file:", "data:")):
            self.problems.append(("request", told["request"]["url"]))
