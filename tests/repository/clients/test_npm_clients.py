import json

import pytest

from repository.clients.states import state, used

LOCK = json.dumps({"name": "a", "lockfileVersion": 3, "packages": {"": {"name": "a"}}})
DAY = 86_400


def package(manager="", **more):
    named = {"packageManager": manager} if manager else {}
    return json.dumps({"name": "a", "dependencies": {"b": "1"}, **named, **more})


@pytest.mark.parametrize(
    ("manager", "settings", "scripts"),
    [
        ("npm@11.6.0", "", "off"),
        ("npm@11.6.0", "ignore-scripts=true\n", "on"),
        ("npm@11.6.0", "ignore-scripts=true\nignore-scripts=false\n", "off"),
        ("npm@11.6.0", "strict-allow-scripts=true\n", "off"),  # came with 11.16
        ("npm@11.16.0", "strict-allow-scripts=true\n", "on"),
        ("npm@11.16.0", "strict-allow-scripts=true\ndangerously-allow-all-scripts=true\n", "off"),
        ("npm@12.0.1", "", "default"),
        ("npm@12.0.1", "dangerously-allow-all-scripts=true\n", "off"),
        ("npm@12.0.1", "dangerously-allow-all-scripts=true\nignore-scripts=true\n", "on"),
        ("", "", "off"),
        ("", "[other]\nignore-scripts=true\n", "off"),
    ],
)
def test_npm_scripts(tmp_path, manager, settings, scripts):
    files = {"package.json": package(manager), "package-lock.json": LOCK, ".npmrc": settings}
    assert state(tmp_path, files).scripts == scripts


@pytest.mark.parametrize(
    ("manager", "settings", "cooldown", "seconds"),
    [
        ("npm@11.9.0", "min-release-age=3\n", "unsupported", None),
        ("npm@11.10.0", "min-release-age=3\n", "on", 3 * DAY),
        ("npm@11.10.0", "min-release-age=0\n", "off", None),
        ("npm@11.10.0", "min-release-age=3d\n", "off", None),
        ("npm@11.10.0", "before=2026-01-01\n", "on", None),
        ("npm@12.0.0", "", "off", None),
        ("", "min-release-age=0.5\n", "on", DAY / 2),
    ],
)
def test_npm_cooldown(tmp_path, manager, settings, cooldown, seconds):
    files = {"package.json": package(manager), "package-lock.json": LOCK, ".npmrc": settings}
    found = state(tmp_path, files)
    assert (found.cooldown, found.cooldown_seconds) == (cooldown, seconds)


@pytest.mark.parametrize(
    ("more", "version"),
    [
        ({"engines": {"npm": ">=11.10"}}, ">=11.10"),
        ({"volta": {"npm": "11.6.0"}}, "11.6.0"),
        ({"devEngines": {"packageManager": {"name": "npm", "version": "^12"}}}, ">=12"),
        ({"devEngines": {"packageManager": [{"name": "yarn"}, {"name": "npm", "version": "12.0.1"}]}}, "12.0.1"),
        ({"packageManager": "yarn@4.0.0"}, ""),
        ({"engines": {"npm": 3}, "packageManager": ["x"]}, ""),
    ],
)
def test_where_a_version_is_named(tmp_path, more, version):
    assert state(tmp_path, {"package.json": package(**more), "package-lock.json": LOCK}).version == version


def test_tool_versions_and_folders_above(tmp_path):
    (one,), _ = used(
        tmp_path,
        {".tool-versions": "nodejs 24.1.0\nnpm 11.6.0\n", "a/package.json": package(), "a/package-lock.json": LOCK},
    )
    assert (one.state.folder, one.state.version) == ("a", "11.6.0")


@pytest.mark.parametrize(
    ("manager", "lock", "files", "scripts", "cooldown"),
    [
        ("pnpm@9.15.9", "9.0", {}, "off", "unsupported"),
        ("pnpm@9.15.9", "9.0", {".npmrc": "ignore-scripts=true\n"}, "on", "unsupported"),
        ("pnpm@9.15.9", "9.0", {"pnpm-workspace.yaml": "strictDepBuilds: true\n"}, "off", "unsupported"),
        ("pnpm@10.2.0", "9.0", {}, "default", "unsupported"),
        ("pnpm@10.16.0", "9.0", {}, "default", "off"),
        ("pnpm@10.16.0", "9.0", {".npmrc": "minimum-release-age=4320\n"}, "default", "on"),
        ("pnpm@11.0.0", "9.0", {".npmrc": "minimum-release-age=4320\n"}, "default", "default"),
        ("pnpm@11.0.0", "9.0", {"pnpm-workspace.yaml": "minimumReleaseAge: 0\n"}, "default", "off"),
        ("pnpm@11.0.0", "9.0", {"pnpm-workspace.yaml": "minimumReleaseAge: 3d\n"}, "default", "off"),
        ("pnpm@10.20.0", "9.0", {"pnpm-workspace.yaml": "neverBuiltDependencies: []\n"}, "off", "off"),
        ("pnpm@11.0.0", "9.0", {"pnpm-workspace.yaml": "dangerouslyAllowAllBuilds: true\n"}, "off", "default"),
        ("", "9.0", {}, "off", "off"),
        ("", "9.0", {"pnpm-workspace.yaml": "strictDepBuilds: true\nminimumReleaseAge: 4320\n"}, "on", "on"),
        ("", "6.0", {".npmrc": "ignore-scripts=true\n"}, "on", "off"),
    ],
)
def test_pnpm(tmp_path, manager, lock, files, scripts, cooldown):
    found = state(
        tmp_path, {"package.json": package(manager), "pnpm-lock.yaml": f"lockfileVersion: '{lock}'\n", **files}
    )
    assert (found.client, found.scripts, found.cooldown) == ("pnpm", scripts, cooldown)


