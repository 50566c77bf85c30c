import json
from pathlib import Path

import jsonschema
import msgspec
from hypothesis import given
from hypothesis import strategies as st

from customhouse.engine.why import read_question, why
from customhouse.model.locked import Importer, Source
from customhouse.report.why import why_json, why_text
from report.audits import HOSTILE
from report.inventories import LOCK, entry, express, pipfile

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/why-1.json").read_text())


def text(question, *sources, **extra):
    return why_text(why(read_question(question), sources, **extra), **extra)


def test_a_path_a_line_shortest_first():
    assert text("qs", express()) == (
        f"qs@6.11.0  (production, transitive, {LOCK}:412)\n"
        f"  storefront-api → express@4.19.2 → qs@6.11.0 ({LOCK}:412)\n"
        f"  storefront-api → express@4.19.2 → body-parser@1.20.2 → qs@6.11.0 ({LOCK}:412)\n"
        f"  api/tools/kit-runner → @scope/kit@2.0.0-rc.1 → qs@6.11.0 ({LOCK}:412)"
    )


def test_an_alias_is_named_with_what_it_stands_for():
    assert text("lodash", express()).splitlines() == [
        f"lodash3 (lodash@3.10.1)  (development, direct, {LOCK}:30)",
        f"  storefront-api → lodash3 (lodash@3.10.1) ({LOCK}:30)",
    ]


def test_a_lock_without_edges_says_so():
    assert text("idna", pipfile()).splitlines() == [
        "idna==3.7  (production, Pipfile.lock:9)",
        "  Pipfile.lock does not record who needs what",
    ]


def test_what_a_project_asks_for_itself_has_a_path_even_there():
    asked = Importer("", "shop", ("requests",))
    source = msgspec.structs.replace(pipfile(), importers=(asked,))
    assert text("requests", source).splitlines()[1] == "  shop → requests==2.32.3 (Pipfile.lock:18)"
    assert text("idna", source).splitlines()[1] == "  Pipfile.lock does not record who needs what"


def test_a_manifest_without_a_lock_says_so():
    asked = entry("left-pad", None, specifier="^1.3")
    manifest = Source("package.json", "package-json", "parsed", (asked,), kind="manifest")
    assert "  the manifest asks for it (^1.3), and no lock pins it" in text("left-pad", manifest)


def test_what_is_left_out_is_counted():
    entries = [*(entry(f"a{n}", needs=["z"], dependency="direct") for n in range(9)), entry("z")]
    source = Source("package-lock.json", "package-lock", "parsed", tuple(entries))
    assert text("z", source).splitlines()[-1] == "    and 6 more (--all)"
    assert len(text("z", source, everything=True).splitlines()) == 10


def test_leftovers_and_unread_files_are_told():
    left = Source("bun.lock", "bun-lock", "parsed", (entry("over"),))
    unread = Source("bun.lockb", "bun-lockb", "unsupported", (), "is binary")
    told = text("over", left, unread)
    assert "(no project asks for it) → over@1.0.0" not in told  # the lock has no edges at all
    assert told.endswith("warning: bun.lockb was not read and may need it too: is binary")
    edges = Source("bun.lock", "bun-lock", "parsed", (entry("over"), entry("a", needs=["b"]), entry("b")))
    assert "(no project asks for it) → over@1.0.0 (bun.lock)" in text("over", edges)


def test_json_is_what_its_schema_says():
    document = json.loads(why_json(why(read_question("qs"), (express(), pipfile()))))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    (one,) = document["occurrences"]
    assert [len(path["steps"]) for path in one["paths"]] == [2, 3, 2]
    assert one["paths"][0] == {
        "project": "storefront-api",
        "folder": "",
        "steps": [
            {"purl": "pkg:npm/express@4.19.2", "key": "express", "alias": "", "line": 10},
            {"purl": "pkg:npm/qs@6.11.0", "key": "qs", "alias": "", "line": 412},
        ],
    }


@given(st.text(st.characters(), max_size=20))
def test_hostile_names_are_harmless(strange):
    for name in (HOSTILE, f"n{strange}"):
        asked = entry(name, needs=["z"], dependency="direct", alias=f"x{strange}")
        source = Source(f"l{strange}", "package-lock", "parsed", (asked, entry("z")))
        told = text("z", source)
        told.encode()
        assert all(line.isprintable() for line in told.split("\n") if line.isascii())
        json.loads(why_json(why(read_question("z"), (source,))))
