"""`customhouse release`: end the newest approval or block of a release or package on a gateway."""

import click

from customhouse.cli.gateway_client import gateway_options


@click.command("release")
@click.argument("targets", metavar="PURL...", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why it no longer holds.")
@click.option("--owner", required=True, help="Who answers for it.")
@gateway_options()
def command(targets: tuple[str, ...], reason: str, owner: str, gateway: str, token: str | None) -> None:
    """End the newest approval or block in force of exactly this purl. Needs a token with the role approver."""
    from customhouse.cli.gateway_decisions import Said, decide  # noqa: PLC0415 - after `--help` has been answered

    decide("release", targets, Said(reason, owner), gateway, token)
