"""`customhouse sbom`: the inventory of a project, from its locks alone."""

import os
import sys
from pathlib import Path

import click

from customhouse.cli.known_rules import known_rules
from customhouse.engine.settings import Settings, load_settings
from customhouse.model.audit import Audit
from customhouse.model.locked import Source


@click.command("sbom")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option(
    "--format", "form", type=click.Choice(("cyclonedx", "spdx", "openvex")), default="cyclonedx", show_default=True
)
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Write into this file.")
@click.option("--verdicts", is_flag=True, help="Add our verdicts, as far as the evidence cache gives them.")
@click.option("--vex", is_flag=True, help="CycloneDX: add what is known and said of each advisory; brings --verdicts.")
@click.option("--include-installed", is_flag=True, help="Take in what is installed: node_modules and environments.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Configuration to use.")
@click.option("--cache-dir", type=click.Path(path_type=Path), metavar="DIR", help="Where evidence is kept.")
def command(
    paths: tuple[Path, ...],
    form: str,
    output: Path | None,
    verdicts: bool,
    vex: bool,
    include_installed: bool,
    config: Path | None,
    cache_dir: Path | None,
) -> None:
    """Write what the locks under PATH pin as a CycloneDX 1.6 or SPDX 2.3 document, or what is said of it as OpenVEX.

    Nothing is fetched. Verdicts come from the evidence cache with --verdicts; `check --format cyclonedx` inspects.
    Exit code 4 when a file could not be read: the inventory, which says so itself, is not complete then.
    """
    from customhouse.cli.report_facts import project_name  # noqa: PLC0415 - after `--help` has been answered
    from customhouse.engine.audit import find_sources  # noqa: PLC0415
    from customhouse.policy.exit_code import INCOMPLETE  # noqa: PLC0415

    if vex and form == "spdx":
        raise click.UsageError("SPDX 2.3 has no place for VEX: write it apart with --format openvex")
    paths = paths or (Path(),)
    settings = load_settings(paths[0], explicit=config, environ=os.environ, known_rules=known_rules())
    discovery = settings.configuration.discovery
    sources = find_sources(
        paths, exclude=discovery.exclude, include_installed=include_installed or discovery.include_installed
    )
    looked_up = verdicts or vex or form == "openvex"
    audit = _from_cache(paths, sources, settings, cache_dir) if looked_up else Audit("allow", sources, ())
    text = _written(audit, form, project_name(paths), vex=vex)
    if output is None:
        click.echo(text)
    else:
        from customhouse.engine.approval import write_atomically  # noqa: PLC0415

        write_atomically(output, f"{text}\n".encode())
    unread = [source for source in sources if source.status in ("failed", "unsupported")]
    for source in unread:
        from customhouse.report.text import visible  # noqa: PLC0415

        click.echo(visible(f"warning: not in the inventory: {source.path} {source.reason}"), err=True)
    sys.exit(INCOMPLETE if unread else 0)


def _written(audit: Audit, form: str, name: str, *, vex: bool) -> str:
    from customhouse.cli.report_facts import report_time  # noqa: PLC0415 - as above
    from customhouse.report.inventory import inventory  # noqa: PLC0415

    when = report_time(audit)
    if form == "openvex":
        from customhouse.report.openvex import audit_openvex  # noqa: PLC0415

        return audit_openvex(audit, when)
    if form == "spdx":
        from customhouse.report.spdx import write_spdx  # noqa: PLC0415

        return write_spdx(inventory(audit, name), when)
    from customhouse.report.cyclonedx import write_cyclonedx  # noqa: PLC0415

    return write_cyclonedx(inventory(audit, name), when, vex=vex)


def _from_cache(
    paths: tuple[Path, ...], sources: tuple[Source, ...], settings: Settings, cache_dir: Path | None
) -> Audit:
    """Judge every entry by what the cache and the advisory database know; no network."""
    from customhouse.engine.audit import audit_sources, no_progress  # noqa: PLC0415
    from customhouse.engine.licences import with_licences  # noqa: PLC0415
    from customhouse.engine.session import RunOptions, Session, run_session  # noqa: PLC0415

    async def work(session: Session) -> Audit:
        return with_licences(await audit_sources(session.inspector, sources, no_progress), session.cache)

    options = RunOptions(paths[0], offline=True, cache_directory=cache_dir)
    return run_session(settings, options, os.environ, work)
