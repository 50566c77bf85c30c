"""`customhouse harden`: the settings that close what the rules over clients say, as a diff, or written."""

import os
import sys
from pathlib import Path

import click

from customhouse.cli.known_rules import known_rules

#: There is something to set, and --write was not given.
_WOULD_CHANGE = 10


@click.command("harden")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--write", is_flag=True, help="Write the settings into the files.")
@click.option("--config", type=click.Path(path_type=Path), help="Use this file as the project's configuration.")
@click.option("--format", "form", type=click.Choice(["plain", "json"]), default="plain", show_default=True)
def command(paths: tuple[Path, ...], write: bool, config: Path | None, form: str) -> None:
    """Show, as a diff, the settings of each package client under PATH that keep young releases and install scripts out.

    The minimum age is the policy's cooldown. Nothing is loosened, and the rest of a file stays as it is, byte for byte.
    The diff stands on stdout, what it means on stderr. Exit codes: 0 nothing to set, or written; 10 there is something
    to set and --write was not given.
    """
    from customhouse.engine.hardening import plan_hardening, write_hardening  # noqa: PLC0415 - after `--help`
    from customhouse.engine.settings import load_settings  # noqa: PLC0415
    from customhouse.report.hardening import hardening_diff, hardening_json, hardening_notes  # noqa: PLC0415

    paths = paths or (Path(),)
    settings = load_settings(paths[0], explicit=config, environ=os.environ, known_rules=known_rules())
    hardening = plan_hardening(paths, settings.configuration)
    if write:
        write_hardening(hardening)
    if form == "json":
        click.echo(hardening_json(hardening, written=write))
    else:
        click.echo(hardening_diff(hardening), nl=False)
        click.echo(hardening_notes(hardening, written=write), err=True)
    if hardening.changes and not write:
        if form == "plain":
            click.echo("\nhint: set all of it with: customhouse harden --write " + " ".join(map(str, paths)), err=True)
        sys.exit(_WOULD_CHANGE)
