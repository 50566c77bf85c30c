"""`customhouse gateway`: serve npm and PyPI so that nothing is handed out that was not inspected."""

import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import click

from customhouse.cli.gateway_tokens import token_commands
from customhouse.cli.known_rules import known_rules
from customhouse.gateway.places import DEFAULT_PORT, LOCAL, TOKEN_FILE

_SHELLS = ("sh", "fish", "powershell", "dotenv", "github")
_Command = Callable[..., Any]


def _address(meaning: str) -> Callable[[_Command], _Command]:
    """Add --gateway, which `locks` and `env` do not ask: to them it is an address to write, or to look for."""
    option: Callable[[_Command], _Command] = click.option(
        "--gateway",
        "address",
        metavar="URL",
        envvar="CUSTOMHOUSE_GATEWAY",
        show_envvar=True,
        default=LOCAL,
        show_default=True,
        help=meaning,
    )
    return option


class _ServesByDefault(click.Group):
    """`customhouse gateway` alone serves; its other words are subcommands."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `serve` before options that are the server's."""
        if not any(word in self.commands for word in args[:1]) and args[:1] not in (["--help"], ["-h"]):
            args = ["serve", *args]
        return super().parse_args(ctx, args)


@click.group("gateway", cls=_ServesByDefault)
def command() -> None:
    """A registry for npm's and Python's clients that hands out nothing that was not inspected.

    `customhouse gateway` alone is `customhouse gateway serve`: it serves until it is stopped (Ctrl-C), and takes the
    options that `customhouse gateway serve --help` lists. Then point the clients of another shell at it:

        eval "$(customhouse gateway env --all)"

    `customhouse doctor --gateway URL` shows whether they go through it, `customhouse explain PURL --gateway URL` what
    it hides and why; `approve`, `block`, `release` and `ledger` speak to a gateway too. The guide is docs/gateway.md.
    """


@command.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at; 0.0.0.0 for every network.")
@click.option(
    "--port",
    default=DEFAULT_PORT,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen at; 0 takes a free one.",
)
@click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for what it keeps.  [default: customhouse/gateway in XDG_STATE_HOME, or in ~/.local/state]",
)
@click.option(
    "--database",
    metavar="URL",
    envvar="CUSTOMHOUSE_DATABASE",
    default="",
    show_envvar=True,
    help="postgresql://…, shared by several instances; without it, SQLite in the state folder.",
)
@click.option(
    "--blobs",
    metavar="PLACE",
    envvar="CUSTOMHOUSE_BLOBS",
    default="",
    show_envvar=True,
    help="Folder, or s3://BUCKET/PREFIX, for the archives; without it, a folder in the state folder.",
)
@click.option(
    "--public-url", metavar="URL", default="", help="The address that clients know it by, where that is a balancer's."
)
@click.option(
    "--trusted-proxy",
    "proxies",
    metavar="ADDRESS",
    multiple=True,
    help="A proxy whose X-Forwarded-For and -Proto are believed; may be given several times.",
)
@click.option(
    "--tls-certificate",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Serve HTTPS with this certificate and its chain (PEM).",
)
@click.option(
    "--tls-key", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="The certificate's key (PEM)."
)
@click.option("--require-tokens", is_flag=True, help="Answer nobody who sends no token; see `gateway token`.")
@click.option(
    "--at-once", default=512, show_default=True, type=click.IntRange(1), help="Requests in work at once; then 503."
)
@click.option(
    "--rate",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0),
    metavar="N",
    help="Requests a second that each client may make, after 200 at once; then 429. 0 for no bound.",
)
@click.option("--access-log/--no-access-log", default=True, show_default=True, help="Log every request to stderr.")
@click.option(
    "--config", type=click.Path(path_type=Path, dir_okay=False), help="Configuration to use instead of this folder's."
)
@click.option(
    "--npm-registry",
    metavar="URL",
    envvar="CUSTOMHOUSE_NPM_REGISTRY",
    show_envvar=True,
    help="The npm registry behind it; without it, the one that npm is configured for here.",
)
@click.option(
    "--pypi-index",
    metavar="URL",
    envvar="CUSTOMHOUSE_PYPI_INDEX",
    show_envvar=True,
    help="The simple-API root behind it; without it, the one that pip or uv is configured for here.",
)
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
    """Serve until stopped (SIGTERM, Ctrl-C). What to do next is printed once it takes requests.

    Policy is this folder's customhouse.toml, as for every other command. The log goes to stderr, one JSON object a
    line.
    """
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
    start(options, settings, os.environ, lambda address: _announce(address, folder.absolute(), tokens=require_tokens))


