"""What pnpm, yarn and bun leave."""

import gzip
import json
import sqlite3
import time
from contextlib import closing

import pytest
from msgspec.structs import replace

from customhouse.hunt.asked import Asked
from customhouse.model.campaign import AffectedReleases
from hunt.campaigns import AXIOS
from hunt.installs.homes import hits, hunted, write

LOCK = """lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      axios: {specifier: ^1.14.0, version: 1.14.1}
packages:
  axios@1.14.1:
    resolution: {integrity: sha512-DIGEST}
  plain-crypto-js@4.2.1:
    resolution: {integrity: sha512-DIGEST}
snapshots:
  axios@1.14.1:
    dependencies: {plain-crypto-js: 4.2.1}
  plain-crypto-js@4.2.1: {}
""".replace("DIGEST", "A" * 86 + "==")


@pytest.mark.parametrize(
    ("settings", "grade"),
    [
        ({"packageManager": "pnpm@9.15.0", "pendingBuilds": []}, "script-ran"),
        ({"packageManager": "pnpm@9.15.0", "pendingBuilds": ["plain-crypto-js@4.2.1"]}, "fetched"),
        ({"packageManager": "pnpm@10.1.0", "ignoredBuilds": ["plain-crypto-js"]}, "fetched"),
        ({"packageManager": "pnpm@10.1.0"}, "fetched"),
        ({}, "fetched"),
    ],
)
def test_a_tree_of_pnpm(tmp_path, settings, grade):
    files = {"node_modules/.pnpm/lock.yaml": LOCK, "node_modules/.modules.yaml": json.dumps(settings)}
    notes = hunted(write(tmp_path, files))
    assert [one.grade for one in hits(notes, "plain-crypto-js")] == [grade]
    assert [(one.grade, one.place.line) for one in hits(notes, "/axios")] == [("fetched", 7)]


def test_folders_of_pnpm_without_a_lock(tmp_path):
    names = ["axios@1.14.1_debug@4.0.0", "@scope+axios@1.14.1", "axios@1.14.0", "node_modules"]
    notes = hunted(write(tmp_path, {f"node_modules/.pnpm/{name}/x": "" for name in names}))
    assert [one.subject for one in notes.hits] == ["pkg:npm/axios@1.14.1"]


def test_stores_of_pnpm(tmp_path):
    rest = "a" * 62
    write(tmp_path, {"a/store/v3/files/00/11-index.json": '{"name": "axios", "version": "1.14.1", "files": {}}'})
    write(tmp_path, {"a/store/v3/files/00/22-index.json": "{"})
    write(tmp_path, {f"b/store/v10/index/00/{rest}-axios@0.30.4.json": "{}", "b/store/v10/files/00/x": ""})
    store = write(tmp_path / "c/store/v11", {"files/00/x": ""})
    with sqlite3.connect(store / "index.db") as database:
        database.execute("CREATE TABLE package_index (key TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID")
        database.execute("INSERT INTO package_index VALUES ('sha512-x\tplain-crypto-js@4.2.1', x'00')")
    database.close()
    write(tmp_path / "d/store/v11", {"files/00/x": "", "index.db": "no database" * 99})
    before = sorted(path.name for path in store.iterdir())
    notes = hunted(tmp_path)
    assert {(one.subject, one.grade) for one in notes.hits} == {
        ("pkg:npm/axios@1.14.1", "fetched"),
        ("pkg:npm/axios@0.30.4", "fetched"),
        ("pkg:npm/plain-crypto-js@4.2.1", "fetched"),
    }
    assert len(notes.left_out) == 2
    assert sorted(path.name for path in store.iterdir()) == before


def test_yarn(tmp_path):
    write(
        tmp_path,
        {
            f"cache/v6/npm-axios-1.14.1-{'a' * 40}-integrity/x": "",
            ".yarn/cache/axios-npm-0.30.4-0123456789-abc.zip": "",
        },
    )
    write(tmp_path, {f"cache/v6/npm-axios-1.14.10-{'a' * 40}-integrity/x": ""})
    write(tmp_path, {"p/node_modules/.yarn-state.yml": '"axios@npm:1.14.1":\n  locations:\n'})
    (tmp_path / ".yarn").mkdir(exist_ok=True)
    (tmp_path / ".yarn" / "install-state.gz").write_bytes(gzip.compress(b"plain-crypto-js\0npm:4.2.1\0"))
    notes = hunted(tmp_path)
    assert sorted((one.subject, one.grade) for one in notes.hits) == [
        ("pkg:npm/axios@0.30.4", "fetched"),
        ("pkg:npm/axios@1.14.1", "fetched"),
        ("pkg:npm/axios@1.14.1", "fetched"),
        ("pkg:npm/plain-crypto-js@4.2.1", "resolved"),
    ]


def test_an_install_state_that_is_none(tmp_path):
    write(tmp_path, {".yarn/install-state.gz": "no gzip"})
    assert len(hunted(tmp_path).left_out) == 1


def test_bun_and_trees_without_a_record(tmp_path):
    write(
        tmp_path, {".bun/install/cache/axios@1.14.1@@@1/package.json": "{}", ".bun/install/cache/@a/axios@1.14.1/x": ""}
    )
    write(tmp_path, {"p/node_modules/axios/package.json": '{"name": "axios", "version": "0.30.4"}'})
    assert {one.subject for one in hunted(tmp_path).hits} == {"pkg:npm/axios@1.14.1", "pkg:npm/axios@0.30.4"}


def test_yarn_caches_of_versions_that_a_range_names(tmp_path):
    ranged = Asked([replace(AXIOS, releases=(AffectedReleases("npm", "axios", ranges=(">=1.14.1 <1.14.3",)),))])
    sha = "0" * 40
    write(tmp_path, {
        f"v6/npm-axios-1.14.2-{sha}-integrity/x": "", f"v6/npm-axios-1.14.0-{sha}-integrity/x": "",
        f"v6/npm-axios-retry-1.14.2-{sha}/x": "",
        "berry/axios-npm-1.14.2-0123456789-0123456789.zip": "", "berry/axios-npm-1.14.3-0123456789-8.zip": "",
        "p/node_modules/.yarn-state.yml": '"axios@npm:1.14.2":\n  locations:\n',
        "q/node_modules/.yarn-integrity": '{"lockfileEntries": {\n"axios@^1": "https://registry.example/axios/-/axios-1.14.2.tgz#1"}}',
    })  # fmt: skip
    found = {(one.subject, one.place.path.removeprefix(str(tmp_path))) for one in hunted(tmp_path, asked=ranged).hits}
    assert found == {
        ("pkg:npm/axios@1.14.2", f"/v6/npm-axios-1.14.2-{sha}-integrity"),
        ("pkg:npm/axios@1.14.2", "/berry/axios-npm-1.14.2-0123456789-0123456789.zip"),
        ("pkg:npm/axios@1.14.2", "/p/node_modules/.yarn-state.yml"),
        ("pkg:npm/axios@1.14.2", "/q/node_modules/.yarn-integrity"),
    }


def test_a_pnpm_index_that_is_made_to_be_slow_is_not(tmp_path):
    """What stands for the table may be a question that has no end."""
    store = tmp_path / "store/v11"
    (store / "files").mkdir(parents=True)
    with closing(sqlite3.connect(store / "index.db")) as database:
        database.execute(
            "CREATE VIEW package_index AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            "SELECT i AS key FROM n WHERE i < 0"
        )
    begun = time.monotonic()
    assert hunted(tmp_path).left_out
    assert time.monotonic() - begun < 10
