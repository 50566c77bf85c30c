"""Which commands of pip, uv, poetry, pdm, pipenv and pipx may take releases that nothing pins.

pip checks digests when `--require-hashes` is given, and by itself for every requirement as soon as one of them has a
hash. `uv sync` and `uv run` bring uv.lock up to date unless told `--locked` or `--frozen`; poetry installs what its
lock says; pipenv checks its lock with `--deploy` and keeps to it with `sync`; pdm with `--frozen-lockfile` or `sync`.
"""

import posixpath

from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.locked import Source
from customhouse.model.repository import RepositoryCase
from customhouse.model.workflow import InstallCommand
from customhouse.rules.repository.installing import EXACT, Unlocked, Words, is_set, named_few, split_words

CLIENTS = frozenset(("pip", "uv", "uvx", "poetry", "pdm", "pipenv", "pipx", "setup.py"))
_VALUED = frozenset(
    (
        *("-r", "--requirement", "--requirements", "-c", "--constraint", "-e", "--editable", "-i", "--index-url"),
        *("--extra-index-url", "-f", "--find-links", "-t", "--target", "--prefix", "--root", "--python", "-p"),
        *("--platform", "--python-version", "--implementation", "--abi", "-d", "--dest", "-w", "--wheel-dir"),
        *("--cache-dir", "--log", "--proxy", "--timeout", "--retries", "--trusted-host", "--cert", "--progress-bar"),
        *("--no-binary", "--only-binary", "--config-settings", "-C", "--upgrade-strategy", "--report", "--src"),
        *("--group", "--extra", "--with", "--from", "--index", "--default-index", "--directory", "--project"),
        *("--only-group", "--no-group", "--package", "--spec", "--with-requirements", "--only", "--without"),
        *("--link-mode", "--refresh-package", "--no-build-package", "--env-file", "--exclude-newer", "--categories"),
    )
)
_NAME_END = lazy_regex(r"[\[=<>!~;@ ]")
#: Tools with which installs are prepared: asked for everywhere, and rarely pinned.
_TOOLS = frozenset(
    [
        "pip",
        "setuptools",
        "wheel",
        "uv",
        "poetry",
        "pipenv",
        "pdm",
        "pipx",
        "tox",
        "nox",
        "build",
        "twine",
        "virtualenv",
        "hatch",
        "pip-tools",
        "pre-commit",
    ]
)


def judge_python(install: InstallCommand, case: RepositoryCase) -> Unlocked | None:
    """Say why a command may take what nothing pins; None when it keeps to a lock or to hashes."""
    if install.client == "setup.py":
        return Unlocked("setuptools fetches what it needs without a lock or a digest", "run instead: pip install .")
    if install.client == "uvx":
        return _runs_tool(split_words(install.arguments, _VALUED))
    verb, *after = install.arguments
    words = split_words(after, _VALUED)
    match install.client:
        case "pip":
            return _pip(install, words, case)
        case "uv":
            return _uv(install, verb, after, case)
        case "pipx":
            return _runs_tool(words) if verb in ("run", "install") else None
        case "poetry":
            return _edits("poetry", verb, words, "poetry install")
        case "pdm":
            kept = words.has("--frozen-lockfile", "--no-lock", "--check") or is_set(install, "PDM_FROZEN_LOCKFILE")
            if verb == "install" and not kept:
                return _loose("pdm install --frozen-lockfile, or pdm sync")
            return _edits("pdm", verb, words, "pdm sync")
        case _:
            return _pipenv(verb, words)


def _loose(instead: str) -> Unlocked:
    return Unlocked("where the lock and the manifest disagree it takes new releases and goes on", f"run: {instead}")


def _edits(client: str, verb: str, words: Words, instead: str) -> Unlocked | None:
    if verb in ("update", "upgrade"):
        return Unlocked("it takes the newest releases that fit, whatever the lock says", f"run instead: {instead}")
    if verb == "add":
        names = named_few(words.rest) or "packages"
        hint = f"run `{client} add` where the lock is committed, and here: {instead}"
        return Unlocked(f"it takes whatever release of {names} is the newest", hint)
    return None


def _pipenv(verb: str, words: Words) -> Unlocked | None:
    if verb != "install":
        return _edits("pipenv", verb, words, "pipenv sync") if verb != "sync" else None
    if words.rest:
        return _edits("pipenv", "add", words, "pipenv sync")
    if words.has("--deploy", "--ignore-pipfile"):
        return None
    return _loose("pipenv install --deploy, or pipenv sync")


