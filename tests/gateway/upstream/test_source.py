"""What upstream is asked for, and what it is never asked for."""

from urllib.parse import urlsplit

import pytest

from managed_gateway import ManagedGateway


@pytest.mark.parametrize("path", ["/npm/ours", "/npm/-/npm/v1/attestations/ours@1.0.0"])
def test_the_public_registry_is_asked_nothing_about_names_of_the_organisation(registry, tmp_path, monkeypatch, path):
    registry.npm.publish("ours", "1.0.0")
    (tmp_path / "customhouse.toml").write_text('[repository]\ninternal = ["ours"]\n')
    public = urlsplit(registry.npm_url).netloc
    monkeypatch.setattr("customhouse.gateway.upstream.source._public", lambda _ecosystem: public)
    with ManagedGateway(tmp_path, registry) as gateway:
        assert gateway.ask("GET", path).status_code == 404
    assert not [each for each in registry.asked("npm") if "ours" in each.path]
