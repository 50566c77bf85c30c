"""`customhouse hunt`: are we affected, and how far did it get."""

import os
import re
import sys
from datetime import UTC, datetime, time
from pathlib import Path

import click

from customhouse.cli.options import Common, common_options

_PATH = click.Path(path_type=Path)
#: A day without a time, in either way of ISO 8601.
_DAY = re.compile(r"\d{4}-?\d\d-?\d\d|\d{4}-?W\d\d(?:-?\d)?")


@click.command("hunt")
@click.argument("paths", nargs=-1, type=_PATH, metavar="[PATH]...")
@click.option("--pack", "packs", multiple=True, metavar="NAME|FILE", help="A campaign to hunt; repeatable.")
@click.option("--all-packs", is_flag=True, help="Hunt every campaign that is known here.")
@click.option("--since", metavar="TIME", help="From when on histories and logs are looked at (2026-03-31T00:21Z).")
@click.option("--until", metavar="TIME", help="Up to when; of a day alone, up to its end.")
@click.option("--logs", multiple=True, type=_PATH, metavar="PATH", help="Build logs: files, folders, zips; repeatable.")
@click.option("--network", multiple=True, type=_PATH, metavar="PATH", help="Proxy, DNS, firewall records; repeatable.")
@click.option("--host", is_flag=True, help="Look at this machine too: its files, processes, persistence, histories.")
@click.option("--root", type=_PATH, metavar="DIR", help="Look at a mounted image instead of this machine.")
@click.option("--case", "case", type=_PATH, metavar="DIR", help="Keep the case here: hits, evidence, custody record.")
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="Processes to use; one a core without.")
@common_options("plain", "json")
def command(  # noqa: PLR0913, PLR0917 - one a flag
    paths: tuple[Path, ...],
    packs: tuple[str, ...],
    all_packs: bool,
    since: str | None,
    until: str | None,
    logs: tuple[Path, ...],
    network: tuple[Path, ...],
    host: bool,
    root: Path | None,
    case: Path | None,
    jobs: int | None,
    common: Common,
) -> None:
    """Look for traces of a campaign in projects and their history, installs, logs, machines and network records.

    PATH is a project, a folder of repositories or a home folder (default: the current folder, and what clients keep in
    the home folder). Nothing found is executed or changed, and nothing is asked of the network. Without a campaign only
    what is odd by itself is told. Exit codes: 20 when something was fetched or ran, 10 when it was only declared or
    locked or something is odd, 4 when something serious could not be examined, 3 when there was nothing to look at,
    else 0.
    """
    from customhouse.cli.hunt_packs import campaigns  # noqa: PLC0415 - after `--help` has been answered
    from customhouse.hunt.asked import Asked  # noqa: PLC0415
    from customhouse.hunt.hunting import Targets, hunt  # noqa: PLC0415
    from customhouse.model.errors import CustomhouseError  # noqa: PLC0415
    from customhouse.policy.hunt_exit_code import hunt_exit_code  # noqa: PLC0415
    from customhouse.report.hunt import hunt_json, hunt_text  # noqa: PLC0415
    from customhouse.storage.case_folder import CaseFolder  # noqa: PLC0415

    for path in (*paths, *logs, *network, *((root,) if root else ())):
        if not os.path.exists(path):  # noqa: PTH110 - Path.exists raises where a folder above may not be entered
            raise click.UsageError(f"no such file or folder, or it cannot be reached: {path}")
    if host and root:
        raise click.UsageError("--host is this machine and --root another: hunt them one by one")
    asked = Asked(campaigns(packs, every=all_packs), _moment(since, "--since"), _moment(until, "--until", last=True))
    if asked.since and asked.until and asked.until < asked.since:
        raise click.UsageError("--until is before --since")
    nothing_named = not (paths or logs or network or host or root)
    targets = Targets(
        projects=paths or ((Path(),) if nothing_named else ()),
        homes=(Path.home(),) if nothing_named or host else (),
        logs=logs,
        network=network,
        root=root,
        live=host,
    )
    folder = CaseFolder(case) if case is not None else None
    if folder is not None:
        folder.prepare()  # before the work, not after it
    hunted = hunt(targets, asked, jobs or os.cpu_count() or 1)
    try:
        custody = folder.keep(hunted) if folder is not None else ""
    except CustomhouseError:  # what was found is told all the same
        click.echo(hunt_json(hunted) if common.format == "json" else hunt_text(hunted))
        raise
    if common.format == "json":
        click.echo(hunt_json(hunted, str(case or ""), custody))
    else:
        click.echo(hunt_text(hunted))
        if case is not None:
            click.echo(f"case kept in {case}; its custody record ends with {custody}", err=True)
    sys.exit(hunt_exit_code(hunted))


def _moment(text: str | None, option: str, *, last: bool = False) -> datetime | None:
    """Read a moment; one without a zone is taken as UTC. Of a day alone its end counts where it is the `last`."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if last and _DAY.fullmatch(text.strip()):
            moment = datetime.combine(moment, time.max)
    except ValueError:
        raise click.UsageError(f"{option} {text!r} is no time; write 2026-03-31 or 2026-03-31T00:21Z") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
