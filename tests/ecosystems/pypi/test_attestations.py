"""PEP 740 provenance: made-up certificates with the extensions, damaged ones, and a genuine one where it lies beside."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.pypi.attestations import read_provenance
from customhouse.model.errors import HostileUpstream
from customhouse.model.history import Claims

ARC = bytes.fromhex("060a2b0601040183bf3001")
PUBLISHER = {"kind": "GitHub", "repository": "o/r", "workflow": "release.yml", "environment": None}
REAL = Path(__file__).resolve().parents[4] / "shared/data/provenance/pypi"


def extension(number, text):
    inner = b"\x0c" + length(text) + text
    return ARC + bytes((number,)) + b"\x04" + length(inner) + inner


def length(value):
    if len(value) < 128:
        return bytes((len(value),))
    return b"\x82" + len(value).to_bytes(2)


def provenance(certificate=b"", publisher=PUBLISHER):
    attestation = {"version": 1, "verification_material": {"certificate": base64.b64encode(certificate).decode()}}
    bundle = {"publisher": publisher, "attestations": [attestation]}
    return json.dumps({"version": 1, "attestation_bundles": [bundle]}).encode()


def test_the_publisher_and_the_certificate_together():
    certificate = b"..".join(
        (
            extension(11, b"github-hosted"),
            extension(12, b"https://github.com/o/r"),
            extension(13, b"ab" * 20),
            extension(14, b"refs/tags/v1.0.0"),
        )
    )
    expected = Claims("https://github.com/o/r", "release.yml", "refs/tags/v1.0.0", "ab" * 20, "github-hosted")
    assert read_provenance("a 1", provenance(certificate)) == expected


def test_the_publisher_alone():
    assert read_provenance("a 1", provenance()) == Claims("https://github.com/o/r", "release.yml")
    gitlab = {"kind": "GitLab", "repository": "g/h/r", "workflow_filepath": ".gitlab-ci.yml"}
    assert read_provenance("a 1", provenance(publisher=gitlab)) == Claims("https://gitlab.com/g/h/r", ".gitlab-ci.yml")
    assert read_provenance("a 1", provenance(publisher={"kind": "Google", "email": "x"})) == Claims()


def test_a_long_value_and_a_truncated_one():
    certificate = extension(12, b"https://github.com/" + b"r" * 200)
    assert read_provenance("a 1", provenance(certificate)).repository.endswith("r" * 200)
    assert read_provenance("a 1", provenance(certificate[:-1])) == Claims("https://github.com/o/r", "release.yml")


def test_no_attestation_is_none():
    assert read_provenance("a 1", b'{"attestation_bundles": []}') is None
    assert read_provenance("a 1", b'{"attestation_bundles": [{"publisher": {}, "attestations": []}]}') is None


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"attestation_bundles": 1}', b"\xff", provenance()[:-3], b"[" * 99_999]
)
def test_damage_is_told(data):
    with pytest.raises(HostileUpstream, match="a 1: its provenance does not read"):
        read_provenance("a 1", data)


def test_a_certificate_that_is_no_base64():
    with pytest.raises(HostileUpstream):
        read_provenance("a 1", provenance().replace(b'"certificate": ""', b'"certificate": "!!"'))


@given(st.lists(st.sampled_from([ARC, b"\x0e", b"\x04", b"\x82", b"\xff", b"\x0c", b"\x03abc"]), max_size=20))
def test_any_certificate_is_read(parts):
    assert isinstance(read_provenance("a 1", provenance(b"".join(parts))), Claims)


@pytest.mark.skipif(not REAL.is_dir(), reason="the genuine object is not beside the project")
def test_a_genuine_object():
    claims = read_provenance("a 1", (REAL / "pypi_attestations-0.0.19.tar.gz.provenance").read_bytes())
    assert claims.repository == "https://github.com/trailofbits/pypi-attestations"
    assert (claims.workflow, claims.ref, claims.runner) == ("release.yml", "refs/tags/v0.0.19", "github-hosted")
    assert len(claims.commit) == 40
