"""`customhouse explain`: what a rule looks for, or how a release came to its verdict."""

import os
import sys
from pathlib import Path

import click

from customhouse.cli.options import Common, common_options
from customhouse.model.errors import CustomhouseError


@click.command("explain")
@click.argument("subject", metavar="RULE|PURL|FILE")
@common_options("plain", "json", "markdown")
def command(subject: str, common: Common) -> None:
    """Explain a rule (its page), or a release: evidence, what the rules made of it, which policy line decided."""
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
