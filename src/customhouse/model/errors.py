"""The two error families: theirs (`UpstreamError`) and ours or the user's (`CustomhouseError`).

Every message ends in what to do next, so a hint is required to build one.
"""


class _Explained(Exception):  # noqa: N818 - a base that nobody catches by name
    """An error with a hint: a sentence or a command to paste."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        """Keep message and hint when an error crosses a process boundary."""
        return (_rebuild, (type(self), self.message, self.hint))


def _rebuild(kind: type[_Explained], message: str, hint: str) -> _Explained:
    return kind(message, hint=hint)


class CustomhouseError(_Explained):
    """Ours or the user's fault: bad usage, unreadable configuration, a full disk."""


class UpstreamError(_Explained):
    """Theirs: a bad archive, a lying registry, a timeout."""


class NotFoundUpstream(UpstreamError):  # noqa: N818 - read as a statement about the upstream, like its siblings
    """The registry answers, and does not have it (404, 410), or refuses to hand it out (403, 451)."""


class UnreachableUpstream(UpstreamError):  # noqa: N818
    """No usable answer: timeout, refused connection, 5xx after every retry, offline mode."""


class HostileUpstream(UpstreamError):  # noqa: N818
    """The answer itself is an attack or a lie: wrong digest, body beyond its bound, redirect to a private address."""
