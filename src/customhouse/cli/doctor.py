"""`customhouse doctor`: whether everything that Customhouse needs works here, found by trying it."""

import json
import os
import sys
from pathlib import Path

import click

from customhouse.cli.gateway_client import gateway_options
from customhouse.cli.options import Common, common_options

_INCOMPLETE = 4


@click.command("doctor")
@gateway_options(required=False)
@common_options("plain", "json")
def command(gateway: str | None, token: str | None, common: Common) -> None:
    """Try out readers, cache, configuration and registries, and say what to change where one does not work.

    Exit code 0 when all work, 4 when a check would be incomplete.

    With --gateway, have each package client that is installed here ask for a package that only that gateway knows, with
    your own settings and this folder's, and name those that go elsewhere. Nothing is installed, changed or run. Exit
    code 0 when all go through, 10 when one does not, 4 when nothing could be shown of one.
    """
    if gateway is not None:
        from customhouse.cli.doctor_clients import prove_clients  # noqa: PLC0415 - only what this needs

        prove_clients(gateway, token, common)
        return
    from customhouse.engine.diagnosis import diagnose  # noqa: PLC0415 - after `--help` has been answered
    from customhouse.engine.session import RunOptions  # noqa: PLC0415
    from customhouse.report.text import visible  # noqa: PLC0415

    options = RunOptions(Path(), common.offline, common.npm_registry, common.pypi_index, common.cache_dir)
    results = diagnose(lambda: common.settings(Path()), options, os.environ)
    if common.format == "json":
        rows = [{"check": each.name, "works": each.works, "detail": each.detail, "hint": each.hint} for each in results]
        click.echo(json.dumps({"schema": "customhouse/doctor/1", "checks": rows}, indent=2))
    else:
        for each in results:
            click.echo(f"{'works' if each.works else 'FAILS'}  {each.name}: {visible(each.detail)}")
            if not each.works:
                click.echo(f"\nhint: {visible(each.hint)}\n")
    sys.exit(0 if all(each.works for each in results) else _INCOMPLETE)
