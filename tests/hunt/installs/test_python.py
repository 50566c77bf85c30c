"""What Python's clients leave: environments, caches and logs."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from customhouse.hunt.asked import Asked
from customhouse.hunt.installs.findings import Findings
from customhouse.hunt.installs.pip_cache import read_http_cache
from customhouse.hunt.notes import Notebook
from customhouse.model.campaign import Fact
from customhouse.model.digest import digest_of
from hunt.campaigns import LITELLM
from hunt.installs.homes import hits, hunted, record, wheel, write

PTH = "import os; os.environ.get('X')\n"
SITE = "venv/lib/python3.11/site-packages"


def environment(tmp_path):
    write(tmp_path, {"venv/pyvenv.cfg": ""})
    return tmp_path / SITE


def test_a_pth_that_runs_at_every_start(tmp_path):
    info = record(
        environment(tmp_path), "litellm", "1.82.8", {"litellm/__init__.py": "x", "litellm_init.pth": PTH}, "uv"
    )
    notes = hunted(tmp_path)
    (found,) = hits(notes, "pkg:pypi/litellm")
    assert (found.campaign, found.grade, found.place.path) == (LITELLM.id, "script-ran", str(info))
    assert "installed by uv" in found.message
    assert found.asset == str(tmp_path / "venv")
    (pth,) = hits(notes, "litellm_init.pth")
    assert (pth.campaign, pth.grade, pth.anomaly) == (LITELLM.id, "script-ran", "unknown-pth")
    assert pth.excerpt == PTH.strip()
    assert pth.digest == str(digest_of(PTH.encode()))


def test_an_affected_version_was_fetched_and_ran_when_imported(tmp_path):
    site = environment(tmp_path)
    record(site, "litellm", "1.82.7", {"litellm/__init__.py": "x"})
    assert [one.grade for one in hunted(tmp_path).hits] == ["fetched"]
    write(site, {"litellm/__pycache__/__init__.cpython-311.pyc": "x"})
    (found,) = hunted(tmp_path).hits
    assert found.grade == "script-ran"
    assert "__init__.cpython-311.pyc" in found.message


def test_what_pip_compiled_shows_no_import(tmp_path):
    files = {"litellm/__init__.py": "x", "litellm/__pycache__/__init__.cpython-311.pyc": "x"}
    record(environment(tmp_path), "litellm", "1.82.7", files)
    assert [one.grade for one in hunted(tmp_path).hits] == ["fetched"]


def test_files_that_are_no_longer_those_of_record(tmp_path):
    site = environment(tmp_path)
    record(site, "honest", "1.0", {"honest/a.py": "x", "honest/tests/b.py": "x", "honest/readme": "x"})
    record(site, "patched", "1.0", {"patched/a.py": "x", "patched/b.py": "x"})
    write(site, {"patched/a.py": "y"})
    for name in ("patched/b.py", "honest/readme", "honest/tests/b.py"):
        (site / name).unlink()
    (found,) = hunted(tmp_path).hits
    assert (found.subject, found.campaign, found.anomaly) == ("pkg:pypi/patched@1.0", "", "tree-changed")
    assert "patched/a.py differ from RECORD; RECORD names patched/b.py, which are gone" in found.message


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        (
            "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == 'local'; enabled and __import__('_distutils_hack'); ",
            False,
        ),
        ("import __editable___x_0_1_finder; __editable___x_0_1_finder.install()", False),
        ("import _virtualenv", False),
        ("/some/folder\nimported\n", False),
        ("# a comment\nimport base64; exec(base64.b64decode(''))", True),
        ("import __editable___x_finder; __editable___x_finder.install(); import os", True),
        ("import\tos", True),
    ],
)
def test_lines_that_are_code(tmp_path, text, odd):
    write(
        environment(tmp_path), {"a.pth": text, "x-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: x\nVersion: 1\n"}
    )
    assert [one.anomaly for one in hunted(tmp_path).hits] == ["unknown-pth"] * odd


def test_sitecustomize_and_a_digest_that_is_known(tmp_path):
    campaign = replace(LITELLM, facts=(Fact("digest", digest_of(b"import evil\n").hex, "persistence"),))
    write(
        environment(tmp_path),
        {"sitecustomize.py": "# x\nimport this\n", "usercustomize.py": "# x\n", "a.pth": "import evil\n"},
    )
    found = {one.subject: one for one in hunted(tmp_path, asked=Asked([campaign])).hits if one.anomaly}
    assert set(found) == {"sitecustomize.py", "a.pth"}
    assert (found["sitecustomize.py"].campaign, found["sitecustomize.py"].confidence) == ("", "low")
    assert found["a.pth"].campaign == LITELLM.id


METADATA = "Metadata-Version: 2.4\nName: LiteLLM\nVersion: 1.82.7\n"


def test_pips_cache_names_what_it_holds(tmp_path):
    sdist = gzip.compress(b"litellm-1.82.7/\0" + b"\0" * 600)
    write(
        tmp_path,
        {
            "pip/http-v2/a/b/abc.body": wheel("litellm", "1.82.8", {"litellm/x.py": "x" * 200_000}),
            "pip/http-v2/a/b/abc": b"cc=4,\x82\xa8response",
            "pip/http/c/d/cde": b"cc=4,\x82\xa8response\x84\xa4body\xc6...." + sdist + b"\xa7headers",
            "pip/http/c/d/meta": b"cc=4," + METADATA.encode(),
            "pip/http/c/d/page": b"cc=4,<a href='litellm-1.82.8-py3-none-any.whl'>",
            "pip/wheels/a/b/c/litellm-1.82.8-py3-none-any.whl": b"PK",
            "pypoetry/artifacts/a/litellm-1.82.8.tar.gz": b"",
            "pypoetry/artifacts/a/litellm_x-1.82.8.tar.gz": b"",
        },
    )
    notes = hunted(tmp_path)
    assert sorted((one.place.path.removeprefix(f"{tmp_path}/"), one.subject[-6:], one.grade) for one in notes.hits) == [
        ("pip/http-v2/a/b/abc.body", "1.82.8", "fetched"),
        ("pip/http/c/d/cde", "1.82.7", "fetched"),
        ("pip/http/c/d/meta", "1.82.7", "resolved"),
        ("pip/wheels/a/b/c/litellm-1.82.8-py3-none-any.whl", "1.82.8", "fetched"),
        ("pypoetry/artifacts/a/litellm-1.82.8.tar.gz", "1.82.8", "fetched"),
    ]


LOG = """2026-03-24T11:00:01,123 Collecting litellm[proxy]>=1.80 (from -r requirements.txt (line 1))
2026-03-24T11:00:02,001   Downloading https://u:secret@index.test/x/litellm-1.82.8-py3-none-any.whl (9.1 MB)
2026-03-24T11:00:03,001 Successfully installed openai-2.0 litellm-1.82.8
"""


def test_pips_log(tmp_path):
    notes = hunted(write(tmp_path, {"pip.log": LOG}))
    assert [(one.grade, one.subject[-6:], one.place.line) for one in notes.hits] == [
        ("declared", "1.82.7", 1),
        ("declared", "1.82.8", 1),
        ("fetched", "1.82.8", 2),
    ]
    assert all(one.when.doubtful for one in notes.hits)
    assert not any("secret" in one.excerpt for one in notes.hits)
    assert notes.places[0].control


def test_uvs_cache_by_its_names(tmp_path):
    write(
        tmp_path,
        {
            "uv/archive-v0/abc/litellm-1.82.8.dist-info/METADATA": "",
            "uv/wheels-v8/pypi/litellm/1.82.7-py3-none-any.msgpack": "",
            "uv/wheels-v8/index/0123/litellm/1.82.8-py3-none-any.http": "",
            "uv/sdists-v11/pypi/litellm/1.82.7/x/metadata.msgpack": "",
            "uv/simple-v28/pypi/litellm.rkyv": "",
        },
    )
    notes = hunted(tmp_path)
    assert sorted((one.subject[-6:], one.grade) for one in notes.hits) == [
        ("1.82.7", "fetched"),
        ("1.82.7", "resolved"),
        ("1.82.8", "fetched"),
        ("1.82.8", "fetched"),
    ]
    assert "show no fetch" in notes.places[0].note


@given(st.binary(max_size=300))
def test_any_bytes_in_a_cache_are_looked_at(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("cache")
    for magic in (b"", b"PK\x03\x04PK\x01\x02", b"\x1f\x8b\x08\0"):
        (folder / "x").write_bytes(magic + data)
        notes = Notebook()
        read_http_cache(folder, Findings(Asked([LITELLM]), notes))
        assert dict(notes.places[0].counts) == {"entries": 1}


def test_what_is_no_folder_is_said(tmp_path):
    notes = hunted(tmp_path / "nowhere")
    assert [one.reason for one in notes.left_out] == ["is no folder"]


def test_what_uv_compiled_shows_no_import(tmp_path):
    """uv lists nothing of it in RECORD, and compiles every module; seen with uv 0.13."""
    files = {"litellm/__init__.py": "x", "litellm/a.py": "x", "litellm/sub/b.py": "x"}
    site = environment(tmp_path)
    record(site, "litellm", "1.82.7", files)
    compiled = {f"litellm/{name}.cpython-311.pyc": "x" for name in ("__pycache__/__init__", "__pycache__/a")}
    write(site, compiled | {"litellm/sub/__pycache__/b.cpython-311.pyc": "x"})
    assert hits(hunted(tmp_path))[0].grade == "fetched"
    (site / "litellm/sub/__pycache__/b.cpython-311.pyc").unlink()
    assert hits(hunted(tmp_path))[0].grade == "script-ran"
