"""One project for each client, locked by the client itself: what `check` counts is what the client lists."""

import json
import re

import pytest

pytestmark = [pytest.mark.clients, pytest.mark.usefixtures("world")]

ROOT = {
    "name": "shop",
    "version": "1.0.0",
    "private": True,
    "dependencies": {"alpha": "^1.0.0", "@acme/tool": "^2.0.0", "old-beta": "npm:beta@1.5.0"},
    "devDependencies": {"checker": "^1.0.0"},
    "optionalDependencies": {"native": "^1.0.0"},
}
WEB = {"name": "web", "version": "1.0.0", "dependencies": {"lib": "1.0.0", "epsilon": "1.0.0"}}
LIB = {"name": "lib", "version": "1.0.0", "dependencies": {"gamma": "^2.0.0"}}


@pytest.fixture
def world(registry):
    """Packages with two versions of one name, a scope, an alias, a peer, an extra: what makes locks differ."""
    npm = registry.npm.publish
    npm("alpha", "1.2.0", dependencies={"beta": "^1.0.0", "gamma": "^2.0.0"})
    npm("beta", "1.5.0")
    npm("beta", "1.9.0", dependencies={"epsilon": "1.0.0"})
    npm("beta", "2.0.1")
    npm("gamma", "2.3.4")
    npm("@acme/tool", "2.1.0", dependencies={"beta": "^2.0.0"})
    npm("checker", "1.0.0", dependencies={"alpha": "^1.0.0", "delta": "^3.0.0"})
    npm("delta", "3.0.0", files={"index.js": "1\n", "package.json": {"peerDependencies": {"gamma": ">=2"}}})
    npm("native", "1.0.0", files={"index.js": "1\n", "package.json": {"os": ["linux"]}})
    npm("epsilon", "1.0.0")
    pypi = registry.pypi.publish
    pypi("alpha", "1.2.0", requires=["beta>=1,<2", "Gamma.Ray~=2.0"])
    pypi("beta", "1.5.0")
    pypi("beta", "2.0.1")
    pypi("Gamma.Ray", "2.3.4", requires=["delta[fast]>=3; python_version >= '3.8'"])
    pypi("delta", "3.0.0", requires=["epsilon; extra == 'fast'"], extras=["fast"])
    pypi("epsilon", "1.0.0")
    pypi("checker", "1.0.0", requires=["beta"])
    return registry


def npm_workspace(folder, *, pnpm=False):
    """Write a workspace of three projects."""
    web = json.loads(json.dumps(WEB))
    root = dict(ROOT)
    if pnpm:
        (folder / "pnpm-workspace.yaml").write_text('packages:\n  - "packages/*"\n')
        web["dependencies"]["lib"] = "workspace:*"
    else:
        root["workspaces"] = ["packages/*"]
    for path, document in (("", root), ("packages/web", web), ("packages/lib", LIB)):
        (folder / path).mkdir(parents=True, exist_ok=True)
        (folder / path / "package.json").write_text(json.dumps(document))


def checked(customhouse, folder, lock, **options):
    """Check a folder; return the registry packages of one lock as (name, version), with all of the document."""
    outcome = customhouse("check", folder, "--format", "json", **options)
    assert outcome.code in {0, 10}, outcome.stdout + outcome.stderr
    document = outcome.json
    # What is installed is passed over where a lock says what should be.
    statuses = {source["status"] for source in document["sources"] if "node_modules" not in source["path"]}
    assert statuses == {"parsed"}, document["sources"]
    assert lock in {source["path"].rpartition("/")[2] for source in document["sources"]}
    found = []
    for package in document["packages"]:
        assert package["source"].endswith(lock), "a manifest that the lock covers pins nothing itself"
        if package["origin"] == "workspace":  # a project of the workspace itself, which some locks list
            continue
        kind, _, rest = package["purl"].removeprefix("pkg:").partition("/")
        name, _, version = rest.replace("%40", "@").rpartition("@")
        found.append((name, version))
        assert kind in {"npm", "pypi"}
    return found, document


def leaves(tree, found):
    """Collect name and version of every package in pnpm's nested listing."""
    for table in ("dependencies", "devDependencies", "optionalDependencies"):
        for name, node in (tree.get(table) or {}).items():
            if not node["version"].startswith("link:"):
                found.add((node.get("from", name), node["version"]))
            leaves(node, found)
    return found


WORKSPACES = {("lib", "1.0.0"), ("web", "1.0.0")}


def test_npm(customhouse, clients, tmp_path):
    npm_workspace(tmp_path)
    clients.run("npm", "install", "--package-lock-only", "--ignore-scripts", cwd=tmp_path)
    listed = json.loads(clients.run("npm", "query", "*", "--package-lock-only", cwd=tmp_path))
    wanted = [(one["name"], one["version"]) for one in listed if "node_modules" in one["location"]]
    found, document = checked(customhouse, tmp_path, "package-lock.json")
    assert sorted(found) == sorted(wanted)
    assert document["summary"]["packages"] == len(wanted) + len(WORKSPACES)
    assert len(wanted) == 10


