"""Held against node-semver itself, the one inside the npm that is on PATH."""

import itertools
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customhouse.versions import npm


class NodeSemver:
    """One long-lived node process; a batch is one line in and one line out."""

    def __init__(self) -> None:
        # Read as the last line: npm may print warnings about its configuration.
        root = subprocess.run(["npm", "root", "-g"], check=True, capture_output=True, text=True).stdout.split()[-1]
        semver = Path(root) / "npm" / "node_modules" / "semver"
        script = Path(__file__).with_name("node_semver.cjs")
        self.process = subprocess.Popen(["node", script, semver], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, questions: list[list[object]]) -> list[object]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(questions).encode() + b"\n")
        self.process.stdin.flush()
        answers = json.loads(self.process.stdout.readline())
        assert isinstance(answers, list)
        return answers

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=10)


@pytest.fixture(scope="module")
def node() -> Iterator[NodeSemver]:
    semver = NodeSemver()
    yield semver
    semver.close()


numbers = st.one_of(
    st.integers(0, 4).map(str),
    st.sampled_from(["00", "01", "10", "9007199254740991", "9007199254740992", "99999999999999999999", "9" * 22]),
)
words = st.sampled_from(["alpha", "beta", "rc", "0", "1", "2", "01", "10", "x", "-", "1a", "a-b", "00a"])
suffixes = st.one_of(
    st.just(""), st.just(""), st.lists(words, min_size=1, max_size=3).map(lambda one: "-" + ".".join(one))
)
loose_suffixes = st.one_of(suffixes, words, st.just("-"), st.just("-a..b"))
builds = st.sampled_from(["", "", "", "+build", "+1.2", "+", "+a_b"])
prefixes = st.sampled_from(["", "", "", "", "v", "=", "=v", " = ", "v ", "V"])
versions = st.builds("{}{}.{}.{}{}{}".format, prefixes, numbers, numbers, numbers, loose_suffixes, builds)
parts = st.one_of(numbers, st.sampled_from(["x", "X", "*", ""]))
partials = st.one_of(
    versions,
    parts,
    st.builds("{}.{}".format, parts, parts),
    st.builds("{}{}.{}.{}{}{}".format, prefixes, parts, parts, parts, suffixes, builds),
)
operators = st.sampled_from(["", "", "^", "~", "~>", ">", "<", ">=", "<=", "=", "==", "=>", "!", "^^", "~^", "> ="])
spaces = st.sampled_from(["", "", "", " ", "  ", "\t", "\u00a0", "\x85", "\x1c", "\ufeff"])
comparators = st.builds("{}{}{}".format, operators, spaces, partials)
hyphens = st.builds("{}{}-{}{}".format, partials, spaces, spaces, partials)
spaced_hyphens = st.builds("{} - {}".format, partials, partials)
junk = st.sampled_from(
    ["latest", "", "next", "git+ssh://x", "||", "file:..", "npm:a@1", "-", "*", ">", "<", "1.2.3 -", "é"]
)
simple = st.one_of(comparators, comparators, spaced_hyphens, hyphens, junk)
sets = st.lists(simple, min_size=1, max_size=3).map(" ".join)
ranges = st.one_of(
    sets, st.lists(sets, min_size=1, max_size=3).map("||".join), st.lists(sets, min_size=1, max_size=3).map(" || ".join)
)
batches = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def text_of(version: str) -> str | None:
    parsed = npm.parse(version)
    return parsed.text if parsed else None


@batches
@given(st.lists(versions, min_size=20, max_size=40))
def test_parses_versions_as_node_does(node: NodeSemver, texts: list[str]) -> None:
    expected = node.ask([["parse", one] for one in texts])
    assert [text_of(one) for one in texts] == expected


