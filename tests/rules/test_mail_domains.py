import pytest

from customhouse.model.release import Publisher
from customhouse.rules.shared.mail_domains import disposable, mail_domain


@pytest.mark.parametrize(
    ("email", "domain"),
    [("a@B.invalid", "b.invalid"), ("a@b@c.invalid.", "c.invalid"), ("nobody", ""), ("", "")],
)
def test_the_domain(email, domain):
    assert mail_domain(email) == domain


@pytest.mark.parametrize(
    ("email", "found"),
    [
        ("a@disposable.test", "disposable.test"),
        ("a@x.y.Disposable.test", "disposable.test"),
        ("a@mydisposable.test", ""),
        ("a@disposable.test.invalid", ""),
        ("a@test", ""),
    ],
)
def test_whether_it_is_disposable(email, found):
    assert disposable(Publisher("a", email)) == found
    assert disposable(None) == ""
