"""What is left out unparsed can name no release: shown against parsing everything."""

from datetime import UTC, datetime
from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.formats import LOCKFILES, MANIFESTS, lockfile_format, manifest_format
from customhouse.hunt.asked import Asked
from customhouse.hunt.projects.judging import Judge
from customhouse.hunt.projects.prefilter import Prefilter
from customhouse.hunt.projects.revisions import PATTERNS
from customhouse.model.campaign import AffectedReleases, Campaign
from hunt.campaigns import ASKED

#: So many packages that the other way of looking is taken.
MANY = Asked(
    [
        *ASKED.campaigns,
        Campaign(
            "many",
            "",
            "",
            datetime(2026, 1, 1, tzinfo=UTC),
            None,
            tuple(
                AffectedReleases(each, f"a-{number}-b-c", ("1.0.0",))
                for number in range(20)
                for each in ("npm", "pypi")
            ),
        ),
    ]
)


@pytest.mark.parametrize("asked", [ASKED, MANY])
@pytest.mark.parametrize(
    ("ecosystem", "data", "wanted"),
    [
        ("npm", b'"node_modules/axios": {"version": "1.14.1"', True),
        ("npm", b"  /axios/1.14.1:\n", True),
        ("npm", b"axios@npm:1.14.1, x", True),
        ("npm", b'"axios": "1.14.0"', False),
        ("npm", b'"a\\u0078ios": "1"', True),
        ("npm", b'"x": "2553649f2322049666871cea80a5d0d6adc700ca"', True),
        ("pypi", b"LiteLLM[proxy] == 1.82.8", True),
        ("pypi", b"litellm==1.82.9", False),
    ],
)
def test_pins(asked, ecosystem, data, wanted):
    assert Prefilter(asked).may_pin(ecosystem, data) is wanted


@given(st.sampled_from(["1.0", "1.0.0", "1"]), st.sampled_from(["A_3.B-c", "a-3-b-c", "a.3_b.c"]), st.booleans())
def test_every_way_of_writing_a_python_pin_passes(version, name, many):
    asked = (
        MANY if many else Asked([Campaign("x", "", "", None, None, (AffectedReleases("pypi", "a-3-b-c", ("1.0.0",)),))])
    )
    assert Judge(asked).judge("requirements.txt", f"{name}=={version}\n".encode()).traces
    assert Prefilter(asked).may_pin("pypi", f"{name}=={version}\n".encode())


def test_the_globs_that_git_is_given_hold_every_format():
    names = [
        "package-lock.json", "npm-shrinkwrap.json", ".package-lock.json", "yarn.lock", "bun.lock", "bun.lockb", "deno.lock",
        "pnpm-lock.yaml", "pnpm-lock.main.yaml", ".pnpm/lock.yaml", "shrinkwrap.yaml", "requirements.txt", "Dev-Requirements.txt",
        "requirements/base.txt", "constraints.txt", "uv.lock", "script.py.lock", "poetry.lock", "Pipfile.lock", "pdm.lock",
        "pylock.toml", "pylock.x.toml", "package.json", "deno.json", "deno.jsonc", "pyproject.toml", "Pipfile", "setup.cfg",
        "setup.py", "requirements.in", "requirements/a.in",
    ]  # fmt: skip
    covered = {
        found.id
        for name in names
        for found in [lockfile_format(PurePath(name)) or manifest_format(PurePath(name))]
        if found
    }
    assert covered == {one.id for one in (*LOCKFILES, *MANIFESTS)}
    for name in names:
        assert any(PurePath("x", name).match(pattern.removeprefix("**/")) for pattern in PATTERNS), name
