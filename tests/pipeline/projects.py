"""Projects written for a test: a lock over releases that were published to the simulator."""

import base64
import hashlib
import json


def sri(data: bytes) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


def npm_project(folder, packages, *, version=3):
    """Write package.json and its lock; `packages` maps (name, version) to the archive's bytes or an integrity text."""
    entries = {}
    for (name, release), content in packages.items():
        integrity = sri(content) if isinstance(content, bytes) else content
        entries[f"node_modules/{name}"] = {"version": release, "integrity": integrity}
    direct = dict(packages.keys())
    root = {"name": "project", "version": "1.0.0", "dependencies": direct}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text(json.dumps(root))
    lock = {
        "name": "project",
        "version": "1.0.0",
        "lockfileVersion": version,
        "requires": True,
        "packages": {"": root, **entries},
    }
    (folder / "package-lock.json").write_text(json.dumps(lock, indent=2))
    return folder


def python_project(folder, releases):
    """Write a requirements file with every archive's hash; `releases` maps (name, version) to bytes by file name."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for (name, version), files in releases.items():
        hashes = " ".join(f"--hash=sha256:{hashlib.sha256(data).hexdigest()}" for data in files.values())
        lines.append(f"{name}=={version} {hashes}")
    (folder / "requirements.txt").write_text("\n".join(lines) + "\n")
    return folder


def rules_of(document):
    return {finding["rule"] for finding in document["findings"]}


def package(document, name):
    (found,) = [each for each in document["packages"] if f"/{name}@" in each["purl"]]
    return found
