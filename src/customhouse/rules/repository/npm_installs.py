"""Which commands of npm, pnpm, yarn and bun may take releases that the lock does not name.

npm: `npm ci` alone keeps to the lock; `npm install` rewrites it where package.json asks for something else. pnpm and
yarn from 2 on keep to it by themselves when they find that they run in CI (pnpm's `frozen-lockfile`, yarn's
`enableImmutableInstalls`). yarn 1 keeps to it with `--frozen-lockfile` only, and does not know `--immutable`. bun keeps
to it with `--frozen-lockfile` or as `bun ci`.
"""

import posixpath

from customhouse.model.repository import RepositoryCase
from customhouse.model.workflow import InstallCommand
from customhouse.rules.repository.installing import EXACT, Unlocked, Words, in_ci, is_set, named_few, split_words

CLIENTS = frozenset(("npm", "npx", "pnpm", "pnpx", "yarn", "bun", "bunx"))
_VALUED = frozenset(
    (
        *("--prefix", "-C", "--dir", "--cwd", "--registry", "--cache", "--loglevel", "-w", "--workspace", "--omit"),
        *("--include", "--userconfig", "--tag", "--filter", "-F", "-p", "--package", "--reporter", "--cache-folder"),
        *("--network-timeout", "--fetch-timeout", "--store-dir", "--location", "--install-strategy", "-c", "--call"),
        *("--mutex", "--modules-folder", "--node-linker", "--backend", "--network-concurrency", "--script-shell"),
    )
)
_CLEAN = frozenset(["ci", "clean-install", "ic", "install-clean", "isntall-clean", "install-ci-test", "cit"])
_UPDATE = frozenset(["update", "up", "upgrade", "udpate", "upgrade-interactive"])
_RUN = frozenset(("exec", "x", "dlx", "init", "create", "innit", "c"))
_KEEP = {
    "npm": "npm ci",
    "pnpm": "pnpm install --frozen-lockfile",
    "bun": "bun install --frozen-lockfile",
    "yarn": "yarn install --frozen-lockfile",
    "berry": "yarn install --immutable",
}


def judge_npm(install: InstallCommand, case: RepositoryCase) -> Unlocked | None:
    """Say why a command may take what the lock does not name; None when it keeps to it."""
    client = install.client
    if client in ("npx", "pnpx", "bunx"):
        return _runs_tool(split_words(install.arguments, _VALUED), case, always=client == "pnpx")
    verb, *after = install.arguments
    if client == "yarn" and verb == "global":
        return _tools(split_words(after, _VALUED).rest[1:])
    words = split_words(after, _VALUED)
    if verb in _CLEAN and client != "yarn":
        return None
    if verb in _RUN:
        return _runs_tool(words, case, always=verb not in ("exec", "x"))
    if verb in _UPDATE:
        return Unlocked(
            "it takes the newest releases that fit, whatever the lock says", _instead(client, case, install)
        )
    if words.has("-g", "--global") or "global" in words.values("--location"):
        return _tools(words.rest)
    if words.has("--package-lock-only", "--dry-run", "--lockfile-only"):
        return None
    added = [word for word in words.rest if not _local(word)]
    if verb == "add" or added:
        return _adds(added, _instead(client, case, install, only=True))
    return _keeps(install, client, words, case)


def _keeps(install: InstallCommand, client: str, words: Words, case: RepositoryCase) -> Unlocked | None:
    """Judge a plain install, which reads the lock and may change it."""
    hint = _instead(client, case, install)
    if words.off("--package-lock", "--lockfile") or words.has("--no-lockfile", "--no-package-lock", "--pure-lockfile"):
        if words.has("--pure-lockfile"):
            return Unlocked("it takes other releases where the lock does not fit, and only keeps that to itself", hint)
        return Unlocked("it ignores the lock", hint)
    match client:
        case "npm":
            return Unlocked("where the lock and package.json disagree it takes new releases and goes on", hint)
        case "pnpm":
            if words.off("--frozen-lockfile") or words.has("--fix-lockfile", "--force"):
                return Unlocked("it is told that it may change the lock", hint)
            if words.has("--frozen-lockfile") or in_ci(install) or is_set(install, "pnpm_config_frozen_lockfile"):
                return None
            return Unlocked("outside of CI it changes a lock that does not fit, and goes on", hint)
        case "bun":
            if words.has("--frozen-lockfile"):
                return None
            return Unlocked("where the lock and package.json disagree it takes new releases and goes on", hint)
        case _:
            return _yarn(install, words, case, hint)


