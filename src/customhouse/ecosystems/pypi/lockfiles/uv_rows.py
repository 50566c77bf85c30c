"""The edges of a `[[package]]` of uv.lock, and what a project's metadata in it asks for."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from customhouse.ecosystems.pypi.lockfiles.graph import Need, extra_name
from customhouse.model.purl import pypi_name


class UvRow(msgspec.Struct, frozen=True):
    """What a package needs: always, with each extra, and, of a project of the lock, for each dependency group."""

    needs: tuple[Need, ...]
    extras: dict[str, tuple[Need, ...]]
    development: dict[str, tuple[Need, ...]]


def needs(rows: object) -> Iterator[Need]:
    """Read an array of `{ name = …, version = …, extra = […] }`; what is of another shape is left out."""
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, Mapping) and isinstance(row.get("name"), str):
            version, extras = row.get("version"), row.get("extra", row.get("extras"))
            yield Need(
                row["name"],
                version if isinstance(version, str) else None,
                extras=tuple(extra_name(one) for one in extras if isinstance(one, str))
                if isinstance(extras, list)
                else (),
            )


def _groups(table: object) -> dict[str, tuple[Need, ...]]:
    if not isinstance(table, Mapping):
        return {}
    return {extra_name(name): tuple(needs(rows)) for name, rows in table.items()}


def uv_row(table: Mapping[str, Any]) -> UvRow:
    """Read the edges of one package."""
    return UvRow(
        tuple(needs(table.get("dependencies"))),
        _groups(table.get("optional-dependencies")),
        _groups(table.get("dev-dependencies")),
    )


def specifiers(table: Mapping[str, Any]) -> tuple[tuple[str, str], ...] | None:
    """Read `[package.metadata]`: what the manifest asked for when the lock was written; None where it does not say."""
    metadata = table.get("metadata")
    if not isinstance(metadata, Mapping):
        return None
    development = metadata.get("requires-dev")
    listed = [metadata.get("requires-dist")]
    listed += development.values() if isinstance(development, Mapping) else ()
    return tuple(
        (pypi_name(row["name"]), specifier if isinstance(specifier := row.get("specifier"), str) else "")
        for rows in listed
        if isinstance(rows, list)
        for row in rows
        if isinstance(row, Mapping) and isinstance(row.get("name"), str)
    )
