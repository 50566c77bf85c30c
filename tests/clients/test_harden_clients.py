"""What `harden --write` puts into each client's file: the client takes it, and does what it says."""

import json
from datetime import UTC, datetime, timedelta

import pytest

pytestmark = [pytest.mark.clients, pytest.mark.usefixtures("world")]

RULES = ("scripts-not-restricted", "no-cooldown")
OLD, YOUNG = datetime.now(UTC) - timedelta(days=400), datetime.now(UTC) - timedelta(hours=2)
LOUD = {"postinstall": "node -e \"require('fs').writeFileSync(process.env.PROOF, 'ran')\""}


@pytest.fixture
def world(registry):
    """A package with a release of last year and one of two hours ago; one with an install script."""
    for name, version, when in (("alpha", "1.0.0", OLD), ("alpha", "1.1.0", YOUNG)):
        registry.npm.publish(name, version, published=when)
        registry.pypi.publish(name, version, published=when)
    registry.npm.publish("loud", "1.0.0", scripts=LOUD, published=OLD)
    return registry


def project(folder, client, **more):
    folder.mkdir(exist_ok=True)
    document = {"name": "shop", "version": "1.0.0", "private": True, "packageManager": client}
    document["dependencies"] = {"alpha": "^1.0.0", "loud": "1.0.0"}
    (folder / "package.json").write_text(json.dumps(document | more, indent=2) + "\n")


def python_project(folder, text=""):
    folder.mkdir(exist_ok=True)
    (folder / "pyproject.toml").write_text(
        '# kept\n[project]\nname = "shop"\nversion = "1.0.0"\nrequires-python = ">=3.11"\ndependencies = ["alpha>=1"]\n'
        + text
    )


def harden(customhouse, folder):
    """Show, write, and show again; the findings that a setting closes are gone."""
    before = findings(customhouse, folder)
    shown = customhouse("harden", folder)
    assert shown.code == 10, shown.stderr
    assert shown.stdout.startswith("--- ")
    written = customhouse("harden", "--write", folder)
    assert written.code == 0, written.stderr
    again = customhouse("harden", folder)
    assert (again.code, again.stdout) == (0, ""), again.stdout
    after = findings(customhouse, folder)
    assert any(finding["severity"] != "info" for finding in before)
    assert [finding for finding in after if finding["severity"] != "info"] == []
    return after


def findings(customhouse, folder):
    document = customhouse("check", "--format", "json", folder).json
    return [finding for finding in document["findings"] if finding["rule"] in RULES]


def test_npm(customhouse, clients, tmp_path):
    project(tmp_path / "a", "npm@11.19.1")
    clients.run("npm", "install", "--package-lock-only", cwd=tmp_path / "a")
    assert harden(customhouse, tmp_path / "a") == []
    proof = tmp_path / "proof"
    (tmp_path / "a" / "package-lock.json").unlink()
    clients.run("npm", "install", cwd=tmp_path / "a", PROOF=str(proof))
    assert not proof.exists()
    lock = json.loads((tmp_path / "a" / "package-lock.json").read_text())
    assert lock["packages"]["node_modules/alpha"]["version"] == "1.0.0"
    assert "esbuild" not in (tmp_path / "a" / ".npmrc").read_text()
    assert "loud@1.0.0" in (tmp_path / "a" / ".npmrc").read_text()


def test_pnpm_12(customhouse, clients, tmp_path):
    project(tmp_path / "a", "pnpm@12.21.0", dependencies={"alpha": "^1.0.0"})
    clients.run("pnpm-12", "install", "--lockfile-only", cwd=tmp_path / "a", pnpm_config_pm_on_fail="ignore")
    assert harden(customhouse, tmp_path / "a") == []
    assert "minimumReleaseAge: 4320\n" in (tmp_path / "a" / "pnpm-workspace.yaml").read_text()
    (tmp_path / "a" / "pnpm-lock.yaml").unlink()
    clients.run("pnpm-12", "install", cwd=tmp_path / "a", pnpm_config_pm_on_fail="ignore")
    assert "alpha@1.0.0" in (tmp_path / "a" / "pnpm-lock.yaml").read_text()
    assert "alpha@1.1.0" not in (tmp_path / "a" / "pnpm-lock.yaml").read_text()


def test_pnpm_9(customhouse, clients, tmp_path):
    project(tmp_path / "a", "pnpm@9.15.9")
    clients.run("pnpm-9", "install", "--lockfile-only", cwd=tmp_path / "a")
    left = harden(customhouse, tmp_path / "a")
    assert [(finding["rule"], finding["severity"]) for finding in left] == [("no-cooldown", "info")]
    proof = tmp_path / "proof"
    clients.run("pnpm-9", "install", cwd=tmp_path / "a", PROOF=str(proof))
    assert not proof.exists()


def test_yarn_1(customhouse, clients, tmp_path):
    project(tmp_path / "a", "yarn@1.22.22")
    clients.run("yarn-1", "install", "--ignore-scripts", cwd=tmp_path / "a")
    left = harden(customhouse, tmp_path / "a")
    assert [(finding["rule"], finding["severity"]) for finding in left] == [("no-cooldown", "info")]
    proof = tmp_path / "proof"
    clients.run("yarn-1", "install", "--force", cwd=tmp_path / "a", PROOF=str(proof))
    assert not proof.exists()
    clients.run("yarn-1", "add", "alpha@1.0.0", cwd=tmp_path / "a")
    assert json.loads((tmp_path / "a" / "package.json").read_text())["dependencies"]["alpha"] == "1.0.0"