@pytest.mark.parametrize("client", ["pnpm-9", "pnpm-12"])
def test_pnpm(customhouse, clients, tmp_path, client):
    npm_workspace(tmp_path, pnpm=True)
    clients.run(client, "install", "--ignore-scripts", cwd=tmp_path)
    wanted: set[tuple[str, str]] = set()
    for project in json.loads(clients.run(client, "ls", "-r", "--depth", "Infinity", "--json", cwd=tmp_path)):
        leaves(project, wanted)
    found, _ = checked(customhouse, tmp_path, "pnpm-lock.yaml")
    assert sorted(found) == sorted(wanted)
    assert len(wanted) == 9


def test_pnpm_with_two_documents(customhouse, clients, tmp_path):
    """A project that pins its package manager: pnpm 12 writes a document for that, and one for the project."""
    npm_workspace(tmp_path, pnpm=True)
    (tmp_path / "pnpm-workspace.yaml").write_text(
        'packages:\n  - "packages/*"\nconfigDependencies:\n  "@acme/tool": "2.1.0"\n'
    )
    clients.run("pnpm-12", "install", "--ignore-scripts", cwd=tmp_path)
    assert (tmp_path / "pnpm-lock.yaml").read_text().count("lockfileVersion:") == 2
    wanted: set[tuple[str, str]] = set()
    for project in json.loads(clients.run("pnpm-12", "ls", "-r", "--depth", "Infinity", "--json", cwd=tmp_path)):
        leaves(project, wanted)
    found, document = checked(customhouse, tmp_path, "pnpm-lock.yaml")
    own = [one for one in document["sources"] if one["path"].endswith("pnpm-lock.yaml")]
    assert [(one["document"], one["status"]) for one in own] == [(1, "parsed"), (2, "parsed")]
    assert own[0]["packages"] == 1
    assert sorted(found) == sorted([*wanted, ("@acme/tool", "2.1.0")])


def test_yarn_classic(customhouse, clients, tmp_path):
    npm_workspace(tmp_path)
    clients.run("yarn-1", "install", "--ignore-scripts", "--non-interactive", cwd=tmp_path)
    trees = json.loads(clients.run("yarn-1", "list", "--json", cwd=tmp_path).splitlines()[-1])["data"]["trees"]
    wanted = set()

    def collect(nodes):
        for node in nodes:
            if not node.get("shadow"):
                name, _, version = node["name"].rpartition("@")
                wanted.add(({"old-beta": "beta"}.get(name, name), version))
                collect(node["children"])

    collect(trees)
    found, _ = checked(customhouse, tmp_path, "yarn.lock")
    assert sorted(found) == sorted(wanted - WORKSPACES)
    assert len(wanted - WORKSPACES) == 10


def test_yarn_berry(customhouse, clients, tmp_path):
    npm_workspace(tmp_path)
    (tmp_path / "yarn.lock").write_text("")
    clients.run("yarn-4", "install", "--mode=skip-build", cwd=tmp_path)
    lines = clients.run("yarn-4", "info", "-AR", "--json", cwd=tmp_path).splitlines()
    locators = [json.loads(line)["value"] for line in lines]
    wanted = [one.partition("@npm:") for one in locators if "@npm:" in one]
    found, _ = checked(customhouse, tmp_path, "yarn.lock")
    assert sorted(found) == sorted((one[0], one[2]) for one in wanted)
    assert len(wanted) == 10


def test_bun(customhouse, clients, tmp_path):
    npm_workspace(tmp_path)
    clients.run("bun", "install", "--ignore-scripts", cwd=tmp_path)
    listed = re.findall(r"[├└]── (\S+)@(\S+)", clients.run("bun", "pm", "ls", "--all", cwd=tmp_path))
    wanted = [({"old-beta": "beta"}.get(name, name), version) for name, version in listed]
    found, _ = checked(customhouse, tmp_path, "bun.lock")
    assert sorted(found) == sorted(one for one in wanted if not one[1].startswith("workspace:"))
    assert len(listed) == 12


def test_a_binary_lock_of_bun_is_unsupported(customhouse, tmp_path):
    (tmp_path / "package.json").write_text(json.dumps(ROOT))
    (tmp_path / "bun.lockb").write_bytes(b"#!/usr/bin/env bun\nbun-lockfile-format-v0\n\0\1\2\3")
    outcome = customhouse("check", tmp_path, "--format", "json")
    assert outcome.code == 4
    (source,) = [one for one in outcome.json["sources"] if one["path"].endswith("bun.lockb")]
    assert source["status"] == "unsupported"
    assert "--save-text-lockfile" in source["hint"]


def pinned(text):
    """Collect the `name==version` lines of a listing in pip's form."""
    found = set()
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", text, re.MULTILINE):
        found.add((re.sub(r"[-_.]+", "-", name).lower(), version))
    return found


