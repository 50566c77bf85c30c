"""`customhouse block`: let a gateway hand out nothing of a release, or of a whole package."""

import click

from customhouse.cli.gateway_client import gateway_options


@click.command("block")
@click.argument("targets", metavar="PURL...", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why it must not come in.")
@click.option("--owner", required=True, help="Who answers for it.")
@click.option("--expires", metavar="DATE|DAYS", help="Last day; without one, until it is released.")
@gateway_options()
def command(
    targets: tuple[str, ...], reason: str, owner: str, expires: str | None, gateway: str, token: str | None
) -> None:
    """Block releases on a gateway, or whole packages (a purl without a version): hidden and refused within a second.

    Needs a token with the role approver. Who was handed it before is told.
    """
    from customhouse.cli.gateway_decisions import Said, decide  # noqa: PLC0415 - after `--help` has been answered

    decide("block", targets, Said(reason, owner, expires), gateway, token)
