import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.model.dependency_graph import DependencyGraph, closure_of, dependents_of, paths_to
from customhouse.model.locked import Importer, LockedPackage, Source


def lock(edges, importers=None, direct=()):
    packages = tuple(
        LockedPackage(
            "npm", key, "1.0.0", key=key, requires=tuple(needs), dependency="direct" if key in direct else "transitive"
        )
        for key, needs in edges.items()
    )
    return Source("package-lock.json", "package-lock", "parsed", packages, importers=tuple(importers or ()))


def keys(source, goal, limit=100):
    return [path.keys for paths in paths_to(source, goal, limit=limit) for path in paths.paths]


EXPRESS = {
    "express": ["body-parser", "qs", "debug"],
    "body-parser": ["qs", "debug"],
    "qs": ["side-channel"],
    "side-channel": [],
    "debug": ["ms"],
    "ms": [],
}


def test_paths_come_shortest_first():
    source = lock(EXPRESS, [Importer("", "storefront-api", ("express", "debug"))])
    assert keys(source, "ms") == [
        ("debug", "ms"),
        ("express", "debug", "ms"),
        ("express", "body-parser", "debug", "ms"),
    ]
    (paths,) = paths_to(source, "ms")
    assert paths.paths[0].importer.name == "storefront-api"


def test_what_is_not_shown_is_counted():
    source = lock(EXPRESS, [Importer("", "", ("express", "debug"))])
    (paths,) = paths_to(source, "ms", limit=1)
    assert (len(paths.paths), paths.more, paths.exact) == (1, 2, True)


def test_each_importer_has_its_own_paths():
    source = lock(EXPRESS, [Importer("a", "", ("qs",)), Importer("b", "", ("ms",)), Importer("c", "", ("express",))])
    assert [(paths.paths[0].importer.folder, paths.paths[0].keys) for paths in paths_to(source, "side-channel")] == [
        ("a", ("qs", "side-channel")),
        ("c", ("express", "qs", "side-channel")),
    ]
    assert [one.folder for one in DependencyGraph(source).importers_of("ms")] == ["b", "c"]


def test_without_importers_the_direct_entries_begin():
    assert keys(lock(EXPRESS, direct=["express"]), "qs") == [("express", "qs"), ("express", "body-parser", "qs")]


def test_a_workspace_entry_leads_on_to_what_its_importer_needs():
    member = LockedPackage("npm", "ui", None, source="workspace", resolved="packages/ui", key="node_modules/ui")
    left_pad = LockedPackage("npm", "left-pad", "1.3.0", key="node_modules/left-pad")
    source = Source(
        "package-lock.json",
        "package-lock",
        "parsed",
        (member, left_pad),
        importers=(
            Importer("", "root", ("node_modules/ui",)),
            Importer("packages/ui", "ui", ("node_modules/left-pad",)),
        ),
    )
    assert keys(source, "node_modules/left-pad") == [
        ("node_modules/ui", "node_modules/left-pad"),
        ("node_modules/left-pad",),
    ]


def test_a_member_that_nobody_asks_for_is_where_paths_begin():
    member = LockedPackage("npm", "ui", None, source="workspace", resolved="packages/ui", key="ui", requires=("a",))
    source = Source(
        "package-lock.json",
        "package-lock",
        "parsed",
        (member, LockedPackage("npm", "a", "1.0.0", key="a")),
        importers=(Importer("", "root"), Importer("packages/ui", "ui", ("a",))),
    )
    assert keys(source, "a") == [("a",)]
    assert keys(source, "ui") == []


def test_a_cycle_ends():
    source = lock({"a": ["b"], "b": ["c"], "c": ["a", "d"], "d": ["a"]}, [Importer("", "", ("a",))])
    assert keys(source, "d") == [("a", "b", "c", "d")]
    assert closure_of(source, "a") == ("b", "c", "d")
    assert dependents_of(source, "a") == ("c", "d")


