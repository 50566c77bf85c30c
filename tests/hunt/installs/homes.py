"""What clients leave behind, written for a test as they write it: the formats were seen with npm 11, pnpm 11, uv 0.13."""

import base64
import hashlib
import io
import json
import tarfile
import zipfile

from customhouse.hunt.installs.hunting import hunt_installs
from customhouse.hunt.notes import Notebook
from hunt.campaigns import ASKED


def hunted(*roots, asked=ASKED, image=None):
    notes = Notebook()
    hunt_installs(roots, asked, notes, image)
    return notes


def hits(notes, subject=""):
    return [one for one in notes.hits if subject in one.subject]


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text) if isinstance(text, bytes) else path.write_text(text)
    return folder


def sri(data):
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


def tarball(files):
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return raw.getvalue()


def wheel(name, version, files=()):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for path, text in dict(files).items():
            archive.writestr(path, text)
        archive.writestr(f"{name}-{version}.dist-info/METADATA", f"Name: {name}\nVersion: {version}\n")
    return raw.getvalue()


def installed(project, packages, **hidden):
    """Lay out a node_modules as npm does; `packages` maps names to (version, files, more of the hidden lock's row)."""
    rows = {}
    for name, (version, files, row) in packages.items():
        own = {"package.json": json.dumps({"name": name, "version": version}), **files}
        write(project / "node_modules" / name, own)
        rows[f"node_modules/{name}"] = {
            "version": version,
            "resolved": f"https://registry.example/{name}/-/{name}-{version}.tgz",
            **row,
        }
    lock = {"name": "p", "lockfileVersion": 3, "requires": True, "packages": rows | hidden}
    write(project, {"node_modules/.package-lock.json": json.dumps(lock, indent=2)})
    return project


def cached(cache, key, data, milliseconds=1774916530000, *, keep=True, tombstone=False):
    """Put an entry into a cache as cacache does."""
    digest = hashlib.sha512(data)
    row = {"key": key, "integrity": None if tombstone else sri(data), "time": milliseconds, "size": len(data)}
    text = json.dumps(row).encode()
    bucket = hashlib.sha256(key.encode()).hexdigest()
    path = cache / "index-v5" / bucket[:2] / bucket[2:4] / bucket[4:]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(b"\n" + hashlib.sha1(text).hexdigest().encode() + b"\t" + text)
    if keep:
        name = digest.hexdigest()
        write(cache / "content-v2" / "sha512" / name[:2] / name[2:4], {name[4:]: data})
    return sri(data)


def record(folder, name, version, files, installer="pip"):
    """Install a distribution as pip does."""
    info = f"{name}-{version}.dist-info"
    files = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/INSTALLER": f"{installer}\n",
    }
    rows = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
        rows.append(f"{path},sha256={digest},{len(text)}")
    write(folder, files | {f"{info}/RECORD": "\n".join([*rows, f"{info}/RECORD,,"]) + "\n"})
    return folder / info
