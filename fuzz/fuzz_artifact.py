"""Fuzzes the reading of a whole artifact: an archive is made of what is given, and content comes back that can be kept.

The bytes are files divided by two zero bytes; each begins with the number of its name below.
Run: `python fuzz/fuzz_artifact.py [CORPUS] -max_total_time=30` with atheris installed and `src` on the path.
"""

import io
import sys
import tarfile
import zipfile

import atheris
import msgspec

with atheris.instrument_imports(include=["customhouse"]):
    from customhouse.evidence.content import read_artifact
    from customhouse.model.content import ContentFacts

NAMES = (
    "package.json", "index.js", "setup.py", "PKG-INFO", "a-1.dist-info/METADATA", "a-1.dist-info/RECORD", "a.pth",
    "binding.gyp", "pyproject.toml", "run.sh", "a/__init__.py", "lib/a.ts", "a-1.dist-info/entry_points.txt",
    "logo.png", "a.tgz", "README",
)  # fmt: skip


def archive(files: list[bytes], *, wheel: bool) -> bytes:
    made = io.BytesIO()
    if wheel:
        with zipfile.ZipFile(made, "w") as packed:
            for each in files:
                packed.writestr(NAMES[each[0] % len(NAMES)], each[1:])
    else:
        with tarfile.open(fileobj=made, mode="w") as packed:
            for each in files:
                member = tarfile.TarInfo(f"package/{NAMES[each[0] % len(NAMES)]}")
                member.size = len(each) - 1
                packed.addfile(member, io.BytesIO(each[1:]))
    return made.getvalue()


def one(data: bytes) -> None:
    if not data:
        return
    files = [each for each in data[1:].split(b"\0\0") if each][:12]
    wheel = bool(data[0] & 1)
    ecosystem = "pypi" if wheel or data[0] & 2 else "npm"
    name = "a-1-py3-none-any.whl" if wheel else "a-1.tar.gz" if ecosystem == "pypi" else "a-1.tgz"
    content = read_artifact(archive(files, wheel=wheel), name, ecosystem)
    stored = msgspec.msgpack.encode(content.facts)
    if msgspec.msgpack.decode(stored, type=ContentFacts) != content.facts:
        raise AssertionError(content.facts)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
