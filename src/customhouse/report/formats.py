"""Every format a report can be asked for in, and the one place that chooses among them."""

from collections.abc import Sequence
from datetime import UTC, datetime
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
    CYCLONEDX = "cyclonedx"
    SPDX = "spdx"
    OPENVEX = "openvex"
    JUNIT = "junit"
    HTML = "html"


#: Formats that list every package with its licence.
INVENTORIES = frozenset({Format.CYCLONEDX, Format.SPDX})


class NothingToStateError(CustomhouseError):
    """No advisory speaks of any package: a VEX document without statements is none."""


def render_audit(
    audit: Audit,
    form: Format,
    *,
    colour: bool = False,
    width: int | None = None,
    verbose: bool = False,
    pages: Sequence[RulePage] = (),
    when: datetime | None = None,
    name: str = "project",
) -> str:
    """Write an audit, without a newline at its end.

    Args:
        audit: What was audited.
        form: In which format.
        colour: Plain only: terminal colours, for a terminal that wants them.
        width: Plain only: columns to wrap at; None leaves one line a reason, as pipes and grep like it.
        verbose: Also list what policy allowed.
        pages: SARIF only: the rules' pages, for its help texts.
        when: The inventories, OpenVEX, JUnit and HTML: when the report is made (UTC); now, where it is None.
        name: The same: what the audited whole is called.
    """
    when = when or datetime.now(UTC)
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
        case Format.CYCLONEDX:
            from customhouse.report import cyclonedx  # noqa: PLC0415
            from customhouse.report.inventory import inventory  # noqa: PLC0415

            return cyclonedx.write_cyclonedx(inventory(audit, name), when, vex=True)
        case Format.SPDX:
            from customhouse.report import spdx  # noqa: PLC0415
            from customhouse.report.inventory import inventory  # noqa: PLC0415

            return spdx.write_spdx(inventory(audit, name), when)
        case Format.OPENVEX:
            from customhouse.report import openvex  # noqa: PLC0415

            return openvex.audit_openvex(audit, when)
        case Format.JUNIT:
            from customhouse.report import junit  # noqa: PLC0415

            return junit.audit_junit(audit, when, name)
        case Format.HTML:
            from customhouse.report import html  # noqa: PLC0415

            return html.audit_html(audit, when, name)
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
    when: datetime | None = None,
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
        case Format.JUNIT | Format.HTML:
            from customhouse.report.single import as_audit  # noqa: PLC0415

            return render_audit(as_audit(inspection), form, when=when, name=inspection.verdict.purl.display)
        case Format.CYCLONEDX | Format.SPDX | Format.OPENVEX:
            raise CustomhouseError(
                f"an inspection has no {form} form", hint=f"write an inventory with customhouse check --format {form}"
            )
        case _:
            assert_never(form)


def render_rule_page(page: RulePage, form: Format, *, colour: bool = False, width: int | None = None) -> str:
    """Write a rule's page. Raises CustomhouseError for formats that have results and no pages."""
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
        case Format.SARIF | Format.CYCLONEDX | Format.SPDX | Format.OPENVEX | Format.JUNIT | Format.HTML:
            raise CustomhouseError(
                f"a rule's page has no {form} form", hint=f"use --format plain, json or markdown; check writes {form}"
            )
        case _:
            assert_never(form)
