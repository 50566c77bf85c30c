"""`customhouse why`: each path that brings a package in."""

from pathlib import Path

import click


@click.command("why")
@click.argument("package", metavar="PACKAGE")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--all", "everything", is_flag=True, help="Tell every path of every project, not the few shortest.")
@click.option("--format", "form", type=click.Choice(("plain", "json")), default="plain", show_default=True)
def command(package: str, paths: tuple[Path, ...], everything: bool, form: str) -> None:
    """Tell what brings PACKAGE in: a name, name@version, name==version or package URL.

    PATH is a lockfile or a project's folder; the current folder without one. Nothing is fetched. Exit code 3 when no
    lock has the package, 4 when one that could not be read may have it.
    """
    from customhouse.engine.audit import find_sources  # noqa: PLC0415 - after `--help` has been answered
    from customhouse.engine.why import read_question, why  # noqa: PLC0415
    from customhouse.report.why import why_json, why_text  # noqa: PLC0415

    question = read_question(package)
    answer = why(question, find_sources(paths or (Path(),)), everything=everything)
    click.echo(why_json(answer) if form == "json" else why_text(answer, everything=everything))
