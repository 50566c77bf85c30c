"""A plan of response as one page: opens offline, loads nothing, runs nothing, and nothing of a case becomes markup.

It is made as `report.html` makes an audit's page, but has no script at all: its content security policy allows none.
"""

from functools import cache
from typing import Any

from markupsafe import Markup

from customhouse.model.response import Checklist, Response
from customhouse.report.html import environment, page_file, policy
from customhouse.report.identity import tool, utc
from customhouse.report.response import (
    PHASE_TITLES,
    REMINDER,
    by_phase,
    danger_order,
    danger_text,
    headline,
    pin_text,
)
from customhouse.report.text import visible_lines

#: Lines of one list, and assets told in full; plan.json has all.
_LINES, _ASSETS = 40, 500


def response_html(response: Response, checklist: Checklist) -> str:
    """Write a plan as a page of its own."""
    css = page_file("page.css")
    told = _template().render(
        response=response,
        done=checklist.done(),
        count=sum(each.id in checklist.done() for each in response.items),
        phases=[(PHASE_TITLES[phase], items) for phase, items in by_phase(response.items)],
        assets=response.assets[:_ASSETS],
        left_out=len(response.assets[_ASSETS:]),
        lines=_LINES,
        headline=headline(response),
        danger_text=danger_text,
        danger_order=danger_order,
        pin_text=pin_text,
        reminder=REMINDER,
        utc=utc,
        preformatted=_preformatted,
        version=tool()[1],
        csp=policy(css),
        css=Markup(css),  # noqa: S704 - a file of ours
    )
    return str(told)


def _preformatted(text: str) -> Markup:
    """Escape text of several lines, whose line ends stay."""
    return Markup("{}").format(visible_lines(text))


@cache
def _template() -> Any:
    return environment().get_template("response.html")
