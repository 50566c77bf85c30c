"""What is published for the requests to ask for: packuments, pages, tarballs and wheels of known sizes."""

import json
import random
from dataclasses import dataclass

from simulator import RegistrySimulator, npm_tarball, wheel

#: Bytes of the full document, as JSON without spaces removed, and of the newest tarball.
NPM = {"small": (20_000, 10_000), "medium": (300_000, 200_000), "large": (3_000_000, 2_000_000)}
#: Files on the page, and bytes of its newest wheel.
PYPI = {"small": (8, 100_000), "large": (1_200, 100_000)}
VERSION = "9.0.0"
_WORDS = [
    "order",
    "stock",
    "price",
    "label",
    "parcel",
    "depot",
    "crate",
    "route",
    "invoice",
    "ledger",
    "weight",
    "berth",
    "cargo",
    "seal",
    "broker",
    "tariff",
]


@dataclass(frozen=True)
class Wheel:
    """A wheel to ask for."""

    project: str
    filename: str
    size: int


def publish(registry: RegistrySimulator) -> list[Wheel]:
    """Publish everything, deterministically. Packages are called `bench-small`, `bench-medium`, `bench-large`."""
    for name, (document, size) in NPM.items():
        _packument(registry, f"bench-{name}", document, size)
    wheels = []
    for name, (files, size) in PYPI.items():
        project = f"bench-{name}"
        for number in range(files - 1):
            version = f"1.{number // 4}.{number % 4}"
            registry.pypi.publish(project, version, requires_python=">=3.8")
        data = wheel(f"bench_{name}", VERSION, _python_modules(f"bench_{name}", size))
        filename = f"bench_{name}-{VERSION}-py3-none-any.whl"
        registry.pypi.publish(project, VERSION, raw={filename: data}, requires_python=">=3.8")
        wheels.append(Wheel(project, filename, len(data)))
    return wheels


def _packument(registry: RegistrySimulator, name: str, document: int, size: int) -> None:
    """Publish versions until the document has its size; the last two have a tarball of the size wanted."""
    wanted = {f"bench-dependency-{number}": f"^{number}.0.0" for number in range(12)}
    about = {
        "package.json": {
            "description": "A package that the benchmark made.",
            "license": "MIT",
            "engines": {"node": ">=18"},
            "repository": {"type": "git", "url": "git+https://code.example/bench.git"},
            "devDependencies": wanted,
        }
    }
    registry.npm.publish(name, "1.0.0", files={"index.js": "module.exports = 1\n", **about})
    one = len(json.dumps(registry.npm.packument(name)))
    for number in range(1, max(2, document // one)):
        files = {"index.js": f"module.exports = {number}\n", **about}
        registry.npm.publish(name, f"1.{number // 10}.{number % 10}", files=files)
    for version in ("8.9.0", VERSION):
        files = {"index.js": f"module.exports = '{version}'\n", **_pages(name, size)}
        manifest = {"name": name, "version": version, "main": "index.js", **about["package.json"]}
        registry.npm.publish(name, version, tarball=npm_tarball(files, manifest), files={**files, **about})


def _text(seed: str, size: int) -> str:
    """Return about `size` characters of words."""
    chosen = random.Random(seed)  # noqa: S311 - the same text in every run
    words: list[str] = []
    length = 0
    while length < size:
        word = f"{chosen.choice(_WORDS)}{chosen.randrange(100000)}"
        words.append(word)
        length += len(word) + 1
    lines = [" ".join(words[start : start + 12]) for start in range(0, len(words), 12)]
    return "\n".join(lines) + "\n"


def _pages(name: str, size: int) -> dict[str, str]:
    """Return documents that pack to about `size` bytes (the text packs to 0.45 of itself)."""
    text, pages = int(size / 0.45), {}
    for number in range(max(1, text // 50_000)):
        pages[f"docs/{number}.md"] = _text(f"{name}{number}", min(text, 50_000))
    return pages


def _python_modules(name: str, size: int) -> dict[str, str]:
    text = int(size / 0.45)
    modules = {f"{name}/__init__.py": "VALUE = 1\n"}
    for number in range(max(1, text // 10_000)):
        modules[f"{name}/part_{number}.py"] = f'"""{_text(f"{name}{number}", min(text, 10_000))}"""\n'
    return modules