EVERYTHING = {
    ("alpha", "1.2.0"),
    ("beta", "1.5.0"),
    ("checker", "1.0.0"),
    ("delta", "3.0.0"),
    ("epsilon", "1.0.0"),
    ("gamma-ray", "2.3.4"),
}
PROJECT = '[project]\nname = "shop"\nversion = "1.0"\nrequires-python = ">=3.9"\ndependencies = ["alpha"]\n'
GROUPS = '[dependency-groups]\ndev = ["checker"]\n'


def test_pip_tools(customhouse, clients, tmp_path):
    (tmp_path / "requirements.in").write_text("alpha\nchecker\n")
    clients.run(
        "pip-compile", "-q", "--strip-extras", "--generate-hashes", "--no-emit-index-url", "requirements.in",
        cwd=tmp_path,
    )  # fmt: skip
    report = clients.run(
        "pip", "install", "-q", "--dry-run", "--ignore-installed", "--report", "-", "-r", "requirements.txt",
        cwd=tmp_path,
    )  # fmt: skip
    rows = [one["metadata"] for one in json.loads(report)["install"]]
    wanted = {(re.sub(r"[-_.]+", "-", one["name"]).lower(), one["version"]) for one in rows}
    found, _ = checked(customhouse, tmp_path, "requirements.txt")
    assert sorted(found) == sorted(wanted) == sorted(EVERYTHING)


def test_pipenv(customhouse, clients, tmp_path):
    (tmp_path / "Pipfile").write_text(
        f'[[source]]\nurl = "{clients.pypi_url}"\nverify_ssl = false\nname = "simulator"\n'
        '[packages]\nalpha = "*"\n[dev-packages]\nchecker = "*"\n'
    )
    clients.run("pipenv", "lock", cwd=tmp_path)
    wanted = pinned(clients.run("pipenv", "requirements", "--dev", cwd=tmp_path))
    found, _ = checked(customhouse, tmp_path, "Pipfile.lock")
    # Pipenv lists a package of both categories twice, as its lock does.
    assert sorted(set(found)) == sorted(wanted) == sorted(EVERYTHING)


def test_poetry(customhouse, clients, tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        PROJECT
        + '[tool.poetry]\npackage-mode = false\n[tool.poetry.group.dev.dependencies]\nchecker = "*"\n'
        + f'[[tool.poetry.source]]\nname = "simulator"\nurl = "{clients.pypi_url}"\npriority = "primary"\n'
    )
    clients.run("poetry", "lock", cwd=tmp_path)
    listed = clients.run("poetry", "show", "--no-ansi", cwd=tmp_path)
    wanted = set(re.findall(r"^(\S+)\s+(?:\(!\)\s+)?(\d\S*)", listed, re.MULTILINE))
    found, _ = checked(customhouse, tmp_path, "poetry.lock")
    assert sorted(found) == sorted(wanted) == sorted(EVERYTHING)


def test_pdm(customhouse, clients, tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        PROJECT
        + GROUPS
        + "[tool.pdm]\ndistribution = false\n"
        + f'[[tool.pdm.source]]\nname = "pypi"\nurl = "{clients.pypi_url}"\nverify_ssl = false\n'
    )
    clients.run("pdm", "lock", cwd=tmp_path)
    clients.run("pdm", "sync", "--no-self", cwd=tmp_path)
    wanted = pinned(clients.run("pdm", "list", "--freeze", cwd=tmp_path))
    found, _ = checked(customhouse, tmp_path, "pdm.lock")
    assert sorted(found) == sorted(wanted) == sorted(EVERYTHING)


def test_uv(customhouse, clients, tmp_path):
    (tmp_path / "pyproject.toml").write_text(PROJECT + GROUPS)
    clients.run("uv", "lock", cwd=tmp_path)
    wanted = pinned(clients.run("uv", "export", "--no-hashes", "--no-emit-project", cwd=tmp_path))
    found, _ = checked(customhouse, tmp_path, "uv.lock")
    assert sorted(found) == sorted(wanted) == sorted(EVERYTHING)


def test_pylock(customhouse, clients, tmp_path):
    (tmp_path / "pyproject.toml").write_text(PROJECT + GROUPS)
    clients.run("uv", "lock", cwd=tmp_path)
    clients.run("uv", "export", "-q", "--format", "pylock.toml", "-o", "pylock.toml", cwd=tmp_path)
    (tmp_path / "uv.lock").unlink()
    clients.run("uv", "venv", "-q", cwd=tmp_path)
    clients.run("uv", "pip", "sync", "-q", "pylock.toml", cwd=tmp_path)
    wanted = pinned(clients.run("uv", "pip", "freeze", cwd=tmp_path))
    found, _ = checked(customhouse, tmp_path, "pylock.toml")
    assert sorted(found) == sorted(wanted) == sorted(EVERYTHING)
