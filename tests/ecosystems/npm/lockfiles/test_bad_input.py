"""What every reader of an npm lock must get right, whatever stands in the file: nothing raises, everything is said."""

import json
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.lockfile import LockfileFormat
from customhouse.ecosystems.npm.lockfiles.bun_lock import BUN_LOCK
from customhouse.ecosystems.npm.lockfiles.deno_lock import DENO_LOCK
from customhouse.ecosystems.npm.lockfiles.package_lock import PACKAGE_LOCK
from customhouse.ecosystems.npm.lockfiles.yarn_lock import YARN_LOCK
from customhouse.model.locked import Source

FIXTURES = Path(__file__).with_name("fixtures")
NOWHERE = Path("no-such-folder/lock")
REAL: dict[str, tuple[LockfileFormat, str]] = {
    "yarn-lock": (YARN_LOCK, "yarn-1/yarn.lock"),
    "bun-lock": (BUN_LOCK, "bun-1.4.5/bun.lock"),
    "deno-lock": (DENO_LOCK, "deno-5/deno.lock"),
    "package-lock": (PACKAGE_LOCK, "v3/package-lock.json"),
}
each = pytest.mark.parametrize("name", REAL)
#: Those whose text is JSON, or nearly.
json_like = pytest.mark.parametrize("name", ["bun-lock", "deno-lock", "package-lock"])


def read(name: str, data: bytes) -> Source:
    (source,) = REAL[name][0].read(NOWHERE, data, DISK)
    assert source.status in ("parsed", "failed", "unsupported")
    assert source.status == "parsed" or (source.reason and source.hint)
    return source


def real(name: str) -> bytes:
    return (FIXTURES / REAL[name][1]).read_bytes()


@each
@pytest.mark.parametrize("data", [b"", b" \n\r\n", b"\xef\xbb\xbf"])
def test_empty(name: str, data: bytes) -> None:
    source = read(name, data)
    assert (source.status, source.reason) == ("failed", "cannot be read: it is empty")


@each
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_another_encoding(name: str, encoding: str) -> None:
    source = read(name, real(name).decode().encode(encoding))
    assert source.status == "failed"
    assert "UTF-16 or UTF-32" in source.reason or "binary" in source.reason


@each
def test_latin_1(name: str) -> None:
    assert "UTF-8" in read(name, real(name).replace(b"express", "expré".encode("latin-1"), 1)).reason


@each
def test_a_byte_order_mark_and_carriage_returns_change_nothing(name: str) -> None:
    plain = read(name, real(name))
    assert plain.status == "parsed"
    assert read(name, b"\xef\xbb\xbf" + real(name)) == plain
    assert read(name, real(name).replace(b"\n", b"\r\n")) == plain


@each
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_truncated(name: str, share: float) -> None:
    data = real(name)
    source = read(name, data[: int(len(data) * share)])
    assert source.status == "failed"


@each
def test_merge_conflicts_name_their_line(name: str) -> None:
    lines = real(name).split(b"\n")
    lines[20:20] = [b"<<<<<<< HEAD", b"=======", b">>>>>>> theirs"]
    source = read(name, b"\n".join(lines))
    assert (source.status, source.packages) == ("failed", ())
    assert "line 21 is a merge conflict" in source.reason


@json_like
def test_a_key_that_stands_twice_names_its_line(name: str) -> None:
    data = real(name)
    key = {"bun-lock": b'"debug": [', "deno-lock": b'"chalk@4.1.2": {', "package-lock": b'"node_modules/debug": {'}[
        name
    ]
    at = data.rindex(key) if name == "package-lock" else data.index(b"\n    " + key) + 5
    line = data.count(b"\n", 0, at) + 2
    nothing = b"[]" if name == "bun-lock" else b"{}"
    source = read(name, data[:at] + key[:-1] + nothing + b",\n    " + data[at:])
    assert source.status == "failed"
    assert f"stands twice in one object, the second time in line {line}" in source.reason


