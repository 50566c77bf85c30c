"""`customhouse ledger`: every decision of a gateway, in a chain that shows whether any was changed or taken out."""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from customhouse.cli.gateway_client import gateway_options
from customhouse.model.errors import CustomhouseError

if TYPE_CHECKING:
    from customhouse.model.gateway import LedgerEntry
    from customhouse.storage.gateway.chain import Head

#: What a chain that does not hold ends with: nothing of it may be relied on.
_BROKEN = 20
_HEAD = re.compile(r"([0-9]{1,15}):([0-9a-f]{64})")
_Command = Callable[..., Any]


def _sources(command: _Command) -> _Command:
    """Add the three places that a ledger is read from."""
    path = click.Path(path_type=Path, dir_okay=False)
    decorated: _Command = gateway_options(required=False)(command)
    database = click.option("--database", metavar="URL", help="A gateway's database: sqlite:///… or postgresql://…")
    return database(
        click.option("--file", "export", type=path, metavar="EXPORT", help="An exported ledger.")(decorated)
    )


_FORM = click.option("--format", "form", type=click.Choice(["plain", "json"]), default="plain", show_default=True)


@click.group("ledger")
def command() -> None:
    """Read and verify a gateway's ledger: at the gateway itself (--gateway), in its database, or in an export."""


@command.command("verify")
@_sources
@click.option("--head", "remembered", metavar="NUMBER:HASH", help="The end of the chain, as it was told before.")
@_FORM
def verify_(
    gateway: str | None, token: str | None, export: Path | None, database: str | None, remembered: str | None, form: str
) -> None:
    """Say whether the chain holds, and tell its head: keep that elsewhere, and give it as --head the next time.

    Without a remembered head nobody can tell a chain that was written anew as a whole, or cut at its end. Exit code 20
    when it does not hold.
    """
    from customhouse.report.gateway_documents import (  # noqa: PLC0415 - after `--help` has been answered
        HeadDocument,
        LedgerCheckDocument,
        LedgerProblemDocument,
    )
    from customhouse.report.gateway_plain import check_text  # noqa: PLC0415
    from customhouse.storage.gateway.chain import verify  # noqa: PLC0415

    head = _read_head(remembered) if remembered is not None else None
    entries = _entries(gateway, token, export, database)
    problems = verify(entries, head)
    last = entries[-1] if entries else None
    document = LedgerCheckDocument(
        "customhouse/ledger-verify/1",
        not problems,
        len(entries),
        HeadDocument(last.number, last.hash) if last else HeadDocument(0, ""),
        tuple(LedgerProblemDocument(each.number, each.kind, each.message) for each in problems),
    )
    click.echo(_as_json(document) if form == "json" else check_text(document))
    sys.exit(_BROKEN if problems else 0)


@command.command("show")
@_sources
@_FORM
def show(gateway: str | None, token: str | None, export: Path | None, database: str | None, form: str) -> None:
    """Write every decision, the first one first."""
    from customhouse.report.gateway_documents import ledger_document  # noqa: PLC0415
    from customhouse.report.gateway_plain import entry_text  # noqa: PLC0415

    document = ledger_document(_entries(gateway, token, export, database))
    if form == "json":
        click.echo(_as_json(document))
    for each in document.entries if form == "plain" else ():
        click.echo(entry_text(each))


@command.command("export")
@_sources
def export_(gateway: str | None, token: str | None, export: Path | None, database: str | None) -> None:
    """Write the ledger to stdout, one entry a line, as the hashes cover it: for `verify --file`, and for keeping."""
    from customhouse.storage.gateway.chain import line  # noqa: PLC0415

    for entry in _entries(gateway, token, export, database):
        click.echo(line(entry).decode("ascii"))


def _entries(
    gateway: str | None, token: str | None, export: Path | None, database: str | None
) -> "tuple[LedgerEntry, ...]":
    if sum(each is not None for each in (gateway, export, database)) != 1:
        raise click.UsageError("name one ledger: --gateway URL, --file EXPORT or --database URL")
    if database is not None:
        return tuple(_of_database(database))
    from customhouse.cli.gateway_client import open_gateway, read_file  # noqa: PLC0415
    from customhouse.storage.gateway.chain import read_export  # noqa: PLC0415

    if export is not None:
        return read_export(read_file(export))
    with open_gateway(gateway or "", token) as client:
        return read_export(client.ledger())


def _of_database(address: str) -> "Iterator[LedgerEntry]":
    from customhouse.storage.gateway.addresses import read_address  # noqa: PLC0415
    from customhouse.storage.gateway.database import open_database  # noqa: PLC0415
    from customhouse.storage.gateway.ledger import Ledger  # noqa: PLC0415

    path = read_address(address).path
    if path is not None and not path.exists():  # opening it would make an empty one, whose ledger holds
        raise CustomhouseError(f"there is no database at {path}", hint="name it as sqlite:////absolute/gateway.sqlite")
    with open_database(address) as opened:
        yield from Ledger(opened).entries()


def _read_head(text: str) -> "Head":
    from customhouse.storage.gateway.chain import Head  # noqa: PLC0415

    found = _HEAD.fullmatch(text)
    if found is None:
        raise CustomhouseError(
            f"not the head of a ledger: {text!r}", hint="write it as verify told it: --head 12:9f86…"
        )
    return Head(int(found[1]), found[2])


def _as_json(document: object) -> str:
    import msgspec  # noqa: PLC0415

    from customhouse.report.json import encode  # noqa: PLC0415

    return encode(msgspec.to_builtins(document))
