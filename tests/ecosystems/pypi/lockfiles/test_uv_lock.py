import time
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.pypi.lockfiles.uv_lock import UV_LOCK
from customhouse.model.locked import Source

FIXTURES = Path(__file__).with_name("fixtures")
NOWHERE = Path("no-such-folder/uv.lock")
REGISTRY = {"registry": "https://registry.example/simple"}
A = "a" * 64


def read(document: Any, path: Path = NOWHERE) -> Source:
    data = document if isinstance(document, bytes) else tomli_w.dumps(document).encode()
    (source,) = UV_LOCK.read(path, data, DISK)
    return source


def lock(*packages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"version": 1, "revision": 3, **more, "package": list(packages)}


def package(name: str, version: str = "1.0", **more: Any) -> dict[str, Any]:
    return {"name": name, "version": version, "source": REGISTRY, **more}


def root(**more: Any) -> dict[str, Any]:
    return {"name": "app", "version": "0.1.0", "source": {"virtual": "."}, **more}


def needs(*names: str) -> list[dict[str, Any]]:
    return [{"name": name} for name in names]


def test_what_uv_writes() -> None:
    path = FIXTURES / "uv" / "uv.lock"
    (source,) = UV_LOCK.read(path, path.read_bytes(), DISK)
    assert (source.status, source.reason, source.path) == ("parsed", "", str(path))
    assert "demo-root" not in {one.name for one in source.packages}
    found = {one.key: one for one in source.packages}
    assert found["demo-member==0.2.0"].source == "workspace"
    assert found["numpy==1.26.4"].marker == "python_full_version < '3.12'"
    assert found["numpy==2.5.5"].dependency == "direct"
    assert found["requests==2.32.3"].scope == "prod"
    assert found["pysocks==1.7.1"].scope == "prod"  # by the extra that requests is asked with
    assert found["click==8.5.1"].dependency == "direct"  # a member asks for it
    optional = {one.name for one in source.packages if one.scope == "optional"}
    assert optional == {"markdown-it-py", "mdurl", "pygments", "rich"}
    assert found["pluggy==1.7.0"].scope == "dev"
    requests = found["requests==2.32.3"]
    assert [one.filename for one in requests.artifacts] == [
        "requests-2.32.3.tar.gz",
        "requests-2.32.3-py3-none-any.whl",
    ]
    assert all(one.digests[0].algorithm == "sha256" for one in requests.artifacts)
    lines = path.read_text().splitlines()
    for one in source.packages:
        assert one.line is not None
        assert lines[one.line - 1 : one.line + 1] == ["[[package]]", f'name = "{one.name}"']


def test_the_lock_of_a_script() -> None:
    path = FIXTURES / "script.py.lock"
    assert UV_LOCK.matches(path)
    (source,) = UV_LOCK.read(path, path.read_bytes(), DISK)
    assert source.status == "parsed"
    assert {one.name for one in source.packages if one.dependency == "direct"} == {"rich"}
    assert {one.scope for one in source.packages} == {"prod"}


def test_sources() -> None:
    source = read(
        lock(
            root(dependencies=needs("git", "url", "path", "dir", "out", "flat")),
            package("git", source={"git": "https://u:p@git.test/x?rev=v1#0123"}),
            package("url", source={"url": "https://h.test/url-1.0.tar.gz"}, sdist={"hash": f"sha256:{A}"}),
            package("path", source={"path": "wheels/path-1.0-py3-none-any.whl"}),
            package("dir", source={"directory": "libs/dir"}),
            package("out", source={"editable": "../out"}),
            package("flat", source={"registry": "../index"}),
            {"name": "dynamic", "source": {"editable": "libs/dynamic"}},
        )
    )
    assert source.status == "parsed"
    assert {one.name: one.source for one in source.packages} == {
        "git": "git",
        "url": "url",
        "path": "file",
        "dir": "workspace",
        "out": "file",
        "flat": "file",
        "dynamic": "workspace",
    }
    assert source.packages[0].resolved == "https://git.test/x?rev=v1#0123"
    assert source.packages[-1].version is None


