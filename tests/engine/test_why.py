import pytest

from customhouse.engine.audit import NothingToAuditError
from customhouse.engine.why import read_question, why
from customhouse.model.errors import CustomhouseError, UpstreamError
from customhouse.model.locked import LockedPackage, Source
from report.inventories import express, pipfile


def found(text, *sources):
    return [(one.source.path, one.entry.key) for one in why(read_question(text), sources).occurrences]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("qs", ["qs"]),
        ("qs@6.11.0", ["qs"]),
        ("qs@v6.11.0", ["qs"]),
        ("pkg:npm/qs@6.11.0", ["qs"]),
        ("lodash", ["lodash3"]),
        ("lodash3", ["lodash3"]),
        ("@scope/kit", ["@scope/kit"]),
        ("@scope/kit@2.0.0-rc.1", ["@scope/kit"]),
        ("pkg:npm/%40scope/kit", ["@scope/kit"]),
        ("Requests", ["requests"]),
        ("requests==2.32.3.0", ["requests"]),
        ("pkg:pypi/requests@2.32.3", ["requests"]),
    ],
)
def test_a_package_is_found_by_any_name_of_it(text, keys):
    assert [key for _, key in found(text, express(), pipfile())] == keys


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("qs@6.12.0", "qs@6.11.0"),
        ("kit", "@scope/kit"),
        ("expres", "express"),
        ("pkg:pypi/qs", "pkg:npm/qs@6.11.0"),
        ("qs==6.11.0", "pkg:npm/qs@6.11.0"),
        ("zzz", "name@version"),
    ],
)
def test_what_is_not_there_is_said_with_what_comes_near(text, hint):
    with pytest.raises(NothingToAuditError) as caught:
        why(read_question(text), (express(),))
    assert hint in caught.value.hint


def test_a_file_that_was_not_read_may_have_it():
    unread = Source("bun.lockb", "bun-lockb", "unsupported", (), "is binary", "bun install --save-text-lockfile")
    with pytest.raises(UpstreamError, match=r"bun\.lockb could not be read") as caught:
        why(read_question("left-pad"), (express(), unread))
    assert caught.value.hint == "bun install --save-text-lockfile"
    assert why(read_question("qs"), (express(), unread)).unread == (unread,)


def test_the_manifest_of_nobody_is_an_occurrence_too():
    asked = LockedPackage("npm", "left-pad", None, specifier="^1", key="left-pad", dependency="direct")
    manifest = Source("package.json", "package-json", "parsed", (asked,), kind="manifest")
    (one,) = why(read_question("left-pad"), (manifest,)).occurrences
    assert not one.known
    with pytest.raises(NothingToAuditError, match="none of the 0 locks"):
        why(read_question("left-pat"), (manifest,))


def test_everything_lifts_the_bound():
    packages = tuple(
        LockedPackage("npm", name, "1.0.0", key=name, requires=needs, dependency=how)
        for name, needs, how in [*((f"a{n}", ("z",), "direct") for n in range(9)), ("z", (), "transitive")]
    )
    source = Source("package-lock.json", "package-lock", "parsed", packages)
    (few,) = why(read_question("z"), (source,)).occurrences[0].paths
    (all_of_them,) = why(read_question("z"), (source,), everything=True).occurrences[0].paths
    assert (len(few.paths), few.more, len(all_of_them.paths), all_of_them.more) == (3, 6, 9, 0)


def test_a_purl_of_another_type_is_refused():
    with pytest.raises(CustomhouseError, match="is not supported"):
        read_question("pkg:cargo/serde")
