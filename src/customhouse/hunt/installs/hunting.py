"""The hunt through what package clients leave behind, below projects, homes or a mounted image."""

from collections.abc import Sequence
from pathlib import Path

from customhouse.hunt.asked import Asked
from customhouse.hunt.installs.archive_names import read_archives
from customhouse.hunt.installs.bun import read_bun_cache
from customhouse.hunt.installs.file_digests import read_file_digests
from customhouse.hunt.installs.finding import Found, traces
from customhouse.hunt.installs.findings import Findings
from customhouse.hunt.installs.npm_cache import read_npm_cache
from customhouse.hunt.installs.npm_log import read_npm_log
from customhouse.hunt.installs.npm_tree import read_npm_tree
from customhouse.hunt.installs.pip_cache import read_http_cache
from customhouse.hunt.installs.pip_log import read_pip_log
from customhouse.hunt.installs.plain_tree import read_plain_tree
from customhouse.hunt.installs.pnpm import read_pnpm_store, read_pnpm_tree
from customhouse.hunt.installs.python_environment import read_python_environment
from customhouse.hunt.installs.reading import reading_image
from customhouse.hunt.installs.uv_cache import read_uv_cache
from customhouse.hunt.installs.yarn import read_berry_cache, read_install_state, read_yarn_cache, read_yarn_tree
from customhouse.hunt.notes import Notes, own_defects

#: Readers of traces that need nothing but their own.
_ALONE = {
    "site-packages": read_python_environment,
    "npm cache": read_npm_cache,
    "pnpm store": read_pnpm_store,
    "yarn cache": read_yarn_cache,
    "yarn berry cache": read_berry_cache,
    "yarn install state": read_install_state,
    "bun cache": read_bun_cache,
    "pip http cache": read_http_cache,
    "pip log": read_pip_log,
    "uv cache": read_uv_cache,
    "python archives": read_archives,
}


def hunt_installs(roots: Sequence[Path], asked: Asked, notes: Notes, image: Path | None = None) -> None:
    """Look at every trace of a package client below `roots`: folders of projects, homes, or a mounted image's root.

    Caches and logs of any root count for trees of all: they tell what an archive held, and whether scripts ran. Links
    below `image` lead nowhere out of it.
    """
    with reading_image(image):
        _hunt(roots, asked, notes)


def _hunt(roots: Sequence[Path], asked: Asked, notes: Notes) -> None:
    findings = Findings(asked, notes)
    found: dict[Found, None] = {}
    for root in roots:
        if not root.is_dir():
            findings.unexamined(root, "is no folder")
            continue
        found.update(dict.fromkeys(traces(root, findings)))
    caches = [one.path for one in found if one.kind == "npm cache"]
    ignoring = _read_logs([one.path for one in found if one.kind == "npm log"], findings)
    for one in found:
        with own_defects("install", str(one.path), notes):
            if one.kind == "node_modules":
                _read_modules(one.path, caches, ignoring, findings)
            elif one.kind != "npm log":
                _ALONE[one.kind](one.path, findings)
            if one.kind == "site-packages":
                read_file_digests(one.path, str(one.path), findings)


def _read_logs(logs: Sequence[Path], findings: Findings) -> dict[str, str]:
    """Read npm's logs; return the projects where npm installed without scripts alone, each with a log that says so."""
    ignoring: dict[str, str] = {}
    running: set[str] = set()
    for log in logs:
        said = read_npm_log(log, findings)
        if said.installs and said.ignores_scripts:
            ignoring[said.cwd] = str(log)
        elif said.installs:
            running.add(said.cwd)
    return {cwd: log for cwd, log in ignoring.items() if cwd not in running}


def _read_modules(modules: Path, caches: Sequence[Path], ignoring: dict[str, str], findings: Findings) -> None:
    """Read a node_modules by whichever client's record lies in it; by its folders alone where none does."""
    recorded = bool(read_npm_tree(modules, caches, ignoring, findings))
    recorded |= read_pnpm_tree(modules, findings)
    read_yarn_tree(modules, findings)
    if not recorded:
        read_plain_tree(modules, findings)
    read_file_digests(modules, str(modules.parent), findings)
