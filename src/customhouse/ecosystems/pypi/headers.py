"""The headers of core metadata, read without the email package where both read them alike: loading it takes longer."""

from collections.abc import Mapping

from customhouse.model.lazy_regex import lazy_regex

#: The end of a line; never the first half of one.
_END = rb"(?:\r\n|\r(?!\n)|\n)"
#: A block of well-formed headers and their continuation lines, up to the first blank line.
_BLOCK = lazy_regex(rb"((?:[!-9;-~]++:[^\r\n]*+(?:%b[ \t][^\r\n]*+)*(?:%b|\Z))+)(?:%b|\Z)" % (_END, _END, _END))
_LINE = lazy_regex(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


def read_headers(data: bytes) -> Mapping[str, list[str]]:
    """Return the values of every header by its name in lower case, in their order; folded lines keep their line ends.

    What is not well-formed, or not ASCII in a header, is left to the email package.
    """
    block = _BLOCK.match(data)
    if block is None or not block[1].isascii():
        return _by_email(data)
    found: dict[str, list[str]] = {}
    name, value = "", ""
    for line in _LINE.findall(block[1].decode("ascii")):
        if line[:1] in {" ", "\t"}:
            value += line
            continue
        if name:
            found.setdefault(name, []).append(value.rstrip("\r\n"))
        name, _, value = line.partition(":")
        name, value = name.lower(), value.lstrip(" \t")
    return found


def _by_email(data: bytes) -> Mapping[str, list[str]]:
    from email.parser import BytesHeaderParser  # noqa: PLC0415 - see above
    from email.policy import compat32  # noqa: PLC0415

    found: dict[str, list[str]] = {}
    message = BytesHeaderParser(policy=compat32).parsebytes(data)
    for name, value in message.items():
        found.setdefault(name.lower(), []).append(str(value))
    return found
