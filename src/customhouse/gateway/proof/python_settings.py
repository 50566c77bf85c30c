"""What Python's clients read in a project, as far as it names indexes.

Indexes that are not the gateway's are carried under names of ours: clients find credentials by an index's name, and a
project may call its own whatever it likes.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import tomli_w

from customhouse.ecosystems.pypi.configuration import last_resort
from customhouse.ecosystems.pypi.pip_settings import read_pip_settings
from customhouse.ecosystems.pypi.uv_settings import read_uv_settings
from customhouse.gateway.proof.carried import Carried, Gateway, left_out, nearest, others, read_toml
from customhouse.model.errors import CustomhouseError

#: Below any that is in use, so that no client looks for another Python.
_REQUIRES = ">=3.8"
#: Keys of uv that say where and how an index is asked.
_UV_ADDRESSES = ("index-url", "extra-index-url")
_UV_PLAIN = ("index-strategy", "allow-insecure-host", "native-tls", "system-certs", "no-index")
_SOURCE = ("url", "verify_ssl", "type", "priority", "default", "explicit", "include_packages", "exclude_packages")


def pip(project: Path, gateway: Gateway, environ: Mapping[str, str], name: str) -> Carried:
    """Nothing is carried: pip reads no file of a project. Its settings tell which indexes it asks besides."""
    del name
    settings = read_pip_settings(project, environ)
    named = settings.default.value if settings.default else usual_index()
    return Carried({}, (named,), _beside(gateway, (*(each.value for each in settings.extra), named)))


def uv(project: Path, gateway: Gateway, environ: Mapping[str, str], name: str) -> Carried:
    """Carry a uv.toml, or pyproject's `[tool.uv]`."""
    del name
    settings = read_uv_settings(project, environ)
    every = {each.value for each in settings.extra} | {each.value for pins in settings.pins.values() for each in pins}
    named = (settings.default.value if settings.default else usual_index(),)
    beside = _beside(gateway, (*sorted(every), *named))
    path, table = _table(project, "uv.toml", "uv")
    if path is None:
        return Carried({}, named, beside)
    kept: dict[str, Any] = {key: table[key] for key in (*_UV_ADDRESSES, *_UV_PLAIN) if key in table}
    if indexes := _renamed(table.get("index"), gateway):
        kept["index"] = indexes
    return Carried({"uv.toml": tomli_w.dumps(kept)} if kept else {}, named, beside)


def pdm(project: Path, gateway: Gateway, environ: Mapping[str, str], name: str) -> Carried:
    """Carry the sources of a pyproject.toml, and a pdm.toml's address of the index."""
    del environ
    path, table = _table(project, "", "pdm")
    sources, notes = _followed(path, table.get("source"), gateway)
    kept = [
        each if each.get("name") == "pypi" else own
        for each, own in zip(sources, _renamed(sources, gateway), strict=True)
    ]
    files = {
        "pyproject.toml": tomli_w.dumps({**_manifest(name), "tool": {"pdm": {"distribution": False, "source": kept}}})
    }
    named = [each["url"] for each in sources if each.get("name") == "pypi"]
    beside = _extra(gateway, (each["url"] for each in sources if each.get("name") != "pypi"))
    local = nearest(project, "pdm.toml")
    said = read_toml(local).get("pypi") if local else None
    if local is not None and isinstance(said, dict) and isinstance(said.get("url"), str):
        if gateway.may_be_told(said["url"]):
            files["pdm.toml"] = tomli_w.dumps(
                {"pypi": {key: said[key] for key in ("url", "verify_ssl") if key in said}}
            )
        else:
            notes.append(left_out(local, "pypi.url"))
    # A source that is not called so stands beside the default one.
    return Carried(files, tuple(named), beside, tuple(notes), adds=bool(sources) and not named)


