"""`customhouse indicators`: the campaigns that are known here, checked, imported and exported."""

import sys
from pathlib import Path

import click

TYPE_CHECKING = False
if TYPE_CHECKING:
    from customhouse.indicators.draft import Imported, Problem
    from customhouse.model.campaign import Campaign

_REFUSED = 2
_TOLD = 20
_FILE = click.Path(path_type=Path, dir_okay=False)
_TLP = click.Choice(["clear", "green", "amber", "amber+strict", "red"], case_sensitive=False)
_WRITTEN = click.Choice(["stix", "misp", "osv", "sigma", "yara", "csv"])
_READ = click.Choice(["stix", "misp", "osv", "yara", "csv"])
_FORM = click.option("--format", "form", type=click.Choice(["plain", "json"]), default="plain", show_default=True)
_FROM = click.option("--from", "source", type=_READ, help="What the files are, where their names do not say it.")


@click.group("indicators")
def command() -> None:
    """Packs of campaigns: what is shipped, and what others publish, checked and converted."""


@command.command("list")
@_FORM
def list_packs(form: str) -> None:
    """List the packs that are shipped."""
    from customhouse.indicators.shipped import shipped_campaigns  # noqa: PLC0415 - after `--help` has been answered
    from customhouse.report.campaigns import campaigns_json, campaigns_text  # noqa: PLC0415

    campaigns = shipped_campaigns()
    click.echo(campaigns_json(campaigns) if form == "json" else campaigns_text(campaigns))


@command.command("show")
@click.argument("pack")
@_FORM
def show(pack: str, form: str) -> None:
    """Show everything that PACK says: the name of a shipped pack, or a file."""
    from customhouse.report.campaigns import campaign_json, campaign_text  # noqa: PLC0415

    campaign = _campaign(pack)
    click.echo(campaign_json(campaign) if form == "json" else campaign_text(campaign))


@command.command("check")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@_FROM
def check(files: tuple[Path, ...], source: str | None) -> None:
    """Check packs and published lists: values that would never match, or always. Exit code 2 when one is refused."""
    from customhouse.cli.errors import report_error  # noqa: PLC0415
    from customhouse.indicators.importing import check_file  # noqa: PLC0415
    from customhouse.model.errors import CustomhouseError  # noqa: PLC0415
    from customhouse.report.text import visible  # noqa: PLC0415

    refused = False
    for path in files:
        try:
            found = check_file(path, source)
        except CustomhouseError as error:
            report_error(error)
            refused = True
            continue
        refused = _tell(found) or refused
        click.echo(f"{visible(str(path))}: {_counts(found.campaign)}, {len(found.problems)} refused")
    sys.exit(_REFUSED if refused else 0)


@command.command("import")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("-o", "--output", type=_FILE, required=True, metavar="PACK.toml", help="The pack to write.")
@click.option("--id", "campaign_id", metavar="ID", help="What the campaign is called: axios-2026-03.")
@click.option("--title", metavar="TEXT", help="Its title, where no file gives one or another is wanted.")
@click.option("--tlp", type=_TLP, help="Who may see it, where that is not what the files say.")
@click.option("--lenient", is_flag=True, help="Write the pack without the values that are refused.")
@click.option("--force", is_flag=True, help="Replace a pack that exists.")
@_FROM
def import_files(
    files: tuple[Path, ...],
    output: Path,
    campaign_id: str | None,
    title: str | None,
    tlp: str | None,
    lenient: bool,
    force: bool,
    source: str | None,
) -> None:
    """Write what FILES say as one pack: STIX bundles, MISP events, OSV records, CSV, plain lists, YARA rules.

    Nothing is written, and the exit code is 2, when a value is refused, unless --lenient leaves it out.
    """
    from customhouse.engine.approval import write_atomically  # noqa: PLC0415
    from customhouse.indicators.importing import read_files  # noqa: PLC0415
    from customhouse.indicators.pack import parse_pack, write_pack  # noqa: PLC0415
    from customhouse.model.errors import CustomhouseError  # noqa: PLC0415
    from customhouse.report.text import visible  # noqa: PLC0415

    if (output.exists() or output.is_symlink()) and not force:
        raise CustomhouseError(f"{output} exists already", hint="give --force to replace it, or another name")
    found = read_files(files, source, id=campaign_id, title=title, tlp=tlp and tlp.lower())
    refused = _tell(found)
    if refused and not lenient:
        click.echo("\nhint: mend the files, or leave what is refused out with --lenient", err=True)
        sys.exit(_REFUSED)
    written = write_pack(found.campaign).encode()
    parse_pack(written, str(output))  # what is wrong with the campaign as a whole cannot be left out
    write_atomically(output, written)
    click.echo(f"wrote {visible(str(output))}: {_counts(found.campaign)}", err=True)


@command.command("export")
@click.argument("pack")
@click.option("--format", "form", type=_WRITTEN, required=True, help="The form to write.")
@click.option("-o", "--output", type=_FILE, metavar="FILE", help="Where to; standard output without.")
@click.option("--tlp", type=_TLP, help="Mark it so, instead of as the pack says.")
def export(pack: str, form: str, output: Path | None, tlp: str | None) -> None:
    """Write PACK (the name of a shipped pack, or a file) for other tools."""
    import msgspec  # noqa: PLC0415

    from customhouse.engine.approval import write_atomically  # noqa: PLC0415
    from customhouse.indicators.formats.all_formats import BY_NAME  # noqa: PLC0415

    campaign = _campaign(pack)
    if tlp is not None:
        campaign = msgspec.structs.replace(campaign, tlp=tlp.lower())
    write = BY_NAME[form].write
    if write is None:
        raise click.UsageError(f"{form} is read and not written")
    text = write(campaign)
    if output is None:
        click.echo(text, nl=False)
    else:
        write_atomically(output, text.encode())


def _campaign(pack: str) -> "Campaign":
    from customhouse.indicators.pack import read_pack  # noqa: PLC0415
    from customhouse.indicators.shipped import shipped_campaign, shipped_ids  # noqa: PLC0415

    file = pack.endswith(".toml") or "/" in pack or (pack not in shipped_ids() and Path(pack).is_file())
    return read_pack(Path(pack)) if file else shipped_campaign(pack)


def _counts(campaign: "Campaign") -> str:
    from customhouse.report.text import counted  # noqa: PLC0415

    return f"{counted(len(campaign.releases), 'package')} and {counted(len(campaign.facts), 'fact')}"


def _tell(found: "Imported") -> bool:
    """Tell on stderr what was not taken; say whether anything was refused."""
    from customhouse.report.text import visible  # noqa: PLC0415

    for word, problems in (("left out", found.left_out), ("refused", found.problems)):
        for each in problems[:_TOLD]:
            click.echo(visible(f"{word}: {_line(each)}"), err=True)
        if len(problems) > _TOLD:
            click.echo(f"{word}: {len(problems) - _TOLD} more", err=True)
    return bool(found.problems)


def _line(each: "Problem") -> str:
    return f"{each.place}: {each.message}{f' ({each.hint})' if each.hint else ''}"