@json_like
@pytest.mark.parametrize("bracket", [b"[", b'{"a":'])
def test_depth(name: str, bracket: bytes) -> None:
    for data in (bracket * 10_000, b'{"lockfileVersion": 1, "version": "5", "packages": {"a": ' + bracket * 10_000):
        start = time.process_time()
        assert read(name, data).status == "failed"
        assert time.process_time() - start < 1
    whole = b'{"lockfileVersion": 1, "version": "5", "packages": {"a": ' + b"[" * 10_000 + b"]" * 10_000 + b"}}"
    assert read(name, whole).status == "failed"


@each
@pytest.mark.parametrize(
    "data", [b"[]", b"{}", b"null", b"1", b'"text"', b"\0", b"\x7fELF", b"a: &b [*b]\n", b"<html>"]
)
def test_something_else(name: str, data: bytes) -> None:
    assert read(name, data).status in ("failed", "unsupported")


JUNK = {
    "yarn-lock": [b'a@1:\n  version "1.0.0"\n' + b"\n" * 3_000_000, b"x\n" * 1_500_000, b'"' * 3_000_000],
    "bun-lock": [
        b'{"lockfileVersion": 1, "junk": [' + b"[]," * 1_000_000 + b"1],}",
        b'{"lockfileVersion": 1, "workspaces": {"": {}}, "packages": {"a": [' + b"[]," * 1_000_000 + b"1]}}",
        b'{"lockfileVersion": 1,' + b"/**/" * 750_000 + b"}",
    ],
    "deno-lock": [b'{"version": "5", "junk": [' + b"[]," * 1_000_000 + b"1]}", b'{"version": "5"' + b" " * 3_000_000],
}


@pytest.mark.parametrize(
    ("name", "which"), [(name, which) for name, all_ in JUNK.items() for which in range(len(all_))]
)
def test_3_megabytes_of_nothing_take_little_memory_and_time(name: str, which: int) -> None:
    data = JUNK[name][which]
    tracemalloc.start()
    start = time.process_time()
    read(name, data)
    seconds = time.process_time() - start
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seconds < 20  # an idle machine, not being traced, takes a tenth of it
    assert peak < 40 * len(data)  # what is decoded whole only to be counted is bounded at 4 MiB


@each
@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_any_bytes_are_accounted_for(name: str, data: bytes) -> None:
    read(name, data)
    read(name, b'{"lockfileVersion":1,"version":"5","packages":{' + data)
    read(name, b"# yarn lockfile v1\n" + data)


@each
@settings(max_examples=60)
@given(st.data())
def test_a_damaged_lock_is_accounted_for(name: str, data: st.DataObject) -> None:
    raw = bytearray(real(name)[:6000])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 4))] = data.draw(
            st.binary(max_size=3) | st.sampled_from([b'"', b"\n", b","])
        )
        if not raw:
            break
    read(name, bytes(raw))


KEYS = ["lockfileVersion", "version", "packages", "workspaces", "npm", "jsr", "remote", "specifiers", "workspace"]
KEYS += ["members", "dependencies", "packageJson", "a", "a/b", "a@1.0.0", "@s/a", "name", "integrity", "", "@", "x"]
KEYS += ["peerDependencies", "optionalDependencies", "optionalPeers", "patchedDependencies"]
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-1, 6)
    | st.sampled_from(["", "5", "a", "a@1.0.0", "workspace:x", "npm:a@1"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=5,
        )
    ),
    max_leaves=30,
)


@json_like
@settings(max_examples=150)
@given(
    anything
    | st.builds(lambda one, two: {"lockfileVersion": 1, "workspaces": one, "packages": two}, anything, anything)
    | st.builds(lambda one, two, three: {"version": one, "npm": two, "packages": three}, anything, anything, anything)
)
def test_any_json_is_accounted_for(name: str, document: object) -> None:
    read(name, json.dumps(document).encode())
