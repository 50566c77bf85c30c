"""PEP 740 provenance objects: where a file says it was built. Signatures are not verified here.

The object is `{"version": 1, "attestation_bundles": [{"publisher": {"kind": …}, "attestations":
[{"verification_material": {"certificate": base64 of DER}, …}]}]}`. The publisher names repository and workflow; ref and
commit stand in extensions of the certificate (Fulcio, `docs/oid-info.md`, arc 1.3.6.1.4.1.57264.1).
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import msgspec

from customhouse.model.errors import HostileUpstream
from customhouse.model.history import Claims

_MAX_TEXT = 500
#: Bytes; Fulcio's certificates have about one thousand.
_MAX_CERTIFICATE = 64 * 1024
_HINT = "do not install it from there; ask whoever runs the index"
#: DER of the arc 1.3.6.1.4.1.57264.1 with its last number left off: tag, length, and the numbers.
_ARC = bytes.fromhex("060a2b0601040183bf3001")
_RUNNER, _REPOSITORY, _COMMIT, _REF = 11, 12, 13, 14
_OCTETS, _TEXT = 0x04, 0x0C
_LONG = 0x80
_HOSTS = {"github": "https://github.com/", "gitlab": "https://gitlab.com/"}


def read_provenance(what: str, data: bytes) -> Claims | None:
    """Read what the first bundle with an attestation claims; None when there is none.

    Raises HostileUpstream, with `what` in its message, when the object cannot be read.
    """
    try:
        document = msgspec.json.decode(data)
        bundles = document.get("attestation_bundles") if isinstance(document, dict) else None
        if not isinstance(bundles, list):
            raise ValueError("it has no list of bundles")  # noqa: TRY004, TRY301 - told as all that cannot be read
        for bundle in map(_mapping, bundles):
            attestations = bundle.get("attestations")
            if isinstance(attestations, list) and attestations:
                material = _mapping(_mapping(attestations[0]).get("verification_material"))
                certificate = base64.b64decode(_text(material.get("certificate")), validate=True)
                return _claims(_mapping(bundle.get("publisher")), _extensions(certificate))
    except (msgspec.DecodeError, RecursionError, binascii.Error, ValueError) as error:
        raise HostileUpstream(f"{what}: its provenance does not read: {error}", hint=_HINT) from None
    return None


def _claims(publisher: Mapping[str, Any], signed: Mapping[int, str]) -> Claims:
    host = _HOSTS.get(_text(publisher.get("kind")).lower(), "")
    told = _text(publisher.get("repository"))
    workflow = _text(publisher.get("workflow")) or _text(publisher.get("workflow_filepath"))
    return Claims(
        repository=(signed.get(_REPOSITORY) or (host + told if told else ""))[:_MAX_TEXT],
        workflow=workflow[:_MAX_TEXT],
        ref=signed.get(_REF, "")[:_MAX_TEXT],
        commit=signed.get(_COMMIT, "")[:_MAX_TEXT],
        runner=signed.get(_RUNNER, "")[:_MAX_TEXT],
    )


def _extensions(certificate: bytes) -> dict[int, str]:
    """Find the extensions of the arc by its bytes and read the text that follows each: no more of X.509 is needed."""
    found: dict[int, str] = {}
    if len(certificate) > _MAX_CERTIFICATE:
        return found
    at = certificate.find(_ARC)
    while at >= 0:
        at += len(_ARC)
        if at < len(certificate):
            outer = _value(certificate, at + 1, _OCTETS)
            inner = _value(outer, 0, _TEXT) if outer else None
            if inner is not None:
                found.setdefault(certificate[at], inner.decode("utf-8", "replace"))
        at = certificate.find(_ARC, at)
    return found


def _value(data: bytes, at: int, tag: int) -> bytes | None:
    """Read the contents of one DER element with this tag; None when it is another or does not fit."""
    header = data[at : at + 4]
    if len(header) < 2 or header[0] != tag:  # noqa: PLR2004 - tag and length
        return None
    length, start = header[1], at + 2
    if length & _LONG:
        size = length - _LONG
        if size not in (1, 2) or len(header) < 2 + size:
            return None
        length, start = int.from_bytes(header[2 : 2 + size]), start + size
    value = data[start : start + length]
    return value if len(value) == length else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
