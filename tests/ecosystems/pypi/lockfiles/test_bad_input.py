"""What every reader of a Python lock does with a file that is not what its client writes. Nothing may raise."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.formats import LOCKFILES
from customhouse.model.locked import Source

FIXTURES = Path(__file__).with_name("fixtures")
#: The path a lock is read as, one that its client wrote, and its newline-terminated first line that says the version.
REAL = {
    "poetry-lock": ("poetry.lock", "poetry-2.1/poetry.lock"),
    "pdm-lock": ("pdm.lock", "pdm-4.5/pdm.lock"),
    "pylock": ("pylock.toml", "uv-groups/pylock.toml"),
    "uv-lock": ("uv.lock", "uv-groups/uv.lock"),
    "pipfile-lock": ("Pipfile.lock", "pipenv/Pipfile.lock"),
}
TOML = [name for name in REAL if name != "pipfile-lock"]
READERS = {one.id: one for one in LOCKFILES}
NOWHERE = Path("no-such-folder")


def real(name: str) -> bytes:
    return (FIXTURES / REAL[name][1]).read_bytes()


def read(name: str, data: bytes) -> Source:
    (source,) = READERS[name].read(NOWHERE / REAL[name][0], data, DISK)
    assert source.status in ("parsed", "failed", "unsupported")
    assert source.status == "parsed" or (source.reason and source.hint)
    assert source.format == name
    for one in source.packages:
        assert one.name
        assert str(one.purl)
    return source


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"\0\1\2", "it is binary"),
        ("x".encode("utf-16"), "UTF-16"),
        ("é".encode("latin-1"), "not UTF-8"),
        (b"<html>not found</html>", "it is not"),
        (b"a = 1\n<<<<<<< ours\nb\n=======\n>>>>>>> theirs\n", "line 2 is a merge conflict"),
    ],
)
def test_what_is_no_lock_at_all(name: str, data: bytes, reason: str) -> None:
    source = read(name, data)
    assert source.status == "failed"
    assert reason in source.reason


@pytest.mark.parametrize("name", REAL)
def test_a_byte_order_mark_and_carriage_returns_change_nothing(name: str) -> None:
    expected = read(name, real(name))
    assert expected.status == "parsed"
    assert read(name, b"\xef\xbb\xbf" + real(name)).packages == expected.packages
    windows = read(name, real(name).replace(b"\n", b"\r\n"))
    assert (windows.status, windows.packages) == ("parsed", expected.packages)


@pytest.mark.parametrize("name", REAL)
def test_cut_off_in_the_middle(name: str) -> None:
    data = real(name)
    cut = data[: data.index(b"sha256:" if name != "pylock" else b"sha256 = ") + 20]
    assert read(name, cut).status == "failed"


@pytest.mark.parametrize("name", REAL)
def test_an_unresolved_conflict_in_a_real_one(name: str) -> None:
    lines = real(name).splitlines(keepends=True)
    lines.insert(9, b"<<<<<<< HEAD\n")
    assert "line 10 is a merge conflict" in read(name, b"".join(lines)).reason


def test_a_key_that_stands_twice() -> None:
    data = real("poetry-lock").replace(b'name = "certifi"\n', b'name = "certifi"\nname = "evil"\n', 1)
    source = read("poetry-lock", data)
    assert (source.status, source.packages) == ("failed", ())
    line = data[: data.index(b"evil")].count(b"\n") + 1
    assert f"duplicate key at line {line}" in source.reason
    data = real("pipfile-lock").replace(b'"certifi": {', b'"certifi": {},\n        "certifi": {', 1)
    assert "'certifi' stands twice in one object, the second time in line 18" in read("pipfile-lock", data).reason


@pytest.mark.parametrize("name", TOML)
@pytest.mark.parametrize(
    "bad",
    [b"x = " + b"[" * 10_000, b"x = " + b"{a=" * 10_000, b"[" + b"a." * 10_000 + b"a]\n", b"a." * 10_000 + b"a = 1\n"],
)
def test_nested_ten_thousand_deep(name: str, bad: bytes) -> None:
    started = time.monotonic()
    assert "nested deeper" in read(name, bad).reason
    assert time.monotonic() - started < 5


def test_deep_json() -> None:
    assert read("pipfile-lock", b'{"_meta":' * 10_000).status == "failed"
    assert read("pipfile-lock", b"[" * 10_000 + b"]" * 10_000).status == "failed"


@pytest.mark.parametrize("name", TOML)
def test_a_hundred_megabytes_are_refused_at_once(name: str) -> None:
    started = time.monotonic()
    assert "larger than 16 MiB" in read(name, b"x" * 100 * 1024 * 1024).reason
    assert "more tables, arrays or keys" in read(name, b"a = [" + b"[]," * 500_000 + b"]").reason
    assert time.monotonic() - started < 5


def test_a_name_that_stands_thousands_of_times_and_needs_itself() -> None:
    rows = "".join(
        f'[[package]]\nname = "a"\nversion = "{at}"\nsource = {{ registry = "https://registry.example" }}\n'
        'dependencies = [{ name = "a" }]\n'
        for at in range(5000)
    )
    started = time.monotonic()
    source = read("uv-lock", b"version = 1\n" + rows.encode())
    assert source.status == "failed"
    assert "who needs whom is more than can be followed" in source.reason
    assert len(source.packages) == 5000
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("poetry-lock", b'lock-version = "2.1"', b'lock-version = "2.2"', "has lock-version '2.2'"),
        ("poetry-lock", b'lock-version = "2.1"', b'lock-version = "3.0"', "has lock-version '3.0'"),
        ("pdm-lock", b'lock_version = "4.5.0"', b'lock_version = "4.6.0"', "has lock_version '4.6.0'"),
        ("pdm-lock", b'lock_version = "4.5.0"', b'lock_version = "2"', "has lock_version '2'"),
        ("pylock", b'lock-version = "1.0"', b'lock-version = "2.0"', "has lock-version '2.0'"),
        ("uv-lock", b"version = 1\n", b"version = 2\n", "has version '2'"),
        ("pipfile-lock", b'"pipfile-spec": 6', b'"pipfile-spec": 7', "has pipfile-spec '7'"),
    ],
)
def test_a_version_that_is_not_known_is_never_guessed(name: str, old: bytes, new: bytes, said: str) -> None:
    source = read(name, real(name).replace(old, new, 1))
    assert (source.status, source.packages) == ("unsupported", ())
    assert said in source.reason
    assert "`" in source.hint


@pytest.mark.parametrize("name", REAL)
def test_without_a_version_it_is_no_lock(name: str) -> None:
    data = b'{"default": {}}' if name == "pipfile-lock" else b"x = 1\n"
    assert read(name, data).status == "failed"


@pytest.mark.parametrize("name", TOML)
@pytest.mark.parametrize("rows", [b"3", b'"a"', b"{ a = 1 }", b"[1]", b'[{ name = 3 }, { name = "-" }, "x", {}]'])
def test_rows_of_another_shape(name: str, rows: bytes) -> None:
    key = b"packages" if name == "pylock" else b"package"
    head = {
        "poetry-lock": b'[metadata]\nlock-version = "2.1"\n',
        "pdm-lock": b'[metadata]\nlock_version = "4.5.0"\n',
        "pylock": b'lock-version = "1.0"\n',
        "uv-lock": b"version = 1\n",
    }[name]
    source = read(name, key + b" = " + rows + b"\n" + head)
    assert source.status == "failed"


@pytest.mark.parametrize("name", REAL)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=200))
@example(b"\xff\xfe")
def test_any_bytes(name: str, data: bytes) -> None:
    read(name, data)


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    """A real lock with a few of its bytes, lines or values changed."""
    name = draw(st.sampled_from(sorted(REAL)))
    data = bytearray(real(name))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data) - 1))
        kind = draw(st.sampled_from(["drop", "byte", "line", "value"]))
        if kind == "drop":
            del data[at : at + draw(st.integers(1, 40))]
        elif kind == "byte":
            data[at : at + 1] = draw(st.binary(min_size=1, max_size=3))
        else:
            start, end = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
            line = bytes(data[start : end if end > 0 else len(data)])
            key, equals, _ = line.partition(b" = ")
            values = [b"3", b"true", b"[]", b"{}", b'""', b'"x"', b"[1]", b'{ a = "b" }', b'["x", 1]', b"1979-05-27"]
            new = key + b" = " + draw(st.sampled_from(values)) if kind == "value" and equals else line + b"\n" + line
            data[start : start + len(line)] = new
        if not data:
            break
    return name, bytes(data)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(mutated())
def test_any_mutation_of_a_real_lock(case: tuple[str, bytes]) -> None:
    name, data = case
    read(name, data)
