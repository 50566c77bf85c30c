"""`customhouse gateway`: serve npm and PyPI so that nothing is handed out that was not inspected."""

import os
import sys
from pathlib import Path
from typing import cast

import click

from customhouse.cli.gateway_tokens import token_commands
from customhouse.cli.known_rules import known_rules
from customhouse.gateway.places import TOKEN_FILE

#: Where `customhouse gateway` listens unless it is told otherwise.
_PORT = 8642
_HERE = f"http://127.0.0.1:{_PORT}"
_SHELLS = ("sh", "fish", "powershell", "dotenv", "github")


class _ServesByDefault(click.Group):
    """`customhouse gateway` alone serves; its other words are subcommands."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `serve` before options that are the server's."""
        if not any(word in self.commands for word in args[:1]) and args[:1] not in (["--help"], ["-h"]):
            args = ["serve", *args]
        return super().parse_args(ctx, args)


@click.group("gateway", cls=_ServesByDefault)
def command() -> None:
    """Serve npm and PyPI through a wall: only what was inspected and admitted is handed out.

    `customhouse gateway` starts it (the same as `gateway serve`) and prints what to set for each client;
    `customhouse gateway env CLIENT` prints that alone.
    """


@command.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--port", default=_PORT, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one."
)
@click.option("--state", type=click.Path(path_type=Path, file_okay=False), help="Folder for everything that it keeps.")
@click.option(
    "--database",
    metavar="URL",
    envvar="CUSTOMHOUSE_DATABASE",
    default="",
    help="postgresql://… shared by several instances; without it, a file in the state folder.",
)
@click.option(
    "--blobs",
    metavar="PLACE",
    envvar="CUSTOMHOUSE_BLOBS",
    default="",
    help="Folder or s3://BUCKET/PREFIX for archives.",
)
@click.option("--public-url", metavar="URL", default="", help="The address that clients know it by, behind a balancer.")
@click.option("--trusted-proxy", "proxies", metavar="ADDRESS", multiple=True, help="Whose X-Forwarded-* count.")
@click.option(
    "--tls-certificate", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="PEM, with chain."
)
@click.option("--tls-key", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="PEM.")
@click.option("--require-tokens", is_flag=True, help="Hand out nothing to clients without a token.")
@click.option("--at-once", default=512, show_default=True, type=click.IntRange(1), help="Requests in work at once.")
@click.option("--rate", default=0.0, metavar="N", help="Requests a second for each client; 0 for no bound.")
@click.option("--access-log/--no-access-log", default=True, help="Log every request.")
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="Configuration to use.")
@click.option("--npm-registry", metavar="URL", envvar="CUSTOMHOUSE_NPM_REGISTRY", help="The npm registry behind it.")
@click.option("--pypi-index", metavar="URL", envvar="CUSTOMHOUSE_PYPI_INDEX", help="The simple-API root behind it.")
def serve(  # noqa: PLR0913, PLR0917 - one parameter an option
    host: str,
    port: int,
    state: Path | None,
    database: str,
    blobs: str,
    public_url: str,
    proxies: tuple[str, ...],
    tls_certificate: Path | None,
    tls_key: Path | None,
    require_tokens: bool,
    at_once: int,
    rate: float,
    access_log: bool,
    config: Path | None,
    npm_registry: str | None,
    pypi_index: str | None,
) -> None:
    """Start the gateway, and print what to set for each client."""
    from customhouse.engine.settings import load_settings  # noqa: PLC0415 - after `--help` has been answered
    from customhouse.gateway.places import default_state  # noqa: PLC0415
    from customhouse.gateway.serving import ServeOptions  # noqa: PLC0415
    from customhouse.gateway.serving import serve as start  # noqa: PLC0415

    if (tls_certificate is None) != (tls_key is None):
        raise click.UsageError("--tls-certificate and --tls-key go together")
    project = Path.cwd()
    settings = load_settings(project, explicit=config, environ=os.environ, known_rules=known_rules())
    for warning in settings.warnings:
        click.echo(f"warning: {warning}", err=True)
    folder = state or default_state(os.environ)
    options = ServeOptions(
        state=folder,
        project=project,
        host=host,
        port=port,
        database=database,
        blobs=blobs,
        config=config.absolute() if config else None,
        npm_registry=npm_registry,
        pypi_index=pypi_index,
        public_url=public_url,
        tls_certificate=tls_certificate,
        tls_key=tls_key,
        require_tokens=require_tokens,
        trusted_proxies=proxies,
        at_once=at_once,
        rate=rate,
        access_log=access_log,
    )
    start(options, settings, os.environ, lambda address: _announce(address, folder))


@command.command("env")
@click.argument("clients", metavar="[CLIENT]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every client.")
@click.option(
    "--gateway",
    "address",
    metavar="URL",
    envvar="CUSTOMHOUSE_GATEWAY",
    default=_HERE,
    show_default=True,
    help="Its address.",
)
@click.option(
    "--token", envvar="CUSTOMHOUSE_GATEWAY_TOKEN", default="", help="A reader's token, where it asks for one."
)
@click.option("--shell", type=click.Choice(_SHELLS), default="sh", show_default=True, help="For whom the lines are.")
def env(clients: tuple[str, ...], every: bool, address: str, token: str, shell: str) -> None:
    """Print what to set so that clients (npm, pip, …) go through a gateway."""
    from customhouse.gateway.clients.environment import CLIENTS, environments  # noqa: PLC0415 - see `serve`
    from customhouse.gateway.clients.shells import Shell, rendered  # noqa: PLC0415

    if not clients and not every:
        raise click.UsageError(f"name clients, or --all: {', '.join(CLIENTS)}")
    click.echo(rendered(environments(address, token, CLIENTS if every else clients), cast("Shell", shell)), nl=False)


@command.command("locks")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--gateway",
    "address",
    metavar="URL",
    envvar="CUSTOMHOUSE_GATEWAY",
    default=_HERE,
    show_default=True,
    help="Its address.",
)
@click.option("--check", is_flag=True, help="Change nothing; end with 10 when a lock names the gateway.")
@click.option(
    "--npm-registry", metavar="URL", envvar="CUSTOMHOUSE_NPM_REGISTRY", help="The npm registry to name instead."
)
@click.option("--pypi-index", metavar="URL", envvar="CUSTOMHOUSE_PYPI_INDEX", help="The index to name instead.")
def locks(paths: tuple[Path, ...], address: str, check: bool, npm_registry: str | None, pypi_index: str | None) -> None:
    """Put lock files right that clients wrote through a gateway: its addresses become the registries' own."""
    from customhouse.cli.gateway_locks import put_locks_right  # noqa: PLC0415 - see `serve`

    changed = put_locks_right(paths or (Path(),), address, npm_registry, pypi_index, write=not check)
    for path in changed:
        click.echo(f"{'names the gateway' if check else 'put right'}: {path}")
    if check and changed:
        sys.exit(10)


command.add_command(token_commands)


def _announce(address: str, folder: Path) -> None:
    click.echo(f"Customhouse gateway at {address}, its state in {folder}")
    click.echo(f"tokens  the first admin's is in {folder / TOKEN_FILE}")
    click.echo(f"npm     export npm_config_registry={address}/npm/")
    click.echo(f"pip     export PIP_INDEX_URL={address}/pypi/simple/")
    click.echo("others  customhouse gateway env --all")
