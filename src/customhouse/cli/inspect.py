"""`customhouse inspect`: one release or one archive, alone or against another."""

import os
import sys
from pathlib import Path

import click

from customhouse.cli.options import Common, common_options, pages_for


@click.command("inspect")
@click.argument("target")
@click.option("--against", metavar="TARGET", help="Compare with this one too, not with the release before alone.")
@click.option("--verbose", "-v", is_flag=True, help="Say what was found even when it is allowed.")
@common_options("plain", "json", "sarif", "markdown", "junit", "html")
def command(target: str, against: str | None, verbose: bool, common: Common) -> None:
    """Inspect TARGET: a package URL (pkg:npm/axios@1.14.0), a .tgz, .whl, .tar.gz or .zip, or a package's folder."""
    from customhouse.cli.inspection import inspect_named  # noqa: PLC0415 - after `--help` has been answered
    from customhouse.policy.exit_code import verdict_exit_code  # noqa: PLC0415
    from customhouse.report.formats import Format, render_inspection  # noqa: PLC0415

    inspection = inspect_named(target, against, common, os.environ, Path())
    form = Format(common.format)
    click.echo(render_inspection(inspection, form, colour=common.colour, verbose=verbose, pages=pages_for(common)))
    sys.exit(verdict_exit_code(inspection.verdict))
