from datetime import UTC, datetime

import pytest

from customhouse.model.declared import ProjectManifest
from customhouse.model.digest import Digest
from customhouse.model.locked import LockedArtifact, LockedPackage, Source
from customhouse.model.repository import RepositoryCase
from customhouse.model.workflow import InstallCommand
from customhouse.rules.repository.ci_installs_unlocked import RULE

NOW = datetime(2026, 11, 1, tzinfo=UTC)
HASH = LockedArtifact(digests=(Digest("sha256", "0" * 64),))


def yarn(version):
    return Source("package.json", "package.json", "parsed", manifest=ProjectManifest("npm", client=f"yarn@{version}"))


def requirements(path, *, hashed):
    one = LockedPackage("pypi", "attrs", "24.2.0", artifacts=(HASH,) if hashed else ())
    return Source(path, "requirements", "parsed", (one,))


def said(text, *sources, system="github", environment=(("CI", "true"),), folder=""):
    client, *arguments = text.split()
    install = InstallCommand(system, client, tuple(arguments), ".github/workflows/a.yml", 7, environment, folder)
    found = list(RULE.judge(RepositoryCase(NOW, sources, installs=(install,))))
    assert len(found) <= 1
    return f"{found[0].severity} {found[0].confidence}: {found[0].message}" if found else ""


@pytest.mark.parametrize(
    "text",
    [
        "npm ci",
        "npm clean-install --omit dev",
        "npm install --package-lock-only",
        "npm install -g pnpm@9.1.0",
        "npm exec --no x",
        "npx prettier@3.0.0 .",
        "npx --no-install x",
        "npx ./own.js",
        "pnpm install",
        "pnpm install --frozen-lockfile --prefer-offline",
        "pnpm dlx a@1.2.3",
        "yarn install --frozen-lockfile",
        "bun install --frozen-lockfile",
        "bun ci",
        "pip install --require-hashes -r x.txt",
        "pip install .",
        "pip install -e .[dev] --no-deps",
        "pip install dist/a-1-py3-none-any.whl",
        "pip install --no-index --find-links w a",
        "uv sync --locked --all-extras",
        "uv sync --frozen",
        "uv run --locked pytest",
        "uv lock",
        "uv tool install ruff==0.5.0",
        "uvx ruff@0.5.0 check",
        "uvx --from ruff==0.5.0 ruff",
        "poetry install --no-root",
        "poetry sync",
        "pdm sync",
        "pdm install --frozen-lockfile",
        "pipenv sync",
        "pipenv install --deploy --system",
        "pipx run black==24.1.0",
    ],
)
def test_what_keeps_to_a_lock_or_to_one_version_is_silent(text):
    assert said(text) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("npm install", "medium medium: `npm install`: where the lock"),
        ("npm i --no-package-lock", "medium medium: `npm i --no-package-lock`: it ignores the lock"),
        ("npm i --package-lock=false", "medium medium"),
        ("npm i left-pad", "medium medium: `npm i left-pad`: it takes whatever release of left-pad"),
        ("npm i left-pad@1.3.0", "low medium"),
        ("npm i @a/b@^1", "medium medium: `npm i @a/b@^1`: it takes whatever release of @a/b@^1"),
        ("npm install -g pnpm", "low medium: `npm install -g pnpm`: it installs whatever"),
        ("npm i --location=global pnpm@latest", "low medium"),
        ("npm update", "medium medium: `npm update`: it takes the newest"),
        ("npx prettier", "low low"),
        ("npx -y prettier@latest", "low medium"),
        ("npx -p a -c b", "low medium"),
        ("npm init -y vite@latest", "low medium"),
        ("pnpm install --no-frozen-lockfile", "medium medium: `pnpm install --no-frozen-lockfile`: it is told"),
        ("pnpm install --frozen-lockfile=false", "medium medium"),
        ("pnpm add x", "medium medium"),
        ("pnpm dlx a", "low medium"),
        ("yarn install", "medium low: `yarn install`: if this is yarn 1"),
        ("yarn global add x", "low medium"),
        ("yarn install --no-immutable", "medium medium"),
        ("bun install", "medium medium"),
        ("bunx a", "low low"),
        ("pip install requests", "medium medium: `pip install requests`: it takes whatever release of requests"),
        ("pip install -U pip setuptools", "low medium"),
        ("pip install requests==2.32.3", "low medium: `pip install requests==2.32.3`: requests==2.32.3 is pinned"),
        ("pip install requests==2.*", "medium medium"),
        ("pip install -r x.txt", "medium low: `pip install -r x.txt`: no file x.txt"),
        ("pip install -rx.txt", "medium low"),
        ("pip install -r https://ci.example/x.txt", "medium medium"),
        ("uv pip sync x.txt", "medium low"),
        ("uv pip install a", "medium medium"),
        ("uv sync", "medium medium: `uv sync`: where uv.lock"),
        ("uv run pytest", "low medium"),
        ("uv add a", "medium medium"),
        ("uv lock -U", "medium medium"),
        ("uvx ruff", "low medium"),
        ("uv tool run --from a b", "low medium"),
        ("poetry update", "medium medium"),
        ("poetry add a", "medium medium"),
        ("pdm install", "medium medium"),
        ("pipenv install", "medium medium"),
        ("pipenv install a", "medium medium"),
        ("pipx install a", "low medium"),
        ("setup.py install", "medium medium"),
    ],
)
def test_what_may_take_other_releases(text, expected):
    assert said(text).startswith(expected), said(text)


