import pytest

from customhouse.rules.install.wheel_writes_outside import RULE
from rules.cases import PYPI, case, content, findings, grades, only


def lands(*places):
    held = content(filename="a-1-py3-none-any.whl", outside=tuple((f"a-1.data/data/{it}", it) for it in places))
    return case(PYPI, contents=(held,))


@pytest.mark.parametrize(
    ("place", "grade"),
    [
        ("lib/python3.12/random.py", ("high", "high")),
        ("Lib/ssl.py", ("high", "high")),
        ("lib64/python3.9/lib-dynload/_ssl.so", ("high", "high")),
        ("lib/python3.12/site-packages/other/__init__.py", ("medium", "medium")),
        ("etc/ld.so.preload", ("high", "medium")),
        (".bashrc", ("high", "medium")),
        ("etc/sudoers.d/a", ("high", "medium")),
        ("lib/systemd/user/a.service", ("medium", "medium")),
        ("etc/cron.d/a", ("medium", "medium")),
        ("etc/profile.d/a.sh", ("medium", "medium")),
        (".config/autostart/a.desktop", ("medium", "medium")),
    ],
)
def test_places_that_are_run_or_loaded(place, grade):
    assert grades(RULE, lands(place)) == [grade]


@pytest.mark.parametrize(
    "place",
    [
        "share/man/man1/a.1",
        "share/jupyter/labextensions/a/package.json",
        "etc/jupyter/jupyter_server_config.d/a.json",
        "share/applications/a.desktop",
        "bin/a",
        "include/a.h",
        "lib/python3.12/config/a.json",
        "share/bash-completion/completions/a",
    ],
)
def test_what_data_is_for(place):
    assert findings(RULE, lands(place)) == []


def test_one_finding_a_kind():
    assert (
        "random.py and 1 more into Python's standard library"
        in only(RULE, lands("lib/python3.12/random.py", "lib/python3.12/ssl.py")).message
    )
