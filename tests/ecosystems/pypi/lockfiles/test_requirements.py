from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.pypi.lockfiles.requirements import REQUIREMENTS, looks_like_requirements, read_requirements
from customhouse.model.locked import LockedPackage, Source

FIXTURES = Path(__file__).with_name("fixtures")
NOWHERE = Path("no-such-folder/requirements.txt")
A = "a" * 64
B = "b" * 64


def read(text: str | bytes, path: Path = NOWHERE) -> Source:
    (source,) = read_requirements(path, text.encode() if isinstance(text, str) else text, DISK)
    return source


def one(text: str) -> LockedPackage:
    source = read(text)
    assert (source.status, source.reason) == ("parsed", "")
    (package,) = source.packages
    return package


def test_what_uv_compiles() -> None:
    path = FIXTURES / "compiled-requirements.txt"
    (source,) = REQUIREMENTS.read(path, path.read_bytes(), DISK)
    assert (source.status, source.path, source.reason) == ("parsed", str(path), "")
    found = {package.name: package for package in source.packages}
    assert len(found) == 14
    assert {name for name, package in found.items() if package.dependency == "direct"} == {"flask", "numpy", "requests"}
    assert found["requests"].version == "2.32.3"
    assert len(found["numpy"].artifacts) > 20
    lines = path.read_text().splitlines()
    for package in source.packages:
        assert package.line is not None
        assert lines[package.line - 1].startswith(f"{package.name}==")
        assert all(digest.algorithm == "sha256" for digest in package.integrity)
        assert package.integrity


def test_what_uv_exports() -> None:
    path = FIXTURES / "exported-requirements.txt"
    (source,) = REQUIREMENTS.read(path, path.read_bytes(), DISK)
    assert source.status == "parsed"
    numpy = [package for package in source.packages if package.name == "numpy"]
    assert [package.version for package in numpy] == ["1.26.4", "2.5.5"]
    assert [package.marker for package in numpy] == ['python_full_version < "3.12"', 'python_full_version >= "3.12"']


def test_pins_ranges_and_markers() -> None:
    source = read(
        "a==1.0.0\nB.b===2.0\nc>=1,<2\nd\ne==1.*\nf==1.0,!=1.1 ; python_version < '3.12'\ng[x,y] == 2.0-rc1\n"
    )
    assert source.status == "parsed"
    assert [(package.name, package.version, package.specifier) for package in source.packages] == [
        ("a", "1.0.0", ""),
        ("b-b", "2.0", ""),
        ("c", None, "<2,>=1"),
        ("d", None, ""),
        ("e", None, "==1.*"),
        ("f", "1.0", ""),
        ("g", "2.0rc1", ""),
    ]
    assert source.packages[5].marker == 'python_version < "3.12"'
    assert source.packages[6].key == "g[x,y]"
    assert [package.line for package in source.packages] == [1, 2, 3, 4, 5, 6, 7]


def test_hashes_and_continuations() -> None:
    package = one(f"a==1.0 \\\n    --hash=sha256:{A} \\\n    --hash sha256:{B}  # both files\n")
    assert [digest.hex for digest in package.integrity] == [A, B]
    assert len(package.artifacts) == 2
    assert package.line == 1
    source = read(f"# comment \\\nb==1 \\\n# a comment ends what was continued\nc==1 --hash=sha512:{A}{B}\n")
    assert [(package.name, package.line) for package in source.packages] == [("b", 2), ("c", 4)]


@pytest.mark.parametrize(
    ("text", "name", "kind", "resolved", "version"),
    [
        ("a @ https://h.test/a-1.0-py3-none-any.whl", "a", "url", "https://h.test/a-1.0-py3-none-any.whl", "1.0"),
        ("https://h.test/p/Foo_bar-2.0.tar.gz", "foo-bar", "url", "https://h.test/p/Foo_bar-2.0.tar.gz", "2.0"),
        ("https://u:p@h.test/a-1.0.zip", "a", "url", "https://h.test/a-1.0.zip", "1.0"),
        ("a @ git+https://t0k@h.test/a.git@main", "a", "git", "git+https://h.test/a.git@main", None),
        ("git+ssh://git@h.test/x.git@v1#egg=name&subdirectory=s", "name", "git", None, None),
        ("-e git+https://h.test/x.git#egg=ed", "ed", "git", "git+https://h.test/x.git#egg=ed", None),
        ("--editable=./libs/my.lib", "my-lib", "workspace", "./libs/my.lib", None),
        ("./libs/other", "other", "workspace", "./libs/other", None),
        ("../outside", "outside", "file", "../outside", None),
        (
            "./wheels/a-1.0-py3-none-any.whl ; python_version > '3'",
            "a",
            "file",
            "./wheels/a-1.0-py3-none-any.whl",
            "1.0",
        ),
        ("a-1.0.tar.gz", "a", "file", "a-1.0.tar.gz", "1.0"),
        ("a @ file:///srv/a-1.0.tar.gz", "a", "file", "file:///srv/a-1.0.tar.gz", None),
    ],
)
def test_addresses(text: str, name: str, kind: str, resolved: str | None, version: str | None) -> None:
    package = one(text)
    assert (package.name, package.source, package.version) == (name, kind, version)
    assert package.resolved == (resolved or text)


