"""`customhouse sweep`: retro-hunting over everything that was ever inspected here."""

import os
import sys
from pathlib import Path

import click

from customhouse.cli.options import Common, common_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from customhouse.sweep.scheduler import Scheduler


@click.command("sweep")
@click.option("--rules", metavar="RULE[,RULE]", multiple=True, help="Tell whatever these rules find, allowed or not.")
@click.option(
    "--indicator",
    "indicators",
    metavar="VALUE|@FILE",
    multiple=True,
    help="A digest, host, address, URL, name@version, path or text:…; @FILE reads a list or CSV of them.",
)
@click.option("--all", "everything", is_flag=True, help="Tell all that is not allowed, not only what is worse now.")
@click.option("--scheduler", metavar="tcp://HOST:PORT", help="Judge on this Dask cluster instead of here.")
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="Processes to use here; one a core without.")
@common_options("plain", "json")
def command(
    rules: tuple[str, ...],
    indicators: tuple[str, ...],
    everything: bool,
    scheduler: str | None,
    jobs: int | None,
    common: Common,
) -> None:
    """Judge all stored evidence again with today's rules, policy and advisories. Nothing is fetched or opened.

    Each release is judged as of the moment it was inspected. Told is what is judged worse now than then; with --rules,
    whatever they find; with --indicator, whatever shows one. Exit codes: 20 or 10 when something told is blocked or
    held (an indicator blocks), 4 when stored evidence could not be judged, 3 when none is stored, else 0.
    """
    from customhouse.cli.known_rules import known_rules  # noqa: PLC0415 - after `--help` has been answered
    from customhouse.cli.progress import progress_bar  # noqa: PLC0415
    from customhouse.engine.indicators import read_indicators  # noqa: PLC0415
    from customhouse.engine.intelligence import open_intelligence  # noqa: PLC0415
    from customhouse.engine.places import advisory_directory, cache_directory  # noqa: PLC0415
    from customhouse.policy.exit_code import exit_code  # noqa: PLC0415
    from customhouse.report.sweep import sweep_json, sweep_text  # noqa: PLC0415
    from customhouse.report.text import visible  # noqa: PLC0415
    from customhouse.storage.evidence_cache import EvidenceCache  # noqa: PLC0415
    from customhouse.sweep.sweep import sweep  # noqa: PLC0415

    chosen = _chosen(rules, known_rules())
    wanted = read_indicators(indicators)
    configuration = common.settings(Path()).configuration
    advisories = open_intelligence(configuration, advisory_directory(configuration, None, os.environ), offline=True)
    workers = _scheduler(scheduler, jobs)
    try:
        with (
            EvidenceCache(cache_directory(configuration, common.cache_dir, os.environ)) as cache,
            progress_bar(enabled=common.progress) as draw,
        ):
            done = sweep(
                cache,
                advisories,
                configuration,
                workers,
                rules=chosen,
                indicators=wanted,
                everything=everything,
                progress=draw,
            )
    finally:
        workers.close()
    for warning in done.warnings:
        click.echo(f"warning: {visible(warning)}", err=True)
    click.echo(sweep_json(done) if common.format == "json" else sweep_text(done))
    nothing = not done.releases and not done.unswept
    if nothing:
        click.echo("hint: evidence is stored by `customhouse check` and `customhouse inspect pkg:…`", err=True)
    sys.exit(exit_code(done.decision, incomplete=bool(done.unswept) and done.decision == "allow", nothing=nothing))


def _chosen(given: tuple[str, ...], known: frozenset[str]) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(name.strip() for each in given for name in each.split(",") if name.strip()))
    for name in chosen:
        if name not in known:
            import difflib  # noqa: PLC0415 - only for a typing error

            near = difflib.get_close_matches(name, known, 1)
            meant = f"; did you mean {near[0]}?" if near else ""
            raise click.UsageError(f"no rule is called {name}{meant}")
    return chosen


def _scheduler(address: str | None, jobs: int | None) -> "Scheduler":
    if address is not None:
        from customhouse.sweep.dask_cluster import DaskCluster  # noqa: PLC0415

        return DaskCluster(address)
    from customhouse.sweep.local_pool import LocalPool  # noqa: PLC0415

    return LocalPool(jobs)
