"""`customhouse why`: each path that brings a package in."""

import os
from pathlib import Path

import click


@click.command("why")
@click.argument("package", metavar="PACKAGE")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--all", "everything", is_flag=True, help="Tell every path of every project, not the few shortest.")
@click.option("--include-installed", is_flag=True, help="Look at what is installed too: node_modules, environments.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Configuration to use.")
@click.option("--format", "form", type=click.Choice(("plain", "json")), default="plain", show_default=True)
def command(
    package: str, paths: tuple[Path, ...], everything: bool, include_installed: bool, config: Path | None, form: str
) -> None:
    """Tell what brings PACKAGE in: a name, name@version, name==version or package URL.

    PATH is a lockfile or a project's folder; the current folder without one. Nothing is fetched. Exit code 3 when no
    lock has the package, 4 when one that could not be read may have it.
    """
    from customhouse.engine.audit import find_sources  # noqa: PLC0415 - after `--help` has been answered
    from customhouse.engine.settings import load_settings  # noqa: PLC0415
    from customhouse.engine.why import read_question, why  # noqa: PLC0415
    from customhouse.report.why import why_json, why_text  # noqa: PLC0415

    paths = paths or (Path(),)
    question = read_question(package)
    discovery = load_settings(paths[0], explicit=config, environ=os.environ).configuration.discovery
    sources = find_sources(
        paths, exclude=discovery.exclude, include_installed=include_installed or discovery.include_installed
    )
    answer = why(question, sources, everything=everything)
    click.echo(why_json(answer) if form == "json" else why_text(answer, everything=everything))
