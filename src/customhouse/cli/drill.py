"""`customhouse drill`: an exercise, laid out, played by the hunt or by a team, and scored."""

import os
import secrets
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click

TYPE_CHECKING = False
if TYPE_CHECKING:
    from customhouse.drill.scenarios.interface import Scenario
    from customhouse.model.drill import AfterAction

_PATH = click.Path(path_type=Path)
_FAILED = 10
_REPORT = "AFTER-ACTION"


@click.command("drill")
@click.argument("scenario", required=False)
@click.option("--list", "listing", is_flag=True, help="List the scenarios.")
@click.option("--auto", is_flag=True, help="Let the hunt play it by itself.")
@click.option(
    "--submit", type=_PATH, metavar="FILE", help="Score what a team found: a hunt's JSON, or CSV: path,grade."
)
@click.option("--into", type=_PATH, metavar="DIR", help="Where to lay it out, or where it is; a temporary one without.")
@click.option("--state", type=_PATH, metavar="DIR", help="Where the answer key is kept; beside the folder without.")
@click.option("--seed", type=click.IntRange(0), metavar="N", help="The same names each time; any without.")
@click.option("--contained", metavar="TIME", help="When the team held it contained (2026-04-01T09:30Z).")
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="Processes to use; one a core without.")
@click.option("--format", "form", type=click.Choice(["plain", "json"]), default="plain", show_default=True)
def command(  # noqa: PLR0913, PLR0917 - one a flag
    scenario: str | None,
    listing: bool,
    auto: bool,
    submit: Path | None,
    into: Path | None,
    state: Path | None,
    seed: int | None,
    contained: str | None,
    jobs: int | None,
    form: str,
) -> None:
    """Lay out an inert replica of SCENARIO, start the clock, and score what is found.

    Without --auto and --submit it is for a team: BRIEF.md in the folder says what they are told and when, and the
    answer key is kept outside. Exit codes: 10 when a trace was missed or given another grade, or a decoy was reported,
    else 0.
    """
    from customhouse.drill.scenarios.all_scenarios import SCENARIOS, scenario_named  # noqa: PLC0415 - after `--help`

    if listing:
        for each in SCENARIOS:
            click.echo(f"{each.id:16} {each.title}: {each.summary}")
        return
    if scenario is None:
        raise click.UsageError("name a scenario; --list lists them")
    if auto and submit is not None:
        raise click.UsageError("--auto and --submit do not go together")
    if contained is not None and submit is None:
        raise click.UsageError("--contained belongs to --submit")
    chosen = scenario_named(scenario)
    if submit is not None:
        after = _submitted(chosen, submit, into, state, contained)
    elif auto:
        after = _played(chosen, into, state, seed, jobs)
    else:
        _lay_out(chosen, into, state, seed)
        return
    sys.exit(_tell(after, form))


def _lay_out(scenario: "Scenario", into: Path | None, state: Path | None, seed: int | None) -> None:
    from customhouse.drill.laying_out import BRIEF, lay_out  # noqa: PLC0415
    from customhouse.report.text import visible  # noqa: PLC0415

    laid = lay_out(scenario, _folder(scenario, into), _seed(seed), _now(), state)
    folder = Path(laid.key.folder)
    aside = f" --state {state}" if state is not None else ""
    click.echo(visible(f"laid out {laid.key.id} in {folder} (seed {laid.key.seed}); the clock runs"))
    click.echo(visible(f"the team begins with {folder / BRIEF}"))
    click.echo(visible(f"the answer key is {laid.kept}: keep it from the team"))
    click.echo(visible(f"hand in with: customhouse drill {scenario.id} --submit FILE --into {folder}{aside}"))


def _played(
    scenario: "Scenario", into: Path | None, state: Path | None, seed: int | None, jobs: int | None
) -> "AfterAction":
    from customhouse.drill.after_action import played  # noqa: PLC0415
    from customhouse.drill.laying_out import lay_out  # noqa: PLC0415
    from customhouse.drill.playing import import_feeds, play  # noqa: PLC0415

    laid = lay_out(scenario, _folder(scenario, into), _seed(seed), _now(), state)
    hunted, submission = play(laid.key, scenario, jobs or os.cpu_count() or 1)
    return played(laid.key, scenario, hunted, submission, import_feeds(laid.key))


def _submitted(
    scenario: "Scenario", file: Path, into: Path | None, state: Path | None, contained: str | None
) -> "AfterAction":
    from customhouse.drill.after_action import judged  # noqa: PLC0415
    from customhouse.drill.answer_key import find_key  # noqa: PLC0415
    from customhouse.drill.submissions import read_submission  # noqa: PLC0415

    now = _now()
    ended = _moment(contained) if contained is not None else None
    folder = Path(os.path.abspath(into or Path()))  # noqa: PTH100 - links are left as the user wrote them
    key = find_key(state or folder.parent, scenario.id, into)
    submission = read_submission(file, Path(key.folder), scenario.campaign)
    return judged(key, scenario, submission, now, ended)


def _tell(after: "AfterAction", form: str) -> int:
    """Write the report into the folder and print it; return the exit code."""
    from customhouse.engine.approval import write_atomically  # noqa: PLC0415
    from customhouse.report.drill import drill_json, drill_markdown  # noqa: PLC0415
    from customhouse.report.text import visible  # noqa: PLC0415

    document, page = drill_json(after), drill_markdown(after)
    folder = Path(after.key.folder)
    if folder.is_dir():
        write_atomically(folder / f"{_REPORT}.md", f"{page}\n".encode())
        write_atomically(folder / f"{_REPORT}.json", f"{document}\n".encode())
    else:
        click.echo(visible(f"note: {folder} is not there any more, so the report is not written into it"), err=True)
    click.echo(document if form == "json" else page)
    return 0 if after.score.full else _FAILED


def _folder(scenario: "Scenario", into: Path | None) -> Path:
    return into or Path(tempfile.mkdtemp(prefix="customhouse-drill-")) / scenario.id


def _seed(seed: int | None) -> int:
    return secrets.randbelow(1 << 32) if seed is None else seed


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"--contained {text!r} is no time; write 2026-04-01T09:30Z") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
