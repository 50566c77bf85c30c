import msgspec
import pytest

from customhouse.model.content import InstallHook
from customhouse.model.finding import Location
from customhouse.model.release import Script
from customhouse.rules.archive.manifest_mismatch import RULE
from rules.cases import PYPI, Dependency, case, content, findings, grades, manifest, metadata, only


def npm(said, held, **parts):
    return case(metadata=metadata(manifest=said), contents=(content(manifest=held, **parts),))


def scripts(**commands):
    return tuple(Script(name, command) for name, command in commands.items())


def test_equal_manifests_are_silent():
    both = manifest(Dependency("ms", "^2"), scripts=scripts(postinstall="node a.js"), commands=scripts(x="x.js"))
    assert findings(RULE, npm(both, both)) == []


@pytest.mark.parametrize(
    ("said", "held", "grade", "words"),
    [
        (manifest(), manifest(name="other"), ("high", "high"), "calls itself other"),
        (manifest(), manifest(version="1.14.2"), ("high", "medium"), "says it is version 1.14.2"),
        (manifest(), manifest(scripts=scripts(install="node a.js")), ("high", "high"), "`node a.js` at install"),
        (
            manifest(scripts=scripts(install="echo")),
            manifest(scripts=scripts(install="node a.js")),
            ("high", "medium"),
            "the registry shows `echo`",
        ),
        (manifest(scripts=scripts(install="node a.js")), manifest(), ("low", "medium"), "has no such script"),
        (manifest(), manifest(Dependency("ms", "1")), ("medium", "medium"), "the archive depends on ms"),
        (manifest(Dependency("ms", "1")), manifest(), ("medium", "medium"), "the archive does not"),
        (
            manifest(Dependency("ms", "1")),
            manifest(Dependency("ms", "2")),
            ("low", "medium"),
            "different versions of ms",
        ),
        (manifest(commands=scripts(x="a.js")), manifest(commands=scripts(x="b.js")), ("low", "medium"), "commands: x"),
    ],
)
def test_each_difference_has_its_grade(said, held, grade, words):
    finding = only(RULE, npm(said, held))
    assert (finding.severity, finding.confidence) == grade
    assert words in finding.message
    assert finding.locations == (Location("package.json"),)


@pytest.mark.parametrize(
    ("said", "held"),
    [
        (manifest(), manifest(version="v1.14.1")),
        (manifest(), manifest(version="=1.14.1+build.5")),
        (manifest(), manifest(scripts=scripts(test="x", prepare="y"))),
        (
            manifest(Dependency("a", "1", "optional"), Dependency("a", "1")),
            manifest(Dependency("a", "1", "optional")),
        ),
        (manifest(Dependency("a", "github:u/r#v1")), manifest(Dependency("a", "u/r#v1"))),
        (
            manifest(Dependency("a", "git+ssh://git@host.test/u/r.git#v1")),
            manifest(Dependency("a", "git@host.test:u/r#v1")),
        ),
        (manifest(Dependency("a", "*")), manifest(Dependency("a", ""))),
        (manifest(Dependency("a", ">= 1 <2")), manifest(Dependency("a", ">=1 <2"))),
        (manifest(), manifest(Dependency("a", "1"), Dependency("a", "1", "bundled"))),
        (manifest(), manifest(Dependency("a", "1", "dev"), Dependency("b", "1", "peer"))),
        (manifest(commands=scripts(x="a.js")), manifest(commands=scripts(x="./a.js"))),
        (manifest(commands=scripts(x="a.js")), manifest(commands=(Script("@scope/x", "a.js"),))),
    ],
)
def test_what_publishing_rewrites_is_no_difference(said, held):
    assert findings(RULE, npm(said, held)) == []


GYP = InstallHook("gyp", "binding.gyp", "node-gyp rebuild", "binding.gyp")


def test_the_implied_gyp_build_is_no_difference():
    shown = manifest(scripts=scripts(install="node-gyp rebuild"), gyp=True)
    assert findings(RULE, npm(shown, manifest(gyp=True), hooks=(GYP,))) == []
    assert findings(RULE, npm(manifest(gyp=True), manifest(scripts=scripts(install="node-gyp rebuild")))) == []


def test_a_gyp_build_that_the_registry_does_not_announce():
    finding = only(RULE, npm(manifest(), manifest(gyp=True), hooks=(GYP,)))
    assert (finding.severity, finding.confidence) == ("medium", "medium")
    assert "binding.gyp" in finding.message


def test_git_dependencies_of_different_repositories_differ():
    said, held = manifest(Dependency("a", "github:u/r")), manifest(Dependency("a", "github:evil/r"))
    assert grades(RULE, npm(said, held)) == [("low", "medium")]


def test_identity_is_told_even_without_a_registry_manifest():
    assert "calls itself other" in only(RULE, case(contents=(content(manifest=manifest(name="other")),))).message


def pypi(*files):
    contents = [
        content(filename=name, manifest=manifest(*dependencies, name="Request_Maker", version=version))
        for name, version, dependencies in files
    ]
    return case(PYPI, contents=tuple(contents))


def test_pypi_names_and_versions_are_compared_in_their_normal_form():
    assert findings(RULE, pypi(("a.whl", "1.14.1", ()))) == []
    assert findings(RULE, pypi(("a.whl", "v1.14.1.0", ()))) == []
    finding = only(RULE, pypi(("a.tar.gz", "1.14.0", ())))
    assert finding.locations == (Location("PKG-INFO"),)


def test_a_wheel_that_requires_more_than_its_sdist():
    more = (Dependency("a", ">=1"), Dependency("b", ">=1"))
    assert grades(RULE, pypi(("a.whl", "1.14.1", more), ("a.tar.gz", "1.14.1", more[:1]))) == [("low", "low")]
    assert findings(RULE, pypi(("a.whl", "1.14.1", more), ("a.tar.gz", "1.14.1", ()))) == []
    extra = Dependency("b", ">=1", marker='extra == "x"')
    assert findings(RULE, pypi(("a.whl", "1.14.1", (more[0], extra)), ("a.tar.gz", "1.14.1", more[:1]))) == []


def test_an_archive_without_manifest_is_not_compared():
    subject = npm(manifest(Dependency("ms", "1")), manifest())
    bare = msgspec.structs.replace(subject, contents=(content(),))
    assert findings(RULE, bare) == []
