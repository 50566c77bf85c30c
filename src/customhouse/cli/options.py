"""The options that every command takes, and what they mean together."""

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from customhouse.cli.known_rules import known_rules
from customhouse.engine.settings import Settings, load_settings
from customhouse.model.audit import RulePage

_Command = Callable[..., Any]


class Common(msgspec.Struct, frozen=True):
    """The global options, as given."""

    format: str
    offline: bool
    progress: bool
    config: Path | None
    npm_registry: str | None
    pypi_index: str | None
    cache_dir: Path | None

    @property
    def colour(self) -> bool:
        """Whether stdout is a terminal that wants colour (https://no-color.org)."""
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def settings(self, start: Path) -> Settings:
        """Read the configuration for a project."""
        return load_settings(start, explicit=self.config, environ=os.environ, known_rules=known_rules())


def common_options(*formats: str) -> Callable[[_Command], _Command]:
    """Add the global options; the command gets them as one `common` argument."""

    def decorate(command: _Command) -> _Command:
        @functools.wraps(command)
        def wrapped(**arguments: Any) -> Any:
            names = ("format", "offline", "progress", "config", "npm_registry", "pypi_index", "cache_dir")
            common = Common(**{name: arguments.pop(name) for name in names})
            return command(common=common, **arguments)

        decorated: _Command = wrapped
        for option in reversed(_options(formats)):
            decorated = option(decorated)
        return decorated

    return decorate


def _options(formats: tuple[str, ...]) -> list[Callable[[_Command], _Command]]:
    path = click.Path(path_type=Path)
    return [
        click.option("--format", type=click.Choice(formats), default=formats[0], show_default=True),
        click.option("--offline", is_flag=True, help="Use the evidence cache alone; what it lacks is named."),
        click.option("--progress/--no-progress", default=True, help="Show a progress bar on stderr."),
        click.option("--config", type=path, metavar="FILE", help="Configuration to use instead of the project's."),
        click.option("--npm-registry", metavar="URL", envvar="CUSTOMHOUSE_NPM_REGISTRY", help="npm registry to ask."),
        click.option(
            "--pypi-index", metavar="URL", envvar="CUSTOMHOUSE_PYPI_INDEX", help="Simple-API root of the index to ask."
        ),
        click.option("--cache-dir", type=path, metavar="DIR", help="Where evidence is kept."),
    ]


def pages_for(common: Common) -> tuple[RulePage, ...]:
    """Return the rules' pages where the format carries help texts."""
    if common.format != "sarif":
        return ()
    from customhouse.rules.all_rules import EVERY_RULE  # noqa: PLC0415 - only this format needs them
    from customhouse.rules.page import rule_page  # noqa: PLC0415

    return tuple(rule_page(rule) for rule in EVERY_RULE)
