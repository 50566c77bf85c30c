"""Speaks as the inspecting process does: dies over files called poison, goes round in circles over those called silent.

It writes the name of every file that it begins into the file that its environment names.
"""

import asyncio
import os
import signal
import sys

import msgspec

from customhouse.gateway.inspection.messages import Alive, Done, Order, Ready, encode, read_frame

BEGUN = os.open(os.environ["BEGUN"], os.O_CREAT | os.O_APPEND | os.O_WRONLY)


async def main():
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(0, "rb", buffering=0))
    await read_frame(reader)
    say(Ready())
    living = asyncio.create_task(live())
    tasks = set()
    while (body := await read_frame(reader)) is not None:
        tasks.add(asyncio.create_task(inspect(msgspec.msgpack.decode(body, type=Order))))
    living.cancel()


async def inspect(order):
    os.write(BEGUN, f"{order.filename}\n".encode())
    await asyncio.sleep(0.2)
    if order.filename.startswith("poison"):
        os.kill(os.getpid(), signal.SIGKILL)
    if order.filename.startswith("silent"):
        signal.pause()
    say(Done(order.number))


async def live():
    while True:
        await asyncio.sleep(0.1)
        say(Alive())


def say(message):
    os.write(sys.stdout.fileno(), encode(message))


asyncio.run(main())
