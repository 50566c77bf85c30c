"""Fuzzes the attestation documents of either registry and the addresses in them: claims or UpstreamError, only.

Run: `python fuzz/fuzz_attestations.py [CORPUS] -max_total_time=30` with atheris installed and `src` on the path.
"""

import base64
import json
import sys

import atheris

with atheris.instrument_imports(include=["customhouse"]):
    from customhouse.ecosystems.npm.attestations import read_attestations
    from customhouse.ecosystems.pypi.attestations import read_provenance
    from customhouse.model.errors import UpstreamError
    from customhouse.model.source_address import source_address


def one(data: bytes) -> None:
    encoded = base64.b64encode(data).decode()
    kind = "https://slsa.dev/provenance/v1"
    npm = {"attestations": [{"predicateType": kind, "bundle": {"dsseEnvelope": {"payload": encoded}}}]}
    signed = {"verification_material": {"certificate": encoded}}
    pypi = {"attestation_bundles": [{"publisher": {}, "attestations": [signed]}]}
    for read, document in (
        (read_attestations, data),
        (read_provenance, data),
        (read_attestations, json.dumps(npm).encode()),
        (read_provenance, json.dumps(pypi).encode()),
    ):
        try:
            claims = read("it", document)
        except UpstreamError:
            continue
        if claims is not None:
            source_address(claims.repository)
    source_address(data.decode("utf-8", "replace"))


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
