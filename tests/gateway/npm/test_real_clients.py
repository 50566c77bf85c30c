"""The npm door before real clients: what they install, what stands in their locks, and what they print of a refusal.

What a frozen lock prints over a refused file, measured with npm 11.19, pnpm 9.15 and 12.21, yarn 1.22 and 4.18, bun
1.4: npm the whole message (npm 6 the `npm-notice` alone); pnpm 9 and yarn 4 the address and HTTP's reason phrase;
yarn 1, pnpm 12 and bun the address and the number. No client but npm prints the body or a header. So the message is one request away for everybody: the address that
is printed answers with it.
"""

import json
import re
import shutil
import subprocess
import urllib.error
import urllib.request

import pytest

from clients.conftest import COMMANDS, Clients
from customhouse.ecosystems.npm.configuration import last_resort
from customhouse.gateway.interface import Reply
from customhouse.model.gateway import Reason
from gateway.npm.doors import Behind, held
from gateway.npm.loopback import Loopback
from simulator.npm import NpmStore

pytestmark = pytest.mark.clients

#: Client → lock file, arguments of a frozen install.
CLIENTS = {
    "npm": ("package-lock.json", ["ci"]),
    "pnpm-9": ("pnpm-lock.yaml", ["install", "--frozen-lockfile"]),
    "pnpm-12": ("pnpm-lock.yaml", ["install", "--frozen-lockfile"]),
    "yarn-1": ("yarn.lock", ["install", "--frozen-lockfile"]),
    "yarn-4": ("yarn.lock", ["install", "--immutable"]),
    "bun": ("bun.lock", ["install", "--frozen-lockfile"]),
}
#: It writes into its lock where it was told to fetch a file, and fetches it there.
POLLUTED = {"yarn-1"}
#: What is printed of a refusal beside the address.
PRINTED = {
    "npm": "[risky-new-dependency] plain-crypto-js ^4.2.1 was added",
    "pnpm-9": "ERR_PNPM_FETCH_403",
    "pnpm-12": "Tarball server returned HTTP 403",
    "yarn-1": 'Request failed "403 Forbidden"',
    "yarn-4": "Response Code: 403 (Forbidden)",
    "bun": "- 403",
}
#: Nobody listens here: a client that goes round the gateway to another host fails.
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def behind():
    store = NpmStore("https://registry.example")
    for version in ("1.0.0", "1.1.0", "1.2.0"):
        store.publish("left", version)
    store.publish("@acme/pad", "2.0.0", dependencies={"left": "^1.0.0"})
    store.publish("@acme/pad", "2.1.0", dependencies={"left": "^1.2.0"})
    behind = Behind(store)
    behind.hide("left", "1.2.0")
    behind.hide("@acme/pad", "2.1.0")
    return behind


@pytest.fixture
def gateway(behind):
    loopback = Loopback(behind)
    yield loopback
    loopback.close()


