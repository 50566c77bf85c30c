"""What we call clean, npm's own reader sees as we do: node-tar, from the npm of this machine, over mutated archives."""

import base64
import functools
import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from archives.making import END, files, header, member, pax, read, record

SCRIPT = Path(__file__).with_name("node_tar.mjs")


@functools.cache
def npm_folder() -> str:
    """The folder whose node_modules hold npm's tar, or nothing."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return ""
    folder = Path(npm).resolve().parent.parent
    return str(folder) if (folder / "node_modules" / "tar").is_dir() else ""


pytestmark = pytest.mark.skipif(not npm_folder(), reason="npm with its bundled tar is not installed here")

PARTS = [
    member(b"package/index.js", b"module.exports = 1\n"),
    member(b"package/b.js", b"1" * 600),
    member(b"package/c", b""),
    bytes(512),
    header(b"package/", flag=b"5"),
    header(b"package/d/", flag=b"0"),
    pax(record(b"path", b"package/renamed")),
    pax(record(b"comment", b"x\ny")),
    pax(record(b"size", b"512")),
    pax(record(b"comment", b"y"), flag=b"g"),
    member(b"L", b"package/" + b"y" * 120 + b"\0", flag=b"L"),
    member(b"K", b"package/" + b"y" * 120 + b"\0", flag=b"K"),
    member(b"x.js", b"prefixed", prefix=b"package/lib"),
    member(b"old.js", b"gnu", magic=b"ustar  \0"),
    header(b"package/l", flag=b"2", link=b"index.js"),
    header(b"package/h", flag=b"1", link=b"package/index.js"),
]
#: Bytes that change a meaning: ends, digits, types, separators.
TELLING = b"\0 /.\n0123457LKxgS12569\x80\xff"


def mutated(rng: random.Random) -> bytes:
    data = bytearray(b"".join(rng.choice(PARTS) for _ in range(rng.randint(1, 5))) + END)
    for _ in range(rng.randint(0, 3)):
        start = rng.randrange(len(data) // 512) * 512
        at = rng.choice((rng.randrange(512), rng.randrange(100, 160), 156, rng.randrange(20)))
        data[start + at] = rng.choice(TELLING)
        if rng.random() < 0.8:
            data[start + 148 : start + 156] = b" " * 8
            data[start + 148 : start + 156] = b"%06o\0 " % sum(data[start : start + 512])
    return bytes(data)


def node_lists(archives: list[bytes]) -> list[list[tuple[str, bytes]]]:
    told = subprocess.run(
        ["node", str(SCRIPT), npm_folder()],
        input=json.dumps([base64.b64encode(data).decode() for data in archives]).encode(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    return [[(path, base64.b64decode(body)) for path, body in listing] for listing in json.loads(told.stdout)]


COUNT = 1500


def test_what_is_clean_is_what_node_sees():
    rng = random.Random(20260301)  # noqa: S311 - a repeatable test, no secret
    archives = [mutated(rng) for _ in range(COUNT)]
    clean = 0
    for data, expected in zip(archives, node_lists(archives), strict=True):
        found, stream = read(data, "a.tgz")
        if stream.issues:
            continue
        clean += 1
        assert files(found) == expected, base64.b64encode(data)
    assert clean > COUNT // 10
