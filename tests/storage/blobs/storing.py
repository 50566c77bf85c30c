"""What the tests of blobs do with a store: keep, read, and a process of its own that keeps until it is killed."""

import asyncio
import os
import subprocess
import sys

#: As moto would take any; no message may show them.
KEY, SECRET = "AKIDEXAMPLEKEY", "wJalrEXAMPLEsecret"
#: Keeps ever new blobs; says when it begins, and then what it has kept.
_WRITER = """
import asyncio, os, sys
from pathlib import Path
from customhouse.storage.blobs.location import open_blobs

async def main():
    blobs = open_blobs(sys.argv[1], Path(sys.argv[2]))
    print("began", flush=True)
    while True:
        with blobs.stage() as staged:
            for _ in range(int(sys.argv[3])):
                staged.write(os.urandom(65536))
            print(await blobs.commit(staged), flush=True)

asyncio.run(main())
"""


def writer(location, staging, pieces):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", _WRITER, location, str(staging), str(pieces)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout.readline() == "began\n"
    return process


def run(coroutine):
    return asyncio.run(coroutine)


async def keep(store, data):
    with store.stage() as staged:
        for at in range(0, len(data), 70_000):
            staged.write(data[at : at + 70_000])
        return await store.commit(staged)


async def whole(blob, start=0, end=None):
    return b"".join([piece async for piece in blob.read(start, blob.size if end is None else end)])
