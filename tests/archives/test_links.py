"""Where links lead."""

import pytest

from customhouse.archives.interface import DEFAULT_LIMITS
from customhouse.archives.issues import Halted, IssueLog
from customhouse.archives.links import Link, Links


def reached(links: dict[str, str], path: str) -> str | None:
    log = IssueLog(DEFAULT_LIMITS)
    these = Links(log)
    for name, target in links.items():
        these.add(Link(name, "link", target))
    found = these.resolve(Link(path, "link", links[path]))
    assert (found is None) == bool(log.issues)
    return found


@pytest.mark.parametrize(
    ("links", "path", "goal"),
    [
        ({"a/l": "x"}, "a/l", "a/x"),
        ({"a/l": "../x/./y"}, "a/l", "x/y"),
        ({"a/l": ".."}, "a/l", ""),
        ({"a/l": "../.."}, "a/l", None),
        ({"l": "/etc"}, "l", None),
        ({"l": ""}, "l", None),
        ({"l": "a\\..\\..\\x"}, "l", None),
        ({"l": "a\\b"}, "l", "a\\b"),
        ({"l": "x\0y"}, "l", None),
        ({"l": "d/x", "d": "e/f"}, "l", "e/f/x"),
        ({"l": "d/../x", "d": "e/f"}, "l", "e/x"),
        ({"l": "D/x", "d": "../e"}, "l", None),
        ({"l": "m", "m": "l"}, "l", None),
        ({"l": "m", "m": "/etc"}, "l", None),
    ],
)
def test_targets(links, path, goal):
    assert reached(links, path) == goal


def test_following_has_a_budget():
    these = Links(IssueLog(DEFAULT_LIMITS))
    link = Link("l", "link", "a/../" * 800)
    for _ in range(150):
        these.resolve(link)
    with pytest.raises(Halted):
        [these.resolve(link) for _ in range(50)]
