"""What the system says of running processes."""

from pathlib import Path


def children(pid):
    """The processes that a process started itself."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = path.read_text()
        except OSError:
            continue
        if int(text.rpartition(")")[2].split()[1]) == pid:
            found.append(int(path.parent.name))
    return found


def descendants(pid):
    """The processes that a process started, and those that these did."""
    return [each for child in children(pid) for each in (child, *descendants(child))]


def memory(pid, field="RssAnon"):
    """Bytes of one kind of memory that a process has now."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(f"no {field} of {pid}")
