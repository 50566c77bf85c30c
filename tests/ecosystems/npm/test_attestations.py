"""npm's attestation documents: the simulator's, damaged ones, and the genuine ones where they lie beside the project."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.npm.attestations import read_attestations
from customhouse.model.errors import HostileUpstream
from customhouse.model.history import Claims
from simulator.npm import attestation

DOCUMENT = attestation(
    "a", "1.0.0", "https://github.com/o/r", ".github/workflows/p.yml", "refs/tags/v1", "ab", "self-hosted"
)
REAL = Path(__file__).resolve().parents[4] / "shared/data/provenance/npm"


def read(document):
    return read_attestations("a@1.0.0", json.dumps(document).encode())


def statement(predicate, kind="https://slsa.dev/provenance/v0.2"):
    payload = base64.b64encode(json.dumps({"predicate": predicate}).encode()).decode()
    return {"attestations": [{"predicateType": kind, "bundle": {"dsseEnvelope": {"payload": payload}}}]}


def test_slsa_of_today():
    assert read(DOCUMENT) == Claims(
        "https://github.com/o/r", ".github/workflows/p.yml", "refs/tags/v1", "ab", "self-hosted"
    )


def test_slsa_before_2023():
    predicate = {
        "builder": {"id": "https://github.com/npm/cli@9.4.2"},
        "invocation": {
            "configSource": {
                "uri": "git+https://github.com/o/r@refs/tags/v1.0.0",
                "digest": {"sha1": "cd"},
                "entryPoint": "o/r/.github/workflows/p.yml@refs/tags/v1.0.0",
            }
        },
    }
    expected = Claims("https://github.com/o/r", ".github/workflows/p.yml", "refs/tags/v1.0.0", "cd", "")
    assert read(statement(predicate)) == expected


def test_gitlab_s_ref_stands_elsewhere():
    invocation = {
        "configSource": {"uri": "git+https://gitlab.com/o/r", "digest": {"sha1": "ef"}, "entryPoint": "publish"},
        "parameters": {"CI_COMMIT_REF_NAME": "v2"},
    }
    assert read(statement({"invocation": invocation})) == Claims("https://gitlab.com/o/r", "publish", "v2", "ef", "")


def test_no_provenance_among_them_is_none():
    assert read({"attestations": []}) is None
    assert read(statement({}, kind="https://github.com/npm/attestation/tree/main/specs/publish/v0.1")) is None


def test_claims_are_cut():
    long = attestation("a", "1", "https://github.com/" + "o" * 9000, "w", "r", "c", "x")
    assert len(read(long).repository) == 500


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"attestations": {}}',
        b"\xff\xfe",
        b'{"attestations": [{"predicateType": "https://slsa.dev/provenance/v1", "bundle": {"dsseEnvelope": {"payload": "!"}}}]}',
        b'{"attestations": [{"predicateType": "https://slsa.dev/provenance/v1"}]}',
        b"[" * 100_000,
    ],
)
def test_damage_is_told(data):
    with pytest.raises(HostileUpstream, match=r"a@1\.0\.0"):
        read_attestations("a@1.0.0", data)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "predicate",
                    "invocation",
                    "configSource",
                    "buildDefinition",
                    "externalParameters",
                    "workflow",
                    "runDetails",
                    "builder",
                    "resolvedDependencies",
                    "digest",
                    "uri",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(_JSON)
def test_any_predicate_is_read(predicate):
    assert isinstance(read(statement(predicate)), Claims)


@pytest.mark.skipif(not REAL.is_dir(), reason="the genuine documents are not beside the project")
@pytest.mark.parametrize(
    ("name", "repository", "ref"),
    [
        ("cli-valid-sigstore-attestations.json", "https://github.com/sigstore/sigstore-js", "refs/tags/v1.0.0"),
        ("cli-valid-tuf-js-attestations.json", "https://github.com/theupdateframework/tuf-js", "refs/"),
    ],
)
def test_genuine_documents(name, repository, ref):
    claims = read_attestations(name, (REAL / name).read_bytes())
    assert claims.repository == repository
    assert claims.ref.startswith(ref)
    assert claims.workflow.startswith(".github/workflows/")
    assert len(claims.commit) == 40
