import time

import pytest

from customhouse.model.code import Decoded
from customhouse.source.addresses import addresses


def counted(text, **parts):
    return {each.chain: each.count for each in addresses(text.encode(), lambda _: True, **parts)}


@pytest.mark.parametrize(
    ("constant", "chain"),
    [
        ("0x00000000000000000000000000000000000000a1", "ethereum"),
        ("1ExampLeExampLeExampLeExampLe111a1", "bitcoin"),
        ("bc1qexamp1exampexampexampexampexampexampe11a1", "bitcoin"),
        ("TExampLeExampLeExampLeExampLe333c3", "tron"),
        ("LExampLeExampLeExampLeExampLe333c3", "litecoin"),
        ("bitcoincash:qzexampeexampeexampeexampeexampeexampeexamp", "bitcoin-cash"),
        ("4" + "Aa1" * 31 + "b", "monero"),
        ("Examp1eExamp1eExamp1eExamp1eExamp1eExamp1eEx", "solana"),
    ],
)
def test_shapes(constant, chain):
    if chain == "bitcoin-cash":
        constant = "bitcoincash:q" + "z2p4s7a9c3" * 4 + "q"
    assert counted(f"const a = '{constant}', b = \"{constant}\"") == {chain: 1}


@pytest.mark.parametrize(
    "constant",
    ["abcdefghijklmnopqrstuvwxyzabcdefgh", "0" * 64, "3" + "f" * 31, "A" * 34, "a" * 44, "sha512-" + "Aa1" * 20],
)
def test_words_digests_and_tables_are_none(constant):
    assert counted(f"'{constant}'") == {}


@pytest.mark.parametrize(
    "pattern",
    [
        r"/\b0x[a-fA-F0-9]{40}\b/g", r"/^[13][a-km-zA-HJ-NP-Z1-9]{25,34}$/", r"/T[1-9A-HJ-NP-Za-km-z]{33}/",
        r"'^(bc1|[13])[a-zA-HJ-NP-Z0-9]{25,39}$'", r"/[1-9A-HJ-NP-Za-km-z]{32,44}/", r"/(bc1[ac-hj-np-z02-9]{11,71})/",
    ],
)  # fmt: skip
def test_patterns(pattern):
    assert counted(f"x = {pattern}") == {"patterns": 1}


def test_places_that_are_no_code_and_constants_that_were_hidden():
    text = b"'0x00000000000000000000000000000000000000a1'"
    assert list(addresses(text, lambda _: False)) == []
    hidden = Decoded("0x00000000000000000000000000000000000000a1", 7, ("base64",))
    (found,) = addresses(b"", lambda _: True, [hidden])
    assert (found.chain, found.count, found.line) == ("ethereum", 1, 7)


@pytest.mark.parametrize("piece", ["'0x", "bc1[a", "[13][", '"' + "A" * 95, "1-9A-HJ-NP-Z", "(bc1|"])
def test_a_megabyte_of_the_worst_case_is_linear(piece):
    data = (piece * (1_000_000 // len(piece))).encode() + b"]{40}"
    before = time.process_time()
    list(addresses(data, lambda _: True))
    assert time.process_time() - before < 2
