"""Several observers of what was answered, as one."""

from customhouse.gateway.http.app import Observer
from customhouse.gateway.interface import Call, Reply


class Observers:
    """Tells each of them."""

    def __init__(self, *observers: Observer) -> None:
        """Tell these, in this order."""
        self._observers = observers

    def answered(self, call: Call, reply: Reply, status: int, sent: int, seconds: float) -> None:
        """Take note. See `http.app.Observer`."""
        for each in self._observers:
            each.answered(call, reply, status, sent, seconds)
