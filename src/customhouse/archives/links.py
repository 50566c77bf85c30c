"""Links of an archive: where each leads, through other links too, and whether that is still inside the package."""

import msgspec

from customhouse.archives.issues import IssueLog
from customhouse.archives.names import MAX_PATH, fold
from customhouse.model.content import MemberKind

#: Links followed for one target, as Linux's ELOOP limit.
_MAX_HOPS = 40
#: Components walked for all links of an archive.
_MAX_STEPS = 300_000


class Link(msgspec.Struct, frozen=True):
    """A link as the archive has it, `path` under the package root and `target` as written."""

    path: str
    kind: MemberKind
    target: str
    executable: bool = False
    #: Hard links: the path under the package root that the target names.
    goal: str = ""


class Links:
    """All links of one archive; judged together at its end, for a link may lead through one that comes later."""

    def __init__(self, log: IssueLog) -> None:
        """Start without links."""
        self.all: list[Link] = []
        self._targets: dict[str, str] = {}
        self._log = log
        self._steps = _MAX_STEPS

    def add(self, link: Link) -> None:
        """Note a link."""
        self.all.append(link)
        if link.kind == "link":
            self._targets[fold(link.path)] = link.target

    def resolve(self, link: Link) -> str | None:
        """Return the path that the link leads to; None, and an issue, when it leaves the package or never ends."""
        if link.kind == "hardlink":
            if fold(link.goal) in self._targets:
                self._log.add("link-escape", link.path, f"a hard link to the symbolic link {link.goal}")
                return None
            return link.goal
        reached = self._walk(link)
        if reached is None:
            self._log.add("link-escape", link.path, f"leads out of the package: {link.target[:MAX_PATH]}")
            return None
        return "/".join(reached)

    def _walk(self, link: Link) -> list[str] | None:
        reached = link.path.split("/")[:-1]
        if not _relative(link.target):
            return None
        todo = link.target.split("/")[::-1]
        hops = 0
        while todo:
            part = todo.pop()
            self._steps -= 1
            if self._steps < 0:
                raise self._log.halt("link-escape", link.path, "too many links to follow")
            if part in ("", "."):
                continue
            if part == "..":
                if not reached:
                    return None
                reached.pop()
                continue
            reached.append(part)
            onward = self._targets.get(fold("/".join(reached))) if self._targets else None
            if onward is not None:
                hops += 1
                if hops > _MAX_HOPS or not _relative(onward):
                    return None
                reached.pop()
                todo.extend(onward.split("/")[::-1])
        return reached


def _relative(target: str) -> bool:
    """Whether the target is plainly relative, on Windows too."""
    return (
        0 < len(target) <= MAX_PATH
        and not target.startswith(("/", "\\"))
        and target[1:2] != ":"
        and ("\\" not in target or ".." not in target.replace("\\", "/").split("/"))
        and "\0" not in target
    )