def test_what_a_client_does_depends_on_where_it_runs():
    assert said("pnpm install", environment=())
    assert said("pnpm install", environment=(("CI", "false"), ("GITHUB_ACTIONS", "true")))
    assert not said("pnpm install", system="azure", environment=(("TF_BUILD", "True"),))
    assert not said("pip install x", environment=(("PIP_REQUIRE_HASHES", "1"),))
    assert said("pip install x", environment=(("PIP_REQUIRE_HASHES", "0"),))
    assert not said("uv sync", environment=(("UV_LOCKED", "1"),))


def test_scripts_that_people_run_are_taken_lighter():
    assert said("npm install", system="shell").startswith("low medium")
    assert said("npm install", system="dockerfile").startswith("medium medium")


def test_yarn_is_judged_by_its_version():
    assert said("yarn install", yarn("1.22.22")).startswith("medium medium")
    assert "does not know --immutable" in said("yarn install --immutable", yarn("1.22.22"))
    assert said("yarn install", yarn("4.5.0")) == ""
    assert "outside of CI" in said("yarn install", yarn("4.5.0"), environment=())
    told = said("yarn install", yarn("4.5.0"), environment=(("CI", "1"), ("YARN_ENABLE_IMMUTABLE_INSTALLS", "false")))
    assert "may change the lock" in told


def test_yarns_lock_tells_its_version_where_the_manifest_does_not():
    for format_id, version in (("yarn-berry-lock", 4), ("yarn-lock", 1)):
        told = said("yarn install", Source("yarn.lock", format_id, "parsed"))
        assert bool(told) == (version == 1)


def test_requirements_are_found_from_where_the_command_runs():
    hashed, bare = requirements("api/r.txt", hashed=True), requirements("api/b.txt", hashed=False)
    assert said("pip install -r r.txt", hashed, bare, folder="api") == ""
    assert said("pip install -r api/r.txt", hashed, bare) == ""
    assert "b.txt has no digests" in said("pip install -r b.txt", hashed, bare, folder="api")
    assert "no file r.txt" in said("pip install -r r.txt", hashed, bare)


def test_a_tool_that_the_lock_pins_is_no_news():
    lock = Source("package-lock.json", "package-lock", "parsed", (LockedPackage("npm", "prettier", "3.0.0"),))
    assert said("npx prettier", lock) == ""
    assert said("pnpm dlx prettier", lock)


def test_the_same_command_is_told_once_a_file():
    installs = tuple(InstallCommand("github", "npm", ("install",), path, line) for path in "ab" for line in (1, 2))
    found = list(RULE.judge(RepositoryCase(NOW, installs=installs)))
    assert [[place.line for place in one.locations] for one in found] == [[1, 2], [1, 2]]
