"""`customhouse doctor --gateway`: which package clients of this machine go through a gateway."""

import os
import sys
import time
from pathlib import Path

import click

from customhouse.cli.gateway_client import GatewayClient, open_gateway
from customhouse.cli.options import Common
from customhouse.model.errors import UnreachableUpstream

_SCHEMA = "customhouse/gateway-canary/1"
#: A client goes elsewhere; or none does, and of one nothing could be shown.
_ELSEWHERE, _UNSHOWN = 10, 4
#: Seconds within which a gateway writes down what it was asked.
_WRITTEN = 5.0


def prove_clients(address: str, token: str | None, common: Common) -> None:
    """Have every client ask, tell what came of it, and end with the code that it means."""
    from customhouse.gateway.proof.carried import gateway_at  # noqa: PLC0415 - after `--help` has been answered
    from customhouse.gateway.proof.proving import prove  # noqa: PLC0415
    from customhouse.report.client_proof import client_proof_json, client_proof_text, proven  # noqa: PLC0415

    gateway = gateway_at(address, os.environ)
    with open_gateway(address, token) as client:
        _see_that_it_tells(client)
        if common.progress and sys.stderr.isatty():
            click.echo("asking every client that is installed here; pipenv and Poetry take a while", err=True)
        proofs = prove(gateway, Path.cwd(), os.environ, lambda nonce: _agents(client, nonce))
    write = client_proof_json if common.format == "json" else client_proof_text
    click.echo(write(gateway.root, proofs))
    wrong = any(each.outcome in ("elsewhere", "partly") for each in proofs)
    sys.exit(_ELSEWHERE if wrong else 0 if proven(proofs) else _UNSHOWN)


def _see_that_it_tells(client: GatewayClient) -> None:
    """Ask for a canary ourselves: a gateway that does not write that down would make every client look guilty."""
    from customhouse.gateway.canary.names import canary_name, new_nonce  # noqa: PLC0415

    nonce = new_nonce()
    client.document(f"canaries/{nonce}", schema=_SCHEMA)
    client.registry_document(f"npm/{canary_name(nonce)}")
    end = time.monotonic() + _WRITTEN
    while not _agents(client, nonce):
        if time.monotonic() > end:
            raise UnreachableUpstream(
                f"the gateway at {client.address} does not write down what it is asked",
                hint=f"see whether its database can be written: curl {client.address}-/ready",
            )
        time.sleep(0.2)


def _agents(client: GatewayClient, nonce: str) -> list[str]:
    found = client.document(f"canaries/{nonce}", schema=_SCHEMA)
    return [str(each["agent"]) for each in found["questions"]]
