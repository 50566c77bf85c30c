"""Which branches and tags a git remote has: `git ls-remote`, with everything off that would ask, guess or run.

Nothing is cloned, and nothing of what is asked for is ever executed. Only hosts that the configuration names are asked
(`[lookups] source_hosts`): the address comes out of a manifest that anybody may have written.
"""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Collection, Mapping, Sequence
from urllib.parse import urlsplit

from customhouse.model.history import SourceFacts
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.release import Manifest, Release
from customhouse.model.source_address import source_address

#: Seconds for one remote, and bytes of its answer; the largest repositories have some tens of thousands of refs.
_TIMEOUT = 20.0
_LARGEST = 32 * 2**20
#: Earlier releases whose tags are looked for: a project that has none for those tags nothing.
EARLIER = 5
_SETTINGS = (
    "credential.helper=",
    "core.askPass=",
    "core.sshCommand=false",
    "core.hooksPath=/dev/null",
    "http.followRedirects=initial",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=10",
)
#: What tags put before a version: nothing, `v`, `release-`, the package's name (`name@`, `name-v`, `@scope/name@`).
_LEAD = lazy_regex(r"^(?:.*[/@_-])?(?:v|V|ver|version|release|rel|r)?[-_./]?$")


def remote_to_ask(manifest: Manifest | None, hosts: Collection[str]) -> str | None:
    """The address to ask, when the manifest names a repository on one of `hosts`; None otherwise.

    A host is written `host` for HTTPS, or with its scheme and port (`http://127.0.0.1:8080`).
    """
    address = source_address(manifest.repository) if manifest is not None else None
    if address is None:
        return None
    for host in hosts:
        parts = urlsplit(host if "://" in host else f"https://{host}")
        if parts.hostname == address.host and parts.scheme in ("https", "http"):
            return f"{parts.scheme}://{parts.netloc}/{address.owner}/{address.name}.git"
    return None


async def ask_source(remote: str, release: Release, earlier: Sequence[str], environ: Mapping[str, str]) -> SourceFacts:
    """Say what the remote has of a release and of up to five earlier versions. Never raises for what a remote does."""
    refs = await asyncio.to_thread(_refs, remote, environ)
    if refs is None:
        return SourceFacts(remote, "unreachable")
    name, version = release.purl.name, release.purl.version or ""
    tags = [ref.removeprefix("refs/tags/").removesuffix("^{}") for ref in refs if ref.startswith("refs/tags/")]
    looked_for = earlier[:EARLIER]
    return SourceFacts(
        remote,
        "reached",
        tag=tag_of(name, version, tags),
        earlier_looked_for=len(looked_for),
        earlier_tagged=sum(1 for one in looked_for if tag_of(name, one, tags)),
        commit_at_ref=any(at == release.commit for at in refs.values()) if release.commit else None,
    )


def tag_of(name: str, version: str, tags: Sequence[str]) -> str:
    """Find the tag of a version; empty when there is none.

    A tag fits when it ends in the version and what stands before is nothing, a word like `v` or `release-`, or ends in
    a separator, as with the names of packages in a repository of many (`@scope/name@1.0.0`). `release_1_0_0` is read as
    `release_1.0.0`. Of several that fit, one that holds the package's own name comes first.
    """
    spellings = {version, version.replace(".", "_"), version.replace(".", "-")}
    found = [
        tag
        for tag in tags
        if any(tag.endswith(one) and _LEAD.match(tag[: len(tag) - len(one)][-200:]) for one in spellings)
    ]
    return min(found, key=lambda tag: (name.rpartition("/")[2] not in tag, len(tag), tag), default="")


def _refs(remote: str, environ: Mapping[str, str]) -> dict[str, str] | None:
    """Every branch and tag with its commit (of an annotated tag, where it leads); None when it does not answer."""
    git = shutil.which("git", path=environ.get("PATH"))
    if git is None or not os.path.isabs(git):  # noqa: PTH117 - a relative one would be the project's own file
        return None
    settings = [word for setting in _SETTINGS for word in ("-c", setting)]
    command = [git, *settings, "ls-remote", "--heads", "--tags", "--", remote]
    try:
        with tempfile.TemporaryDirectory(prefix="customhouse-git-") as empty, tempfile.TemporaryFile() as told:
            finished = subprocess.run(  # noqa: S603 - an absolute program; the address stands after `--`
                command,
                cwd=empty,
                env=_environment(environ, empty),
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=subprocess.DEVNULL,
                timeout=_TIMEOUT,
                check=False,
            )
            told.seek(0)
            answer = told.read(_LARGEST + 1)
    except (subprocess.TimeoutExpired, OSError):
        return None
    if finished.returncode != 0 or len(answer) > _LARGEST:
        return None
    lines = (line.partition("\t") for line in answer.decode("utf-8", "replace").splitlines())
    refs = {ref: commit for commit, tab, ref in lines if tab}
    peeled = {ref.removesuffix("^{}"): commit for ref, commit in refs.items() if ref.endswith("^{}")}
    return {ref: commit for ref, commit in refs.items() if not ref.endswith("^{}")} | peeled


def _environment(environ: Mapping[str, str], empty: str) -> dict[str, str]:
    """The variables that git needs to reach a remote, and none of the user's configuration or credentials."""
    kept = {
        name: value
        for name, value in environ.items()
        if name == "PATH" or name.lower() in ("http_proxy", "https_proxy", "no_proxy", "all_proxy", "ssl_cert_file")
    }
    return (
        kept
        | {
            "HOME": empty,
            "XDG_CONFIG_HOME": empty,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "false",
            "GIT_ALLOW_PROTOCOL": "https:http",
            "LC_ALL": "C",
        }
        | ({"GIT_SSL_CAINFO": environ["SSL_CERT_FILE"]} if environ.get("SSL_CERT_FILE") else {})
    )
