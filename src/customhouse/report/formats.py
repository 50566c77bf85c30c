"""Every format a report can be asked for in, and the one place that chooses among them."""

from collections.abc import Sequence
from enum import StrEnum
from typing import assert_never

from customhouse.model.audit import Audit, Inspection, RulePage
from customhouse.model.errors import CustomhouseError


class Format(StrEnum):
    """A format by its name on the command line."""

    PLAIN = "plain"
    JSON = "json"
    SARIF = "sarif"
    MARKDOWN = "markdown"


def render_audit(
    audit: Audit,
    form: Format,
    *,
    colour: bool = False,
    width: int | None = None,
    verbose: bool = False,
    pages: Sequence[RulePage] = (),
) -> str:
    """Write an audit, without a newline at its end.

    Args:
        audit: What was audited.
        form: In which format.
        colour: Plain only: terminal colours, for a terminal that wants them.
        width: Plain only: columns to wrap at; None leaves one line a reason, as pipes and grep like it.
        verbose: Also list what policy allowed.
        pages: SARIF only: the rules' pages, for its help texts.
    """
    match form:
        case Format.PLAIN:
            from customhouse.report import plain  # noqa: PLC0415 - only the format that is asked for is loaded

            return plain.audit_text(audit, plain.Style(colour=colour, width=width, verbose=verbose))
        case Format.JSON:
            from customhouse.report import json  # noqa: PLC0415

            return json.audit_json(audit)
        case Format.SARIF:
            from customhouse.report import sarif  # noqa: PLC0415

            return sarif.audit_sarif(audit, pages, verbose=verbose)
        case Format.MARKDOWN:
            from customhouse.report import markdown  # noqa: PLC0415

            return markdown.audit_markdown(audit, verbose=verbose)
        case _:
            assert_never(form)


def render_inspection(
    inspection: Inspection,
    form: Format,
    *,
    colour: bool = False,
    width: int | None = None,
    verbose: bool = False,
    pages: Sequence[RulePage] = (),
) -> str:
    """Write an inspection of one release; the arguments are those of `render_audit`.

    Plain and verbose, it is the explanation of the verdict: evidence, findings, and the policy line of each.
    """
    match form:
        case Format.PLAIN:
            from customhouse.report import plain  # noqa: PLC0415

            return plain.inspection_text(inspection, plain.Style(colour=colour, width=width, verbose=verbose))
        case Format.JSON:
            from customhouse.report import json  # noqa: PLC0415

            return json.inspection_json(inspection)
        case Format.SARIF:
            from customhouse.report import sarif  # noqa: PLC0415

            return sarif.inspection_sarif(inspection, pages, verbose=verbose)
        case Format.MARKDOWN:
            from customhouse.report import markdown  # noqa: PLC0415

            return markdown.inspection_markdown(inspection, verbose=verbose)
        case _:
            assert_never(form)


def render_rule_page(page: RulePage, form: Format, *, colour: bool = False, width: int | None = None) -> str:
    """Write a rule's page. Raises CustomhouseError for SARIF, which has results and no pages."""
    match form:
        case Format.PLAIN:
            from customhouse.report import plain  # noqa: PLC0415

            return plain.page_text(page, plain.Style(colour=colour, width=width))
        case Format.JSON:
            from customhouse.report import json  # noqa: PLC0415

            return json.page_json(page)
        case Format.MARKDOWN:
            from customhouse.report import markdown  # noqa: PLC0415

            return markdown.page_markdown(page)
        case Format.SARIF:
            raise CustomhouseError(
                "a rule's page has no SARIF form", hint="use --format plain, json or markdown; check writes SARIF"
            )
        case _:
            assert_never(form)
