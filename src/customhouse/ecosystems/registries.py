"""Both registries of a run, as the user's own clients know them, over one pool of connections."""

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from customhouse.ecosystems.fetching import Answer, Ask, Fetcher, OfflineFetcher
from customhouse.ecosystems.interface import Registry
from customhouse.model.purl import Ecosystem

if TYPE_CHECKING:
    from customhouse.ecosystems.npm.registry import NpmRegistry
    from customhouse.ecosystems.pypi.index import PypiRegistry


class Registries:
    """npm's and PyPI's registries. Configurations are read, and connections made, when first needed."""

    def __init__(
        self,
        project: Path,
        environ: Mapping[str, str],
        npm_registry: str | None,
        pypi_index: str | None,
        fetcher: Fetcher,
    ) -> None:
        """Use `open_registries`."""
        self._project = project
        self._environ = environ
        self._npm_registry = npm_registry
        self._pypi_index = pypi_index
        self._fetcher = fetcher

    @cached_property
    def npm(self) -> "NpmRegistry":
        """The npm registry. Raises CustomhouseError when its configuration cannot be read."""
        from customhouse.ecosystems.npm.configuration import read_npm_configuration  # noqa: PLC0415 - only when asked
        from customhouse.ecosystems.npm.registry import NpmRegistry  # noqa: PLC0415 - only when asked

        configuration = read_npm_configuration(self._project, self._environ, self._npm_registry)
        return NpmRegistry(configuration, self._fetcher)

    @cached_property
    def pypi(self) -> "PypiRegistry":
        """The Python index. Raises CustomhouseError when its configuration cannot be read, or nothing names one."""
        from customhouse.ecosystems.pypi.configuration import read_pypi_configuration  # noqa: PLC0415 - only when asked
        from customhouse.ecosystems.pypi.index import PypiRegistry  # noqa: PLC0415 - only when asked

        configuration = read_pypi_configuration(self._project, self._environ, self._pypi_index)
        return PypiRegistry(configuration, self._fetcher)

    def for_(self, ecosystem: Ecosystem) -> Registry:
        """Return one ecosystem's registry. Raises CustomhouseError as `npm` and `pypi` do."""
        return self.npm if ecosystem == "npm" else self.pypi

    async def get(self, ask: Ask) -> Answer:
        """Carry one request that is about no release. Raises NotFoundUpstream, UnreachableUpstream, HostileUpstream."""
        return await self._fetcher.get(ask)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the configurations read so far could not follow, one sentence each."""
        read = [getattr(self, name) for name in ("npm", "pypi") if name in self.__dict__]
        return tuple(warning for registry in read for warning in registry.configuration.warnings)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._fetcher.aclose()

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        """Close."""
        await self.aclose()


def open_registries(
    project_dir: Path,
    environ: Mapping[str, str],
    *,
    npm_registry: str | None = None,
    pypi_index: str | None = None,
    offline: bool = False,
    through: Callable[[Fetcher], Fetcher] | None = None,
    patience: float | None = None,
) -> Registries:
    """Open the registries that the clients in `project_dir` would use. `npm_registry` and `pypi_index` override them.

    CUSTOMHOUSE_HTTP2=1 in `environ` lets connections be HTTP/2. Offline, every fetch raises UnreachableUpstream.
    `through` puts something before the transport, such as a cache. `patience` is for how many seconds one thing is
    tried at most, where somebody waits for it.
    """
    fetcher: Fetcher = OfflineFetcher() if offline else _DeferredTransport(environ, patience)
    fetcher = through(fetcher) if through is not None else fetcher
    return Registries(project_dir, environ, npm_registry, pypi_index, fetcher)


#: Attempts, and requests at once, where clients wait for the answer.
_IMPATIENT, _TOGETHER = 2, 32


class _DeferredTransport:
    """Loads the HTTP library (100 ms) with the first request: a run that the cache answers never pays for it."""

    def __init__(self, environ: Mapping[str, str], patience: float | None) -> None:
        self._environ = environ
        self._patience = patience
        self._opened: Fetcher | None = None

    async def get(self, ask: Ask) -> Answer:
        if self._opened is None:
            from customhouse.ecosystems.transport import Bounds, Transport  # noqa: PLC0415 - see above

            http2 = self._environ.get("CUSTOMHOUSE_HTTP2", "") not in ("", "0", "false")
            bounds = Bounds(http2=http2)
            if self._patience is not None:
                bounds = Bounds(http2=http2, total=self._patience, attempts=_IMPATIENT, concurrency=_TOGETHER)
            self._opened = Transport(self._environ, bounds)
        return await self._opened.get(ask)

    async def aclose(self) -> None:
        if self._opened is not None:
            await self._opened.aclose()
