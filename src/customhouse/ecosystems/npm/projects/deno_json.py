"""deno.json and deno.jsonc: the npm packages among a Deno project's imports."""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

import msgspec

from customhouse.ecosystems.documents import UnreadableError, json_document, plain_bytes
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.json_keys import SEPARATOR, RepeatedKeyError, object_lines
from customhouse.ecosystems.jsonc import plain_json
from customhouse.ecosystems.manifest_format import ManifestFormat
from customhouse.ecosystems.npm.lockfiles.entry import name_problem
from customhouse.ecosystems.npm.projects.specifiers import split_descriptor
from customhouse.model.declared import Declared, ProjectManifest

_JSON = msgspec.json.Decoder()


def _declared(imports: Mapping[str, Any], lines: Mapping[str, int]) -> Iterator[Declared]:
    for alias, text in imports.items():
        if not isinstance(text, str) or not text.startswith("npm:"):
            continue
        name, wanted = split_descriptor(text.removeprefix("npm:").removeprefix("/"))
        if not wanted and name.count("/") > name.startswith("@"):  # `npm:a/sub`: a path within the package
            name = "/".join(name.split("/")[: 1 + name.startswith("@")])
        line = lines.get(f"imports{SEPARATOR}{alias}")
        problem = name_problem(name)
        if problem:
            raise UnreadableError(f"line {line}: {problem}")
        wanted = wanted.partition("/")[0]
        yield Declared(name, wanted, alias=alias if alias != name else "", group="imports", line=line)


def _read(path: Path, data: bytes, files: Files) -> ProjectManifest:  # noqa: ARG001 - as every manifest is read
    data = plain_json(plain_bytes(data))
    try:
        document: Any = json_document(data, _JSON)
        lines = object_lines(data, 2)
    except RepeatedKeyError as error:
        raise UnreadableError(str(error)) from error
    except msgspec.ValidationError as error:  # a number out of every range
        raise UnreadableError(f"it is not JSON: {error}") from error
    if not isinstance(document, Mapping):
        raise UnreadableError("it is no JSON object")
    imports = document.get("imports", {})
    if not isinstance(imports, Mapping):
        raise UnreadableError(f"line {lines.get('imports', 1)}: `imports` is no object")
    members = document.get("workspace")
    if isinstance(members, Mapping):
        members = members.get("members")
    name, version = document.get("name"), document.get("version")
    return ProjectManifest(
        "npm",
        name if isinstance(name, str) else "",
        version if isinstance(version, str) else "",
        declared=tuple(_declared(imports, lines)),
        members=tuple(one for one in members if isinstance(one, str)) if isinstance(members, list) else (),
        client="deno",
    )


def _matches(path: PurePath) -> bool:
    return path.name in ("deno.json", "deno.jsonc")


DENO_JSON = ManifestFormat("deno.json", "npm", _matches, _read, "deno install")
