"""`customhouse check`: vet everything that a project's lockfiles pin."""

import os
import sys
from pathlib import Path

import click

from customhouse.cli.options import Common, common_options


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--verbose", "-v", is_flag=True, help="List allowed packages too, with what was found in them.")
@click.option("--include-installed", is_flag=True, help="Vet what is installed too: node_modules and environments.")
@click.option(
    "--base", metavar="REV", help="Compare with a git revision: inspect what changed, hold what nobody approved."
)
@click.option(
    "--report", "reports", metavar="FORMAT=FILE", multiple=True, help="Also write a report to a file; may be repeated."
)
@click.option(
    "--annotations/--no-annotations",
    default=lambda: os.environ.get("GITHUB_ACTIONS") == "true",
    help="Write GitHub's annotations to stderr; on by itself in a GitHub workflow.",
)
@common_options("plain", "json", "sarif", "markdown", "junit", "html", "cyclonedx", "spdx", "openvex")
def command(
    paths: tuple[Path, ...],
    verbose: bool,
    include_installed: bool,
    base: str | None,
    reports: tuple[str, ...],
    annotations: bool,
    common: Common,
) -> None:
    """Vet every package that the lockfiles under PATH pin, before anything is installed.

    PATH is a lockfile or a project's folder; the current folder without one.
    """
    from customhouse.cli.errors import report_error  # noqa: PLC0415 - after `--help` has been answered
    from customhouse.cli.progress import progress_bar  # noqa: PLC0415
    from customhouse.cli.reports import Rendering, annotate, parse_reports, write_reports  # noqa: PLC0415
    from customhouse.engine.project import find_project, vet_project  # noqa: PLC0415
    from customhouse.engine.session import RunOptions, Session, run_session  # noqa: PLC0415
    from customhouse.model.audit import Audit  # noqa: PLC0415
    from customhouse.policy.exit_code import audit_exit_code  # noqa: PLC0415
    from customhouse.report.formats import INVENTORIES, Format, NothingToStateError  # noqa: PLC0415

    paths = paths or (Path(),)
    asked = parse_reports(reports)
    forms = {Format(common.format), *(each.form for each in asked)}
    project = find_project(paths, common.settings(paths[0]), revision=base, include_installed=include_installed)
    options = RunOptions(paths[0], common.offline, common.npm_registry, common.pypi_index, common.cache_dir)

    async def work(session: Session) -> Audit:
        with progress_bar(enabled=common.progress) as progress:
            return await vet_project(project, session, progress, licences=bool(forms & INVENTORIES))

    audit = run_session(project.settings, options, os.environ, work)
    rendering = Rendering(common, tuple(paths), verbose)
    write_reports(audit, asked, rendering)
    if annotations:
        annotate(audit)
    try:
        click.echo(rendering.text(audit, Format(common.format)))
    except NothingToStateError as error:  # no reason to lose the verdict
        report_error(error)
    sys.exit(audit_exit_code(audit))
