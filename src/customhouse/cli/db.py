"""`customhouse db`: the local index of published advisories, brought up to date and looked at."""

import os
import sys
import time
from pathlib import Path

import click

_INCOMPLETE = 4
_DIRECTORY = click.option(
    "--db-dir",
    envvar="CUSTOMHOUSE_DB_DIR",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where the index is kept.",
)
_CONFIG = click.option(
    "--config", type=click.Path(path_type=Path), metavar="FILE", help="Configuration to use instead of the project's."
)


@click.group("db")
def command() -> None:
    """Keep the published advisories (OSV records) at hand, so that releases are matched offline."""


@command.command("update")
@click.option("--from", "locations", multiple=True, metavar="PATH|URL", help="A folder, .json or .zip of OSV records.")
@click.option("--ecosystem", type=click.Choice(["npm", "pypi"]), help="Keep the advisories of one ecosystem alone.")
@click.option("--progress/--no-progress", default=True, help="Show on stderr how far it is.")
@_DIRECTORY
@_CONFIG
def update(
    locations: tuple[str, ...], ecosystem: str | None, progress: bool, db_dir: Path | None, config: Path | None
) -> None:
    """Fetch or read advisories into the local index; only what changed is read again.

    Without --from: what [advisories] sources names, else the OSV project's bulk exports of npm and PyPI. The index
    that stands stays in use until the new one is whole. Exit code 4 when a source could not be updated.
    """
    from customhouse.engine.advisory_update import (  # noqa: PLC0415 - after `--help` has been answered
        BULK_EXPORTS,
        ECOSYSTEMS,
        canonical_location,
        shown_location,
        update_index,
    )
    from customhouse.engine.places import advisory_directory  # noqa: PLC0415
    from customhouse.engine.settings import load_settings  # noqa: PLC0415
    from customhouse.report.text import visible, visible_lines  # noqa: PLC0415

    configuration = load_settings(Path(), explicit=config, environ=os.environ).configuration
    chosen = tuple(each for each in ECOSYSTEMS if ecosystem in {None, each})
    named = locations or configuration.advisories.sources or tuple(BULK_EXPORTS[each] for each in chosen)
    done = update_index(
        advisory_directory(configuration, db_dir, os.environ),
        tuple(dict.fromkeys(canonical_location(each) for each in named)),
        os.environ,
        ecosystems=chosen,
        progress=_tell if progress and sys.stderr.isatty() else lambda _what, _count: None,
    )
    if done.note:
        click.echo(f"warning: {visible(done.note)}; it was built anew", err=True)
    for each in done.sources:
        where = visible(shown_location(each.location))
        if each.error:
            click.echo(f"error: {where}: {visible_lines(each.error)}\n\nhint: {visible_lines(each.hint)}\n", err=True)
        elif each.not_modified:
            click.echo(f"{where}: not modified, {each.unchanged:,} records")
        elif each.state is not None:
            state = each.state
            click.echo(
                f"{where}: {state.records:,} records ({state.npm:,} npm, {state.pypi:,} PyPI, "
                f"{state.malicious:,} malicious, {state.withdrawn:,} withdrawn); "
                f"{each.added:,} added, {each.changed:,} changed, {each.removed:,} removed"
            )
            if state.unreadable:
                told = "".join(f"\n  {visible(one)}" for one in state.first_unreadable)
                click.echo(f"warning: {state.unreadable:,} records could not be read, first:{told}", err=True)
    click.echo(f"done in {done.seconds:.1f} s", err=True)
    sys.exit(_INCOMPLETE if done.failed else 0)


@command.command("status")
@click.option("--format", "form", type=click.Choice(["plain", "json"]), default="plain", show_default=True)
@click.option("--quick", is_flag=True, help="Do not read the whole index for damage.")
@_DIRECTORY
@_CONFIG
def status(form: str, quick: bool, db_dir: Path | None, config: Path | None) -> None:
    """Say where the advisories are from, how many there are and how old they are.

    Exit code 0 when the index is fresh by policy, 4 when it is stale, missing or damaged.
    """
    import msgspec  # noqa: PLC0415 - after `--help` has been answered

    from customhouse.engine.places import advisory_directory  # noqa: PLC0415
    from customhouse.engine.settings import load_settings  # noqa: PLC0415
    from customhouse.policy.durations import duration  # noqa: PLC0415
    from customhouse.report.advisory_status import render_status, status_document  # noqa: PLC0415
    from customhouse.storage.advisory_index import (  # noqa: PLC0415
        FILE_NAME,
        AdvisoryIndexReader,
        DamagedIndexError,
    )

    configuration = load_settings(Path(), explicit=config, environ=os.environ).configuration
    directory = advisory_directory(configuration, db_dir, os.environ)
    state, problem, hint = None, "", ""
    try:
        reader = AdvisoryIndexReader(directory)
        try:
            state = reader.state()
            if not quick:
                reader.verify()
        finally:
            reader.close()
    except FileNotFoundError:
        pass
    except DamagedIndexError as error:
        problem, hint = error.message, error.hint
    max_age = configuration.advisories.max_age
    document = status_document(
        str(directory / FILE_NAME),
        state,
        now=time.time(),
        max_age=max_age,
        max_age_seconds=duration(max_age).total_seconds(),
        problem=problem,
        hint=hint,
    )
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())
    else:
        click.echo(render_status(document))
    sys.exit(0 if document.condition == "fresh" else _INCOMPLETE)


@command.command("forget")
@click.argument("location", metavar="PATH|URL")
@_DIRECTORY
@_CONFIG
def forget(location: str, db_dir: Path | None, config: Path | None) -> None:
    """Remove a source, and all that was read from it, from the index."""
    from customhouse.engine.advisory_update import canonical_location, forget_source  # noqa: PLC0415
    from customhouse.engine.places import advisory_directory  # noqa: PLC0415
    from customhouse.engine.settings import load_settings  # noqa: PLC0415
    from customhouse.model.errors import CustomhouseError  # noqa: PLC0415

    configuration = load_settings(Path(), explicit=config, environ=os.environ).configuration
    known = canonical_location(location)
    if not forget_source(advisory_directory(configuration, db_dir, os.environ), known):
        raise CustomhouseError(f"the index has nothing from {known}", hint="customhouse db status names its sources")
    click.echo(f"forgot {known}")


def _tell(what: str, count: int) -> None:
    click.echo(f"\r\x1b[K{what}{f': {count:,} records' if count else ''}", nl=False, err=True)
