"""`customhouse explain`: what a rule looks for, or how a release came to its verdict."""

import os
import sys
from pathlib import Path

import click

from customhouse.cli.gateway_client import gateway_options
from customhouse.cli.options import Common, common_options
from customhouse.model.errors import CustomhouseError


@click.command("explain")
@click.argument("subject", metavar="RULE|PURL|FILE")
@gateway_options(required=False)
@common_options("plain", "json", "markdown")
def command(subject: str, gateway: str | None, token: str | None, common: Common) -> None:
    """Explain a rule (its page), or a release: evidence, what the rules made of it, which policy line decided.

    With --gateway, which versions of a package (a purl without a version) that gateway hides, why, and when they come
    free; or all that it knows of one release.
    """
    if gateway is not None:
        _explain_at_gateway(subject, gateway, token, common)
        return
    from customhouse.rules.all_rules import EVERY_RULE  # noqa: PLC0415 - after `--help` has been answered

    rule = next((rule for rule in EVERY_RULE if rule.id == subject), None)
    if rule is not None:
        from customhouse.report.formats import Format, render_rule_page  # noqa: PLC0415
        from customhouse.rules.page import rule_page  # noqa: PLC0415

        click.echo(render_rule_page(rule_page(rule), Format(common.format), colour=common.colour))
        return
    if not subject.startswith("pkg:") and not Path(subject).exists():
        raise CustomhouseError(
            f"no rule is called {subject!r}, and no file either",
            hint=f"rules: {', '.join(rule.id for rule in EVERY_RULE)}; a release is pkg:npm/axios@1.14.0",
        )
    _explain_release(subject, common)


def _explain_release(subject: str, common: Common) -> None:
    from customhouse.cli.inspection import inspect_named  # noqa: PLC0415
    from customhouse.policy.exit_code import verdict_exit_code  # noqa: PLC0415
    from customhouse.report.formats import Format, render_inspection  # noqa: PLC0415

    inspection = inspect_named(subject, None, common, os.environ, Path())
    click.echo(render_inspection(inspection, Format(common.format), colour=common.colour, verbose=True))
    sys.exit(verdict_exit_code(inspection.verdict))


def _explain_at_gateway(subject: str, gateway: str, token: str | None, common: Common) -> None:
    import msgspec  # noqa: PLC0415 - only what this needs

    from customhouse.cli.gateway_client import open_gateway  # noqa: PLC0415
    from customhouse.model.purl import parse_purl  # noqa: PLC0415
    from customhouse.policy.exit_code import exit_code  # noqa: PLC0415
    from customhouse.report.gateway_documents import GatewayExplainDocument  # noqa: PLC0415
    from customhouse.report.gateway_plain import gateway_explain_text  # noqa: PLC0415
    from customhouse.report.json import encode  # noqa: PLC0415
    from customhouse.report.plain import Style  # noqa: PLC0415

    if common.format == "markdown":
        raise click.UsageError("with --gateway the formats are plain and json")
    with open_gateway(gateway, token) as client:
        found = client.about("explain", parse_purl(subject), schema="customhouse/gateway-explain/1")
    document = msgspec.convert(found, GatewayExplainDocument)
    told = encode(found) if common.format == "json" else gateway_explain_text(document, Style(common.colour))
    click.echo(told)
    standing = document.release.standing if document.release is not None else None
    sys.exit(exit_code(standing.decision, incomplete=False) if standing is not None else 0)
