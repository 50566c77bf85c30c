"""Make a list of popular names anew: `python docs/popular_names.py npm|pypi SOURCE...` (docs/popular-names.md)."""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

LISTS = Path(__file__).resolve().parent.parent / "src/customhouse/rules/lists"
HEADER = (
    "# Names of popular projects, one a line: plain facts. Made by docs/popular_names.py; see docs/popular-names.md.\n"
)
NAMES = {
    "npm": re.compile(r"(?:@[a-z0-9._~-]+/)?[a-z0-9._~-]+"),
    "pypi": re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"),
}
DEBIAN = {"npm": "node-", "pypi": "python3-"}


def canonical(ecosystem: str, name: str) -> str:
    """Write a name as Customhouse compares it."""
    name = name.strip().lower()
    return re.sub(r"[-_.]+", "-", name) if ecosystem == "pypi" else name


def names_of(source: str, ecosystem: str) -> Iterator[str]:
    """Read a package-lock.json, a JSON list of names or of rows with a `project`, a Debian dump, or plain text."""
    kind, _, path = source.partition(":")
    if kind == "debian":
        least, _, path = path.partition(":")
        yield from depended_upon(Path(path), DEBIAN[ecosystem], int(least))
        return
    text = Path(source).read_text(encoding="utf-8")
    if not source.endswith(".json"):
        for line in text.splitlines():
            yield from line.partition("#")[0].split()
        return
    document = json.loads(text)
    if isinstance(document, dict) and "packages" in document:
        for key, entry in document["packages"].items():
            if "node_modules/" in key and not entry.get("link"):
                yield entry.get("name") or key.rpartition("node_modules/")[2]
        return
    for row in document["rows"] if isinstance(document, dict) else document:
        yield row["project"] if isinstance(row, dict) else row


def depended_upon(dump: Path, prefix: str, least: int) -> Iterator[str]:
    """From `apt-cache dumpavail`: what at least so many packages of the distribution depend on."""
    found: Counter[str] = Counter()
    word = re.compile(rf"(?:^|[ ,|]){prefix}([a-z0-9.+-]+)")
    with dump.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.startswith(("Depends: ", "Recommends: ", "Suggests: ")):
                found.update(set(word.findall(line)))
    # The distribution writes @types/x as types-x, and has bundles of its own.
    own = ("types-", "debbundle-")
    yield from (name for name, count in found.items() if count >= least and not name.startswith(own))


def main() -> None:
    """Read the sources and write the list."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ecosystem", choices=sorted(NAMES))
    parser.add_argument("sources", nargs="+", help="files; `debian:2:FILE` for what two packages of a dump depend on")
    parser.add_argument("--keep", action="store_true", help="keep the names that the list has")
    chosen = parser.parse_args()
    target = LISTS / f"popular-{chosen.ecosystem}.txt"
    sources = [str(target), *chosen.sources] if chosen.keep else chosen.sources
    told = {canonical(chosen.ecosystem, name) for source in sources for name in names_of(source, chosen.ecosystem)}
    kept = sorted(name for name in told if NAMES[chosen.ecosystem].fullmatch(name) and len(name) > 1)
    target.write_text(HEADER + "".join(f"{name}\n" for name in kept), encoding="utf-8")
    print(f"{target}: {len(kept)} names")


if __name__ == "__main__":
    main()
