import msgspec
import pytest

from customhouse.model.release import Dependency, Script
from customhouse.rules.install.command_shadows import RULE
from customhouse.rules.shared.command_names import PROVIDERS, SYSTEM, TOOLS
from rules.cases import NPM, PYPI, case, change, content, findings, grades, manifest, metadata, only


def installs(*names, purl=NPM, known=None, dependencies=(), **parts):
    commands = tuple(Script(name, "bin/x.js") for name in names)
    held = content(manifest=manifest(*dependencies, commands=commands), **parts)
    return case(purl, contents=(held,), **(known or {}))


def before(*names):
    known = metadata()
    earlier = msgspec.structs.replace(
        known.previous, manifest=manifest(commands=tuple(Script(name, "bin/x.js") for name in names))
    )
    return {"metadata": msgspec.structs.replace(known, previous=earlier), "change": change()}


@pytest.mark.parametrize(
    ("name", "new", "unknown", "old"),
    [
        ("git", ("high", "medium"), ("medium", "medium"), ("low", "medium")),
        ("node.exe", ("high", "medium"), ("medium", "medium"), ("low", "medium")),
        ("tsc", ("medium", "medium"), ("low", "medium"), ("low", "medium")),
    ],
)
def test_by_novelty(name, new, unknown, old):
    added = {"change": change(added_commands=(Script(name, "bin/x.js"),))}
    assert grades(RULE, installs(name, known=added)) == [new]
    assert grades(RULE, installs(name, known=before())) == [new]
    assert grades(RULE, installs(name)) == [unknown]
    assert grades(RULE, installs(name, known=before(name))) == [old]
    assert grades(RULE, installs(name, known={"change": change()})) == [old]
    assert grades(RULE, installs(name, known={"metadata": metadata(days=100)})) == [old]


def test_who_is_the_tool_is_silent():
    assert findings(RULE, installs("node", purl="pkg:npm/node@22.0.0")) == []
    assert findings(RULE, installs("make", purl="pkg:npm/%40me/make@1.0.0")) == []
    assert findings(RULE, installs("tsc", "tsserver", purl="pkg:npm/typescript@5.0.0")) == []
    assert findings(RULE, installs("tsc", dependencies=(Dependency("typescript", "^5"),))) == []
    assert findings(RULE, installs("request-maker", "requests")) == []


def test_what_lands_in_bin_is_a_command():
    subject = installs(purl=PYPI, outside=(("a-1.data/data/bin/ssh", "bin/ssh"), ("a-1.data/data/share/x", "share/x")))
    finding = only(RULE, subject)
    assert finding.message == "request-maker==1.14.1 installs a command `ssh`, which is a system's"
    assert "a-1.data/data/bin/ssh" in {place.path for place in finding.locations}


def test_a_command_without_a_file_is_low():
    assert grades(RULE, installs(missing_commands=("a", "b"))) == [("low", "low")]


def test_the_tables_agree():
    assert set(PROVIDERS) <= SYSTEM
    assert not set(TOOLS) & SYSTEM
