"""Payment addresses among the constants of a file, counted by chain, in any language.

Only whole quoted constants count, and each once. The shapes are those of the chains' own formats: base58check (Bitcoin,
Litecoin, Tron, Solana's 32-byte keys), bech32 (BIP 173), CashAddr, and the 20-byte hexadecimal accounts of Ethereum.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from customhouse.model.code import Addresses, Decoded
from customhouse.model.lazy_regex import lazy_regex

_58 = r"[1-9A-HJ-NP-Za-km-z]"
_32 = r"[02-9ac-hj-np-z]"
_SHAPES: tuple[tuple[str, str], ...] = (
    ("ethereum", r"0x[0-9a-fA-F]{40}"),
    ("bitcoin", rf"[13]{_58}{{25,33}}|bc1[0-9a-z]{{39,59}}"),
    ("litecoin", rf"[LM]{_58}{{32,33}}|ltc1[0-9a-z]{{39,59}}"),
    ("tron", rf"T{_58}{{33}}"),
    ("bitcoin-cash", rf"(?:bitcoincash:)?[qp]{_32}{{41}}"),
    ("monero", rf"[48]{_58}{{94}}"),
    ("solana", rf"{_58}{{43,44}}"),
)
_QUOTED = lazy_regex(rb"[\"'`]((?:bitcoincash:)?[0-9A-Za-z]{26,95})[\"'`]")
_CHAIN = tuple((chain, re.compile(shape)) for chain, shape in _SHAPES)
#: Expressions that match addresses: `0x[a-fA-F0-9]{40}`, the alphabet of base58 with a length, `bc1`.
_PATTERN = lazy_regex(
    rb"0x\[[A-Fa-f0-9\\d-]{5,12}\]\{40\}|\[13\]\)?\[[^\]\n]{5,40}\]\{|\(?:?bc1\|?[^\n]{0,12}\[[^\]\n]{3,40}\][{+*]"
    rb"|\[?(?:T|LM|48|4|D|X|q|qp|bnb|addr)\]?\[[A-HJ-NP-Za-km-z1-9-]{5,30}\]\{\d"
    rb"|(?<!\])\[1-9A-HJ-NP-Za-km-z\]\{(?:32|43|44)"
)
#: One of these stands in everything that the patterns match.
_IN_PATTERNS = (b"]{40}", b"A-HJ-NP-Z", b"1-9A-HJ", b"bc1")
_MIXED = re.compile(r"(?=.*\d)(?=.*[a-z])(?=.*[A-Z])")
_MOST = 2_000
_LONGEST = 128


def addresses(data: bytes, is_code: Callable[[int], bool], hidden: Iterable[Decoded] = ()) -> Iterator[Addresses]:
    """Give the chains of which a file holds addresses, and how many; `is_code` refuses places in comments.

    `hidden` are the constants that were decoded: an address counts whichever way it is written.
    """
    found: dict[str, set[str]] = {}
    lines: dict[str, int] = {}
    for number, match in enumerate(_QUOTED.finditer(data)):
        if number >= _MOST:
            break
        text = match[1].decode()
        chain = _chain_of(text)
        if chain and is_code(match.start(1)):
            found.setdefault(chain, set()).add(text)
            lines.setdefault(chain, match.start())
    at_line: dict[str, int] = {}
    for each in hidden:
        chain = _chain_of(each.value) if len(each.value) <= _LONGEST else ""
        if chain:
            found.setdefault(chain, set()).add(each.value)
            at_line.setdefault(chain, each.line)
    for number, match in enumerate(_PATTERN.finditer(data) if any(map(data.__contains__, _IN_PATTERNS)) else ()):
        if number >= _MOST:
            break
        found.setdefault("patterns", set()).add(match[0].decode("latin-1"))
        lines.setdefault("patterns", match.start())
    for chain, every in found.items():
        line = data.count(b"\n", 0, lines[chain]) + 1 if chain in lines else at_line[chain]
        yield Addresses(chain, len(every), line)


def _chain_of(text: str) -> str:
    chain = next((chain for chain, shape in _CHAIN if shape.fullmatch(text)), "")
    # Words, digests and identifiers of one case fit an alphabet by chance; a base58 address hardly ever lacks a class.
    if chain in {"", "ethereum", "bitcoin-cash"} or text.startswith(("bc1", "ltc1")):
        return chain
    return chain if _MIXED.match(text) else ""