@batches
@given(st.lists(versions, min_size=20, max_size=40))
def test_orders_versions_as_node_does(node: NodeSemver, texts: list[str]) -> None:
    known = [one for one in texts if npm.parse(one)]
    pairs = list(itertools.pairwise(known))
    expected = node.ask([["compare", *pair] for pair in pairs])
    found = []
    for first, second in pairs:
        one, other = npm.parse(first), npm.parse(second)
        assert one
        assert other
        found.append((one > other) - (one < other))
    assert found == expected


@settings(batches, max_examples=100)
@given(st.lists(ranges, min_size=10, max_size=25), st.booleans())
def test_reads_ranges_as_node_does(node: NodeSemver, texts: list[str], include: bool) -> None:  # noqa: FBT001
    expected = node.ask([["range", one, include] for one in texts])
    parsed = [npm.parse_range(one, include_prerelease=include) for one in texts]
    found = [None if one is None else str(one) for one in parsed]
    assert dict(zip(texts, found, strict=True)) == dict(zip(texts, expected, strict=True))


@settings(batches, max_examples=100)
@given(st.lists(versions, min_size=4, max_size=8), st.lists(ranges, min_size=4, max_size=8), st.booleans())
def test_satisfies_as_node_does(node: NodeSemver, texts: list[str], wanted: list[str], include: bool) -> None:  # noqa: FBT001
    questions = [(version, one) for version in texts for one in wanted]
    expected = node.ask([["satisfies", *one, include] for one in questions])
    assert [npm.satisfies(*one, include_prerelease=include) for one in questions] == expected
    expected = node.ask([["max", texts, one, include] for one in wanted])
    assert [npm.max_satisfying(texts, one, include_prerelease=include) for one in wanted] == expected


@batches
@given(st.text(max_size=40), st.text(max_size=300))
def test_any_text_is_read_as_node_reads_it(node: NodeSemver, version: str, wanted: str) -> None:
    expected = node.ask([["parse", version], ["range", wanted, False], ["satisfies", version, wanted, False]])
    parsed = npm.parse_range(wanted)
    assert [text_of(version), None if parsed is None else str(parsed), npm.satisfies(version, wanted)] == expected


@pytest.mark.parametrize(
    ("version", "wanted", "answer"),
    [
        ("4.2.1", "^4.2.1", True),
        ("5.0.0", "^4.2.1", False),
        ("2.0.0-rc.1", "^1.0.0", False),
        ("1.2.3-beta.2", "^1.2.3-beta.1", True),
        ("1.2.4-beta.2", "^1.2.3-beta.1", False),
        ("0.2.9", "^0.2.3", True),
        ("0.3.0", "^0.2.3", False),
        ("1.2.3", ">= 1.2.3", True),
        ("1.9.9", "1.x || >=2.5.0 || 5.0.0 - 7.2.3", True),
        ("1.2.3", "latest", False),
        ("not a version", "*", False),
    ],
)
def test_satisfies(version: str, wanted: str, answer: bool) -> None:  # noqa: FBT001
    assert npm.satisfies(version, wanted) is answer


def test_tags_and_urls_are_not_ranges() -> None:
    assert npm.parse_range("latest") is None
    assert npm.parse_range("https://host.invalid/x.tgz") is None
    assert npm.parse_range("") is not None


def test_versions_are_ordered_by_precedence() -> None:
    texts = ["1.0.0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-rc.1", "1.0.0-beta.11", "1.0.0-beta.2", "0.9.9", "1.0.1"]
    ordered = [one.text for one in sorted(filter(None, map(npm.parse, texts)))]
    assert ordered == [
        "0.9.9",
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
        "1.0.1",
    ]
    assert npm.parse("1.0.0+a") == npm.parse("1.0.0+b")


def test_max_satisfying_keeps_the_text_and_the_first_of_equals() -> None:
    assert npm.max_satisfying(["1.0.0", "v1.2.0", "1.2.0", "2.0.0"], "^1") == "v1.2.0"
    assert npm.max_satisfying(["1.0.0"], "^2") is None
    assert npm.max_satisfying(["1.0.0"], "latest") is None
