"""The kinds of credentials that campaigns name."""

from customhouse.model.credentials import BY_SLUG, KINDS


def test_each_has_a_name_of_its_own_and_none_holds_a_value():
    assert len(BY_SLUG) == len(KINDS)
    assert {"npm-token", "pypi-token", "github-token", "aws", "ssh", "kubernetes", "wallets"} <= set(BY_SLUG)
    for kind in KINDS:
        assert kind.title
        assert all(name.replace("_", "").replace("*", "").isalpha() for name in kind.variables)
        assert all(not path.startswith("/") for path in kind.files), "a path is of a home folder, or a name"