def test_scopes_follow_groups_and_extras() -> None:
    source = read(
        lock(
            root(
                dependencies=[{"name": "a", "extra": ["fast"]}],
                **{"optional-dependencies": {"cli": needs("b")}, "dev-dependencies": {"dev": needs("c", "a")}},
            ),
            package(
                "a", dependencies=needs("a-dep"), **{"optional-dependencies": {"fast": needs("f"), "x": needs("u")}}
            ),
            package("a-dep", dependencies=needs("a")),
            package("b", dependencies=needs("shared")),
            package("c", dependencies=needs("shared", "c-dep")),
            package("c-dep"),
            package("f"),
            package("shared"),
            package("u"),
        )
    )
    assert {one.name: (one.scope, one.dependency) for one in source.packages} == {
        "a": ("prod", "direct"),
        "a-dep": ("prod", "transitive"),
        "b": ("optional", "direct"),
        "c": ("dev", "direct"),
        "c-dep": ("dev", "transitive"),
        "f": ("prod", "transitive"),
        "shared": ("optional", "transitive"),
        "u": ("prod", "transitive"),  # nothing reaches it: it is not excused
    }


def test_an_empty_project() -> None:
    assert (read(lock(root())).status, read(lock(root())).packages) == ("parsed", ())


def test_edges_follow_the_extras_that_are_asked_for() -> None:
    source = read(
        lock(
            root(dependencies=[{"name": "a", "extra": ["Fast"]}]),
            package(
                "a", dependencies=needs("b"), **{"optional-dependencies": {"fast": needs("f"), "slow": needs("b")}}
            ),
            package("b", dependencies=needs("b")),
            package("f"),
        )
    )
    assert {one.key: one.requires for one in source.packages} == {
        "a==1.0": ("b==1.0", "f==1.0"),
        "b==1.0": (),
        "f==1.0": (),
    }


def test_importers_say_what_their_manifests_asked_for() -> None:
    metadata = {
        "requires-dist": [{"name": "a", "specifier": ">=1"}, {"name": "b", "git": "https://git.test/b"}],
        "requires-dev": {"dev": [{"name": "c", "specifier": "==1.0"}]},
    }
    source = read(
        lock(
            root(dependencies=needs("a", "m"), metadata=metadata, **{"dev-dependencies": {"dev": needs("c")}}),
            {"name": "m", "version": "1", "source": {"editable": "libs/m"}, "dependencies": needs("c")},
            package("a"),
            package("c"),
            manifest={"members": ["app", "m"]},
        )
    )
    assert [(one.folder, one.name, one.requires) for one in source.importers] == [
        ("", "app", ("a==1.0", "m==1", "c==1.0")),
        ("libs/m", "m", ("c==1.0",)),
    ]
    assert source.importers[0].specifiers == (("a", ">=1"), ("b", ""), ("c", "==1.0"))
    assert source.importers[1].specifiers is None


