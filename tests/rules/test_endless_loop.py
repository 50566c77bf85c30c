import pytest

from customhouse.rules.code.endless_loop import RULE
from rules.cases import findings, only
from rules.reading import of_text

ACTS = "require('fs').existsSync('a')\n"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("while (true) console.log('x')", "a.js"),
        ("for (;;) { console.log('x') }", "a.js"),
        ("for (let i = 6; i < Infinity; i++) { if (i % 3) console.log('x') }", "a.js"),
        ("do { console.log('x') } while (!![])", "a.js"),
        ("function spin() { while (1) console.log([1].map((x) => { return x })) }\nspin()", "a.js"),
        (ACTS + "while (true) {}", "a.js"),
        ("while True:\n    print('x')", "a.py"),
        ("import os\ndef spin():\n    while 1:\n        print(os.sep)\nspin()", "a.py"),
    ],
)
def test_nothing_ends_it(text, path):
    finding = only(RULE, of_text(text, path, "import"))
    assert (finding.severity, finding.confidence, finding.phase) == ("high", "medium", "import")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("while (true) { if (done()) break }", "a.js"),
        ("function f() { for (;;) { if (g()) return 1 } }\nf()", "a.js"),
        ("function* all() { while (true) yield 1 }\nall()", "a.js"),
        ("(async () => { for (;;) { await next() } })()", "a.js"),
        ("while (true) { if (x) process.exit(1) }", "a.js"),
        ("while (true) { list.forEach((x) => { if (!x) throw new Error('end') }) }", "a.js"),
        ("for (let i = 0; i < 10; i++) console.log(i)", "a.js"),
        ("// while (true) {}\nconst a = 'for (;;) {}'", "a.js"),
        ("exports.spin = () => { while (true) {} }", "a.js"),
        ("import queue\nwhile True:\n    work.get()", "a.py"),
        ("while True:\n    break", "a.py"),
        ("def spin():\n    while True:\n        print('x')", "a.py"),
    ],
)
def test_something_does(text, path):
    assert findings(RULE, of_text(text, path, "import")) == []


def test_padding_hides_nothing_and_what_is_not_loaded_does_not_count():
    assert findings(RULE, of_text("for (;;) {}", "a.js", "import", size=5_000_000))
    assert findings(RULE, of_text("for (;;) {}", "a.js", "other")) == []