def test_digest_of_an_address() -> None:
    package = one(f"a @ https://h.test/a-1.0.tar.gz#sha256={A}")
    assert [digest.hex for digest in package.integrity] == [A]
    assert package.artifacts[0].filename == "a-1.0.tar.gz"


def test_a_folder_is_called_what_its_manifest_says(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "pyproject.toml").write_text('[project]\nname = "Real_Name"\n')
    assert read("-e ./lib", tmp_path / "requirements.txt").packages[0].name == "real-name"


def test_indexes_are_told_without_their_passwords() -> None:
    source = read(
        "--index-url https://user:secret@registry.example/simple\n--extra-index-url=https://x.test\n--pre\na==1\n"
    )
    assert source.status == "parsed"
    assert source.reason == (
        "line 1 sets --index-url https://registry.example/simple; line 2 sets --extra-index-url https://x.test"
    )
    assert read("-i https://x.test --trusted-host x.test\n").reason.count("line 1") == 2


def test_environment_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOO_VERSION", "1.5")
    monkeypatch.setenv("TOKEN", "hunter2")
    assert one("foo==${FOO_VERSION}").version == "1.5"
    package = one("foo @ https://${TOKEN}@h.test/foo-1.0.tar.gz")
    assert "hunter2" not in repr(package)
    monkeypatch.delenv("FOO_VERSION")
    assert "the environment variable FOO_VERSION is not set" in read("foo==${FOO_VERSION}").reason


def test_includes_and_constraints(tmp_path: Path) -> None:
    (tmp_path / "req").mkdir()
    main, base, bounds = tmp_path / "requirements.txt", tmp_path / "req" / "base.txt", tmp_path / "bounds.txt"
    main.write_text("-r req/base.txt\n-c bounds.txt\nb\n")
    base.write_text("--requirement ../requirements.txt\nc==2\n-r missing.txt\n-r https://h.test/x.txt\n")
    bounds.write_text(f"b==3.1 --hash=sha256:{A}\nunused==1\n")
    found = {source.path: source for source in read_requirements(main, main.read_bytes(), DISK)}
    assert {path: source.status for path, source in found.items()} == {
        str(main): "parsed",
        str(base): "parsed",
        str(bounds): "parsed",
        str(tmp_path / "req" / "missing.txt"): "failed",
        "https://h.test/x.txt": "unsupported",
    }
    (b,) = found[str(main)].packages
    assert (b.version, b.integrity[0].hex) == ("3.1", A)
    assert [package.name for package in found[str(base)].packages] == ["c"]
    assert found[str(bounds)].packages == ()
    assert "constrains" in found[str(bounds)].reason
    assert "line 1 includes '../requirements.txt' in a circle" in found[str(base)].reason
    assert "no such file" in found[str(tmp_path / "req" / "missing.txt")].reason


def test_includes_that_hurt(tmp_path: Path) -> None:
    main = tmp_path / "requirements.txt"
    for index in range(60):
        (tmp_path / f"r{index}.txt").write_text(f"-r r{index + 1}.txt\n")
    main.write_text("-r /dev/zero\n-r .\n-r r0.txt\n" + "".join(f"-r x{index}.txt\n" for index in range(1000)))
    sources = {Path(source.path).name: source for source in read_requirements(main, main.read_bytes(), DISK)}
    assert sources["zero"].status == "failed"
    assert "no regular file" in sources["zero"].reason
    assert sources["r50.txt"].reason.endswith("stands more than 50 files deep")
    assert sources["x999.txt"].reason.endswith("is one of more than 1000 files")


def test_encodings() -> None:
    assert read("a==1\n".encode("utf-16")).packages[0].name == "a"
    assert read(b"\xef\xbb\xbfa==1\r\n").packages[0].name == "a"
    assert read("# -*- coding: latin-1 -*-\n# \xe9\na==1\n".encode("latin-1")).packages[0].line == 3
    for data in (b"a==1\n\xff", b"# coding: no-such\na==1", b"a\0", "a==1".encode("utf-16")[:5]):
        source = read(data)
        assert source.status == "failed"
        assert source.hint


def test_an_empty_file_pins_nothing() -> None:
    for text in ("", "\n", "# nothing\n", "--no-index\n"):
        assert (read(text).status, read(text).packages) == ("parsed", ())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a==1\n../", None),
        ("not a requirement", "line 1: 'not a requirement' is no requirement"),
        ("a==1\n\nb=1", "line 3: 'b=1' is no requirement"),
        ("a==1 --hash=sha256:short", "line 1: --hash='sha256:short' is no sha256"),
        (f"a==1 --hash=md5:{A[:32]}", "is no sha256, sha384 or sha512 digest"),
        ("a==1 --hash=sha256:x --evil=1", "line 1: --evil is no option of a requirement"),
        ("--frobnicate", "line 1: --frobnicate is no option of a requirements file"),
        ("--index-url", "line 1: --index-url lacks its value"),
        ("-e 'unclosed", "line 1: no closing quotation"),
        ("https://h.test/unnamed", "does not tell its project's name"),
        ("https://h.test/x.tar.gz#egg=../../etc", "'../../etc' is no project name"),
        ("{{ cookiecutter.name }}", "is no requirement"),
    ],
)
def test_lines_that_pip_would_refuse(text: str, reason: str | None) -> None:
    source = read(text)
    if reason is None:
        assert source.status == "parsed"
        return
    assert source.status == "failed"
    assert reason in source.reason
    assert source.hint


