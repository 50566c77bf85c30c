"""Excerpts: short, around what they are about, and without secrets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.hunt.streams.excerpts import excerpt, masked


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer SECRETVALUE",
        'authorization: "Basic SECRETVALUE"',
        "//registry.example/:_authToken=SECRETVALUE",
        "https://ci.example/?token=SECRETVALUE&x=1",
        "https://user:SECRETVALUE@ci.example/",
        "NPM_TOKEN: SECRETVALUE",
        "export AWS_SECRET_ACCESS_KEY=SECRETVALUE",
        "password = 'SECRETVALUE'",
        "Set-Cookie: a=b; session=SECRETVALUE",
        "X-Api-Key: SECRETVALUE",
        "login --password SECRETVALUE",
        "using ghp_SECRETVALUE0123456789 now",
        "using eyJSECRETVALUE.eyJSECRETVALUE.x now",
    ],
)
def test_values_of_secrets_are_masked(text):
    assert "SECRETVALUE" not in masked(text)
    assert "***" in masked(text)


@pytest.mark.parametrize(
    "text",
    ["npm http fetch GET 200 https://registry.example/axios/-/axios-1.14.1.tgz 12ms", "mkdir -p /tmp/x", "a: b"],
)
def test_other_text_stays(text):
    assert masked(text) == text


@given(st.text(max_size=3000), st.text(max_size=3000))
def test_what_it_is_about_is_in_it(before, after):
    shown = excerpt(f"{before} sfrclak.com {after}", "sfrclak.com")
    assert len(shown) <= 242
    if "sfrclak.com" in masked(f"{before[-1200:]} sfrclak.com {after}"[:2400]) and not before.strip():
        assert "sfrclak.com" in shown