def test_two_documents_in_a_lock_are_pnpm_11s(tmp_path):
    lock = "---\nlockfileVersion: '9.0'\nimporters: {}\n---\nlockfileVersion: '9.0'\nimporters: {}\n"
    (one,), _ = used(tmp_path, {"package.json": package(), "pnpm-lock.yaml": lock})
    assert (one.state.version, one.state.scripts, one.state.cooldown) == (">=11", "default", "default")


def test_pnpms_list_in_package_json_counts_before_11(tmp_path):
    files = {
        "package.json": package("pnpm@9.1.0", pnpm={"onlyBuiltDependencies": []}),
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
    }
    assert state(tmp_path, files).scripts == "on"


@pytest.mark.parametrize(
    ("settings", "scripts"),
    [
        ("", "off"),
        ("ignore-scripts true\n", "on"),
        ("--install.ignore-scripts true\n", "on"),
        ("ignore-scripts false\n", "off"),
    ],
)
def test_yarn_1(tmp_path, settings, scripts):
    files = {"package.json": package(), "yarn.lock": "# yarn lockfile v1\n", ".yarnrc": settings}
    found = state(tmp_path, {**files, ".npmrc": "ignore-scripts=true\n"})  # which yarn 1 does not heed
    assert (found.client, found.scripts, found.cooldown) == ("yarn", scripts, "unsupported")


@pytest.mark.parametrize(
    ("manager", "settings", "scripts", "cooldown", "seconds"),
    [
        ("yarn@4.9.2", "", "off", "unsupported", None),
        ("yarn@4.10.0", "", "off", "off", None),
        ("yarn@4.14.0", "", "default", "off", None),
        ("yarn@4.15.0", "", "default", "default", DAY),
        ("yarn@4.15.0", "enableScripts: true\nnpmMinimalAgeGate: 0\n", "off", "off", None),
        ("yarn@4.10.0", "enableScripts: false\nnpmMinimalAgeGate: 3d\n", "on", "on", 3 * DAY),
        ("yarn@4.10.0", "npmMinimalAgeGate: 4320\n", "off", "on", 3 * DAY),
        ("yarn@4.10.0", "npmMinimalAgeGate: soon\n", "off", "off", None),
        ("", "npmMinimalAgeGate: 1w\nyarnPath: .yarn/releases/yarn-4.14.1.cjs\n", "default", "on", 7 * DAY),
        ("", "", "off", "off", None),
    ],
)
def test_yarn_berry(tmp_path, manager, settings, scripts, cooldown, seconds):
    files = {"package.json": package(manager), "yarn.lock": "__metadata:\n  version: 8\n", ".yarnrc.yml": settings}
    found = state(tmp_path, files)
    assert found.client == "yarn-berry"
    assert (found.scripts, found.cooldown, found.cooldown_seconds) == (scripts, cooldown, seconds)


@pytest.mark.parametrize(
    ("more", "settings", "scripts", "cooldown", "seconds"),
    [
        ({}, "", "default", "off", None),
        ({"trustedDependencies": []}, "", "on", "off", None),
        ({}, "[install]\nignoreScripts = true\nminimumReleaseAge = 259200\n", "on", "on", 3 * DAY),
        ({}, '[install]\nminimumReleaseAge = "3d"\n', "default", "off", None),
        ({"packageManager": "bun@1.2.9"}, "[install]\nminimumReleaseAge = 259200\n", "default", "unsupported", None),
    ],
)
def test_bun(tmp_path, more, settings, scripts, cooldown, seconds):
    files = {"package.json": package(**more), "bun.lock": '{"lockfileVersion": 1, "workspaces": {}, "packages": {}}'}
    found = state(tmp_path, {**files, "bunfig.toml": settings})
    assert (found.client, found.scripts, found.cooldown, found.cooldown_seconds) == ("bun", scripts, cooldown, seconds)


def test_without_a_lock_the_manifest_tells(tmp_path):
    assert state(tmp_path / "a", {"package.json": package()}).client == "npm"
    assert state(tmp_path / "b", {"package.json": package("yarn@1.22.22")}).client == "yarn"
    assert state(tmp_path / "c", {"package.json": package(), ".yarnrc.yml": "nodeLinker: pnp\n"}).client == "yarn-berry"
    assert used(tmp_path / "d", {"package.json": '{"name": "a"}'}) == ((), ())


@pytest.mark.parametrize("text", ["enableScripts: [\n", "- a\n", "a: 1\n---\nb: 2\n", "\0", "<<<<<<< ours\n"])
def test_settings_that_cannot_be_read_are_a_gap(tmp_path, text):
    _, gaps = used(
        tmp_path, {"package.json": package(), "yarn.lock": "__metadata:\n  version: 8\n", ".yarnrc.yml": text}
    )
    assert [gap.kind for gap in gaps] == ["unread-settings"]
    assert ".yarnrc.yml cannot be read" in gaps[0].message
