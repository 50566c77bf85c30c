"""The `customhouse` command: its commands are loaded only when one of them is asked for."""

import contextlib
import gc
import importlib
import os
import sys
from typing import Any, NoReturn

import click

from customhouse.model.errors import CustomhouseError, UpstreamError

#: Command → (module under customhouse.cli, one line of help). Kept here so that `--help` loads none of them.
COMMANDS: dict[str, tuple[str, str]] = {
    "check": ("check", "Vet every package that a project's lockfiles pin."),
    "inspect": ("inspect", "Inspect one release or local archive."),
    "sbom": ("sbom", "Write the inventory of a project: CycloneDX, SPDX, OpenVEX."),
    "why": ("why", "Tell what brings a package in, path by path."),
    "explain": ("explain", "Explain a rule, or why a release got its verdict."),
    "approve": ("approve", "Accept one finding of one release, with reason, owner and end."),
    "block": ("block", "Let a gateway hand out nothing of a release or package."),
    "release": ("release", "End an approval or a block on a gateway."),
    "ledger": ("ledger", "Read and verify a gateway's decisions."),
    "harden": ("harden", "Show or write the clients' settings that keep attacks out."),
    "policy": ("policy", "Show the policy in force, or write a first one."),
    "sweep": ("sweep", "Judge all stored evidence again with today's rules, or search it for indicators."),
    "indicators": ("indicators", "List, check, import and export what is known of attacks."),
    "hunt": ("hunt", "Look for traces of a campaign: projects, history, installs, logs, machines, networks."),
    "respond": ("respond", "Plan the response to a case: what to rotate, in which order, what to pin, whom to tell."),
    "drill": ("drill", "Lay out an inert replica of a campaign, and score what a team or the hunt finds."),
    "gateway": ("gateway", "Serve npm and PyPI so that nothing is handed out that was not inspected."),
    "db": ("db", "Update the local index of published advisories, or show its state."),
    "doctor": ("doctor", "Check that Customhouse can work here."),
}


class LazyCommands(click.Group):
    """A group that knows its commands' names and help without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"customhouse.cli.{COMMANDS[cmd_name][0]}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="customhouse", prog_name="customhouse")
def cli() -> None:
    """Inspect every npm and PyPI release before any of its code can run.

    Exit codes: 0 allow, 10 hold, 20 block, 4 evidence incomplete and policy refuses to guess, 3 nothing to audit,
    2 usage, 1 internal error.
    """


def main(arguments: list[str] | None = None) -> Any:
    """Run a command; every error of ours ends in a hint, and what is not ours is told as an internal error."""
    try:
        return cli.main(args=arguments, prog_name="customhouse", standalone_mode=True)
    except (CustomhouseError, UpstreamError) as error:
        from customhouse.cli.errors import report_error  # noqa: PLC0415 - only loaded when there is one

        sys.exit(report_error(error))
    except Exception as error:
        if os.environ.get("CUSTOMHOUSE_TRACE"):
            raise
        from customhouse.cli.errors import report_defect  # noqa: PLC0415

        sys.exit(report_defect(error))


def entry() -> NoReturn:
    """Run as the console script: everything is closed when a command ends, so the interpreter is not torn down.

    Tearing down some hundred modules takes as long as inspecting a small package. The collector of reference cycles
    runs seldom for the same reason: start-up makes many objects and hardly any garbage.
    """
    gc.set_threshold(50_000, 20, 50)
    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    with contextlib.suppress(OSError, ValueError):  # a reader that went away is no error of ours
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)
