"""A way to a server that breaks: so many bytes go through, then the connection is cut or goes silent."""

import contextlib
import socket
import threading
from urllib.parse import urlsplit


class CuttingProxy:
    """Passes bytes both ways. After `budget` bytes towards the server, connections are cut, or `stalled` is set."""

    def __init__(self, target, budget, *, stall=False):
        parts = urlsplit(target)
        self._target = (parts.hostname, parts.port)
        self._left = budget
        self._stall = stall
        self._lock = threading.Lock()
        self.stalled = threading.Event()
        self._ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._sockets = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._ended.set()
        for each in self._sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                self._sockets += [client, server]
                for one, other, counted in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._pass, args=(one, other, counted), daemon=True).start()

    def _pass(self, source, target, counted):
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if counted and not self._spend(len(data)):
                    break
                target.sendall(data)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _spend(self, size):
        with self._lock:
            self._left -= size
            if self._left >= 0:
                return True
        if self._stall:
            self.stalled.set()
            self._ended.wait(60)
        return False
