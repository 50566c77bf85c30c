from customhouse.rules.dependency.dependency_never_imported import RULE
from rules.cases import PYPI, added, case, change, content, findings, grades, hook, metadata, old, only


def adding(*dependencies, purl=None, previous="1.14.0"):
    parts = {"contents": (content(member_count=86),), "change": change(previous, added_dependencies=dependencies)}
    return case(purl, **parts) if purl else case(**parts)


def test_the_axios_case_blocks():
    finding = only(RULE, adding(added(hooks=(hook(),))))
    assert (finding.severity, finding.confidence) == ("high", "high")
    assert finding.message.endswith("none of its 86 files imports it")
    assert "customhouse inspect pkg:npm/simple-crypto-js@4.2.1" in finding.hint


def test_by_what_the_dependency_is():
    assert grades(RULE, adding(old())) == [("medium", "medium")]
    assert grades(RULE, adding(old(hooks=(hook(),)))) == [("medium", "high")]
    assert grades(RULE, adding(added(hooks=()))) == [("high", "medium")]
    assert grades(RULE, adding(added(resolution="unknown-package"))) == [("high", "medium")]
    assert grades(RULE, adding(added(resolution="unreachable"))) == [("medium", "medium")]


def test_youth_alone_weighs_less_once_the_dependant_has_been_out_for_long():
    parts = {"contents": (content(),), "metadata": metadata(days=200)}
    assert grades(RULE, case(change=change(added_dependencies=(added(),)), **parts)) == [("medium", "medium")]
    hooked = change(added_dependencies=(added(hooks=(hook(),)),))
    assert grades(RULE, case(change=hooked, **parts)) == [("high", "high")]


def test_what_nobody_imports_by_nature_is_low():
    for name in ("tslib", "@types/node", "@babel/runtime", "@babel/runtime-corejs3", "@swc/helpers"):
        assert grades(RULE, adding(old(name))) == [("low", "medium")], name
    assert grades(RULE, adding(old("tslib-helper"))) == [("medium", "medium")]
    assert grades(RULE, adding(added("@types/brand-new"))) == [("medium", "medium")]


def test_a_name_is_no_excuse_for_a_script():
    assert grades(RULE, adding(added("@types/brand-new", hooks=(hook(),)))) == [("high", "high")]
    assert grades(RULE, adding(added("@request-maker/core", hooks=(hook(),)))) == [("high", "high")]


def test_parts_of_the_project_are_low():
    assert grades(RULE, adding(added("@request-maker/core"))) == [("low", "medium")]
    binary = added("@img/request-linux-x64", "1.14.1", kind="optional")
    assert grades(RULE, adding(binary)) == [("low", "medium")]


def test_imported_or_unknown_is_silent():
    assert findings(RULE, adding(old(imported=True), added(imported=None))) == []
    assert findings(RULE, adding(added(kind="dev"), added(kind="peer"))) == []
    assert findings(RULE, case(contents=(content(),))) == []


def test_extras_of_python_are_somebody_s_choice():
    extra = old("colorama", marker='extra == "color"')
    assert findings(RULE, adding(extra, purl=PYPI)) == []
    assert grades(RULE, adding(old("colorama"), purl=PYPI)) == [("medium", "medium")]
