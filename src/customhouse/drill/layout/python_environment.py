"""What Python's clients leave: environments with their records, and caches. No code lies in any of them."""

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping
from datetime import datetime

from customhouse.drill.layout.ground import INERT, Ground
from customhouse.drill.layout.packages import Release

#: setuptools' own line, which every environment with it has.
_SETUPTOOLS = (
    "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == 'local'; "
    "enabled and __import__('_distutils_hack'); "
)


def environment(ground: Ground, folder: str, at: datetime) -> str:
    """Begin a virtual environment; return its site-packages."""
    ground.write(f"{folder}/pyvenv.cfg", "home = /usr/bin\nversion = 3.12.3\n", at)
    return f"{folder}/lib/python3.12/site-packages"


def distribution(
    ground: Ground, site: str, release: Release, at: datetime, files: Mapping[str, str] | None = None
) -> str:
    """Install a release as pip does, `files` beside its one module; return its `.dist-info`."""
    stem = release.name.replace("-", "_")
    info = f"{stem}-{release.version}.dist-info"
    every = {
        f"{stem}/__init__.py": f"# {INERT}\n",
        **(files or {}),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {release.name}\nVersion: {release.version}\n",
        f"{info}/INSTALLER": "pip\n",
    }
    rows = []
    for path, text in every.items():
        ground.write(f"{site}/{path}", text, at)
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
        rows.append(f"{path},sha256={digest},{len(text.encode())}")
    ground.write(f"{site}/{info}/RECORD", "\n".join([*rows, f"{info}/RECORD,,"]) + "\n", at)
    return f"{site}/{info}"


def imported(ground: Ground, site: str, release: Release, at: datetime) -> str:
    """Leave what an import leaves: a compiled file that RECORD does not list (here a text); return its path."""
    stem = release.name.replace("-", "_")
    return ground.payload(f"{site}/{stem}/__pycache__/__init__.cpython-312.pyc", at)


def setuptools(ground: Ground, site: str, at: datetime) -> str:
    """Install setuptools with the `.pth` that it has; return that file's path."""
    own = Release("setuptools", "80.9.0", "pypi")
    distribution(ground, site, own, at, {"distutils-precedence.pth": _SETUPTOOLS})
    return f"{site}/distutils-precedence.pth"


def pip_cached(ground: Ground, home: str, release: Release, at: datetime) -> str:
    """Keep a wheel in pip's HTTP cache under the digest of its address, as pip does; return the entry's path."""
    key = hashlib.sha224(release.url.encode()).hexdigest()
    path = f"{home}/.cache/pip/http-v2/{'/'.join(key[:5])}/{key}"
    ground.write(path, "cc=4, an answer's headers stand here\n", at)
    return ground.write(f"{path}.body", _wheel(release), at)


def uv_cached(ground: Ground, home: str, release: Release, at: datetime) -> str:
    """Note in uv's cache that a wheel was fetched; return the entry's path."""
    stem = release.name.replace("-", "_")
    name = f"{stem}-{release.version}"[len(stem) + 1 :]
    path = f"{home}/.cache/uv/wheels-v5/pypi/{release.name}/{name}-py3-none-any.http"
    return ground.payload(path, at)


def _wheel(release: Release) -> bytes:
    """Pack a wheel that holds its metadata and a comment. Its times are fixed: the same bytes each time."""
    stem = release.name.replace("-", "_")
    info = f"{stem}-{release.version}.dist-info"
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, text in (
            (f"{stem}/__init__.py", f"# {INERT}\n"),
            (f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {release.name}\nVersion: {release.version}\n"),
        ):
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), text)
    return raw.getvalue()
