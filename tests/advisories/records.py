"""OSV records, and files of them, for tests."""

import json
import zipfile


def record(identity="MAL-2026-1", name="lib", ecosystem="npm", modified="2026-01-01T00:00:00Z", **fields):
    affected = {"package": {"ecosystem": ecosystem, "name": name}}
    affected |= {key: fields.pop(key) for key in ("versions", "ranges", "database_specific_of") if key in fields}
    if "database_specific_of" in affected:
        affected["database_specific"] = affected.pop("database_specific_of")
    return {"id": identity, "modified": modified, "affected": [affected], **fields}


def ranged(*pairs, kind="SEMVER"):
    return [{"type": kind, "events": [dict([pair]) for pair in pairs]}]


def write_zip(path, records, *, method=zipfile.ZIP_DEFLATED, extra=()):
    with zipfile.ZipFile(path, "w", method) as archive:
        for each in records:
            archive.writestr(f"{each['id']}.json", json.dumps(each))
        for name, data in extra:
            archive.writestr(name, data)
    return path


def many(count, first=0):
    return [record(f"MAL-2026-{at}", f"package-{at}", versions=["1.0.0"]) for at in range(first, first + count)]
