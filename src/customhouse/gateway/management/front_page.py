"""The page at the gateway's root, for whoever opens its address: what this is, and what to set for each client."""

import shlex

import msgspec

from customhouse.gateway.clients.environment import ClientEnvironment, environments
from customhouse.gateway.interface import Call, Door, Reply
from customhouse.gateway.management.replies import page, problem
from customhouse.model.errors import CustomhouseError
from customhouse.report.gateway_html import ClientLines, front_html

_READS = frozenset({"GET", "HEAD"})


class FrontPage:
    """The door at `/`: one page, and npm's tarballs.

    `npm pack`, and all that fetches a file without installing it, puts the registry's host into a tarball's address and
    loses the registry's path: it asks at the root.
    """

    def __init__(self, npm: Door) -> None:
        """Hand tarballs on to npm's door."""
        self._npm = npm

    async def answer(self, call: Call) -> Reply:
        """Answer a call."""
        if "/-/" in call.path:
            return await self._npm.answer(msgspec.structs.replace(call, base=f"{call.base}npm/"))
        address = call.base.rstrip("/")
        if call.path != "/":
            told = f"npm's clients are answered at {address}/npm/, Python's at {address}/pypi/simple/"
            return problem(404, "nothing is served at this address", told)
        if call.method not in _READS:
            return problem(405, f"{call.method} means nothing here", "ask by GET", ("Allow", "GET, HEAD"))
        try:
            clients = [_lines(each) for each in environments(address)]
        except CustomhouseError as error:  # the Host header is no address
            return problem(400, error.message, error.hint)
        return page(front_html(address, clients))


def _lines(said: ClientEnvironment) -> ClientLines:
    return ClientLines(
        said.client, tuple(f"export {each.name}={shlex.quote(each.value)}" for each in said.variables), said.notes
    )