@command.command("env")
@click.argument("clients", metavar="[CLIENT]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every client.")
@_address("The gateway's address, as this machine reaches it.")
@click.option(
    "--token",
    metavar="SECRET",
    envvar="CUSTOMHOUSE_GATEWAY_TOKEN",
    show_envvar=True,
    default="",
    help="A reader's token, where the gateway asks for one; it is printed as part of the lines.",
)
@click.option(
    "--shell",
    type=click.Choice(_SHELLS),
    default="sh",
    show_default=True,
    help="Who reads the lines; github: the file that GITHUB_ENV names.",
)
def env(clients: tuple[str, ...], every: bool, address: str, token: str, shell: str) -> None:
    """Print the variables that point clients at a gateway.

    CLIENT is one or more of npm, npx, pnpm, yarn-1, yarn-4, bun, pip, uv, uvx, pipenv, pdm, poetry. In a shell:

        eval "$(customhouse gateway env --all)"

    The gateway is not asked. What no variable can do for a client stands above its lines, as a comment.
    """
    from customhouse.gateway.clients.environment import CLIENTS, environments  # noqa: PLC0415 - see `serve`
    from customhouse.gateway.clients.shells import Shell, rendered  # noqa: PLC0415

    if not clients and not every:
        raise click.UsageError(f"name clients, or --all: {', '.join(CLIENTS)}")
    click.echo(rendered(environments(address, token, CLIENTS if every else clients), cast("Shell", shell)), nl=False)


@command.command("locks")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path, exists=True))
@_address("The address to look for.")
@click.option("--check", is_flag=True, help="Change nothing; exit code 10 when a lock names the gateway.")
@click.option(
    "--npm-registry",
    metavar="URL",
    envvar="CUSTOMHOUSE_NPM_REGISTRY",
    show_envvar=True,
    help="The npm registry to name instead; without it, the one that npm would ask here.",
)
@click.option(
    "--pypi-index",
    metavar="URL",
    envvar="CUSTOMHOUSE_PYPI_INDEX",
    show_envvar=True,
    help="The index to name instead; without it, the one that pip or uv would ask here.",
)
def locks(paths: tuple[Path, ...], address: str, check: bool, npm_registry: str | None, pypi_index: str | None) -> None:
    """Take a gateway's address out of lock files: it becomes the registry's own, the rest is left byte for byte.

    PATH is a lock file or a folder that is searched for them; this folder without one. Some clients write into a lock
    where they fetched a file, so run this before such a lock is committed. The gateway is not asked.
    """
    from customhouse.cli.gateway_locks import put_locks_right  # noqa: PLC0415 - see `serve`

    changed = put_locks_right(paths or (Path(),), address, npm_registry, pypi_index, write=not check)
    for path in changed:
        click.echo(f"{'names the gateway' if check else 'put right'}: {path}")
    if not changed:
        click.echo("no lock file names the gateway", err=True)
    if check and changed:
        sys.exit(10)


command.add_command(token_commands)


def _announce(address: str, folder: Path, *, tokens: bool) -> None:
    """Say where it is, and the commands that come next, each to be pasted as it stands."""
    at = "" if address == LOCAL else f" --gateway {shlex.quote(address)}"
    admin = folder / TOKEN_FILE
    secret = f'"$(cat {shlex.quote(str(admin))})"'
    click.echo(f"Customhouse gateway at {address}, its state in {folder}")
    click.echo("\nin another terminal, point the clients that are started there at it, and see that they go through:\n")
    given = ""
    if tokens:
        own = f" --token {secret}" if at else ""
        click.echo(f'  token="$(customhouse gateway token create this-machine{at}{own})"')
        given = ' --token "$token"'
    click.echo(f'  eval "$(customhouse gateway env --all{at}{given})"')
    click.echo(f"  customhouse doctor --gateway {shlex.quote(address)}{given}")
    if admin.exists():
        click.echo(f"\napprovals, blocks and tokens need a token; the first admin's is in {admin}")
