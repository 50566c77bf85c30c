import shlex
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.documents import UnreadableError
from customhouse.repository.workflows.install_commands import exec_install, installs
from customhouse.repository.workflows.shell_commands import shell_commands

#: Characters of a line that a shell and shlex read alike: no operator, nothing that is expanded.
SIMPLE = st.text(st.sampled_from("ab1-_=./@ \t'\"\\~^%+,:{}[]"), max_size=40)
SHELLISH = st.text(st.sampled_from("ab =$(){}<>|&;#`'\"\\\n\t!E"), max_size=80)


def words(text, **options):
    return [one.words for one in shell_commands(text, **options)]


def found(text):
    return [" ".join((one.client, *one.arguments)) for one in installs(text)]


@given(SIMPLE)
def test_words_are_those_that_shlex_reads(text):
    # A word before, so that nothing is taken for an assignment; shlex keeps an escape at the text's end for an error.
    line = "x " + text
    try:
        expected = shlex.split(line, posix=True)
    except ValueError:
        return
    assert words(line) == [tuple(expected)]


@given(SHELLISH)
def test_any_text_gives_commands_that_begin_in_it(text):
    for one in shell_commands(text):
        assert 0 <= one.offset < len(text)
        assert one.words


@given(st.lists(st.sampled_from(["npm ci", "a 'b c'", "x=1 y", 'echo "$(z)"']), max_size=6))
def test_separators_are_worth_the_same(parts):
    lines = words("\n".join(parts))
    for separator in (" && ", " || ", "; ", " | ", " & "):
        assert words(separator.join(parts)) == lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a 2>&1 >/dev/null <in b", [("a", "b")]),
        ("a &> out; b |& c", [("a",), ("b",), ("c",)]),
        ("A=1 B='x y' cmd z", [("cmd", "z")]),
        ("a=(x y) b", [("b",)]),
        ("if a; then b; elif c; then d; else e; fi", [("a",), ("b",), ("c",), ("d",), ("e",), ("fi",)]),
        ("for x in a b; do c $x; done", [("c", "$x"), ("done",)]),
        ("f() { a; }", [("a",), ("}",)]),
        ("a $'x\\ny' b#c # d", [("a", "x\ny", "b#c")]),
        ("cat <<-E x\n\ta $(b)\n\tE\nc", [("cat", "x"), ("c",)]),
        ("a <<A <<B\n1\nA\n2\nB\nb", [("a",), ("b",)]),
        ("sh <<E\n a b\nE", [("sh",), ("a", "b")]),
        ("cat <<< word x", [("cat", "x")]),
        ("diff <(a b) >(c)", [("a", "b"), ("c",), ("diff",)]),
        ('a `b c` "$(d "e")"', [("b", "c"), ("d", "e"), ("a", "`b c`", '$(d "e")')]),
        ('a ${x:-$(b)} ${y//"}"/z} $((1 + 2))', [("b",), ("a", "${x:-$(b)}", '${y//"}"/z}', "$((1 + 2))")]),
        ("echo ${{ a && 'b' }}x", [("echo", "${{ a && 'b' }}x")]),
        ("'unclosed npm", [("unclosed npm",)]),
        ("a \\\r\n b", [("a", "b")]),
    ],
)
def test_the_grammar(text, expected):
    assert words(text) == expected


def test_what_a_command_leaves_for_those_after_it():
    text = "cd a && (cd b; x) ; y\nexport E=1 F='2 3'\nE=4; G=5 z; cd \"$HERE\" && w; cd .. "
    by_name = {one.words[0]: one for one in shell_commands(text, folder="r")}
    assert by_name["x"].folder == "r/a/b"
    assert by_name["y"].folder == "r/a"
    assert by_name["y"].environment == ()
    assert dict(by_name["z"].environment) == {"E": "4", "F": "2 3", "G": "5"}
    assert by_name["w"].folder == "r/a/$HERE"


def test_escapes_of_other_shells():
    assert words("a ^\n b c:\\d", escape="^") == [("a", "b", "c:\\d")]
    assert words("a `\n b c:\\d", escape="`") == [("a", "b", "c:\\d")]


def test_substitutions_without_end_are_refused():
    with pytest.raises(UnreadableError, match="nested"):
        shell_commands("$(" * 5000)
    with pytest.raises(UnreadableError, match="nested"):
        shell_commands('"${' * 5000)
    with pytest.raises(UnreadableError, match="nested"):
        shell_commands("".join(f"sh <<E{n}\n" for n in range(3000)))
    assert shell_commands("${" * 5000)


@pytest.mark.parametrize("part", ["${{", "$[[", "<<E ", "'", '"a', "`", "$((", "a\\\n", "a;", "{ ", "$'", "((", "a=("])
def test_the_time_it_takes_grows_with_the_length_alone(part):
    begin = time.process_time()
    with suppress(UnreadableError):
        shell_commands(part * 50_000)
    assert time.process_time() - begin < 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sudo -u x env -u Y A=1 time npm install", ["npm install"]),
        ("sudo -H pip3.11 install a", ["pip install a"]),
        ("timeout -k 5 10m nice -n 3 yarn", ["yarn install"]),
        ("python3 -u -m pip install a", ["pip install a"]),
        ("py -3.11 -m uv pip install a", ["uv pip install a"]),
        ("python setup.py develop --user", ["setup.py develop --user"]),
        ("bash -lc 'npm i && pip install b'", ["npm i", "pip install b"]),
        ('su node -c "yarn"', ["yarn install"]),
        ("eval npm i", ["npm i"]),
        ("/usr/bin/npm.cmd i; ./v/bin/pip install x", ["npm i", "pip install x"]),
        ("poetry run pip install x", ["pip install x"]),
        ("uv run --with a pip install x", ["pip install x", "uv run --with a pip install x"]),
        ("conda run -n e pip install x", ["pip install x"]),
        ("corepack yarn@4.1.0 install", ["yarn install"]),
        ("corepack enable; corepack prepare yarn@4", []),
        ("npm --loglevel error --prefix web ci", ["npm ci --loglevel error --prefix web"]),
        ("pip --disable-pip-version-check install x", ["pip install --disable-pip-version-check x"]),
        ("npx -y a@1; bunx b; uvx c; pnpx d; pipx run e", ["npx -y a@1", "bunx b", "uvx c", "pnpx d", "pipx run e"]),
        ("yarn --frozen-lockfile", ["yarn install --frozen-lockfile"]),
        ("yarn build; yarn --version; npm run x; npm test; pip list; uv venv; bun test", []),
        ("echo npm install; git commit -m 'npm install'; grep pip install", []),
        ("xargs -n 1 pip install < list", ["pip install"]),
        ("! npm ci || { yarn; }", ["npm ci", "yarn install"]),
    ],
)
def test_commands_that_install(text, expected):
    assert found(text) == expected


def test_options_name_the_folder():
    folders = {one.client: one.command.folder for one in installs("cd a; npm --prefix=b ci; yarn --cwd c; uv sync")}
    assert folders == {"npm": "a/b", "yarn": "a/c", "uv": "a"}


def test_words_given_one_by_one():
    assert [one.client for one in exec_install(("sh", "-c", "npm i"))] == ["npm"]
    assert not list(exec_install(()))
