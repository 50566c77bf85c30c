"""The npm packages among the imports of a Deno project."""

from pathlib import Path

import pytest

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.npm.projects.deno_json import DENO_JSON
from customhouse.model.declared import Declared, ProjectManifest

TEXT = b"""{
  // what we need
  "name": "@s/x", "version": "1.0.0",
  "workspace": ["./a", 7],
  "imports": {
    "chalk": "npm:chalk@^4",
    "l4/": "npm:/lodash@4.17.21/",
    "@s/sub": "npm:@s/sub/path",
    "std": "jsr:@std/x@1",
    "mod": "https://modules.invalid/m.ts",
    "odd": 7,
  },
}
"""


def read(data: bytes) -> ProjectManifest:
    return DENO_JSON.read(Path("no-such-folder/deno.json"), data, DISK)


def test_what_it_asks_of_npm() -> None:
    assert all(DENO_JSON.matches(Path(name)) for name in ("deno.json", "x/deno.jsonc"))
    assert read(TEXT) == ProjectManifest(
        "npm",
        "@s/x",
        "1.0.0",
        declared=(
            Declared("chalk", "^4", group="imports", line=6),
            Declared("lodash", "4.17.21", alias="l4/", group="imports", line=7),
            Declared("@s/sub", "", group="imports", line=8),
        ),
        members=("./a",),
        client="deno",
    )
    assert read(b'{"workspace": {"members": ["b"]}}').members == ("b",)
    assert read(b"{}").declared == ()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"[]", "it is no JSON object"),
        (b'{\n"imports": []}', "line 2: `imports` is no object"),
        (b'{\n"imports": {\n"a": "npm:../x@1"}}', "line 3: '..' is no package name|'../x' is no package name"),
        (b'{\n"imports": {\n"a": "npm:a@1",\n"a": "npm:b@1"}}', "stands twice .* in line 4"),
        (b"{/*", "line 1 has a comment without an end"),
        (b'{"a": 1e999999}', "it is not JSON"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read(data)
