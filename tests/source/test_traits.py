import pytest

from customhouse.source.traits import trait_of_variable


@pytest.mark.parametrize(
    ("name", "trait"),
    [
        ("CI", "ci"), ("GITHUB_ACTIONS", "ci"), ("JENKINS_URL", "ci"), ("LANG", "locale"), ("LC_ALL", "locale"),
        ("TZ", "timezone"), ("USER", "username"), ("USERNAME", "username"), ("COMPUTERNAME", "hostname"),
        ("NUMBER_OF_PROCESSORS", "machine"), ("PATH", None), ("HOME", None), ("CIRCLE", None), ("MY_CI", None),
    ],
)  # fmt: skip
def test_what_a_variable_tells(name, trait):
    assert trait_of_variable(name) == trait
