"""Every format that is read, and every one that is known and is not. A new one costs a line here."""

from pathlib import PurePath

from customhouse.ecosystems.lockfile import LockfileFormat
from customhouse.ecosystems.manifest_format import ManifestFormat
from customhouse.ecosystems.npm.lockfiles.bun_lock import BUN_LOCK
from customhouse.ecosystems.npm.lockfiles.deno_lock import DENO_LOCK
from customhouse.ecosystems.npm.lockfiles.hidden_lockfile import NPM_HIDDEN_LOCKFILE
from customhouse.ecosystems.npm.lockfiles.package_lock import PACKAGE_LOCK
from customhouse.ecosystems.npm.lockfiles.pnpm_lock import PNPM_INSTALLED_LOCK, PNPM_LOCK
from customhouse.ecosystems.npm.lockfiles.shrinkwrap import NPM_SHRINKWRAP
from customhouse.ecosystems.npm.lockfiles.yarn_lock import YARN_LOCK
from customhouse.ecosystems.npm.projects.deno_json import DENO_JSON
from customhouse.ecosystems.npm.projects.package_json import PACKAGE_JSON
from customhouse.ecosystems.pypi.lockfiles.pdm_lock import PDM_LOCK
from customhouse.ecosystems.pypi.lockfiles.pipfile_lock import PIPFILE_LOCK
from customhouse.ecosystems.pypi.lockfiles.poetry_lock import POETRY_LOCK
from customhouse.ecosystems.pypi.lockfiles.pylock import PYLOCK
from customhouse.ecosystems.pypi.lockfiles.requirements import REQUIREMENTS
from customhouse.ecosystems.pypi.lockfiles.uv_lock import UV_LOCK
from customhouse.ecosystems.pypi.projects.pipfile import PIPFILE
from customhouse.ecosystems.pypi.projects.pyproject import PYPROJECT
from customhouse.ecosystems.pypi.projects.requirements_in import REQUIREMENTS_IN
from customhouse.ecosystems.pypi.projects.setup_cfg import SETUP_CFG
from customhouse.ecosystems.pypi.projects.setup_py import SETUP_PY
from customhouse.ecosystems.unread import unread_format
from customhouse.model.purl import Ecosystem

LOCKFILES: tuple[LockfileFormat, ...] = (
    PACKAGE_LOCK,
    NPM_SHRINKWRAP,
    NPM_HIDDEN_LOCKFILE,
    YARN_LOCK,
    BUN_LOCK,
    DENO_LOCK,
    PNPM_LOCK,
    PNPM_INSTALLED_LOCK,
    REQUIREMENTS,
    UV_LOCK,
    PIPFILE_LOCK,
    POETRY_LOCK,
    PDM_LOCK,
    PYLOCK,
)
MANIFESTS: tuple[ManifestFormat, ...] = (
    PACKAGE_JSON,
    DENO_JSON,
    PYPROJECT,
    PIPFILE,
    SETUP_CFG,
    SETUP_PY,
    REQUIREMENTS_IN,
)


def lockfile_format(path: PurePath) -> LockfileFormat | None:
    """Return the format that reads a lock of this name; None when none does."""
    return next((one for one in LOCKFILES if one.matches(path)), None)


def manifest_format(path: PurePath) -> ManifestFormat | None:
    """Return the format that reads a manifest of this name; None when none does."""
    return next((one for one in MANIFESTS if one.matches(path)), None)


def is_lockfile(path: PurePath) -> bool:
    """Say whether a file of this name is a lock, one that cannot be read included."""
    return lockfile_format(path) is not None or unread_format(path) is not None


def lockfile_ecosystem(path: PurePath) -> Ecosystem | None:
    """Return whose packages a lock of this name pins."""
    found = lockfile_format(path) or unread_format(path)
    return found.ecosystem if found else None
