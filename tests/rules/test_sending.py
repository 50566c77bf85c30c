"""What the rules over network places have in common."""

import pytest

from customhouse.rules.shared.sending import contact, elsewhere, listed, named_in, newly_named, spoken_by
from rules.cases import call, can, change, code, code_case, said

NETWORK = can("network", "https.request")


@pytest.mark.parametrize(
    ("detail", "added"),
    [
        ("webhook.site", "webhook.site"),
        ("oast.fun", "x.oast.fun"),
        ("http://198.51.100.7:8080", "198.51.100.7:8080"),
        ("198.51.100.7", "198.51.100.7"),
        ("http://[2001:db8::7]:80", "2001:db8::7"),
        ("http://[2001:db8::7]", "[2001:db8::7]:80"),
        ("Discord webhook", "discord.com"),
        ("Telegram bot", "api.telegram.org"),
    ],
)
def test_newly_named(detail, added):
    mention = said("drop-service", detail)
    assert newly_named(code_case(change=change(added_hosts=("files.example.test", added))), [mention])
    assert not newly_named(code_case(change=change(added_hosts=("files.example.test", f"x{added}x"))), [mention])
    assert not newly_named(code_case(), [mention])


@pytest.mark.parametrize("callee", ["axios.create", "requests.Session", "http.Agent", "httpx.Client", "dns.Resolver"])
def test_what_only_prepares_reaches_nothing(callee):
    file = code(can("network", callee), calls=(call(callee, "https://webhook.site"),))
    assert not contact(file, "import").reached


@pytest.mark.parametrize(
    "line",
    [
        "curl -d @x https://a.test",
        "sh -c 'wget -q a.test'",
        "powershell iwr a.test",
        "nslookup a.test",
        "/usr/bin/nc a 1",
    ],
)
def test_programs_that_reach_the_network(line):
    file = code(can("process", "os.system"), calls=(call("os.system", line),))
    assert contact(file, "import").programs


@pytest.mark.parametrize("line", ["echo curling", "node --version", "git status", "python setup.py curl_helper"])
def test_programs_that_do_not(line):
    file = code(can("process", "os.system"), calls=(call("os.system", line),))
    assert not contact(file, "import").reached


def test_what_is_given():
    plain, given = call("https.request", None), call("https.request().end", None, origins=("host",))
    made = contact(code(NETWORK, calls=(plain, given)), "import")
    assert (made.reached, made.given) == ((plain, given), (given,))
    assert not contact(code(NETWORK, calls=(call("https.request", origins=("decoded",)),)), "import").given


def test_elsewhere():
    plain, given = call("https.request", None), call("https.request", None, origins=("environment",))
    assert elsewhere([code(NETWORK, calls=(plain,))]) == "reaches"
    assert elsewhere([code(NETWORK, calls=(plain,)), code(NETWORK, calls=(given,), path="b.js")]) == "gives"
    assert elsewhere([code(NETWORK, calls=(given,), reach="other")]) == ""


def test_constants_of_module_level_are_known_to_functions():
    early, late = said("drop-service", "webhook.site"), said("drop-service", "paste.ee", when="call")
    file = code(mentions=(early, late))
    assert spoken_by(file, "call", "drop-service") == (early, late)
    assert spoken_by(file, "import", "drop-service") == (early,)


def test_calls_that_name_a_place():
    one, other = call("fetch", "http://198.51.100.7:80/x"), call("fetch", "https://files.example.test")
    assert named_in((one, other), [said("raw-address", "http://198.51.100.7:80")]) == (one,)
    hook = call("fetch", "https://discord.com/api/webhooks/1")
    assert named_in((hook, other), [said("drop-service", "Discord webhook")]) == (hook,)


def test_details_in_a_message():
    assert listed([said("drop-service", each) for each in "aabcdef"]) == "a, b, c, d and 2 more"
