"""The door before a door: questions for a canary are answered here and written down, all others pass by."""

import msgspec

from customhouse.gateway.canary.names import VERSION, canary_name, nonce_in
from customhouse.gateway.interface import Call, Door, Handed, Reply
from customhouse.model.purl import Ecosystem, Purl


class CanaryDoor:
    """Stands before the door of an ecosystem. No upstream is ever asked for a canary."""

    def __init__(self, door: Door, canaries: Door, ecosystem: Ecosystem) -> None:
        """`canaries` is a door of the same kind, with `CanaryParts` behind it."""
        self._door = door
        self._canaries = canaries
        self._ecosystem = ecosystem

    async def answer(self, call: Call) -> Reply:
        """Answer a call. Raises UnavailableError."""
        nonce = nonce_in(call.path)
        if not nonce:
            return await self._door.answer(call)
        reply = await self._canaries.answer(call)
        # Every question counts, so the door is asked each time; no file is handed out, hence no name of one.
        asked = Handed(Purl(self._ecosystem, canary_name(nonce), VERSION), "")
        return msgspec.structs.replace(reply, reusable=False, handed=asked)
