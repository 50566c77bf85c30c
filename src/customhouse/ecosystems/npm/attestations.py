"""npm's attestation documents: what the provenance in them claims. Signatures are not verified here.

The document is `{"attestations": [{"predicateType": …, "bundle": {"dsseEnvelope": {"payload": base64}}}]}`, the payload
an in-toto statement. Read are SLSA provenance v1 (GitHub) and v0.2 (GitHub before 2023, GitLab); npm's own publish
attestation says nothing of a build.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import msgspec

from customhouse.model.errors import HostileUpstream
from customhouse.model.history import Claims

_PROVENANCE = "https://slsa.dev/provenance/"
#: Characters of one claim that are kept.
_MAX_TEXT = 500
_HINT = "do not install it from there; ask whoever runs the registry"
_UNREADABLE = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)


def read_attestations(what: str, data: bytes) -> Claims | None:
    """Read what the first provenance among the attestations claims; None when none of them is provenance.

    Raises HostileUpstream, with `what` in its message, when the document or its provenance cannot be read.
    """
    try:
        document = msgspec.json.decode(data)
        listed = document.get("attestations") if isinstance(document, dict) else None
        for one in listed if isinstance(listed, list) else ():
            entry = _mapping(one)
            if _text(entry.get("predicateType")).startswith(_PROVENANCE):
                envelope = _mapping(_mapping(entry.get("bundle")).get("dsseEnvelope"))
                payload = base64.b64decode(_text(envelope.get("payload")), validate=True)
                return _claims(_mapping(_mapping(msgspec.json.decode(payload)).get("predicate")))
    except (*_UNREADABLE, binascii.Error, ValueError) as error:
        raise HostileUpstream(f"{what}: its attestations do not read: {error}", hint=_HINT) from None
    if not isinstance(listed, list):
        raise HostileUpstream(f"{what}: the registry's attestations are no list", hint=_HINT)
    return None


def _claims(predicate: Mapping[str, Any]) -> Claims:
    claims = _first_version(predicate) if "buildDefinition" in predicate else _before_it(predicate)
    told = {name: getattr(claims, name)[:_MAX_TEXT] for name in claims.__struct_fields__}
    return Claims(**told)


def _first_version(predicate: Mapping[str, Any]) -> Claims:
    build = _mapping(predicate.get("buildDefinition"))
    workflow = _mapping(_mapping(build.get("externalParameters")).get("workflow"))
    materials = build.get("resolvedDependencies")
    first = _mapping(materials[0]) if isinstance(materials, list) and materials else {}
    builder = _mapping(_mapping(predicate.get("runDetails")).get("builder"))
    return Claims(
        repository=_text(workflow.get("repository")),
        workflow=_text(workflow.get("path")),
        ref=_text(workflow.get("ref")),
        commit=_text(_mapping(first.get("digest")).get("gitCommit")),
        runner=_runner(_text(builder.get("id"))),
    )


def _before_it(predicate: Mapping[str, Any]) -> Claims:
    invocation = _mapping(predicate.get("invocation"))
    source = _mapping(invocation.get("configSource"))
    address, _, ref = _text(source.get("uri")).removeprefix("git+").partition("@")
    repository = address.removesuffix(".git")
    # GitHub's entry point is `owner/name/path@ref`, GitLab's the name of a job.
    entry = _text(source.get("entryPoint")).partition("@")[0]
    owned = repository.partition("://")[2].partition("/")[2]
    branch = _text(_mapping(invocation.get("parameters")).get("CI_COMMIT_REF_NAME"))
    return Claims(
        repository=repository,
        workflow=entry.removeprefix(f"{owned}/"),
        ref=ref or branch,
        commit=_text(_mapping(source.get("digest")).get("sha1")),
        runner=_runner(_text(_mapping(predicate.get("builder")).get("id"))),
    )


def _runner(builder: str) -> str:
    """Take the kind of machine from GitHub's builder id; other builders' ids name a version or a single machine."""
    start, found, kind = builder.partition("/actions/runner/")
    return kind if start and found else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