def test_one_version_from_two_registries_has_two_keys() -> None:
    other = {"registry": "https://other.example/simple"}
    source = read(lock(root(dependencies=needs("a")), package("a"), {**package("a"), "source": other}))
    assert [one.key for one in source.packages] == [
        "a==1.0 @ https://registry.example/simple",
        "a==1.0 @ https://other.example/simple",
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (package("a", dependencies=needs("gone")), "a needs 'gone', which the lock does not pin"),
        (package("a", dependencies=[{"name": "a", "version": "9"}]), "a needs 'a 9', which the lock does not pin"),
        (package("../x"), "'../x' is no project name"),
        (package("a", "not a version"), "'not a version' of a is no version"),
        (
            package("a", wheels=[{"url": "https://h.test/x.whl", "hash": "sha256:short"}]),
            "the hash of 'x.whl' is no digest",
        ),
        (package("a", wheels={"x": 1}), "its wheels are not an array"),
        (package("a", sdist=3), "one of its files is not a table"),
        (package("a", source={"teleport": "x"}), "is of no known kind"),
        (package("a", source="x"), "it does not say where it comes from"),
        ({"version": "1"}, "has no name"),
    ],
)
def test_bad_packages_are_named(row: dict[str, Any], reason: str) -> None:
    source = read(lock(package("good"), row))
    assert source.status == "failed"
    assert reason in source.reason
    assert "uv lock" in source.hint
    assert "good" in {one.name for one in source.packages}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "cannot be read: it is empty"),
        (b"x", "it is not TOML"),
        (b"\0", "it is binary"),
        (b"version = 1\n[[package", "it is not TOML"),
        (b"revision = 2\n", "it has no version"),
        (b"version = 1\npackage = 3\n", "`package` is not an array"),
        (b"version = 1\npackage = [1]\n", "package 1 has no name"),
        (b"version = 1\na = " + b"[" * 100_000, "it is nested deeper"),
        (b"version = 1\na = " + b"{a=" * 100_000, "it is nested deeper"),
        (b"version = 1\n[" + b"a." * 100_000 + b"a]\n", "it is nested deeper"),
        (b"version = 1\nversion = 1\n", "it is not TOML"),
        ("version = 1".encode("utf-16"), "UTF-16"),
        (b"version = 1\n# \xff", "line 2 is not UTF-8"),
        (b"version = 1\n<<<<<<< ours\n", "merge conflict"),
    ],
)
def test_what_is_no_lock_fails_with_a_reason_and_a_hint(data: bytes, reason: str) -> None:
    source = read(data)
    assert source.status == "failed"
    assert reason in source.reason
    assert "uv lock" in source.hint


anything = st.recursive(
    st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "1.0", "../x", ".", f"sha256:{A}", "https://["]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "name",
                    "version",
                    "source",
                    "registry",
                    "virtual",
                    "dependencies",
                    "wheels",
                    "sdist",
                    "hash",
                    "url",
                    "size",
                    "optional-dependencies",
                    "dev-dependencies",
                    "members",
                    "requirements",
                    "dependency-groups",
                    "extra",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.fixed_dictionaries(
        {"version": st.just(1)}, optional={"package": st.lists(anything, max_size=4), "manifest": anything}
    )
)
def test_any_toml_is_accounted_for(document: dict[str, Any]) -> None:
    source = read(document)
    assert source.status in ("parsed", "failed")
    assert bool(source.reason) == (source.status == "failed")


@given(st.binary(max_size=60))
def test_any_bytes_are_accounted_for(data: bytes) -> None:
    assert read(b"version = 1\n" + data).status in ("parsed", "failed")


names = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True).filter(lambda name: "--" not in name)


@given(st.dictionaries(names, st.tuples(st.integers(0, 99), st.binary(min_size=32, max_size=32)), max_size=6))
def test_what_is_written_is_read(wanted: dict[str, tuple[int, bytes]]) -> None:
    rows = [
        package(
            name,
            f"1.{number}",
            wheels=[{"url": f"https://h.test/{name}.whl", "hash": f"sha256:{raw.hex()}", "size": 9}],
        )
        for name, (number, raw) in wanted.items()
    ]
    source = read(lock(*rows))
    assert source.status == "parsed"
    assert {one.name: (one.version, one.integrity[0].hex, one.artifacts[0].size) for one in source.packages} == {
        name: (f"1.{number}", raw.hex(), 9) for name, (number, raw) in wanted.items()
    }


def test_1500_packages_are_read_within_a_second() -> None:
    text = "version = 1\nrevision = 3\n"
    for index in range(1500):
        address = f'url = "https://files.registry.example/packages/{index:04}/p{index}-1.0'
        text += (
            f'\n[[package]]\nname = "p{index}"\nversion = "1.0"\nsource = {{ registry = "https://registry.example" }}\n'
        )
        text += f'dependencies = [\n    {{ name = "p{(index * 7) % 1500}" }},\n]\n'
        text += f'sdist = {{ {address}.tar.gz", hash = "sha256:{A}", size = 1 }}\n'
        text += f'wheels = [\n    {{ {address}-py3-none-any.whl", hash = "sha256:{A}", size = 1 }},\n]\n'
    seconds = []
    for _ in range(6):
        start = time.process_time()
        assert len(read(text.encode()).packages) == 1500
        seconds.append(time.process_time() - start)
    assert min(seconds) < 1  # a quarter of that on an idle machine