class Project:
    """A project and a client's home."""

    def __init__(self, client, gateway, folder, dependencies):
        self.client, self.gateway, self.folder = client, gateway, folder / "project"
        self.homes = folder / "homes"
        self.folder.mkdir()
        manifest = {"name": "project", "version": "1.0.0", "private": True, "dependencies": dependencies}
        (self.folder / "package.json").write_text(json.dumps(manifest))
        if client == "yarn-4":
            (self.folder / ".yarnrc.yml").write_text("nodeLinker: node-modules\n")
            (self.folder / "yarn.lock").touch()

    def run(self, *arguments, home="first"):
        """Run the client; return its exit code and all that it printed."""
        folder = self.homes / home
        folder.mkdir(parents=True, exist_ok=True)
        environment = Clients(folder, self.gateway.url, self.gateway.url).environment(self.client) | {
            "HTTPS_PROXY": NOWHERE,
            "https_proxy": NOWHERE,
            "YARN_HTTPS_PROXY": NOWHERE,
            "npm_config_https_proxy": NOWHERE,
            "npm_config_fetch_retries": "0",
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }
        done = subprocess.run(
            [*COMMANDS[self.client], *arguments],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        return done.returncode, done.stdout + done.stderr

    def installed(self, name):
        return json.loads((self.folder / "node_modules" / name / "package.json").read_text())["version"]

    def lock(self):
        return (self.folder / CLIENTS[self.client][0]).read_text()


@pytest.fixture
def project(gateway, tmp_path):
    return lambda client, dependencies: Project(client, gateway, tmp_path, dependencies)


def fetched(gateway):
    return {target for _, target, status in gateway.seen if target.endswith(".tgz") and status == 200}


@pytest.mark.parametrize("client", CLIENTS)
def test_the_older_version_is_installed_and_the_lock_stays_clean(client, project, gateway):
    made = project(client, {"@acme/pad": "^2.0.0", "left": "^1.0.0"})
    code, said = made.run("install")
    assert code == 0, said
    for version in ("1.1.0", "2.0.0"):
        assert any(version in target for target in fetched(gateway))
    assert not any("1.2.0" in target or "2.1.0" in target for _, target, _ in gateway.seen)
    assert made.installed("left") == "1.1.0"
    assert made.installed("@acme/pad") == "2.0.0"
    assert (gateway.address in made.lock()) == (client in POLLUTED)
    if client == "npm":
        assert f"{last_resort()}@acme/pad/-/pad-2.0.0.tgz" in made.lock()


@pytest.mark.parametrize("client", CLIENTS)
def test_a_frozen_lock_fails_with_an_address_that_explains(client, project, gateway, behind):
    made = project(client, {"@acme/pad": "^2.0.0"})
    code, said = made.run("install")
    assert code == 0, said
    shutil.rmtree(made.folder / "node_modules")
    why = Reason("risky-new-dependency", "plain-crypto-js ^4.2.1 was added")
    behind.late["left", "1.1.0"] = held("1.1.0", decision="block", ground="verdict", until=None, reasons=(why,))
    gateway.seen.clear()
    code, said = made.run(*CLIENTS[client][1], home="second")
    assert code != 0
    refused = [target for _, target, status in gateway.seen if status == 403]
    assert refused
    assert PRINTED[client] in said
    address = f"http://{gateway.address}{refused[0]}"
    assert address in re.sub(r"\n\s*", "", said), said
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.urlopen(address, timeout=10)
    with answer.value as error:
        text = json.load(error)["error"]
    assert "left@1.1.0 is blocked since" in text
    assert f"customhouse approve pkg:npm/left@1.1.0 --gateway http://{gateway.address}/" in text
    if client == "npm":
        assert text in said
        assert "npm notice customhouse: left@1.1.0 is blocked (risky-new-dependency)" in said


@pytest.mark.parametrize("client", CLIENTS)
def test_a_frozen_lock_fails_as_well_when_the_list_hides_what_it_names(client, project, gateway, behind):
    """pnpm 12 holds a lock against the list as well: it says that the version is not there."""
    made = project(client, {"@acme/pad": "^2.0.0"})
    code, said = made.run("install")
    assert code == 0, said
    shutil.rmtree(made.folder / "node_modules")
    behind.hide("left", "1.1.0")
    gateway.seen.clear()
    code, said = made.run(*CLIENTS[client][1], home="second")
    assert code != 0
    assert not any("left-1.1.0" in target for target in fetched(gateway))
    assert ("left@1.1.0" if client == "pnpm-12" else "403") in said


@pytest.mark.parametrize("client", CLIENTS)
def test_a_package_without_a_shown_version_is_refused(client, project, gateway, behind):
    behind.hide("left", "1.0.0", "1.1.0")
    code, said = project(client, {"left": "^1.0.0"}).run("install")
    assert code != 0
    assert fetched(gateway) == set()
    assert "403" in said or client == "yarn-1"
    if client in ("npm", "yarn-1"):
        assert "left: all its 3 versions are hidden: " in said
        assert "customhouse explain pkg:npm/left --gateway" in said


def test_a_tag_that_is_hidden_moves_down_its_line(project, behind):
    for index in (1, 2, 3):
        behind.store.publish("left", f"2.0.0-beta.{index}", tag="next")
    behind.store.tag("left", "latest", "1.2.0")
    behind.hide("left", "2.0.0-beta.3")
    made = project("npm", {"left": "next"})
    code, said = made.run("install")
    assert code == 0, said
    assert made.installed("left") == "2.0.0-beta.2"


def test_npm_pack_asks_at_the_root(project, gateway):
    """It keeps the registry's host and loses its path; files are therefore to be had at the root too."""
    code, said = project("npm", {}).run("pack", "@acme/pad@2.0.0")
    assert code == 0, said
    assert fetched(gateway) == {"/@acme/pad/-/pad-2.0.0.tgz"}


def test_npx_runs_what_is_shown(project, behind):
    for version in ("1.0.0", "1.1.0"):
        files = {"run.js": f"#!/usr/bin/env node\nconsole.log('ran {version}')\n", "package.json": {"bin": "run.js"}}
        behind.store.publish("tool", version, files=files)
    behind.hide("tool", "1.1.0")
    code, said = project("npm", {}).run("exec", "--yes", "tool")
    assert code == 0, said
    assert "ran 1.0.0" in said


def test_npm_is_told_in_its_own_words_what_is_not_done_here(project, gateway):
    made = project("npm", {})
    manifest = json.loads((made.folder / "package.json").read_text()) | {"private": False}
    (made.folder / "package.json").write_text(json.dumps(manifest))
    token = f"--//{gateway.address}/npm/:_authToken=x"
    for arguments in (["publish", token], ["dist-tag", "add", "left@1.0.0", "next", token]):
        code, said = made.run(*arguments)
        assert code != 0
        assert "405 Method Not Allowed" in said
        assert "this gateway hands packages out and takes none" in said
    code, said = made.run("token", "list", token)
    assert code != 0
    assert "this gateway has no accounts" in said
    code, said = made.run("ping")
    assert code == 0, said
    code, said = made.run("dist-tag", "ls", "left")
    assert (code, said.strip()) == (0, "latest: 1.1.0")


def test_npm_audit_is_answered_by_upstream(project, behind):
    made = project("npm", {"left": "^1.0.0"})
    assert made.run("install", "--no-audit")[0] == 0
    advisory = {"id": 1, "url": "https://advisories.example/1", "title": "pads left", "severity": "high"}
    advisory |= {"vulnerable_versions": "<=1.1.0", "cwe": [], "cvss": {"score": 7.5, "vectorString": None}}
    bulk = "-/npm/v1/security/advisories/bulk"
    behind.answers[bulk] = Reply(200, json.dumps({"left": [advisory]}).encode())
    code, said = made.run("audit")
    assert code == 1
    assert "pads left" in said
    assert ("npm", bulk, "", b'{"left":["1.1.0"]}') in behind.asked
