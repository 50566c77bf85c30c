"""Ordinary text in quantity: the vendored code around a payload, and the bytes of what is not text."""

import base64
import random

_WORDS = [
    "item",
    "list",
    "node",
    "name",
    "value",
    "index",
    "offset",
    "buffer",
    "chunk",
    "queue",
    "state",
    "option",
    "result",
    "entry",
    "token",
    "range",
    "label",
    "group",
    "point",
]
_BODIES = (
    "if (!{a} || {a}.length === 0) return {b};\n  return {a}.map((one) => one.{b});",
    "const {c} = {a}.{b} || [];\n  {c}.push({a});\n  return {c};",
    "let {c} = 0;\n  for (const one of {a}) {c} += one.{b} || 0;\n  return {c};",
    "return Object.keys({a}).filter((key) => key !== '{b}').reduce((all, key) => ({{ ...all, [key]: {a}[key] }}), {{}});",
)


def functions(size: int, seed: int = 1, *, tight: bool = False) -> str:
    """Write about `size` bytes of small JavaScript functions that nobody would look at twice; `tight` as bundlers do."""
    chosen = random.Random(seed)  # noqa: S311 - the same on every run
    written: list[str] = []
    length = 0
    while length < size:
        a, b, c = chosen.sample(_WORDS, 3)
        name = f"{chosen.choice(_WORDS)}{chosen.choice(_WORDS).title()}{seed}x{len(written)}"
        body = chosen.choice(_BODIES).format(a=a, b=b, c=c)
        line = f"function {name}({a}) {{\n  {body}\n}}\n"
        written.append(line.replace("\n", " ").replace("  ", " ") if tight else line)
        length += len(written[-1])
    return "".join(written) if tight else "\n".join(written)


def definitions(size: int, seed: int = 1) -> str:
    """The same in Python."""
    chosen = random.Random(seed)  # noqa: S311 - the same on every run
    written: list[str] = []
    length = 0
    while length < size:
        a, b, c = chosen.sample(_WORDS, 3)
        name = f"{chosen.choice(_WORDS)}_{chosen.choice(_WORDS)}_{seed}_{len(written)}"
        written.append(
            f"def {name}({a}, {b}=1):\n    {c} = [one for one in {a} if one != {b}]\n    return {c} or {a}\n\n\n"
        )
        length += len(written[-1])
    return "".join(written)


def noise(size: int, seed: int = 1) -> bytes:
    """Bytes without a meaning."""
    return random.Random(seed).randbytes(size)  # noqa: S311 - the same on every run


def noise_base64(size: int, seed: int = 1) -> str:
    """Base64 text of about `size` characters without a meaning."""
    return base64.b64encode(noise(size * 3 // 4, seed)).decode()


def windows_library(size: int) -> bytes:
    """A file that looks like a DLL to whoever reads its head; no section follows, so that no loader takes it."""
    return b"MZ" + b"\0" * 58 + (64).to_bytes(4, "little") + b"PE\0\0" + noise(size)


def linux_program(size: int) -> bytes:
    """A file that looks like an ELF program; it has no segment, so that no kernel starts it."""
    return (
        b"\x7fELF\x02\x01\x01"
        + b"\0" * 9
        + (3).to_bytes(2, "little")
        + (62).to_bytes(2, "little")
        + b"\0" * 44
        + noise(size)
    )
