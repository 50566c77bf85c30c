"""`customhouse respond`: what to do about a case, in which order, and what of it can be done here."""

import getpass
from datetime import UTC, datetime
from pathlib import Path

import click

TYPE_CHECKING = False
if TYPE_CHECKING:
    from customhouse.model.response import Checklist, Response
    from customhouse.storage.case_folder import CaseFolder

_PATH = click.Path(path_type=Path)
_FORMATS = click.Choice(["plain", "markdown", "html", "json"])


@click.command("respond")
@click.argument("case", type=_PATH, metavar="CASE")
@click.option("--pack", "packs", multiple=True, metavar="NAME|FILE", help="A campaign's pack that is not shipped.")
@click.option("--custody", metavar="DIGEST", help="Refuse a case whose chain has lost the record of this digest.")
@click.option("--contacts", type=_PATH, metavar="FILE", help="Who has which part: a TOML file (docs/respond.md).")
@click.option("--format", "form", type=_FORMATS, default="plain", show_default=True)
@click.option("--write", is_flag=True, help="Put plan.md, plan.html, plan.json and checklist.json into the case.")
@click.option("--status", is_flag=True, help="Show the checklist and what is done.")
@click.option("--done", metavar="ID", help="Mark an item as done.")
@click.option("--undo", metavar="ID", help="Take that back.")
@click.option("--by", metavar="NAME", help="Who says so; your user name without.")
@click.option("--apply", is_flag=True, help="Write pins into the projects' manifests, on a new branch of each.")
@click.option("--only", multiple=True, type=_PATH, metavar="DIR", help="With --apply: this repository; repeatable.")
def command(  # noqa: PLR0913, PLR0917 - one a flag
    case: Path,
    packs: tuple[str, ...],
    custody: str | None,
    contacts: Path | None,
    form: str,
    write: bool,
    status: bool,
    done: str | None,
    undo: str | None,
    by: str | None,
    apply: bool,
    only: tuple[Path, ...],
) -> None:
    """Plan the response to a CASE that `customhouse hunt --case` kept, and keep track of it.

    What a campaign forbids before something else comes after it. No value of a credential is in a plan. Nothing is
    asked of the network, and nothing is changed without --write, --done, --undo or --apply; --apply does only what git
    can take back. Exit code 0, or 2 when the case cannot be used.
    """
    if sum(map(bool, (status, done, undo, apply))) > 1:
        raise click.UsageError("--status, --done, --undo and --apply exclude each other")
    if only and not apply:
        raise click.UsageError("--only goes with --apply")
    from customhouse.model.errors import CustomhouseError  # noqa: PLC0415 - after `--help` has been answered
    from customhouse.respond.checklist import current  # noqa: PLC0415
    from customhouse.storage.case_folder import CaseFolder  # noqa: PLC0415

    folder = CaseFolder(case)
    if custody is not None and not folder.holds(custody):
        raise CustomhouseError(
            f"the custody record of {case} does not have {custody}: its end was cut off, or another was written",
            hint="go on with a copy that has it",
        )
    response = _plan(folder, packs, contacts)
    checklist = current(folder, response)
    if done or undo:
        _change(folder, checklist, (done or undo or "").strip(), by, done=bool(done))
    elif apply:
        _apply(response, only)
    elif status:
        from customhouse.report.response import status_text  # noqa: PLC0415

        click.echo(status_text(checklist))
    else:
        click.echo(_rendered(response, checklist, form))
    if write:
        _write(folder, response, checklist if not (done or undo) else current(folder, response))


def _plan(folder: "CaseFolder", packs: tuple[str, ...], contacts: Path | None) -> "Response":
    from customhouse.cli.hunt_packs import campaigns  # noqa: PLC0415
    from customhouse.indicators.shipped import shipped_ids  # noqa: PLC0415
    from customhouse.respond.owners import Owners, read_contacts  # noqa: PLC0415
    from customhouse.respond.plan import plan  # noqa: PLC0415
    from customhouse.respond.projects import projects  # noqa: PLC0415

    hunted = folder.read()
    shipped = set(shipped_ids())
    named = {each.id: each for each in campaigns(packs, every=False)}
    asked = tuple(each for each in hunted.campaigns if each in shipped and each not in named)
    known = {**named, **{each.id: each for each in campaigns(asked, every=False)}}
    mine = tuple(known[each] for each in hunted.campaigns if each in known)
    owners = Owners(read_contacts(contacts) if contacts else ())
    facts, notes = projects(hunted, mine, owners)
    return plan(hunted, mine, facts, owners, case=str(folder.path), made=datetime.now(UTC), notes=notes)


def _rendered(response: "Response", checklist: "Checklist", form: str) -> str:
    from customhouse.report import response as told  # noqa: PLC0415

    if form == "json":
        return told.response_json(response, checklist)
    if form == "markdown":
        from customhouse.report.response_markdown import response_markdown  # noqa: PLC0415

        return response_markdown(response, checklist)
    if form == "html":
        from customhouse.report.response_html import response_html  # noqa: PLC0415

        return response_html(response, checklist)
    return told.response_text(response, checklist)


def _write(folder: "CaseFolder", response: "Response", checklist: "Checklist") -> None:
    from customhouse.respond.checklist import keep_checklist  # noqa: PLC0415

    for name, form in (("plan.md", "markdown"), ("plan.html", "html"), ("plan.json", "json")):
        text = _rendered(response, checklist, form)
        folder.add(name, f"{text}\n".encode(), "wrote the plan", now=response.made)
    custody = keep_checklist(folder, checklist.items, "wrote the checklist", response.made)
    click.echo(f"plan and checklist kept in {folder.path}; its custody record ends with {custody}", err=True)


def _change(folder: "CaseFolder", checklist: "Checklist", name: str, by: str | None, *, done: bool) -> None:
    from customhouse.model.response import Change  # noqa: PLC0415
    from customhouse.report.text import visible  # noqa: PLC0415
    from customhouse.respond.checklist import changed, keep_checklist  # noqa: PLC0415
    from customhouse.respond.dangers import too_early  # noqa: PLC0415

    who, now = by or _user(), datetime.now(UTC)
    changed(checklist, name, who, now, done=done)  # refused before anything is warned of
    for item in too_early(checklist.items, checklist.done(), name) if done else ():
        click.echo(visible(f"warning: {item.id} comes first and is not done: {item.text}: {item.why}"), err=True)
    act = f"{'done' if done else 'not done after all'}: {name}, said {who}"
    custody = keep_checklist(folder, checklist.items, act, now, Change(name, done, who, now))
    click.echo(visible(act))
    click.echo(f"the custody record of {folder.path} ends with {custody}", err=True)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user has no name
        raise click.UsageError("nobody knows who you are here: say it with --by NAME") from None


def _apply(response: "Response", only: tuple[Path, ...]) -> None:
    from customhouse.report.text import visible  # noqa: PLC0415
    from customhouse.respond.applying import apply  # noqa: PLC0415

    tops = {each.resolve() for each in only}
    fixes = [each for each in response.fixes if not tops or Path(each.repository).resolve() in tops]
    for each in apply(fixes):
        click.echo(visible(f"{each.repository}: on the new branch {each.branch}"))
        for path in each.written:
            click.echo(visible(f"  wrote {path}"))
        for line in each.then:
            click.echo(visible(f"  then make the lock anew, look at it, and commit both: {line}"))
        click.echo(visible(f"  take it back: {each.undo}"))
    for fix in fixes:
        for note in fix.notes:
            click.echo(visible(f"note: {fix.lock}: {note}"))
