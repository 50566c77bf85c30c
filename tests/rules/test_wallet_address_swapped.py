import pytest

from customhouse.rules.code.wallet_address_swapped import RULE
from rules.cases import findings, grades, only
from rules.reading import of_text

ETH = "['0x00000000000000000000000000000000000000a1', '0x00000000000000000000000000000000000000a2']"
BTC = "['1ExampLeExampLeExampLeExampLe111a1', 'bc1qexamp1exampexampexampexampexampexampe11a1']"
TABLES = f"const eth = {ETH}, btc = {BTC}\n"
PATTERNS = "const shapes = [/\\b0x[a-fA-F0-9]{40}\\b/g, /\\b[13][a-km-zA-HJ-NP-Z1-9]{25,34}\\b/g]\n"
FETCH = "const f = window.fetch; window.fetch = async (...a) => f(...a)\n"
PROTOTYPE = "XMLHttpRequest.prototype.send = function (body) {}\n"
WALLET = "const p = window.ethereum; p.request = async (m) => m\n"
PY = "import pyperclip, re\n"
PATTERN = 'shape = re.compile(r"^0x[a-fA-F0-9]{40}$")\n'


@pytest.mark.parametrize("taken", [FETCH, PROTOTYPE, WALLET, "Object.defineProperty(window, 'fetch', { value: f })\n"])
@pytest.mark.parametrize("reach", ["import", "other"])
def test_taken_over_with_tables_and_patterns_blocks(taken, reach):
    subject = of_text(taken + TABLES + PATTERNS, "index.js", reach)
    assert grades(RULE, subject) == [("critical", "high")]


@pytest.mark.parametrize(
    "taken",
    [
        "const k = f(3); window[f(1)] = async function () {}\n",
        "XMLHttpRequest[f(1)][f(2)] = function () {}\n",
        "const p = window[f(1)]; p[f(2)] = async function () {}\n",
        "window['fe' + 'tch'] = async function () {}\n",
    ],
)
def test_by_names_that_are_hidden(taken):
    finding = only(RULE, of_text(taken + TABLES + PATTERNS, "index.js", "import"))
    assert (finding.severity, finding.confidence) == ("critical", "high")


def test_by_how_much_stands_together():
    def graded(text):
        return grades(RULE, of_text(text, "index.js", "import"))

    assert graded(WALLET + PATTERNS) == [("high", "medium")]
    assert graded(PROTOTYPE + TABLES) == [("high", "medium")]
    assert graded(FETCH + TABLES) == [("medium", "medium")]
    assert graded(WALLET) == [("low", "medium")]
    assert graded(FETCH + f"const eth = {ETH}\n") == []
    assert graded(FETCH + PATTERNS) == []
    assert graded(TABLES + PATTERNS + "window.ethereum.request({ method: 'eth_accounts' })") == []
    assert graded(FETCH + PROTOTYPE) == []


def test_the_clipboard():
    both = PY + PATTERN + "if shape.match(pyperclip.paste()):\n    pyperclip.copy('x')\n"
    later = PY + PATTERN + "def swap():\n    if shape.match(pyperclip.paste()):\n        pyperclip.copy('x')\n"
    assert grades(RULE, of_text(both, "a.py", "import")) == [("critical", "high")]
    assert grades(RULE, of_text(later, "a.py", "import")) == [("high", "medium")]
    assert findings(RULE, of_text(PY + "pyperclip.copy(pyperclip.paste())", "a.py", "import")) == []
    script = PATTERNS + "const c = require('clipboardy'); if (shapes[0].test(c.readSync())) c.writeSync('x')"
    assert grades(RULE, of_text(script, "index.js", "import")) == [("critical", "high")]


def test_comments_hold_no_addresses():
    commented = "".join(f"// {line}\n" for line in TABLES.splitlines())
    assert findings(RULE, of_text(FETCH + commented, "index.js", "import")) == []


def test_words_and_digests_are_no_addresses():
    words = (
        "const a = ['abcdefghijklmnopqrstuvwxyzabcdefgh', '3fffffffffffffffffffffffffffffff', 'T' + 'x'.repeat(33)]\n"
    )
    assert (
        findings(RULE, of_text(FETCH + words + "const b = '1234567890123456789012345678901234'", "index.js", "import"))
        == []
    )