def test_an_entry_nobody_asks_for_is_a_path_without_a_beginning():
    source = lock({"a": [], "left": ["over"], "over": ["left"]}, [Importer("", "", ("a",))])
    (paths,) = paths_to(source, "over")
    assert (paths.paths[0].importer, paths.paths[0].keys) == (None, ("left", "over"))


def test_an_unknown_key_and_a_lock_without_edges():
    assert paths_to(lock(EXPRESS), "nothing") == ()
    flat = DependencyGraph(lock({"a": [], "b": []}))
    assert not flat.known
    assert flat.closure_of("nothing") == flat.dependents_of("nothing") == flat.brought_by("nothing") == ()


def test_a_lock_without_edges_is_known_only_when_its_projects_ask_for_all_of_it():
    assert DependencyGraph(lock({"a": [], "b": []}, [Importer("", "", ("a", "b"))])).known
    half = DependencyGraph(lock({"a": [], "b": []}, [Importer("", "", ("a",))]))
    assert not half.known
    assert [path.paths[0].importer is None for path in half.paths_to("a")] == [False]


def test_edges_to_what_the_lock_lacks_are_left_out():
    source = lock({"a": ["gone", "b"], "b": []}, [Importer("", "", ("a", "gone"))])
    assert DependencyGraph(source).needs_of("a") == ("b",)


def test_what_one_entry_alone_brings():
    graph = DependencyGraph(lock(EXPRESS, [Importer("", "", ("express", "debug"))]))
    assert set(graph.closure_of("express")) == {"body-parser", "qs", "side-channel", "debug", "ms"}
    assert set(graph.brought_by("express")) == {"body-parser", "qs", "side-channel"}
    assert graph.dependents_of("ms", transitive=True) == ("debug", "express", "body-parser")


def test_millions_of_paths_cost_a_moment():
    # forty layers of three, each needing all three of the next: 3^39 paths
    layers = [[f"{layer}-{one}" for one in range(3)] for layer in range(40)]
    edges = {key: below for above, below in pairwise(layers) for key in above} | dict.fromkeys(layers[-1], ())
    source = lock(edges, [Importer("", "", tuple(layers[0]))])
    started = time.process_time()
    (paths,) = paths_to(source, "39-2")
    assert (len(paths.paths), paths.exact) == (3, False)
    assert paths.more >= 97
    assert time.process_time() - started < 2


def test_a_clique_of_cycles_ends():
    names = [f"n{index}" for index in range(60)]
    source = lock({name: [other for other in names if other != name] for name in names}, [Importer("", "", ("n0",))])
    started = time.process_time()
    (paths,) = paths_to(source, "n59")
    assert paths.paths[0].keys == ("n0", "n59")
    assert not paths.exact
    assert time.process_time() - started < 2


def naive(edges, goal, start, passed=()):
    if start in passed:
        return []
    if start == goal:
        return [(*passed, start)]
    return [path for one in edges[start] for path in naive(edges, goal, one, (*passed, start))]


@given(st.data())
def test_paths_are_those_of_a_plain_search(data):
    names = "abcdef"
    edges = {name: data.draw(st.lists(st.sampled_from(names), unique=True, max_size=4)) for name in names}
    goal = data.draw(st.sampled_from(names))
    starts = data.draw(st.lists(st.sampled_from(names), unique=True, min_size=1))
    found = [
        path.keys
        for paths in paths_to(lock(edges, [Importer("", "", tuple(starts))]), goal, limit=10_000)
        for path in paths.paths
        if path.importer is not None
    ]
    expected = [path for start in starts for path in naive(edges, goal, start)]
    assert sorted(found) == sorted(expected)
    assert [len(path) for path in found] == sorted(map(len, found))


@pytest.mark.parametrize("size", [2000])
def test_a_large_lock_is_read_quickly(size):
    edges = {f"p{n}": [f"p{m}" for m in range(n + 1, min(n + 6, size))] for n in range(size)}
    started = time.process_time()
    graph = DependencyGraph(lock(edges, [Importer("", "", ("p0",))]))
    assert len(graph.closure_of("p0")) == size - 1
    assert time.process_time() - started < 0.5
