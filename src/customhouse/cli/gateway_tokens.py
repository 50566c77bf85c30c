"""`customhouse gateway token`: who may do what on a gateway."""

import click

from customhouse.cli.gateway_client import gateway_options


@click.group("token")
def token_commands() -> None:
    """Issue, list and revoke a gateway's tokens. Needs a token with the role admin."""


@token_commands.command("create")
@click.argument("name")
@click.option("--role", type=click.Choice(["reader", "approver", "admin"]), default="reader", show_default=True)
@click.option("--expires", metavar="DATE|DAYS", help="Last day; at most a year away. Without one, until revoked.")
@gateway_options()
def create(name: str, role: str, expires: str | None, gateway: str, token: str | None) -> None:
    """Issue a token. Its secret is written to stdout, this once.

    A reader's names the client in what is recorded; an approver's may approve, block and release; an admin's may issue
    tokens too.
    """
    from datetime import UTC, datetime  # noqa: PLC0415 - after `--help` has been answered

    from customhouse.cli.approve import last_day  # noqa: PLC0415
    from customhouse.cli.gateway_client import open_gateway  # noqa: PLC0415
    from customhouse.report.text import visible  # noqa: PLC0415

    body = {"name": name, "role": role}
    if expires is not None:
        body["expires"] = last_day(expires, datetime.now(UTC).date()).isoformat()
    with open_gateway(gateway, token) as client:
        issued = client.document("tokens", method="POST", body=body)
    click.echo(visible(f"issued {name} ({role}); the secret is told this once"), err=True)
    click.echo(visible(str(issued["secret"])))


@token_commands.command("list")
@click.option("--format", "form", type=click.Choice(["plain", "json"]), default="plain", show_default=True)
@gateway_options()
def list_(form: str, gateway: str, token: str | None) -> None:
    """List every token that was ever issued; secrets are kept nowhere."""
    import msgspec  # noqa: PLC0415

    from customhouse.cli.gateway_client import open_gateway  # noqa: PLC0415
    from customhouse.report.gateway_documents import TokensDocument  # noqa: PLC0415
    from customhouse.report.gateway_plain import tokens_text  # noqa: PLC0415
    from customhouse.report.json import encode  # noqa: PLC0415

    with open_gateway(gateway, token) as client:
        found = client.document("tokens", schema="customhouse/gateway-tokens/1")
    click.echo(encode(found) if form == "json" else tokens_text(msgspec.convert(found, TokensDocument).tokens))


@token_commands.command("revoke")
@click.argument("name")
@gateway_options()
def revoke(name: str, gateway: str, token: str | None) -> None:
    """Revoke a token: it opens nothing any more within a second."""
    from urllib.parse import quote  # noqa: PLC0415

    from customhouse.cli.gateway_client import open_gateway  # noqa: PLC0415
    from customhouse.report.text import visible  # noqa: PLC0415

    with open_gateway(gateway, token) as client:
        client.document(f"tokens/{quote(name, safe='')}", method="DELETE")
    click.echo(visible(f"revoked {name}"), err=True)
