"""A gateway's pages: what it is, and what it hides. They load nothing, run nothing, and nothing becomes markup."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
from markupsafe import Markup

from customhouse.report.gateway_documents import GatewayExplainDocument
from customhouse.report.gateway_plain import GROUNDS
from customhouse.report.html import environment, page_file, policy
from customhouse.report.identity import tool
from customhouse.report.text import visible_lines

#: Rows of one table, and characters of one message; the JSON has all.
_ROWS, _MESSAGE = 300, 2000


class ClientLines(msgspec.Struct, frozen=True):
    """What one client needs to go through the gateway: lines to paste, and sentences about them."""

    client: str
    lines: tuple[str, ...]
    notes: tuple[str, ...] = ()


def explain_html(document: GatewayExplainDocument) -> str:
    """Write an explanation as a page."""
    return _page("gateway-explain.html", told=document, grounds=GROUNDS, rows=_ROWS, longest=_MESSAGE)


def front_html(address: str, clients: Sequence[ClientLines]) -> str:
    """Write the page at the gateway's root. `address` is the gateway's own."""
    return _page("gateway-front.html", address=address, clients=clients)


def pages_policy() -> str:
    """Return the content security policy of these pages, for the header; no frame may hold them."""
    return f"{policy(page_file('page.css'))}; frame-ancestors 'none'"


def _page(name: str, **values: Any) -> str:
    css = page_file("page.css")
    text = _template(name).render(
        **values,
        preformatted=_preformatted,
        version=tool()[1],
        csp=policy(css),
        css=Markup(css),  # noqa: S704 - a file of ours
    )
    return str(text)


def _preformatted(text: str) -> Markup:
    """Escape text of several lines, whose line ends stay."""
    return Markup("{}").format(visible_lines(text))


@cache
def _template(name: str) -> Any:
    return environment().get_template(name)
