"""`customhouse check`: vet everything that a project's lockfiles pin."""

import os
import sys
from pathlib import Path

import click
import msgspec

from customhouse.cli.options import Common, common_options, pages_for


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--verbose", "-v", is_flag=True, help="List allowed packages too, with what was found in them.")
@click.option("--include-installed", is_flag=True, help="Vet what is installed too: node_modules and environments.")
@common_options("plain", "json", "sarif", "markdown", "junit", "html", "cyclonedx", "spdx", "openvex")
def command(paths: tuple[Path, ...], verbose: bool, include_installed: bool, common: Common) -> None:
    """Vet every package that the lockfiles under PATH pin, before anything is installed.

    PATH is a lockfile or a project's folder; the current folder without one.
    """
    from customhouse.cli.errors import report_error  # noqa: PLC0415
    from customhouse.cli.progress import progress_bar  # noqa: PLC0415 - after `--help` has been answered
    from customhouse.cli.report_facts import project_name, report_time  # noqa: PLC0415
    from customhouse.engine.audit import audit_sources, find_sources  # noqa: PLC0415
    from customhouse.engine.licences import with_licences  # noqa: PLC0415
    from customhouse.engine.repository import judge_case, repository_case  # noqa: PLC0415
    from customhouse.engine.session import RunOptions, Session, run_session  # noqa: PLC0415
    from customhouse.model.audit import Audit  # noqa: PLC0415
    from customhouse.policy.exceptions import exception_warnings  # noqa: PLC0415
    from customhouse.policy.exit_code import audit_exit_code  # noqa: PLC0415
    from customhouse.report.formats import Format, NothingToStateError, render_audit  # noqa: PLC0415

    paths = paths or (Path(),)
    settings = common.settings(paths[0])
    discovery = settings.configuration.discovery
    sources = find_sources(
        paths, exclude=discovery.exclude, include_installed=include_installed or discovery.include_installed
    )
    options = RunOptions(paths[0], common.offline, common.npm_registry, common.pypi_index, common.cache_dir)

    async def work(session: Session) -> Audit:
        with progress_bar(enabled=common.progress) as progress:
            case = repository_case(paths, sources, settings.configuration, session.now)
            repository = judge_case(case, settings.configuration)
            audit = await audit_sources(session.inspector, sources, progress, repository)
            if common.format in ("cyclonedx", "spdx"):
                audit = with_licences(audit, session.cache)
        warnings = exception_warnings(
            settings.configuration, [each.verdict for each in audit.packages], session.now, whole_project=True
        )
        session.cache.flush()
        told = (*settings.warnings, *session.registries.warnings, *session.cache.warnings, *warnings)
        return msgspec.structs.replace(audit, warnings=told)

    audit = run_session(settings, options, os.environ, work)
    form = Format(common.format)
    try:
        text = render_audit(
            audit,
            form,
            colour=common.colour,
            verbose=verbose,
            pages=pages_for(common),
            when=report_time(audit),
            name=project_name(paths),
        )
    except NothingToStateError as error:  # no reason to lose the verdict
        report_error(error)
    else:
        click.echo(text)
    sys.exit(audit_exit_code(audit))
