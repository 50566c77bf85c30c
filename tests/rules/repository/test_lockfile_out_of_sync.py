from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.model.declared import Declared, ProjectManifest
from customhouse.model.locked import Importer, LockedPackage, Source
from customhouse.model.repository import RepositoryCase
from customhouse.rules.repository.lockfile_out_of_sync import RULE

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def said(declared, packages, importers=(), *, ecosystem="npm", format_id="pnpm-lock", status="parsed", **fields):
    folder = fields.pop("folder", "")
    manifest = ProjectManifest(ecosystem, declared=tuple(declared), **fields)
    sources = (
        Source(folder + "m", "manifest", "parsed", kind="manifest", manifest=manifest, covered_by="l"),
        Source("l", format_id, status, tuple(packages), importers=tuple(importers)),
    )
    return sorted(f"{one.severity} {one.message}" for one in RULE.judge(RepositoryCase(NOW, sources)))


def locked(name, version, ecosystem="npm", **fields):
    fields.setdefault("key", f"{name}@{version}")
    return LockedPackage(ecosystem, name, version, **fields)


def test_the_projects_own_entry_decides_and_not_another_of_its_name():
    packages = (locked("a", "1.0.0"), locked("a", "2.0.0"))
    importers = (Importer("", requires=("a@1.0.0",)), Importer("web", requires=("a@2.0.0",)))
    assert said([Declared("a", "^1")], packages, importers) == []
    assert said([Declared("a", "^2")], packages, importers) == [
        "medium l pins other versions than it asks for: a 1.0.0 for ^2"
    ]
    assert said([Declared("a", "^2")], packages, importers, folder="web/") == []


def test_without_projects_any_entry_of_the_name_will_do():
    packages = (locked("a", "1.0.0"), locked("a", "2.0.0"))
    assert said([Declared("a", "^2")], packages) == []
    assert said([Declared("a", "^3")], packages) == [
        "medium l pins other versions than it asks for: a 1.0.0 and 2.0.0 for ^3"
    ]
    assert said([Declared("b", "^1")], packages) == ["medium l does not pin what it asks for: b"]


def test_ranges_by_environment_are_taken_together():
    declared = [Declared("numpy", "<2", marker="python_version < '3.9'"), Declared("numpy", ">=2")]
    packages = [locked("numpy", "2.2.3", "pypi")]
    assert said(declared, packages, ecosystem="pypi", format_id="pdm-lock") == []
    both = (Importer("", specifiers=(("numpy", "<2"), ("numpy", ">=2"))),)
    assert said(declared, packages, both, ecosystem="pypi", format_id="uv-lock") == []


def test_a_range_may_lead_to_a_project_of_the_workspace():
    importers = (Importer(""), Importer("packages/b", "@demo/b"))
    assert said([Declared("@demo/b", "1.0.0")], [], importers) == []


def test_a_lock_that_does_not_know_names_of_installation():
    manifest = ProjectManifest("npm", declared=(Declared("lodash", "^4", alias="lodash4"),))
    sources = (
        Source("m", "deno.json", "parsed", kind="manifest", manifest=manifest, covered_by="deno.lock"),
        Source("deno.lock", "deno-lock", "parsed", (locked("lodash", "4.17.21"),)),
    )
    assert not list(RULE.judge(RepositoryCase(NOW, sources)))


def test_what_the_lock_was_made_for():
    importer = (Importer("", requires=("a@1.5.0",), specifiers=(("a", "^1.0.0"), ("gone", "1"))),)
    assert said([Declared("a", "^1.2.0")], [locked("a", "1.5.0")], importer) == [
        "low l still has what it no longer asks for: gone",
        "low l was made for other ranges: a ^1.0.0, now ^1.2.0",
    ]


def test_a_version_that_the_lock_itself_says_was_asked_for_so_is_an_override():
    importer = (Importer("", requires=("a@3.0.0",), specifiers=(("a", "^1.0.0"),)),)
    assert said([Declared("a", "^1.0.0")], [locked("a", "3.0.0")], importer) == []


def test_overrides_aliases_catalogs_and_workspaces():
    assert said([Declared("a", "^1")], [locked("a", "9.0.0")], overridden=("a",)) == []
    alias = locked("b", "1.0.0", alias="a")
    assert said([Declared("b", "^1", alias="a")], [alias]) == []
    specifiers = (Importer("", requires=("b@1.0.0",), specifiers=(("a", "npm:b@^1"),)),)
    assert said([Declared("b", "^1", alias="a")], [alias], specifiers) == []
    assert said([Declared("a", "catalog:"), Declared("b", "workspace:^"), Declared("c", "file:../c")], []) == []
    assert said([Declared("c", "*", source="workspace")], []) == []


@pytest.mark.parametrize("scope", ["peer", "optional"])
def test_what_a_lock_may_lack(scope):
    assert said([Declared("a", "^1", scope)], []) == []


def test_python_names_ranges_and_markers():
    packages = [locked("Foo.Bar", "1.0+cu118", "pypi")]
    assert said([Declared("foo-bar", "==1.0")], packages, ecosystem="pypi", format_id="uv-lock") == []
    assert said([Declared("foo-bar", ">=2")], packages, ecosystem="pypi", format_id="uv-lock")
    assert said([Declared("foo-bar", "^2")], packages, ecosystem="pypi", format_id="poetry-lock") == []
    win = Declared("colorama", "", marker="sys_platform == 'win32'")
    assert said([win], [], ecosystem="pypi", format_id="requirements") == []
    same = (Importer("", specifiers=(("foo_bar", "<2,>=1"),)),)
    assert said([Declared("foo-bar", ">=1,<2")], packages, same, ecosystem="pypi", format_id="uv-lock") == []


def test_a_project_that_asks_for_its_own_extras():
    assert said([Declared("a", "")], [], ecosystem="pypi", name="a") == []


def test_development_wishes_may_be_compiled_elsewhere():
    declared = [Declared("pytest", "", "dev"), Declared("b", "", "prod")]
    assert said(declared, [], ecosystem="pypi", format_id="requirements") == [
        "medium l does not pin what it asks for: b"
    ]


def test_a_lock_that_could_not_be_read_is_told_elsewhere():
    assert said([Declared("a", "^1")], [], status="failed") == []


@given(st.lists(st.sampled_from(["^1.0.0", "1.2.3", "*", "~1.2", ">=1 <3", "npm:b@^1"]), min_size=1, max_size=4))
def test_a_lock_made_for_what_is_asked_is_in_sync(ranges):
    declared = [Declared(f"p{n}", text) for n, text in enumerate(ranges)]
    packages = [locked(f"p{n}", "1.2.3") for n in range(len(ranges))]
    importer = (
        Importer("", "", tuple(one.key for one in packages), tuple((one.name, one.specifier) for one in declared)),
    )
    assert said(declared, packages, importer) == []
