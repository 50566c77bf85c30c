"""Package URLs: the one name for a release everywhere (https://github.com/package-url/purl-spec)."""

from typing import Literal
from urllib.parse import quote, unquote

import msgspec

from customhouse.model.errors import CustomhouseError
from customhouse.model.lazy_regex import lazy_regex

Ecosystem = Literal["npm", "pypi"]

_HINT = "write it as pkg:npm/axios@1.14.0, pkg:npm/@scope/name@1.0.0 or pkg:pypi/requests@2.32.3"
_SEPARATORS = lazy_regex(r"[-_.]+")


class Purl(msgspec.Struct, frozen=True, order=True):
    """One package, or one release of it when `version` is set.

    `name` is canonical: npm names keep their scope (`@babel/core`), PyPI names are normalised by PEP 503.
    """

    ecosystem: Ecosystem
    name: str
    version: str | None = None

    def __str__(self) -> str:
        """Return the canonical text, `pkg:npm/%40babel/core@7.0.0`."""
        # A hostile lockfile may hold lone surrogates, and naming it in a report must not fail.
        name = "/".join(quote(part, safe="", errors="surrogatepass") for part in self.name.split("/"))
        version = f"@{quote(self.version, safe='+!', errors='surrogatepass')}" if self.version else ""
        return f"pkg:{self.ecosystem}/{name}{version}"

    @property
    def display(self) -> str:
        """The short form people say: `axios@1.14.0`, `requests==2.32.3`."""
        if not self.version:
            return self.name
        return f"{self.name}{'@' if self.ecosystem == 'npm' else '=='}{self.version}"


def pypi_name(name: str) -> str:
    """Normalise a PyPI project name (PEP 503): lower case, runs of `-_.` become one `-`."""
    return _SEPARATORS.sub("-", name).lower()


def make_purl(ecosystem: Ecosystem, name: str, version: str | None = None) -> Purl:
    """Build a purl with its name in canonical form."""
    return Purl(ecosystem, pypi_name(name) if ecosystem == "pypi" else name, version)


def parse_purl(text: str) -> Purl:
    """Read a purl of the npm or pypi type; qualifiers and subpath are ignored.

    Raises CustomhouseError when the text is not a purl or of another type.
    """
    rest = text.removeprefix("pkg:").lstrip("/")
    if rest == text or "/" not in rest:
        raise CustomhouseError(f"not a package URL: {text!r}", hint=_HINT)
    kind, _, rest = rest.partition("/")
    rest = rest.partition("#")[0].partition("?")[0].strip("/")
    at = rest.rfind("@")
    name, version = (rest[:at], rest[at + 1 :]) if at > 0 and rest[at - 1] != "/" else (rest, "")
    name, version = unquote(name), unquote(version)
    ecosystem: Ecosystem
    match kind.lower():
        case "npm":
            ecosystem = "npm"
        case "pypi":
            ecosystem = "pypi"
        case _:
            raise CustomhouseError(f"package type {kind!r} is not supported: npm and pypi are", hint=_HINT)
    if not name or name.startswith("/") or any(part in ("", ".", "..") for part in name.split("/")):
        raise CustomhouseError(f"package URL without a usable name: {text!r}", hint=_HINT)
    return make_purl(ecosystem, name, version or None)
