"""What a Python file calls of other modules of its package as it is loaded.

Every name that the file imports is followed as the resolver follows `os` elsewhere, and `loading` says which of the
calls run at load: `from .x import run; run()`, `import pkg.x as y; y.Client().go()`, `@x.register`,
`threading.Thread(target=x.run)`.
"""

from tree_sitter import Node

from customhouse.source.link import Link
from customhouse.source.python.api import RUNNERS, canonical
from customhouse.source.python.bindings import Bindings
from customhouse.source.python.calls import CallFinder
from customhouse.source.python.constants import Folder
from customhouse.source.python.encoding import decode_source, pth_lines
from customhouse.source.python.entering import enter
from customhouse.source.python.grammar import parse, structure
from customhouse.source.python.loading import Loading
from customhouse.source.python.resolver import Names, Resolver, Steps

#: Bytes beyond which a file is not followed.
MAX_SIZE = 4 << 20
_STEPS, _SECONDS, _SECONDS_A_BYTE = 100_000, 1.0, 2e-6
_MOST_LINKS = 256
_MAX_ARGUMENTS = 8


def python_links(path: str, data: bytes, *, entry: tuple[str, ...] = ()) -> tuple[Link, ...]:
    """Give the functions and classes of other modules that are called as this one is loaded, or `entry` of it is."""
    if len(data) > MAX_SIZE:
        return ()
    source = decode_source(pth_lines(data) if path.lower().endswith(".pth") else data).data
    root = parse(source).root_node
    steps = Steps(_STEPS + len(source) // 4, _SECONDS + len(source) * _SECONDS_A_BYTE)
    bindings = Bindings(source, root)
    resolver = Resolver(bindings, steps)
    resolver.through = True  # any import may be of the package
    Folder(bindings, resolver, steps)
    loading = Loading(bindings, resolver, is_script=path.endswith("setup.py"))
    finder = CallFinder(bindings, resolver, loading)
    found = structure(root)
    bindings.build(found)
    try:
        calls = finder.find(found.get("call", []))
        resolver.learn = loading.learn = finder.learn
        places = [(node, name) for node, names in calls for name in names]
        places += _decorators(found.get("decorator", []), loading, resolver)
        for node, names in calls:
            if any(name.replace("()", "") in RUNNERS for name in names):
                places += _handed_over(node, loading, resolver)
        outside = enter(entry, loading, resolver)
        links = dict.fromkeys(Link(name) for name in outside)
        links.update(dict.fromkeys(_at_load(places, loading)))
        for name in _from_stars(found.get("call", []), bindings, loading) if bindings.stars else ():
            links.update(dict.fromkeys(Link(star, name, star=True) for star in bindings.stars))
    except Exception:  # noqa: BLE001 - the reader, which takes the same steps, says of this file that it fails
        links = {}
    finally:
        resolver.release()
        loading.release()
    return tuple(links)[:_MOST_LINKS]


def _at_load(places: list[tuple[Node, str]], loading: Loading) -> list[Link]:
    seen: dict[Link, None] = {}
    for node, name in places:
        link = Link(name)
        if ":" not in name and "." in name and link not in seen and loading.when(node.start_byte) == "load":
            seen[link] = None
    return list(seen)


def _decorators(nodes: list[Node], loading: Loading, resolver: Resolver) -> list[tuple[Node, str]]:
    places = []
    for node in nodes:
        names: Names = resolver.node(node.named_children[0]) if node.named_child_count else ()
        for name in names:
            if name.startswith(("local:", "class:")):
                loading.edge(node.start_byte, name)
            else:
                places.append((node, name))
    return places


def _handed_over(node: Node, loading: Loading, resolver: Resolver) -> list[tuple[Node, str]]:
    """Functions that are handed to something that runs functions."""
    places = []
    arguments = node.child_by_field_name("arguments")
    for child in arguments.named_children[:_MAX_ARGUMENTS] if arguments is not None else ():
        value = child.child_by_field_name("value") if child.type == "keyword_argument" else child
        if value is None or value.type not in {"identifier", "attribute", "lambda", "call"}:
            continue
        for name in resolver.node(value):
            if name.startswith("local:"):
                loading.edge(node.start_byte, name)
            elif canonical(name.removesuffix("()")) not in RUNNERS:
                places.append((node, name))
    return places


def _from_stars(nodes: list[Node], bindings: Bindings, loading: Loading) -> list[str]:
    """Plain names that are called at load and that nothing in the file binds."""
    found: dict[str, None] = {}
    for node in nodes:
        function = node.child_by_field_name("function")
        if function is None or function.type != "identifier":
            continue
        name = bindings.text(function)
        if name not in found and name not in bindings.by_name and loading.when(node.start_byte) == "load":
            found[name] = None
    return list(found)