def poetry(project: Path, gateway: Gateway, environ: Mapping[str, str], name: str) -> Carried:
    """Carry the sources of a pyproject.toml, and a lock with an older canary, of which Poetry is to find a newer."""
    del environ
    path, table = _table(project, "", "poetry")
    sources, notes = _followed(path, table.get("source"), gateway, optional_url=True)
    # The name of the default index is how Poetry is told that it is meant.
    kept = [each if "url" not in each else own for each, own in zip(sources, _renamed(sources, gateway), strict=True)]
    told = {**_manifest(name), "tool": {"poetry": {"package-mode": False, **({"source": kept} if kept else {})}}}
    primary = [each for each in sources if each.get("priority", "primary") in ("primary", "default")]
    # The default index is asked unless another is primary, or where it is named itself, which needs no address.
    urls = [each.get("url", usual_index()) for each in primary or [{}]]
    beside = _beside(gateway, (*urls, *(each.get("url", usual_index()) for each in sources)))
    files = {"pyproject.toml": tomli_w.dumps(told), "poetry.lock": _poetry_lock(name)}
    return Carried(files, tuple(urls), beside, tuple(notes))


def pipenv(project: Path, gateway: Gateway, environ: Mapping[str, str], name: str) -> Carried:
    """Carry the sources of a Pipfile, the first of which is the default one, in whose place a mirror is asked."""
    path = nearest(project, "Pipfile")
    table = read_toml(path) if path else {}
    sources, notes = _followed(path, table.get("source"), gateway)
    told = {**({"source": _renamed(sources, gateway)} if sources else {}), "packages": {name: "*"}}
    pip_settings = read_pip_settings(project, environ)
    usual = pip_settings.default.value if pip_settings.default else usual_index()
    first, *rest = [each["url"] for each in sources] or [usual]
    first = environ.get("PIPENV_PYPI_MIRROR") or first
    return Carried({"Pipfile": tomli_w.dumps(told)}, (first,), _beside(gateway, (first, *rest)), tuple(notes))


def usual_index() -> str:
    """Return the index of clients that were told of none; words where nobody here knows it."""
    try:
        return last_resort()
    except CustomhouseError:
        return "its built-in index"


def _table(project: Path, own: str, tool: str) -> tuple[Path | None, dict[str, Any]]:
    """Read a client's own file, or its table in the nearest pyproject.toml."""
    for folder in (project.absolute(), *project.absolute().parents):
        if own and (folder / own).is_file():
            return folder / own, read_toml(folder / own)
        path = folder / "pyproject.toml"
        if path.is_file():
            tools = read_toml(path).get("tool")
            table = tools.get(tool) if isinstance(tools, dict) else None
            if isinstance(table, dict):
                return path, table
            if not own:
                return path, {}
    return None, {}


def _followed(
    path: Path | None, sources: object, gateway: Gateway, *, optional_url: bool = False
) -> tuple[list[dict[str, Any]], list[str]]:
    """Pick the sources that are followed, with the keys that say where and how they are asked."""
    kept: list[dict[str, Any]] = []
    notes: list[str] = []
    for each in sources if isinstance(sources, list) else []:
        if not isinstance(each, dict):
            continue
        url = each.get("url")
        if isinstance(url, str) and not gateway.may_be_told(url):
            if path is not None:
                notes.append(left_out(path, f"the source {each.get('name', '')}"))
        elif isinstance(url, str) or (optional_url and url is None):
            kept.append({key: each[key] for key in ("name", *_SOURCE) if key in each})
    return kept, notes


def _renamed(sources: object, gateway: Gateway) -> list[dict[str, Any]]:
    found = [each for each in sources if isinstance(each, dict)] if isinstance(sources, list) else []
    return [
        each if gateway.has(str(each.get("url", ""))) else {**each, "name": f"index-{number}"}
        for number, each in enumerate(found, 1)
    ]


def _extra(gateway: Gateway, addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(named for each in addresses for named in others(gateway, {"": each})))


def _beside(gateway: Gateway, addresses: Iterable[str]) -> tuple[str, ...]:
    """Name those of all addresses that are asked which are not the gateway's; a single one is what was asked."""
    every = dict.fromkeys(addresses)
    return _extra(gateway, every) if len(every) > 1 else ()


def _manifest(name: str) -> dict[str, Any]:
    project = {"name": "question", "version": "0.0.0", "requires-python": _REQUIRES, "dependencies": [name]}
    return {"project": project}


def _poetry_lock(name: str) -> str:
    package = {
        "name": name,
        "version": "0.0.1",
        "description": "",
        "optional": False,
        "python-versions": "*",
        "groups": ["main"],
        "files": [],
    }
    metadata = {"lock-version": "2.1", "python-versions": _REQUIRES, "content-hash": "0"}
    return tomli_w.dumps({"package": [package], "metadata": metadata})
