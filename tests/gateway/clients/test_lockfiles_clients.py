"""Locks that npm's real clients write through a gateway, put right, against those that they write straight."""

import json

import pytest

from customhouse.gateway.clients.lockfiles import Upstreams, put_right
from gateway.clients.registries import registries
from gateway.real_clients import Through, need

pytestmark = pytest.mark.clients

#: Client → its lock, the command that writes one, what it needs beside the manifest, the variable that points it.
LOCKS = {
    "npm": ("package-lock.json", ["install", "--package-lock-only"], {}, "npm_config_registry"),
    "yarn-1": ("yarn.lock", ["install", "--ignore-scripts"], {}, "YARN_REGISTRY"),
    "yarn-4": ("yarn.lock", ["install", "--mode=update-lockfile"], {"yarn.lock": ""}, "YARN_NPM_REGISTRY_SERVER"),
    "pnpm-12": ("pnpm-lock.yaml", ["install", "--lockfile-only"], {}, "pnpm_config_registry"),
    "bun": ("bun.lock", ["install", "--ignore-scripts"], {}, "BUN_CONFIG_REGISTRY"),
}
MORE = {"YARN_NPM_MINIMAL_AGE_GATE": "0", "pnpm_config_pm_on_fail": "ignore", "YARN_ENABLE_IMMUTABLE_INSTALLS": "0"}
#: pnpm names registries nowhere, and npm takes the place that the packument names.
CLEAN = ("pnpm-12", "yarn-4")


@pytest.mark.parametrize("client", LOCKS)
def test_a_lock_put_right_is_the_one_that_upstream_would_have_had(client, tmp_path):
    need(client)
    name, arguments, beside, pointer = LOCKS[client]
    written = {}
    with registries() as found:
        for folder, where in (("through", None), ("straight", found.upstream.rstrip("/"))):
            place = tmp_path / folder
            place.mkdir()
            manifest = {"name": "shop", "version": "1.0.0", "private": True, "dependencies": {"alpha": "^1.0.0"}}
            (place / "package.json").write_text(json.dumps(manifest))
            for file, text in beside.items():
                (place / file).write_text(text)
            variables = MORE | ({pointer: where} if where else {})
            through = Through(tmp_path / f"home-{folder}", found.gateway)
            through.run(client, *arguments, cwd=place, **variables)
            written[folder] = (place / name).read_bytes()
        assert found.asked
        righted = put_right(
            name, written["through"], found.gateway, Upstreams(found.upstream, "http://127.0.0.1:9/simple")
        )
        assert (found.gateway.encode() in written["through"]) == (client not in CLEAN)
    assert righted == written["straight"]