def _yarn(install: InstallCommand, words: Words, case: RepositoryCase, hint: str) -> Unlocked | None:
    berry = _berry(install, case)
    if words.off("--immutable") or _said_false(install, "YARN_ENABLE_IMMUTABLE_INSTALLS"):
        return Unlocked("it is told that it may change the lock", hint)
    if words.has("--frozen-lockfile"):
        return None
    immutable = words.has("--immutable", "--immutable-cache") or is_set(install, "YARN_ENABLE_IMMUTABLE_INSTALLS")
    if berry is False:
        if immutable:
            return Unlocked("yarn 1 does not know --immutable, and changes a lock that does not fit", hint)
        return Unlocked("where the lock and package.json disagree yarn 1 takes new releases and goes on", hint)
    if immutable or (berry and in_ci(install)):
        return None
    if berry:
        return Unlocked("outside of CI it changes a lock that does not fit, and goes on", hint)
    return Unlocked("if this is yarn 1, it changes a lock that does not fit, and goes on", hint, confidence="low")


def _said_false(install: InstallCommand, name: str) -> bool:
    return dict(install.environment).get(name, "").lower() in ("0", "false")


def _adds(added: list[str], keep: str) -> Unlocked:
    hint = f"add it to package.json, commit the lock, and run: {keep}"
    names = named_few(added) or "packages"
    if added and all(_exact(word) for word in added):
        return Unlocked(f"the lock does not name what {names} needs; it is resolved anew each time", hint, "low")
    return Unlocked(f"it takes whatever release of {names} is the newest", hint)


def _tools(tools: tuple[str, ...]) -> Unlocked | None:
    floating = [word for word in tools if not _local(word) and not _exact(word)]
    if not floating:
        return None
    names = named_few(floating)
    return Unlocked(
        f"it installs whatever release of {names} is the newest", f"name a release: {floating[0]}@<version>", "low"
    )


def _runs_tool(words: Words, case: RepositoryCase, *, always: bool) -> Unlocked | None:
    """Judge what fetches a package to run it; npx and bunx take one that is installed here first."""
    given = list(words.values("-p", "--package"))
    tools = given or list(words.rest[:1])
    floating = [word for word in tools if not _local(word) and not _exact(word)]
    if not floating or words.has("--no-install", "--no") or words.off("--install"):
        return None
    locked = {name for source in case.sources for one in source.packages for name in (one.name, one.alias)}
    if not always and all(_name(word) in locked for word in floating):
        return None
    sure = always or bool(given) or words.has("-y", "--yes")
    why = f"it fetches and runs whatever release of {named_few(floating)} is the newest"
    if not sure:
        why += ", unless a package that is installed brings that command"
    hint = f"name a release ({floating[0]}@<version>), or make it a dependency that the lock pins"
    return Unlocked(why, hint, "low", "medium" if sure else "low")


def _name(word: str) -> str:
    at = word.rfind("@")
    return word[:at] if at > 0 else word


def _exact(word: str) -> bool:
    at = word.rfind("@")
    return at > 0 and (EXACT.fullmatch(word[at + 1 :]) is not None or word[at + 1 :].startswith("$"))


def _local(word: str) -> bool:
    """Whether a word names files here, or is something that nobody can know before it runs."""
    return word.startswith((".", "/", "~", "file:", "$", "-")) or word.endswith((".tgz", ".tar.gz"))


def _instead(client: str, case: RepositoryCase, install: InstallCommand, *, only: bool = False) -> str:
    kind = "berry" if client == "yarn" and _berry(install, case) else client
    return _KEEP[kind] if only else f"run instead: {_KEEP[kind]}"


def _berry(install: InstallCommand, case: RepositoryCase) -> bool | None:
    """Whether the yarn here is of version 2 or later; None when nothing says."""
    folder = posixpath.normpath(posixpath.join(install.root, install.folder))
    for state in case.clients:
        if state.client in ("yarn", "yarn-berry") and posixpath.normpath(state.folder) in (folder, install.root, "."):
            return state.client == "yarn-berry"
    answers = set()
    for source in case.sources:
        name = source.manifest.client if source.manifest else ""
        if name.startswith("yarn@"):
            answers.add(not name.startswith("yarn@1"))
        elif posixpath.basename(source.path) == "yarn.lock":
            answers.add("berry" in source.format)
    return answers.pop() if len(answers) == 1 else None
