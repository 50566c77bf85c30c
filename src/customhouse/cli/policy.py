"""customhouse policy: what is in force and where each value comes from; a first file to start with."""

import json
import os
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
import msgspec

from customhouse.cli.known_rules import known_rules
from customhouse.engine.approval import write_atomically
from customhouse.engine.settings import FILE_NAME, Settings, load_settings
from customhouse.model.errors import CustomhouseError
from customhouse.model.toml_mistakes import dotted
from customhouse.policy.configuration import GAP_DEFAULTS, Configuration
from customhouse.report.text import visible


@click.group(name="policy")
def command() -> None:
    """Show the policy in force, or write a first one."""


@command.command(name="show")
@click.option("--config", type=click.Path(path_type=Path), help="Use this file as the project's configuration.")
@click.option("--format", "form", type=click.Choice(["plain", "json"]), default="plain", show_default=True)
@click.argument("path", type=click.Path(path_type=Path, exists=True), default=Path())
def show(path: Path, config: Path | None, form: str) -> None:
    """Show every value in force for the project at PATH, and where it was written."""
    settings = load_settings(path, explicit=config, environ=os.environ, known_rules=known_rules())
    values = effective_values(settings.configuration)
    if form == "json":
        click.echo(json.dumps(_document(settings, values), indent=2, ensure_ascii=True))
        return
    sources = ", ".join(settings.sources) or "the defaults alone: there is no configuration file"
    click.echo(visible(f"# from {sources}"))
    lines = [(f"{dotted(keys)} = {json.dumps(value, ensure_ascii=True)}", origin) for keys, value, origin in values]
    width = min(max(len(text) for text, _ in lines), 60)
    for text, origin in lines:
        click.echo(visible(f"{text:<{width}}  # {origin}"))
    if settings.configuration.floor:
        click.echo("# Each decision is also taken under the organisation's file alone; the stricter one stands.")


@command.command(name="init")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path())
def init(folder: Path) -> None:
    """Write a commented customhouse.toml that holds every default into FOLDER."""
    path = folder / FILE_NAME
    if path.exists() or path.is_symlink():
        raise CustomhouseError(f"{path} exists already", hint="customhouse policy show tells what it says")
    write_atomically(path, starter().encode())
    click.echo(f"wrote {path}", err=True)


def starter() -> str:
    """Return the text of the first configuration file."""
    return files("customhouse.policy").joinpath("starter.toml").read_text(encoding="utf-8")


Value = tuple[tuple[str | int, ...], Any, str]


def effective_values(configuration: Configuration) -> list[Value]:
    """List every value in force: its keys, the value as JSON has it, and where it was written."""
    plain: dict[str, Any] = msgspec.to_builtins(configuration)
    for internal in ("origins", "floor", "approvals"):
        plain.pop(internal)
    plain["gaps"] = {**GAP_DEFAULTS, **plain["gaps"]}
    return list(_leaves(configuration, plain, ()))


def _leaves(configuration: Configuration, value: Any, keys: tuple[str | int, ...]) -> list[Value]:
    if isinstance(value, dict) and (keys[:1] != ("exceptions",)):
        return [leaf for key, inner in value.items() for leaf in _leaves(configuration, inner, (*keys, key))]
    if keys == ("exceptions",):
        return [leaf for index, inner in enumerate(value) for leaf in _leaves(configuration, inner, (*keys, index))]
    if value is None:
        return []  # unset: nothing in force
    return [(keys, value, configuration.origin(*(str(key) for key in keys)) or "default")]


def _document(settings: Settings, values: list[Value]) -> dict[str, Any]:
    return {
        "schema": "customhouse/policy/1",
        "sources": list(settings.sources),
        "warnings": list(settings.warnings),
        "values": [{"key": dotted(keys), "value": value, "origin": origin} for keys, value, origin in values],
    }
