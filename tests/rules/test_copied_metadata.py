from datetime import timedelta

import pytest

from customhouse.model.history import Related
from customhouse.rules.metadata.copied_metadata import RULE
from rules.cases import NOW, content, findings, grades, manifest, only
from rules.past import young

PURL = "pkg:npm/plain-cipher-js@4.2.1"


def other(name="cipher-js", relation="repository", **parts):
    parts = {"first_published": NOW - timedelta(days=900), "release_count": 30, "same_people": False} | parts
    return Related(name, relation, **parts)


def test_another_projects_repository():
    finding = only(RULE, young(PURL, related=(other(same_repository=True, same_author=True),)))
    assert (finding.severity, finding.confidence) == ("medium", "medium")
    assert (
        finding.message
        == "plain-cipher-js, a project at its first release, shows the repository and author of cipher-js"
    )


def test_a_readme_is_a_copy_from_six_tenths_on():
    assert grades(RULE, young(PURL, related=(other("express", "name", readme_shared=0.9),))) == [("medium", "medium")]
    assert findings(RULE, young(PURL, related=(other("express", "name", readme_shared=0.3),))) == []


@pytest.mark.parametrize(
    ("purl", "related", "grade"),
    [
        (PURL, other(same_repository=True, same_people=None), ("medium", "low")),
        ("pkg:npm/%40somebody/cipher@1.0.0", other(same_repository=True), ("low", "low")),
        ("pkg:npm/cipher-js-stream@1.0.0", other(same_repository=True), ("low", "low")),
    ],
)
def test_what_may_be_a_relative_weighs_less(purl, related, grade):
    assert grades(RULE, young(purl, related=(related,))) == [grade]


@pytest.mark.parametrize(
    "related",
    [
        other(same_repository=True, same_people=True),
        other(same_repository=False),
        other(same_repository=None),
        other(same_repository=True, release_count=2),
        other(same_repository=True, first_published=NOW),
        other(relation="name", same_repository=True),
    ],
    ids=["same people", "another repository", "unknown", "no history", "younger", "not named by it"],
)
def test_silent(related):
    assert findings(RULE, young(PURL, related=(related,))) == []


def test_a_project_with_history_may_say_what_it_likes():
    assert findings(RULE, young(PURL, days=400, count=40, related=(other(same_repository=True),))) == []


def named(repository, **parts):
    return {"manifest": manifest(name="quick-words", version="1.0.0", repository=repository, **parts)}


def test_the_name_of_the_repository_alone_is_low():
    purl = "pkg:npm/quick-words@1.0.0"
    assert grades(RULE, young(purl, release=named("github:example/lodash"))) == [("low", "low")]
    assert findings(RULE, young(purl, release=named("github:example/lodash", directory="packages/words"))) == []
    assert findings(RULE, young(purl, release=named("github:quick-words/lodash"))) == []
    assert findings(RULE, young(purl, release=named("github:example/acme-words"))) == []
    assert findings(RULE, young(purl, release=named("nowhere"))) == []


def test_the_archive_speaks_where_the_index_does_not():
    told = content(manifest=manifest(name="quick-words", version="1.0", repository="https://github.com/psf/requests"))
    assert grades(RULE, young("pkg:pypi/quick-words@1.0", contents=(told,))) == [("low", "low")]
