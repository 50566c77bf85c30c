"""Work that takes long is done beside the event loop, so that no other client waits for it; short work is done in it.

The interpreter's lock is held by one of them at a time, but given up every few milliseconds.
"""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")
#: Bytes of a document that are read or written within some milliseconds, and versions that are judged in them.
LARGE_DOCUMENT, MANY_VERSIONS = 256 * 1024, 300


async def done(
    long: bool,  # noqa: FBT001 - what the name says
    work: Callable[_Arguments, _Result],
    *arguments: _Arguments.args,
    **named: _Arguments.kwargs,
) -> _Result:
    """Do something, beside the loop where it takes `long`. Raises what it raises."""
    return await asyncio.to_thread(work, *arguments, **named) if long else work(*arguments, **named)
