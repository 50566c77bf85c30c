"""What each client is told of a file that it does not get."""

import json
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.gateway.interface import Refused
from customhouse.gateway.pypi.paths import Refusal, read_target
from customhouse.gateway.pypi.refusals import forbid, gateway_of, message, refuse, told_address
from customhouse.gateway.refusals import reason, refusal
from customhouse.model.gateway import Reason, Standing
from customhouse.model.purl import Purl
from gateway.pypi.world import BASE, LATER, NOW, World, ask, call, headers, location

WHEEL = "alpha-1.1.0-py3-none-any.whl"
PATH = f"/files/https/files.example/{WHEEL}"
RULES = (Reason("runs-at-install", "setup.py runs it", "high"), Reason("new-publisher", "nobody knew them", "high"))
COOLDOWN = Standing("1.1.0", "hold", "cooldown", since=NOW, until=LATER)
VERDICT = Standing("1.1.0", "block", "verdict", RULES, since=NOW, owner="Ada")


def refused(standing=COOLDOWN, filename=WHEEL):
    return Refused(Purl("pypi", "alpha", standing.version), filename, standing)


def test_the_text_says_all_that_there_is_to_say():
    assert forbid(call(PATH), refused(VERDICT)).body.decode() == (
        "alpha==1.1.0 is blocked since 2026-11-30 12:00 UTC, until somebody decides otherwise: its inspection found "
        "something: [runs-at-install] setup.py runs it; [new-publisher] nobody knew them. To answer for it: customhouse "
        "approve pkg:pypi/alpha@1.1.0 --gateway http://gateway.test:8080/ --reason ... --owner ...\n"
    )
    text = forbid(call(PATH), refused()).body.decode()
    assert "it is younger than the cooldown asks" in text
    assert "until 2026-12-03 12:00 UTC" in text


def test_curl_and_browsers_read_text():
    reply = refuse(call(PATH, accept="text/html"), refused())
    assert (reply.status, reply.content_type) == (403, "text/plain; charset=utf-8")
    assert reply.body.decode().rstrip() == refusal(refused(), "http://gateway.test:8080/")
    told = headers(reply)["Customhouse-Reason"]
    assert told == "decision=hold; ground=cooldown; rules=cooldown; until=2026-12-03T12:00:00Z"
    assert headers(reply)["Cache-Control"] == "no-store"


@pytest.mark.parametrize("how", [{"agent": "uv/0.13.8"}, {"accept": "application/json"}])
def test_uv_and_programs_read_a_problem(how):
    reply = refuse(call(PATH, **how), refused(VERDICT))
    assert (reply.status, reply.content_type) == (403, "application/problem+json")
    told = json.loads(reply.body)
    assert told["status"] == 403
    assert "runs-at-install" in told["detail"]
    assert "customhouse approve pkg:pypi/alpha@1.1.0" in told["detail"]


@pytest.mark.parametrize("agent", ["pip/26.3 {}", "poetry/2.5.1 x", "pdm/2.29", "unearth/0.18"])
def test_who_prints_the_address_alone_is_led_to_one_that_says_it(agent):
    world = World()
    world.store.publish("alpha", "1.1.0")
    world.standings["alpha", "1.1.0"] = VERDICT
    reply = refuse(call(PATH, agent=agent), refused(VERDICT))
    assert (reply.status, reply.file) == (302, None)
    there = location(PATH, reply)
    assert there == (
        f"/refused/alpha/{WHEEL}/runs-at-install+new-publisher/since/2026-11-30T12:00Z/"
        "until-somebody-approves-it/see/customhouse-explain/alpha==1.1.0"
    )
    last = ask(world, there, agent=agent)
    assert last.status == 403
    assert "nobody knew them" in last.body.decode()
    assert world.opened == []


def test_they_are_refused_at_once_where_the_way_back_is_not_plain():
    reply = refuse(call(f"/files/https/files.example//x/{WHEEL}", agent="pip/26"), refused())
    assert reply.status == 403


def test_the_words_of_the_address_are_not_believed():
    world = World()
    world.store.publish("alpha", "1.1.0")
    for version in ("1.1.0", "9"):
        reply = ask(world, f"/refused/alpha/alpha-{version}-py3-none-any.whl/cooldown/since/2026")
        assert reply.status == 404
        assert reply.file is None
    world.gated["alpha", "1.1.0"] = VERDICT
    reply = ask(world, f"/refused/alpha/{WHEEL}/cooldown/since/2026")
    assert reply.status == 403
    assert b"runs-at-install" in reply.body
    assert b"cooldown" not in reply.body


texts = st.text(max_size=30)


@given(st.lists(st.tuples(texts, texts), max_size=3), st.sampled_from([None, NOW]), st.sampled_from([None, LATER]))
def test_whatever_the_rules_are_called(reasons, since, until):
    standing = Standing("1.1.0", "hold", "verdict", tuple(Reason(rule, said) for rule, said in reasons), since, until)
    told = refused(standing)
    assert all(" " <= letter <= "~" for letter in reason(standing))
    address = told_address(told)
    assert address.isascii()
    assert read_target(f"/{address}") == Refusal("alpha", WHEEL)
    assert "//" not in unquote(address)
    for agent in ("pip/1", "uv/1", "x"):
        reply = refuse(call(PATH, agent=agent), told)
        assert reply.status in (302, 403)
        assert all("\n" not in value and "\r" not in value for _, value in reply.headers)


def test_the_gateway_is_where_the_door_hangs():
    assert gateway_of(call("/")) == "http://gateway.test:8080/"
    assert BASE == "http://gateway.test:8080/pypi/"


def test_messages_in_both_shapes():
    text = message(call("/"), 404, "Not found", "There is none.\n")
    assert (text.status, text.body) == (404, b"There is none.\n")
    problem = message(call("/", agent="uv/1"), 404, "Not found", "There is none.\n")
    assert json.loads(problem.body) == {"title": "Not found", "status": 404, "detail": "There is none."}


def test_a_time_of_another_zone_is_told_in_utc():
    standing = Standing("1.1.0", "hold", "cooldown", until=datetime.fromisoformat("2026-12-03T14:00:00+02:00"))
    reply = forbid(call(PATH), refused(standing))
    assert "2026-12-03T12:00:00Z" in headers(reply)["Customhouse-Reason"]
    assert datetime.fromisoformat("2026-12-03T12:00:00Z").astimezone(UTC) == LATER
    assert "until/2026-12-03T12:00Z" in told_address(refused(standing))
