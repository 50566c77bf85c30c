"""The access log: one line a request, in which no client writes anything of its own and no secret stands."""

import msgspec
import pytest
import structlog

from customhouse.gateway.interface import Call, Client, Reply
from customhouse.gateway.records import Records


def logged(path="/npm/x", **client):
    records = Records(lambda _batch: None)
    with structlog.testing.capture_logs() as lines:
        records._log = structlog.get_logger("test")
        call = Call("GET", path, {}, Client(**{"address": "192.0.2.1", **client}), "http://x/")
        records.answered(call, Reply(200), 200, 0, 0.1)
    return lines[0]


@pytest.mark.parametrize(
    "path",
    [
        "/npm/-/user/token/cht_abcdefgh",
        "/npm/-/user/token/another-registrys-own",
        "/npm/-/npm/v1/tokens/token/another-registrys-own",
        "/pypi/simple/cht_abcdefgh/",
    ],
)
def test_a_token_in_an_address_is_not_logged(path):
    told = logged(path)["path"]
    assert "abcdefgh" not in told
    assert "registrys-own" not in told
    assert told.startswith(path[:12])


@pytest.mark.parametrize("said", ["a\nb", "a\x1b[2Jb", "a\x9bb", "a\u2028b", "a\u202eb", "a\x00b"])
def test_what_clients_say_of_themselves_stays_on_its_line(said):
    line = logged(f"/npm/{said}", agent=said, project=said, address=said)
    for text in (line["path"], line["agent"], line["project"], line["client"]):
        assert text.isprintable()
    assert msgspec.json.encode(line).count(b"\n") == 0


def test_labels_of_metrics_are_few_whatever_is_asked():
    records = Records(lambda _batch: None, access_log=False)
    for number in range(200):
        call = Call(f"M{number}", f"/{number}/x", {}, Client("192.0.2.1"), "http://x/")
        records.answered(call, Reply(404), 404, 0, 0.1)
    assert records.metrics().count(b"customhouse_gateway_requests_total{") == 1
