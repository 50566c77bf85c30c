import pytest

from customhouse.rules.code.crypto_miner import RULE
from rules.cases import case, change, content, findings, grades, hook, only
from rules.reading import of_text

JS = "const cp = require('child_process')\n"
ACCOUNT = "4" + "A1" * 47
POOL = "const pool = 'stratum+tcp://pool.example.invalid:3333'\n"


@pytest.mark.parametrize(
    "command",
    ["./xmrig -o a.test:1", "nohup ./a --donate-level=1 &", "minerd.exe -a x", f"./a -o b.test:1 -u {ACCOUNT}"],
)
def test_starting_one_blocks(command):
    finding = only(RULE, of_text(f"{JS}cp.exec({command!r})"))
    assert (finding.severity, finding.confidence, finding.phase) == ("critical", "high", "install")


def test_an_account_on_the_command_line_blocks_whenever_it_runs():
    later = f"{JS}module.exports = (path) => cp.spawn(path, ['-o', 'b.test:1', '-u', '{ACCOUNT}'])"
    assert grades(RULE, of_text(later, "index.js", "import")) == [("high", "high")]
    assert grades(RULE, of_text(later.replace(ACCOUNT, "someone"), "index.js", "import")) == []


def test_words_need_something_that_acts():
    assert grades(RULE, of_text(POOL + JS + "cp.exec('true')")) == [("high", "high")]
    assert grades(RULE, of_text(POOL + "fetch('https://a.test/')", "index.js", "import")) == [("high", "high")]
    assert findings(RULE, of_text(POOL)) == []
    named = "const name = 'xmrig'\nfetch('https://a.test/')\n" + JS + "cp.exec(name)"
    assert grades(RULE, of_text(named, "index.js", "import")) in ([("critical", "high")], [("high", "medium")])
    assert (
        findings(RULE, of_text("module.exports = ['coinhive.com', 'xmrig', 'stratum+tcp://']", "a.js", "import")) == []
    )


def test_a_habit_and_a_bundle_weigh_less():
    text = POOL + JS + "cp.exec('true')"
    assert grades(RULE, of_text(text, change=change())) == [("medium", "medium")]
    assert grades(RULE, of_text(text, "index.js", "import", size=1_000_000)) == [("high", "medium")]


def test_a_hook_that_starts_one():
    assert grades(RULE, case(contents=(content(hooks=(hook("./xmrig -o a.test:1 &"),)),))) == [("critical", "high")]
    assert grades(RULE, case(contents=(content(hooks=(hook("node xmrig.js"),)),))) == []