def test_a_bad_line_does_not_lose_the_good_ones() -> None:
    assert [package.name for package in read("a==1\n=\nb==2\n").packages] == ["a", "b"]


def test_files_for_development_say_so() -> None:
    assert read("a==1", Path("x/requirements-dev.txt")).packages[0].scope == "dev"
    assert read("a==1", Path("x/requirements/test.txt")).packages[0].scope == "dev"
    assert read("a==1", Path("x/requirements.txt")).packages[0].scope == "prod"


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("requirements.txt", True),
        ("requirements-dev.txt", True),
        ("dev_requirements.txt", True),
        ("requirements/base.txt", True),
        ("Requirements.txt", True),
        ("requirement.txt", True),
        ("notes.txt", False),
        ("my-requirements-list.md", False),
        ("requirements.in", False),
    ],
)
def test_names(path: str, answer: bool) -> None:  # noqa: FBT001
    assert REQUIREMENTS.matches(Path(path)) is answer


def test_content_tells_requirements_from_prose() -> None:
    assert looks_like_requirements(b"# deps\nrequests==2.32.3\nflask>=3\n")
    assert not looks_like_requirements(b"Dear reader,\nthis is a text.\n")
    assert not looks_like_requirements(b"")
    assert not looks_like_requirements(b"\0")


names = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True).filter(lambda name: "--" not in name)


@given(st.dictionaries(names, st.tuples(st.integers(0, 99), st.lists(st.binary(min_size=32, max_size=32), max_size=3))))
def test_what_is_written_is_read(wanted: dict[str, tuple[int, list[bytes]]]) -> None:
    text = "".join(
        f"{name}==1.{number}"
        + "".join(f" \\\n    --hash=sha256:{raw.hex()}" for raw in hashes)
        + f"\n    # via {name}\n"
        for name, (number, hashes) in wanted.items()
    )
    source = read(text)
    assert source.status == "parsed"
    assert [
        (package.name, package.version, [digest.hex for digest in package.integrity]) for package in source.packages
    ] == [(name, f"1.{number}", [raw.hex() for raw in hashes]) for name, (number, hashes) in wanted.items()]
    assert all(package.dependency == "transitive" for package in source.packages)


pieces = st.sampled_from(
    [
        "a==1",
        "-r x",
        "-e",
        "--hash=",
        "\\\n",
        "\n",
        "#",
        " ; ",
        "git+",
        "https://[",
        "@",
        "${A}",
        "'",
        "[",
        "]",
        "\0",
        "é",
        "-",
    ]
)


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=60), st.lists(pieces, max_size=12).map("".join)))
def test_any_text_is_accounted_for(text: str) -> None:
    sources = read_requirements(NOWHERE, text.encode(), DISK)
    assert sources
    for source in sources:
        assert source.status in ("parsed", "failed", "unsupported")
        assert source.status == "parsed" or (source.reason and source.hint)


@given(st.binary(max_size=80))
def test_any_bytes_are_accounted_for(data: bytes) -> None:
    assert read_requirements(NOWHERE, data, DISK)


def test_edges_out_of_the_comments() -> None:
    source = read(
        "a==1\n    # via\n    #   -c base.txt\n    #   -r requirements.in\n    #   b\n"
        "b==2\n    # via my-app (pyproject.toml)\nc==3\n    # via\n    #   -c base.txt\n    #   B\n"
        "-e ./libs/d\n    # via other-app\n"
    )
    assert [(package.key, package.dependency, package.requires) for package in source.packages] == [
        ("a", "direct", ()),
        ("b", "direct", ("a", "c")),
        ("c", "transitive", ()),
        ("./libs/d", "direct", ()),
    ]
    assert [(one.name, one.folder, one.requires) for one in source.importers] == [
        ("requirements.in", "", ("a",)),
        ("my-app", "", ("b",)),
        ("other-app", "", ("./libs/d",)),
    ]


def test_a_file_without_comments_has_no_importer() -> None:
    source = read("a==1\nb==2\n")
    assert source.importers == ()
    assert {package.dependency for package in source.packages} == {"direct"}


@pytest.mark.parametrize(
    "name", ["requirements_dev.txt", "requirements/prod.txt", "constraints.txt", "constraints-3.12.txt"]
)
def test_names_of_the_family(name: str) -> None:
    assert REQUIREMENTS.matches(Path("x") / name)
    assert not REQUIREMENTS.matches(Path("x") / name.replace(".txt", ".md"))