def test_yarn_4(customhouse, clients, tmp_path):
    project(tmp_path / "a", "yarn@4.18.1")
    (tmp_path / "a" / ".yarnrc.yml").write_text("# ours\nenableScripts: true # for now\nnodeLinker: node-modules\n")
    (tmp_path / "a" / "yarn.lock").touch()
    clients.run("yarn-4", "install", "--mode=update-lockfile", cwd=tmp_path / "a", YARN_NPM_MINIMAL_AGE_GATE="0")
    assert harden(customhouse, tmp_path / "a") == []
    text = (tmp_path / "a" / ".yarnrc.yml").read_text()
    assert text.startswith("# ours\nenableScripts: false # for now\nnodeLinker: node-modules\n")
    (tmp_path / "a" / "yarn.lock").write_text("")
    proof = tmp_path / "proof"
    clients.run("yarn-4", "install", cwd=tmp_path / "a", PROOF=str(proof))
    assert not proof.exists()
    assert "version: 1.0.0" in (tmp_path / "a" / "yarn.lock").read_text()
    assert "version: 1.1.0" not in (tmp_path / "a" / "yarn.lock").read_text()


def test_bun(customhouse, clients, tmp_path):
    project(tmp_path / "a", "bun@1.4.5")
    (tmp_path / "a" / "bunfig.toml").write_text('[install]\nlinker = "hoisted" # ours\n')
    clients.run("bun", "install", "--ignore-scripts", cwd=tmp_path / "a")
    assert harden(customhouse, tmp_path / "a") == []
    (tmp_path / "a" / "bun.lock").unlink()
    proof = tmp_path / "proof"
    clients.run("bun", "install", "--force", cwd=tmp_path / "a", PROOF=str(proof))
    assert not proof.exists()
    assert "alpha@1.0.0" in (tmp_path / "a" / "bun.lock").read_text()


def test_pip(customhouse, clients, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "requirements.txt").write_text("# ours\n\nalpha==1.0.0\n")
    left = harden(customhouse, tmp_path / "a")
    assert [(finding["rule"], finding["severity"]) for finding in left] == [("no-cooldown", "info")]
    assert (tmp_path / "a" / "requirements.txt").read_text() == "# ours\n\n--only-binary :all:\nalpha==1.0.0\n"
    done = clients.run("pip", "install", "--target", "out", "-r", "requirements.txt", cwd=tmp_path / "a")
    assert "Successfully installed alpha-1.0.0" in done


def test_uv(customhouse, clients, tmp_path):
    python_project(tmp_path / "a")
    clients.run("uv", "lock", cwd=tmp_path / "a", UV_NO_CONFIG="0")
    assert 'version = "1.1.0"' in (tmp_path / "a" / "uv.lock").read_text()
    assert harden(customhouse, tmp_path / "a") == []
    (tmp_path / "a" / "uv.lock").unlink()
    clients.run("uv", "lock", cwd=tmp_path / "a", UV_NO_CONFIG="0")
    text = (tmp_path / "a" / "uv.lock").read_text()
    assert 'version = "1.1.0"' not in text
    assert 'exclude-newer-span = "P3D"' in text
    clients.run("uv", "sync", "--locked", cwd=tmp_path / "a", UV_NO_CONFIG="0")


def test_poetry(world, customhouse, clients, tmp_path):
    source = f'[[tool.poetry.source]]\nname = "simulator"\nurl = "{world.pypi_url}"\n'
    python_project(tmp_path / "a", "[tool.poetry]\npackage-mode = false\n" + source)
    clients.run("poetry", "lock", cwd=tmp_path / "a")
    assert 'version = "1.1.0"' in (tmp_path / "a" / "poetry.lock").read_text()
    assert harden(customhouse, tmp_path / "a") == []
    clients.run("poetry", "check", cwd=tmp_path / "a")
    assert "solver.min-release-age = 3" in clients.run("poetry", "config", "--list", cwd=tmp_path / "a")
    (tmp_path / "a" / "poetry.lock").unlink()
    clients.run("poetry", "lock", cwd=tmp_path / "a")
    assert 'version = "1.1.0"' not in (tmp_path / "a" / "poetry.lock").read_text()


def test_pdm(world, customhouse, clients, tmp_path):
    source = f'[[tool.pdm.source]]\nname = "pypi"\nurl = "{world.pypi_url}"\nverify_ssl = false\n'
    python_project(tmp_path / "a", "[tool.pdm]\ndistribution = false\n" + source)
    clients.run("pdm", "lock", cwd=tmp_path / "a")
    assert harden(customhouse, tmp_path / "a") == []
    (tmp_path / "a" / "pdm.lock").unlink()
    clients.run("pdm", "lock", cwd=tmp_path / "a")
    assert 'version = "1.0.0"' in (tmp_path / "a" / "pdm.lock").read_text()
    assert 'version = "1.1.0"' not in (tmp_path / "a" / "pdm.lock").read_text()


def test_pipenv_is_told_what_it_cannot(customhouse, tmp_path):
    (tmp_path / "Pipfile").write_text('[packages]\nalpha = "*"\n')
    shown = customhouse("harden", tmp_path)
    assert (shown.code, shown.stdout) == (0, "")
    assert "pipenv knows no minimum age" in shown.stderr
    assert "PIP_ONLY_BINARY=:all:" in shown.stderr
