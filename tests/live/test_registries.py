"""A few named look-ups at the configured registries: what the simulator imitates is what is there."""

import asyncio
import os
from pathlib import Path

import pytest

from customhouse.ecosystems.registries import open_registries
from customhouse.model.digest import digest_of
from customhouse.model.errors import NotFoundUpstream, UnreachableUpstream

pytestmark = pytest.mark.live


def ask(question):
    """Run `question(registries)`, or skip where the registries do not answer."""

    async def run():
        async with open_registries(Path.cwd(), os.environ) as registries:
            return await question(registries)

    try:
        return asyncio.run(run())
    except UnreachableUpstream as error:
        pytest.skip(f"the configured registry is not reachable: {error.message}")


@pytest.mark.parametrize("http2", ["", "1"])
def test_npm(monkeypatch, http2):
    monkeypatch.setenv("CUSTOMHOUSE_HTTP2", http2)

    async def question(registries):
        release = (await registries.npm.project("axios")).release("1.14.0")
        return release, await registries.npm.fetch(release.purl, release.artifacts[0])

    release, data = ask(question)
    assert release.published is not None
    assert {"follow-redirects", "form-data"} <= {dependency.name for dependency in release.manifest.dependencies}
    for digest in release.artifacts[0].digests:
        assert digest_of(data, digest.algorithm) == digest


def test_pypi():
    async def question(registries):
        release = (await registries.pypi.project("requests")).release("2.32.3")
        return release, [await registries.pypi.fetch(release.purl, artifact) for artifact in release.artifacts]

    release, files = ask(question)
    assert {artifact.kind for artifact in release.artifacts} == {"wheel", "sdist"}
    assert release.published is not None
    for artifact, data in zip(release.artifacts, files, strict=True):
        assert digest_of(data) in artifact.digests


def test_a_name_that_nobody_has():
    with pytest.raises(NotFoundUpstream):
        ask(lambda registries: registries.npm.project("@customhouse-nobody/nothing-at-all"))
