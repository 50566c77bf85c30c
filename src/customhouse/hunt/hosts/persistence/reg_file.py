"""Exports of the Windows registry (.reg), read value by value in whichever encoding they were written."""

import codecs
import io
import re
from collections.abc import Callable, Iterator

import msgspec

from customhouse.hunt.hosts.tree import Tree

#: Characters of one line, and of one value: longer ones are cut. Binary values run to megabytes, and start nothing.
_MAX_LINE = 1 << 16
_MAX_VALUE = 1 << 16
_HEADERS = ("Windows Registry Editor", "REGEDIT4")
_NAMED = re.compile(r'(?:@|"((?:[^"\\]|\\.)*)")\s*=\s*(.*)', re.DOTALL)
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"?')
_BYTES = re.compile(r"hex(?:\(([0-9a-f]+)\))?:([0-9a-f,\s]*)", re.IGNORECASE)
#: Types of values that are texts: REG_SZ, REG_EXPAND_SZ, REG_MULTI_SZ.
_TEXTS = frozenset({"1", "2", "7"})


class RegistryValue(msgspec.Struct, frozen=True):
    """One value of an export. `name` is empty for a key's own value; `data` is text, of numbers as they stand."""

    key: str
    name: str
    data: str
    line: int


def registry_values(tree: Tree, real: str, wanted: Callable[[str], bool] = lambda _: True) -> Iterator[RegistryValue]:
    """Give the values of an export, and each key once by itself (with neither name nor data).

    `wanted` is asked of every key; what stands below another one is passed over unread.
    """
    file = tree.open(real)
    if file is None:
        return
    try:
        with file:
            head = file.read(3)
            file.seek(0)
            stream = io.TextIOWrapper(file, encoding=_encoding(head), errors="replace", newline=None)
            first = stream.readline(_MAX_LINE).lstrip("\ufeff")
            if not first.startswith(_HEADERS):
                tree.refuse(real, "it does not begin as an export of the registry does")
                return
            yield from _values(stream, wanted)
    except OSError as error:
        tree.refuse(real, (error.strerror or str(error)).lower())


def _encoding(head: bytes) -> str:
    if head.startswith(codecs.BOM_UTF16_LE) or head[1:2] == b"\0":
        return "utf-16" if head.startswith(codecs.BOM_UTF16_LE) else "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16"
    return "utf-8-sig"


def _values(stream: io.TextIOWrapper, wanted: Callable[[str], bool]) -> Iterator[RegistryValue]:
    key, of_interest = "", False
    number = 1
    while line := stream.readline(_MAX_LINE):
        number += 1
        if line.startswith("["):
            key = line.strip().strip("[]").removeprefix("-")
            of_interest = wanted(key)
            if of_interest:
                yield RegistryValue(key, "", "", number)
            continue
        if not of_interest:
            continue
        line = line.strip()
        begins = number
        pieces, length = [line], len(line)
        while line.endswith("\\") and (line := stream.readline(_MAX_LINE)):
            number += 1
            line = line.strip()
            length += len(line)
            if length < _MAX_VALUE:  # the rest of a longer one is passed over
                pieces.append(line)
        line = "".join(piece.removesuffix("\\") for piece in pieces)
        match = _NAMED.fullmatch(line)
        if match:
            yield RegistryValue(key, _plain(match[1] or ""), _data(match[2]), begins)


def _data(text: str) -> str:
    if match := _TEXT.match(text):
        return _plain(match[1])
    match = _BYTES.match(text)
    if match is None or (match[1] or "3").lower() not in _TEXTS:
        return text[:64]
    digits = re.sub(r"[,\s]", "", match[2])
    raw = bytes.fromhex(digits[: len(digits) // 2 * 2])
    return raw.decode("utf-16-le", "replace").replace("\0", " ").strip()


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
