"""A packument of many megabytes: other clients do not wait for it."""

import subprocess
import sys

import msgspec
import pytest

from gateway.running import gateway
from simulator import misbehaviour

VERSIONS = 12_000
#: Milliseconds. A document of this size took some 600 when all was done in the loop; this machine is shared.
LONGEST = 250
ABBREVIATED = "application/vnd.npm.install-v1+json"
#: Another client, in a process of its own, until it is told to stop: says how many milliseconds it waited at most.
OTHERS = """
import http.client, select, sys, time
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
longest = 0
print("asking", flush=True)
while not select.select([sys.stdin], [], [], 0.002)[0]:
    began = time.perf_counter()
    connection.request("GET", "/-/health")
    assert connection.getresponse().read() == b'{"status":"ok"}'
    longest = max(longest, time.perf_counter() - began)
print(longest * 1000)
"""


@pytest.fixture
def huge(registry):
    registry.npm.publish("large", "1.0.0")
    registry.npm.publish("small", "1.0.0")
    document = registry.npm.packument("large")
    (stated,), published = document["versions"].values(), document["time"]["1.0.0"]
    names = [f"1.{number}.0" for number in range(VERSIONS)]
    document["versions"] = {name: {**stated, "version": name, "description": "x" * 2500} for name in names}
    document["time"] |= dict.fromkeys(names, published)
    document["dist-tags"] = {"latest": names[-1]}
    body = msgspec.json.encode(document)
    assert len(body) > 30_000_000
    registry.misbehave(lambda path: path == "/large", misbehaviour.malformed(body))
    return registry


def test_nobody_waits_for_a_large_document(huge, tmp_path):
    with gateway(tmp_path, huge, "--no-access-log") as running:
        assert (
            running.get("/npm/small").status_code == 200
        )  # what the first question to upstream imports takes its time
        port = running.url.rpartition(":")[2]
        with subprocess.Popen(
            [sys.executable, "-c", OTHERS, port], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as others:
            others.stdout.readline()
            answers = [running.get("/npm/large", accept=kind) for kind in ("application/json", ABBREVIATED)]
            longest, _ = others.communicate("\n", timeout=30)
        assert float(longest) < LONGEST
        assert [len(answer.json()["versions"]) for answer in answers] == [VERSIONS, VERSIONS]
