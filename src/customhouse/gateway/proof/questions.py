"""How each client is brought to ask for a package without installing it, or running anything of it.

Found by trying each against an index that answers with an sdist whose setup.py leaves a mark (tests/gateway/proof):
what resolves is told to take wheels alone, and what installs to ignore scripts and hooks.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import msgspec

from customhouse.ecosystems.npm.configuration import last_resort
from customhouse.gateway.proof import npm_settings, python_settings
from customhouse.gateway.proof.carried import Carried, Gateway
from customhouse.model.purl import Ecosystem

_Carry = Callable[[Path, Gateway, Mapping[str, str], str], Carried]


class Question(msgspec.Struct, frozen=True):
    """One client's. `asks` and `configured` are what follows the program; `{name}` is the canary's name.

    `{cache}` in a variable's value is a folder that is thrown away. `configured` prints the registry's address.
    """

    client: str
    ecosystem: Ecosystem
    asks: tuple[str, ...]
    carry: _Carry
    configured: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    environment: Mapping[str, str] = {}
    #: Whether the name is written to its standard input.
    spoken: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """What the program may be called, the likeliest first."""
        return self.programs or (self.client,)

    @property
    def variables(self) -> dict[str, str]:
        """Every variable that is set for it."""
        return {**_EVERYWHERE, **self.environment}

    def files(self, carried: Carried, name: str) -> dict[str, str]:
        """Return the files of the empty project."""
        manifest = {"name": "question", "version": "0.0.0", "private": True, "dependencies": {name: "*"}}
        own = {"package.json": json.dumps(manifest)} if self.ecosystem == "npm" else {}
        if self.client == "yarn-4":
            own["yarn.lock"] = ""  # else it takes a folder above for the project
        return own | dict(carried.files)


def _npm(read: Callable[[Path, Gateway, Mapping[str, str]], Carried]) -> _Carry:
    return lambda project, gateway, environ, _: read(project, gateway, environ)


#: Nothing is fetched to run a client, and none tells anybody that it ran.
_EVERYWHERE: Final[Mapping[str, str]] = {
    "COREPACK_ENABLE_NETWORK": "0",
    "COREPACK_ENABLE_DOWNLOAD_PROMPT": "0",
    "NO_COLOR": "1",
    "NO_UPDATE_NOTIFIER": "1",
    "npm_config_update_notifier": "false",
    "npm_config_cache": "{cache}/npm",
    "npm_config_fetch_retries": "0",
}
_PNPM = {
    "npm_config_manage_package_manager_versions": "false",
    "pnpm_config_manage_package_manager_versions": "false",
    "pnpm_config_pm_on_fail": "ignore",
    "pnpm_config_fetch_retries": "0",
    "npm_config_store_dir": "{cache}/store",
    "pnpm_config_store_dir": "{cache}/store",
    "npm_config_cache_dir": "{cache}/pnpm",
    "pnpm_config_cache_dir": "{cache}/pnpm",
}
_YARN = {"YARN_IGNORE_PATH": "1", "YARN_ENABLE_TELEMETRY": "0", "YARN_CACHE_FOLDER": "{cache}/yarn"}
_PIP = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_CACHE_DIR": "1",
    "PIP_RETRIES": "0",
    "PIP_NO_INPUT": "1",
    "PIP_ONLY_BINARY": ":all:",
}
_PDM = {
    "PDM_CHECK_UPDATE": "0",
    "PDM_USE_VENV": "false",
    "PDM_IGNORE_SAVED_PYTHON": "1",
    "PDM_ONLY_BINARY": ":all:",
    "PDM_CACHE_DIR": "{cache}/pdm",
}
_POETRY = {"POETRY_VIRTUALENVS_CREATE": "false", "POETRY_CACHE_DIR": "{cache}/poetry"}
_PIPENV = _PIP | {
    "PIPENV_YES": "1",
    "PIPENV_NOSPIN": "1",
    "PIPENV_IGNORE_VIRTUALENVS": "1",
    "PIPENV_VENV_IN_PROJECT": "0",
    "PIPENV_CACHE_DIR": "{cache}/pipenv",
    "PIPENV_DONT_LOAD_ENV": "1",
    "WORKON_HOME": "{cache}/environments",
    "VIRTUALENV_OVERRIDE_APP_DATA": "{cache}/virtualenv",
}

QUESTIONS: Final = (
    Question("npm", "npm", ("view", "{name}", "version"), _npm(npm_settings.npmrc), ("config", "get", "registry")),
    Question(
        "pnpm",
        "npm",
        # `pnpm view` up to version 10 is npm's.
        ("install", "--lockfile-only", "--ignore-scripts", "--ignore-pnpmfile"),
        _npm(npm_settings.pnpm),
        ("config", "get", "registry"),
        environment=_PNPM,
    ),
    Question(
        "yarn-1",
        "npm",
        ("info", "{name}", "version"),
        _npm(npm_settings.yarn_1),
        ("config", "get", "registry"),
        ("yarn", "yarnpkg"),
        _YARN,
    ),
    Question(
        "yarn-4",
        "npm",
        ("npm", "info", "{name}", "--json"),
        _npm(npm_settings.yarn_4),
        ("config", "get", "npmRegistryServer"),
        ("yarn", "yarnpkg"),
        _YARN,
    ),
    Question(
        "bun",
        "npm",
        ("pm", "view", "{name}", "version"),
        _npm(npm_settings.bun),
        environment={"BUN_INSTALL_CACHE_DIR": "{cache}/bun", "DO_NOT_TRACK": "1"},
    ),
    Question(
        "pip",
        "pypi",
        ("index", "versions", "{name}"),
        python_settings.pip,
        programs=("pip", "pip3"),
        environment=_PIP,
    ),
    Question(
        "uv",
        "pypi",
        ("pip", "compile", "--verbose", "--no-build", "--no-cache", "-"),
        python_settings.uv,
        environment={"UV_PYTHON_DOWNLOADS": "never", "UV_HTTP_RETRIES": "0"},
        spoken=True,
    ),
    Question("pipenv", "pypi", ("lock",), python_settings.pipenv, environment=_PIPENV),
    Question("pdm", "pypi", ("show", "{name}"), python_settings.pdm, ("config", "pypi.url"), environment=_PDM),
    Question(
        "poetry",
        "pypi",
        ("show", "--latest", "--no-interaction", "--no-plugins"),
        python_settings.poetry,
        environment=_POETRY,
    ),
)


def usual_registry(ecosystem: Ecosystem) -> str:
    """Return the registry that a client asks that was told of none."""
    return last_resort() if ecosystem == "npm" else python_settings.usual_index()
