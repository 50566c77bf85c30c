"""`customhouse check`: vet everything that a project's lockfiles pin."""

import os
import sys
from pathlib import Path

import click
import msgspec

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
def command(  # noqa: PLR0915 - a third of them are imports, which stand here so that --help loads none
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
    from customhouse.cli.errors import report_error  # noqa: PLC0415
    from customhouse.cli.progress import progress_bar  # noqa: PLC0415 - after `--help` has been answered
    from customhouse.cli.reports import Rendering, annotate, parse_reports, write_reports  # noqa: PLC0415
    from customhouse.engine.audit import audit_sources, find_sources  # noqa: PLC0415
    from customhouse.engine.base import hidden_since, read_base  # noqa: PLC0415
    from customhouse.engine.gate import gate_sources  # noqa: PLC0415
    from customhouse.engine.licences import with_licences  # noqa: PLC0415
    from customhouse.engine.public_names import with_public_answers  # noqa: PLC0415
    from customhouse.engine.repository import judge_case, repository_case  # noqa: PLC0415
    from customhouse.engine.session import RunOptions, Session, run_session  # noqa: PLC0415
    from customhouse.model.audit import Audit  # noqa: PLC0415
    from customhouse.policy.approvals import approval_warnings  # noqa: PLC0415
    from customhouse.policy.exceptions import exception_warnings  # noqa: PLC0415
    from customhouse.policy.exit_code import audit_exit_code  # noqa: PLC0415
    from customhouse.report.formats import Format, NothingToStateError  # noqa: PLC0415

    paths = paths or (Path(),)
    asked = parse_reports(reports)
    settings = common.settings(paths[0])
    compared = (
        read_base(base, paths, settings, exclude=settings.configuration.discovery.exclude) if base is not None else None
    )
    settings = compared.settings if compared else settings
    # A change may remove the last lock: that is to be told, and not that there is nothing.
    discovery = settings.configuration.discovery
    sources = find_sources(
        paths,
        exclude=discovery.exclude,
        include_installed=include_installed or discovery.include_installed,
        required=not (compared and any(each.packages for each in compared.sources)),
    )
    options = RunOptions(paths[0], common.offline, common.npm_registry, common.pypi_index, common.cache_dir)

    async def work(session: Session) -> Audit:
        with progress_bar(enabled=common.progress) as progress:
            before = compared.sources if compared else None
            case = repository_case(
                paths,
                sources,
                settings.configuration,
                session.now,
                before,
                exclude=discovery.exclude,
                registries=session.registries,
            )
            case = await with_public_answers(case, session.registries, settings.configuration, offline=common.offline)
            if compared is not None:
                case = msgspec.structs.replace(case, gaps=(*case.gaps, *hidden_since(compared, sources)))
            repository = judge_case(case, settings.configuration, settings.root)
            if compared is None:
                audit = await audit_sources(session.inspector, sources, progress, repository)
            else:
                audit = await gate_sources(session.inspector, sources, compared, progress, repository)
        if {common.format, *(str(each.form) for each in asked)} & {"cyclonedx", "spdx"}:
            audit = with_licences(audit, session.cache)
        verdicts = [each.verdict for each in audit.packages]
        warnings = exception_warnings(
            settings.configuration,
            verdicts,
            session.now,
            whole_project=compared is None,
            repository=repository if compared is None else None,
        )
        if compared is not None:
            present = {entry.purl for source in sources for entry in source.packages}
            approvals = approval_warnings(settings.configuration, verdicts, present, session.now)
            warnings = (*compared.warnings, *approvals, *warnings)
        session.cache.flush()
        told = (*settings.warnings, *session.registries.warnings, *session.cache.warnings, *warnings)
        return msgspec.structs.replace(audit, warnings=told)

    audit = run_session(settings, options, os.environ, work)
    rendering = Rendering(common, tuple(paths), verbose)
    write_reports(audit, asked, rendering)
    if annotations:
        annotate(audit)
    try:
        text = rendering.text(audit, Format(common.format))
    except NothingToStateError as error:  # no reason to lose the verdict
        report_error(error)
    else:
        click.echo(text)
    sys.exit(audit_exit_code(audit))
