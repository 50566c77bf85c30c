from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.pypi.lockfiles.graph import Graph, Need, Node, unique_keys


def node(index: int, name: str, *needs: str, version: str = "1.0", **extras: tuple[str, ...]) -> Node:
    return Node(
        index,
        f"{name}=={version}",
        name,
        version,
        tuple(Need(one) for one in needs),
        {extra: tuple(Need(one) for one in names) for extra, names in extras.items()},
    )


def test_scopes_and_edges() -> None:
    graph = Graph([node(0, "a", "b", x=("c",)), node(1, "b", "a"), node(2, "c"), node(3, "d", "c"), node(4, "e", "b")])
    reached = graph.walk({"dev": [Need("a", extras=("x",))], "optional": [Need("d")]})
    assert reached.scopes == {
        0: ("dev", "direct"),
        1: ("dev", "transitive"),
        2: ("optional", "transitive"),  # stronger than dev
        3: ("optional", "direct"),
    }
    assert reached.requires == {0: ("b==1.0", "c==1.0"), 1: ("a==1.0",), 2: (), 3: ("c==1.0",), 4: ("b==1.0",)}
    assert [need.name for need in graph.roots()] == ["d", "e"]
    assert graph.keys([Need("a"), Need("a"), Need("gone")]) == ("a==1.0",)


def test_several_versions() -> None:
    graph = Graph([node(0, "a", version="1.0"), node(1, "a", version="2.0")])
    assert [one.version for one in graph.find(Need("a", "2.0"))] == ["2.0"]
    assert [one.version for one in graph.find(Need("a", specifier="<2"))] == ["1.0"]
    assert [one.version for one in graph.find(Need("a", specifier=">9"))] == ["1.0", "2.0"]
    assert graph.find(Need("a", "3.0")) == []


def test_dangling() -> None:
    wants = Node(0, "a", "a", "1", (Need("gone"), Need("maybe", conditional=True)), {"x": (Need("lost"),)})
    assert [(who, need.name) for who, need in Graph([wants]).dangling()] == [("a", "gone"), ("a", "lost")]


def test_keys_are_unique() -> None:
    assert unique_keys([("a", "x"), ("b", "x"), ("a", "y"), ("a", "y")]) == ["a @ x", "b", "a @ y", "a @ y #2"]


@given(st.lists(st.lists(st.integers(0, 7), max_size=4), max_size=8))
def test_what_is_reached_is_what_edges_lead_to(needs: list[list[int]]) -> None:
    nodes = [node(at, f"p{at}", *(f"p{one}" for one in each if one < len(needs))) for at, each in enumerate(needs)]
    reached = Graph(nodes).walk({"prod": [Need("p0")]})
    expected: set[int] = set()
    pending = [0] if nodes else []
    while pending:
        at = pending.pop()
        if at not in expected:
            expected.add(at)
            pending += [one for one in needs[at] if one < len(needs)]
    assert set(reached.scopes) == expected