def _uv(install: InstallCommand, verb: str, after: list[str], case: RepositoryCase) -> Unlocked | None:
    words = split_words(after, _VALUED)
    match verb:
        case "pip":
            inner = split_words(after[1:], _VALUED)
            if after[:1] == ["sync"]:
                inner = Words((*inner.options, *(("-r", name) for name in inner.rest)), ())
            return _pip(install, inner, case) if after[:1] in (["install"], ["sync"]) else None
        case "tool":
            return _runs_tool(split_words(after[1:], _VALUED)) if after[:1] in (["run"], ["install"]) else None
        case "sync" | "run":
            kept = words.has("--locked", "--frozen", "--no-sync", "--no-project", "--script", "-s")
            if kept or is_set(install, "UV_LOCKED", "UV_FROZEN", "UV_NO_SYNC"):
                return None
            why = "where uv.lock and pyproject.toml disagree it takes new releases and goes on"
            return Unlocked(why, f"run: uv {verb} --locked", "medium" if verb == "sync" else "low")
        case "lock":
            upgrades = words.has("--upgrade", "-U") or any(words.values("--upgrade-package", "-P"))
            return _edits("uv", "update", words, "uv sync --locked") if upgrades else None
        case _:
            return _edits("uv", verb, words, "uv sync --locked")


def _pip(install: InstallCommand, words: Words, case: RepositoryCase) -> Unlocked | None:
    if words.has("--require-hashes", "--no-index", "--dry-run"):
        return None
    if is_set(install, "PIP_REQUIRE_HASHES", "UV_REQUIRE_HASHES", "PIP_NO_INDEX", "UV_NO_INDEX"):
        return None
    files = [name for name in words.values("-r", "--requirement", "--requirements") if name]
    known = {name: _requirements(name, install, case) for name in files}
    if any(source is not None and _hashed(source) for source in known.values()):
        return None  # pip then wants a digest of everything else as well
    asked = [word for word in words.rest if not _local(word)]
    hint = "pin with hashes (`uv pip compile --generate-hashes`), and run: pip install --require-hashes -r <file>"
    for name, source in known.items():
        if source is None and not name.startswith(("http:", "https:")):
            return Unlocked(f"no file {name} with a hash of everything is known here", hint, confidence="low")
        return Unlocked(f"{name} has no digests, so the index alone decides which bytes run", hint)
    floating = [word for word in asked if not _exact(word)]
    if not asked:
        return None
    if not floating:
        return Unlocked(f"{named_few(asked)} is pinned, but without a digest and without what it needs", hint, "low")
    why = f"it takes whatever release of {named_few(floating)} is the newest"
    if all(_project(word) in _TOOLS for word in floating):
        return Unlocked(why, f"name a release: {_project(floating[0])}==<version>", "low")
    return Unlocked(why, hint)


def _runs_tool(words: Words) -> Unlocked | None:
    tools = list(words.values("--from", "--spec")) or list(words.rest[:1])
    tools += words.values("--with")
    floating = [word for word in tools if not _local(word) and not _exact(word)]
    if not floating:
        return None
    why = f"it fetches and runs whatever release of {named_few(floating)} is the newest"
    return Unlocked(why, f"name a release: {_project(floating[0])}==<version>", "low")


def _requirements(name: str, install: InstallCommand, case: RepositoryCase) -> Source | None:
    """Find a requirements file: below where the command runs, the repository's root, or its own file's folder."""
    folders = (
        posixpath.join(install.root, install.folder),
        install.root,
        posixpath.dirname(install.path),
    )
    paths = {posixpath.normpath(posixpath.join(folder, name)) for folder in folders}
    return next((one for one in case.sources if one.status == "parsed" and posixpath.normpath(one.path) in paths), None)


def _hashed(source: Source) -> bool:
    fetched = [one for one in source.packages if one.source in ("registry", "url")]
    return bool(fetched) and any(one.integrity for one in fetched)


def _project(word: str) -> str:
    return _NAME_END.split(word, maxsplit=1)[0].lower().replace("_", "-")


def _exact(word: str) -> bool:
    """Whether a requirement names one release: `a==1`, uv's `a@1`."""
    for mark in ("===", "==", "@"):
        _, found, version = word.partition(mark)
        if found:
            version = version.partition(";")[0].strip()
            return version.startswith("$") or ("*" not in version and EXACT.fullmatch(version) is not None)
    return False


def _local(word: str) -> bool:
    """Whether a word names files here, or is something that nobody can know before it runs."""
    return word.startswith((".", "/", "~", "file:", "$", "*")) or word.endswith((".whl", ".tar.gz", ".zip", "/"))
