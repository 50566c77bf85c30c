"""`check --include-installed` and `[discovery]`, from outside."""

from datetime import UTC, datetime

OLD = datetime(2024, 1, 1, tzinfo=UTC)


def test_what_is_installed_is_vetted_as_the_registry_has_it(customhouse, registry, tmp_path):
    registry.pypi.publish("one", "1.0.0", published=OLD)
    site = tmp_path / "project/.venv/lib/python3.11/site-packages"
    info = site / "one-1.0.0.dist-info"
    info.mkdir(parents=True)
    (tmp_path / "project/.venv/pyvenv.cfg").write_text("")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: one\nVersion: 1.0.0\n")
    (info / "INSTALLER").write_text("pip\n")
    (info / "RECORD").write_text("")
    assert customhouse("check", tmp_path / "project", "--format", "json").code == 3
    outcome = customhouse("check", tmp_path / "project", "--include-installed", "--format", "json")
    assert outcome.code == 0, outcome.stdout
    (source,) = outcome.json["sources"]
    assert (source["kind"], source["format"], source["status"]) == ("environment", "python-environment", "parsed")
    (package,) = outcome.json["packages"]
    assert (package["purl"], package["verdict"], package["findings"]) == ("pkg:pypi/one@1.0.0", "allow", [])
    (tmp_path / "project/customhouse.toml").write_text("[discovery]\ninclude_installed = true\n")
    assert customhouse("check", tmp_path / "project", "--format", "json").code == 0


def test_what_the_configuration_leaves_out_is_listed(customhouse, tmp_path):
    (tmp_path / "legacy").mkdir()
    (tmp_path / "legacy/poetry.lock").write_text("broken")
    (tmp_path / "customhouse.toml").write_text('[discovery]\nexclude = ["legacy"]\n')
    outcome = customhouse("check", tmp_path, "--format", "json")
    (source,) = outcome.json["sources"]
    assert source["status"] == "skipped"
    assert source["reason"] == "is excluded by the configuration (legacy)"
