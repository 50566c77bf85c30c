"""Real clients, pointed by nothing but what `environment` says, come to the gateway with their token."""

import base64
import json
import socket

import pytest

from customhouse.ecosystems.pypi.configuration import last_resort
from gateway.real_clients import Through, need
from simulator.http import Response, Server

pytestmark = pytest.mark.clients

TOKEN = "s3cret-._~token"  # noqa: S105 - of no gateway
PYPROJECT = '[project]\nname = "shop"\nversion = "1.0.0"\nrequires-python = ">=3.11"\ndependencies = ["alpha"]\n'
MANIFEST = {"package.json": json.dumps({"name": "shop", "version": "1.0.0", "dependencies": {"alpha": "^1.0.0"}})}
PIPFILE = '[[source]]\nurl = "{}"\nverify_ssl = true\nname = "pypi"\n[packages]\nalpha = "*"\n'

#: Client → what it is told to do, and the files that it needs for it.
WAYS = {
    "npm": (["install"], MANIFEST),
    "pnpm-9": (["install"], MANIFEST),
    "pnpm-12": (["install"], MANIFEST),
    "yarn-1": (["install"], MANIFEST),
    "yarn-4": (["install"], MANIFEST | {"yarn.lock": ""}),
    "bun": (["install"], MANIFEST),
    "pip": (["install", "--target", "site", "alpha"], {}),
    "uv": (["lock"], {"pyproject.toml": PYPROJECT}),
    "pdm": (["lock"], {"pyproject.toml": PYPROJECT + "[tool.pdm]\ndistribution = false\n"}),
    "pipenv": (["lock"], {"Pipfile": ""}),
    "poetry": (["lock"], {"pyproject.toml": PYPROJECT + "[tool.poetry]\npackage-mode = false\n"}),
}


def own_address() -> str:
    """Return an address of this machine that is not loopback, by which clients ask as over a network; else loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
            return probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"


@pytest.fixture(params=["loopback", "network"])
def gateway(request):
    """An address that has nothing, and what it was asked."""
    host = "127.0.0.1" if request.param == "loopback" else own_address()
    asked = []
    server = Server()

    def handle(said):
        asked.append(said)
        return Response(404, {"Content-Type": "application/json"}, b'{"error": "not found"}')

    yield f"http://{host}:{server.listen('gateway', handle, host=host)}", asked
    server.close()


def told(authorization: str) -> str:
    """Return the token in a header."""
    kind, _, value = authorization.partition(" ")
    return base64.b64decode(value).decode().partition(":")[2] if kind == "Basic" else value


@pytest.mark.parametrize("client", WAYS)
@pytest.mark.parametrize("token", ["", TOKEN], ids=["open", "token"])
def test_every_client_comes_to_the_gateway(client, token, gateway, tmp_path):
    need(client)
    address, asked = gateway
    arguments, files = WAYS[client]
    (tmp_path / "shop").mkdir()
    for name, text in files.items():
        (tmp_path / "shop" / name).write_text(
            text or (PIPFILE.format(last_resort().rstrip("/")) if name == "Pipfile" else "")
        )
    through = Through(tmp_path / "home", address, token)
    if client == "poetry":
        index = f"{address}/pypi/simple/"
        through.run("poetry", "source", "add", "--priority=primary", "gateway", index, cwd=tmp_path / "shop")
    through.run(client, *arguments, cwd=tmp_path / "shop", fails=True, PIP_RETRIES="0")
    room = "/pypi/simple/alpha/" if client in ("pip", "uv", "pdm", "pipenv", "poetry") else "/npm/alpha"
    calls = [call for call in asked if call.path == room]
    assert calls, [call.path for call in asked]
    assert {told(call.headers.get("authorization", "")) for call in calls} == {token}
