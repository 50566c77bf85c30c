"""Which affected version what is asked for admits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.hunt.admits import admitted
from customhouse.model.campaign import AffectedReleases

NPM = AffectedReleases("npm", "@s/a", ("1.14.1", "0.30.4", "2.0.0-rc.1"))
RANGED = AffectedReleases("npm", "a", ranges=(">=1.0.0 <1.0.5",))
PYPI = AffectedReleases("pypi", "a-b", ("1.82.7", "1.82.8"))


@pytest.mark.parametrize(
    ("releases", "specifier", "source", "wanted"),
    [
        (NPM, ">=0.1", "registry", ("1.14.1", "high")),
        (NPM, "^2.0.0-rc.0", "registry", ("2.0.0-rc.1", "high")),
        (NPM, "^0.30.0", "registry", ("0.30.4", "high")),
        (NPM, "next", "registry", ("2.0.0-rc.1", "low")),
        (NPM, "catalog:", "registry", None),
        (NPM, "git+https://x.test/a.git", "git", None),
        (NPM, "https://x.test/@s/a/-/a-1.14.1.tgz#x", "url", ("1.14.1", "high")),
        (NPM, "https://x.test/a-1.14.10.tgz", "url", None),
        (RANGED, "^1.0.0", "registry", ("1.0.0", "high")),
        (RANGED, "1.0.4", "registry", ("1.0.4", "high")),
        (RANGED, "1.0.5", "registry", None),
        (PYPI, "", "registry", ("1.82.8", "high")),
        (PYPI, "<1.82.8", "registry", ("1.82.7", "high")),
        (PYPI, "^1.80", "registry", ("1.82.8", "high")),
        (PYPI, "https://x.test/a_b-1.82.8-py3-none-any.whl", "url", ("1.82.8", "high")),
        (PYPI, "https://x.test/a_b-1.82.8.tar.gz", "url", ("1.82.8", "high")),
        (PYPI, "https://x.test/a-b-1.82.9.tar.gz", "url", None),
        (RANGED, "https://x.test/a/-/a-1.0.2.tgz", "url", ("1.0.2", "high")),
        (NPM, "x" * 1000, "registry", None),
    ],
)
def test_what_is_admitted(releases, specifier, source, wanted):
    assert admitted(releases, specifier, source) == wanted


@given(st.text(max_size=40), st.sampled_from([NPM, RANGED, PYPI]))
def test_anything_may_be_asked_for(text, releases):
    found = admitted(releases, text)
    assert found is None or found.version
