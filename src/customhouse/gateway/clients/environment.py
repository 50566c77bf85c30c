"""What each client's environment must say for it to go through a gateway, by nothing but variables where that can be.

Addresses of the index have no closing slash: so uv writes them into its lock as it writes the default one, and pipenv,
which adds one of its own, asks in one step. A token travels as the password of the address, which every client sends.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

import msgspec

from customhouse.gateway.clients.addresses import NPM, SIMPLE, gateway_root, is_plain, with_token
from customhouse.model.errors import CustomhouseError
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import Ecosystem

#: What stands in an address as it is (RFC 3986, unreserved).
_TOKEN = lazy_regex(r"[A-Za-z0-9._~-]+")


class Variable(msgspec.Struct, frozen=True):
    """One variable."""

    name: str
    value: str


class ClientEnvironment(msgspec.Struct, frozen=True):
    """What one client needs. `notes` are sentences, or commands to type where no variable does it."""

    client: str
    ecosystem: Ecosystem
    variables: tuple[Variable, ...]
    notes: tuple[str, ...] = ()


class _Gateway(msgspec.Struct, frozen=True):
    root: str
    token: str

    @property
    def npm(self) -> str:
        return with_token(self.root + NPM, self.token)

    @property
    def index(self) -> str:
        return with_token(self.root + SIMPLE, self.token)

    @property
    def host(self) -> str:
        return urlsplit(self.root).netloc

    @property
    def plain(self) -> bool:
        return is_plain(self.root)


_RESOLVED = "its lock file then names the gateway: put it right before it is committed"
_SCOPES = "registries of scopes (@acme:registry) in a .npmrc still go where that says"


def _npm(gateway: _Gateway) -> ClientEnvironment:
    return ClientEnvironment("npm", "npm", _vars(npm_config_registry=gateway.npm), (_SCOPES,))


def _npx(gateway: _Gateway) -> ClientEnvironment:
    return ClientEnvironment("npx", "npm", _vars(npm_config_registry=gateway.npm), ("it reads what npm reads",))


def _pnpm(gateway: _Gateway) -> ClientEnvironment:
    both = _vars(pnpm_config_registry=gateway.npm, npm_config_registry=gateway.npm)
    return ClientEnvironment("pnpm", "npm", both, ("pnpm 12 reads the first alone, pnpm 9 the second", _SCOPES))


def _yarn_1(gateway: _Gateway) -> ClientEnvironment:
    note = "it fetches what a yarn.lock names from where that says: write the lock through the gateway"
    return ClientEnvironment("yarn-1", "npm", _vars(YARN_REGISTRY=gateway.npm), (note, _RESOLVED))


def _yarn_4(gateway: _Gateway) -> ClientEnvironment:
    said = {"YARN_NPM_REGISTRY_SERVER": gateway.root + NPM.rstrip("/")}
    if gateway.token:
        said |= {"YARN_NPM_AUTH_TOKEN": gateway.token, "YARN_NPM_ALWAYS_AUTH": "true"}
    if urlsplit(gateway.root).scheme == "http":
        said["YARN_UNSAFE_HTTP_WHITELIST"] = urlsplit(gateway.root).hostname or ""
    return ClientEnvironment("yarn-4", "npm", _vars(**said), ("npmScopes in a .yarnrc.yml still go where that says",))


def _bun(gateway: _Gateway) -> ClientEnvironment:
    return ClientEnvironment("bun", "npm", _vars(BUN_CONFIG_REGISTRY=gateway.npm), (f"before bun 1.4 {_RESOLVED}",))


def _trusted(gateway: _Gateway) -> dict[str, str]:
    """Name the host to pip, which else asks it for nothing over plain HTTP, or on loopback keeps nothing of it."""
    return {"PIP_TRUSTED_HOST": gateway.host} if urlsplit(gateway.root).scheme == "http" else {}


def _pip(gateway: _Gateway) -> ClientEnvironment:
    note = "extra-index-url in a pip.conf, and --index-url in a requirements file, still go where they say"
    return ClientEnvironment("pip", "pypi", _vars(PIP_INDEX_URL=gateway.index, **_trusted(gateway)), (note,))


def _uv(gateway: _Gateway, client: str = "uv") -> ClientEnvironment:
    note = "[[tool.uv.index]] in a pyproject.toml still goes where that says"
    return ClientEnvironment(client, "pypi", _vars(UV_DEFAULT_INDEX=gateway.index), (note, _RESOLVED))


def _uvx(gateway: _Gateway) -> ClientEnvironment:
    return msgspec.structs.replace(_uv(gateway, "uvx"), notes=("it reads what uv reads",))


def _pipenv(gateway: _Gateway) -> ClientEnvironment:
    note = "it replaces the default index of a Pipfile alone: other sources still go where that says"
    said = _vars(PIPENV_PYPI_MIRROR=gateway.index, **_trusted(gateway))
    return ClientEnvironment("pipenv", "pypi", said, (note, "its lock file keeps the Pipfile's source"))


def _pdm(gateway: _Gateway) -> ClientEnvironment:
    said = {"PDM_PYPI_URL": gateway.index} | ({"PDM_PYPI_VERIFY_SSL": "false"} if gateway.plain else {})
    note = "[[tool.pdm.source]] in a pyproject.toml still goes where that says"
    return ClientEnvironment("pdm", "pypi", _vars(**said), (note, f"with the strategy static_urls {_RESOLVED}"))


def _poetry(gateway: _Gateway) -> ClientEnvironment:
    said = {}
    if gateway.token:
        said = {"POETRY_HTTP_BASIC_GATEWAY_USERNAME": "token", "POETRY_HTTP_BASIC_GATEWAY_PASSWORD": gateway.token}
    command = f"poetry source add --priority=primary gateway {gateway.root}{SIMPLE}/"
    notes = ("no variable points it elsewhere; in the project, once:", command, "then: poetry lock")
    return ClientEnvironment("poetry", "pypi", _vars(**said), notes)


_CLIENTS = {
    "npm": _npm,
    "npx": _npx,
    "pnpm": _pnpm,
    "yarn-1": _yarn_1,
    "yarn-4": _yarn_4,
    "bun": _bun,
    "pip": _pip,
    "uv": _uv,
    "uvx": _uvx,
    "pipenv": _pipenv,
    "pdm": _pdm,
    "poetry": _poetry,
}
#: Every client that can be asked about.
CLIENTS: tuple[str, ...] = tuple(_CLIENTS)


def environment(client: str, gateway: str, token: str = "") -> ClientEnvironment:
    """Say what a client needs to go through the gateway at an address. Raises CustomhouseError."""
    if client not in _CLIENTS:
        raise CustomhouseError(f"no client is called {client!r}", hint=f"ask for one of {', '.join(CLIENTS)}")
    if token and not _TOKEN.fullmatch(token):
        raise CustomhouseError(
            "a token has letters, digits and - . _ ~ alone: npm and pnpm send any other in an encoding of their own",
            hint="copy it again, whole",
        )
    return _CLIENTS[client](_Gateway(gateway_root(gateway), token))


def environments(gateway: str, token: str = "", clients: Iterable[str] = CLIENTS) -> tuple[ClientEnvironment, ...]:
    """Say it for several clients. Raises CustomhouseError."""
    return tuple(environment(client, gateway, token) for client in clients)


def _vars(**said: str) -> tuple[Variable, ...]:
    return tuple(Variable(name, value) for name, value in said.items())
