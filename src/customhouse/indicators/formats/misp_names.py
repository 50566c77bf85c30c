"""What MISP calls things (https://www.misp-standard.org/rfc/misp-standard-core.html), and what we add as tags."""

import uuid

from customhouse.model.campaign import FactKind, Platform, Role

#: Attribute type → kind of fact. Of a composite (`filename|sha256`), the half that stands here.
TYPES: dict[str, FactKind] = {
    "md5": "digest", "sha1": "digest", "sha256": "digest", "sha512": "digest",
    "domain": "domain", "hostname": "domain", "ip-dst": "address", "ip-src": "address",
    "url": "url", "uri": "url", "link": "url", "filename": "path", "user-agent": "user-agent", "regkey": "registry-key",
    "windows-service-name": "service", "windows-service-displayname": "service", "windows-scheduled-task": "service",
    "process-name": "process", "pattern-in-file": "text", "pattern-in-memory": "text", "pattern-in-traffic": "text",
}  # fmt: skip
#: Kind → attribute type and category, as they are written. A digest's and an address's type depend on the value.
WRITTEN: dict[FactKind, tuple[str, str]] = {
    "domain": ("domain", "Network activity"),
    "address": ("ip-dst", "Network activity"),
    "url": ("url", "Network activity"),
    "user-agent": ("user-agent", "Network activity"),
    "path": ("filename", "Artifacts dropped"),
    "registry-key": ("regkey", "Persistence mechanism"),
    "process": ("text", "Artifacts dropped"),
    "service": ("text", "Persistence mechanism"),
    "text": ("pattern-in-file", "Artifacts dropped"),
}
#: Composite types: the halves' own types.
COMPOSITES: dict[str, tuple[str, str]] = {
    "filename|md5": ("filename", "md5"), "filename|sha1": ("filename", "sha1"),
    "filename|sha256": ("filename", "sha256"), "filename|sha512": ("filename", "sha512"),
    "domain|ip": ("domain", "ip-dst"), "ip-dst|port": ("ip-dst", ""), "ip-src|port": ("ip-src", ""),
    "hostname|port": ("hostname", ""), "regkey|value": ("regkey", ""),
}  # fmt: skip
#: Our machine tags: `customhouse:role="contact"`.
TAG = "customhouse"
RELEASE, CAMPAIGN = "customhouse-release", "customhouse-campaign"
ROLES: dict[str, Role] = {
    each: each for each in ("payload", "staging", "contact", "exfiltration", "persistence", "marker")
}
PLATFORMS: dict[str, Platform] = {each: each for each in ("any", "linux", "macos", "windows")}
_OURS = uuid.UUID("0f4d4c0e-93e5-4ab8-8a3b-63a9c1f1a9d2")


def own_uuid(*parts: str) -> str:
    """Return the UUID of a thing made of what it is, so that exports of one pack are one event."""
    return str(uuid.uuid5(_OURS, "\0".join(parts)))
