"""The answers of the management door: JSON, lines of it, pages, and errors, each with what to do next."""

import msgspec

from customhouse.gateway.interface import Reply, UnavailableError
from customhouse.report.gateway_html import pages_policy

OK, CREATED = 200, 201
_COMMON = (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"))
LINES = "application/x-ndjson"


class RefusedError(Exception):
    """A call that is not answered as asked: status, what is wrong, and what to do about it."""

    def __init__(self, status: int, message: str, hint: str) -> None:
        """Say it."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.hint = hint

    @property
    def reply(self) -> Reply:
        """The answer."""
        return problem(self.status, self.message, self.hint)


def told(document: object, status: int = OK, *, varies: tuple[str, ...] = ()) -> Reply:
    """Answer with a document."""
    return Reply(status, msgspec.json.encode(document), headers=_COMMON, varies=varies)


def lines(body: bytes) -> Reply:
    """Answer with JSON, one document a line."""
    return Reply(OK, body, LINES, _COMMON)


def text(body: bytes, content_type: str) -> Reply:
    """Answer with text of another kind."""
    return Reply(OK, body, content_type, _COMMON)


def page(html: str, *, varies: tuple[str, ...] = ()) -> Reply:
    """Answer with a page. Bytes that UTF-8 has no form for become escapes."""
    headers = (*_COMMON, ("Content-Security-Policy", pages_policy()), ("X-Frame-Options", "DENY"))
    body = html.encode("utf-8", "backslashreplace")
    return Reply(OK, body, "text/html; charset=utf-8", headers, varies=varies)


def problem(status: int, error: str, hint: str, *headers: tuple[str, str]) -> Reply:
    """Say what is wrong, and what to do next."""
    if status == 401:  # noqa: PLR2004 - unauthorised
        headers = (*headers, ("WWW-Authenticate", 'Bearer realm="customhouse"'))
    return Reply(status, msgspec.json.encode({"error": error, "hint": hint}), headers=(*_COMMON, *headers))


def unavailable(error: UnavailableError) -> Reply:
    """Say that it cannot be told now."""
    hint = "ask again; if it goes on, /-/ready says what does not work"
    return problem(503, error.message, hint, ("Retry-After", str(error.retry_after)))
