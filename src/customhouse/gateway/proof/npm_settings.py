"""What npm's family reads in a project, as far as it names registries."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.npm.npmrc import expand
from customhouse.ecosystems.npm.places import read_levels
from customhouse.ecosystems.yaml_documents import yaml_documents
from customhouse.gateway.proof.carried import Carried, Gateway, left_out, nearest, others, read_text, read_toml

#: Settings of npm that say where and how a registry is asked.
_PLAIN = frozenset({"replace-registry-host", "strict-ssl", "cafile", "proxy", "https-proxy", "noproxy", "no-proxy"})
_SCOPE = re.compile(r"(@[^/:\s\"]+):registry")
_DART = re.compile(r"(//[^\s\"]+?)/?:(_authToken|_auth|username|_password)")
_YARNRC = re.compile(r'\s*"?(registry|@[^":\s]+:registry)"?\s+"?([^"\s]+)"?\s*')
_BERRY = ("unsafeHttpWhitelist", "enableStrictSsl", "httpsCaFilePath", "httpProxy", "httpsProxy")


def npmrc(project: Path, gateway: Gateway, environ: Mapping[str, str]) -> Carried:
    """Carry an .npmrc, which npm, pnpm, yarn 1 and bun read; and tell the scopes of the user's own."""
    levels = read_levels(project, environ)
    lines, notes = [], []
    for level in levels:
        if level.name != "project":
            continue
        for key, value in level.settings.items():
            if not _concerns(key, value, gateway):
                continue
            if _is_told(key, value, gateway):
                lines.append(f"{key}={value}")
            else:
                notes.append(left_out(Path(level.source), key))
    scopes: dict[str, str] = {}
    for level in reversed(levels):
        scopes |= {
            found[1]: expand(value, environ)
            for key, value in level.settings.items()
            if (found := _SCOPE.fullmatch(key))
        }
    named = tuple(
        expand(level.settings["registry"], environ)
        for level in levels
        if level.name == "project" and "registry" in level.settings
    )
    text = "".join(f"{line}\n" for line in lines)
    files = {".npmrc": text} if text else {}
    return Carried(files, named, tuple(others(gateway, scopes)), tuple(notes))


def _concerns(key: str, value: str, gateway: Gateway) -> bool:
    """Say whether a line has to do with where the canary is asked for; credentials are the gateway's alone."""
    if found := _DART.fullmatch(key):
        return gateway.trusting or gateway.has(f"{gateway.root.partition('//')[0]}{found[1]}/")
    return (
        (key in _PLAIN and not ("$" in value and not gateway.trusting)) or key == "registry" or bool(_SCOPE.match(key))
    )


def _is_told(key: str, value: str, gateway: Gateway) -> bool:
    return bool(_DART.fullmatch(key)) or gateway.may_be_told(value)


def pnpm(project: Path, gateway: Gateway, environ: Mapping[str, str]) -> Carried:
    """Carry an .npmrc and what a pnpm-workspace.yaml says of registries."""
    rc = npmrc(project, gateway, environ)
    path = nearest(project, "pnpm-workspace.yaml")
    found = _yaml(path) if path else {}
    kept: dict[str, Any] = {}
    scopes: dict[str, str] = {}
    notes: list[str] = []
    named = list(rc.named)
    said = {"": found.get("registry"), **(found["registries"] if isinstance(found.get("registries"), dict) else {})}
    for key, value in said.items():
        if path is None or not isinstance(value, str):
            continue
        if not gateway.may_be_told(value):
            notes.append(left_out(path, key or "registry"))
        elif key in ("", "default"):
            kept.setdefault("registries", {})["default"] = value
            named.insert(0, value)
        else:
            kept.setdefault("registries", {})[key] = value
            scopes[key] = value
    files = dict(rc.files)
    if kept:
        files["pnpm-workspace.yaml"] = json.dumps({"packages": ["."], **kept})
    beside = dict.fromkeys((*rc.beside, *others(gateway, scopes)))
    return Carried(files, tuple(named), tuple(beside), (*rc.notes, *notes))


def yarn_1(project: Path, gateway: Gateway, environ: Mapping[str, str]) -> Carried:
    """Carry an .npmrc and a .yarnrc."""
    rc = npmrc(project, gateway, environ)
    path = nearest(project, ".yarnrc")
    lines, notes, scopes, named = [], [], {}, list(rc.named)
    for line in read_text(path).splitlines() if path else ():
        found = _YARNRC.fullmatch(line)
        if found is None or path is None:
            continue
        key, value = found.groups()
        if not gateway.may_be_told(value):
            notes.append(left_out(path, key))
            continue
        lines.append(f'"{key}" "{value}"\n')
        if key == "registry":
            named.insert(0, value)
        else:
            scopes[key.removesuffix(":registry")] = value
    files = {**rc.files, **({".yarnrc": "".join(lines)} if lines else {})}
    beside = dict.fromkeys((*rc.beside, *others(gateway, scopes)))
    return Carried(files, tuple(named), tuple(beside), (*rc.notes, *notes))


def yarn_4(project: Path, gateway: Gateway, environ: Mapping[str, str]) -> Carried:
    """Carry what a .yarnrc.yml says of registries: no plugins, and no yarn of the project's own (`yarnPath`)."""
    path = nearest(project, ".yarnrc.yml")
    own = Path(environ.get("HOME") or Path.home()) / ".yarnrc.yml"
    scopes = _berry_scopes(_yaml(own)) if own.is_file() else {}
    if path is None or path == own:
        return Carried(beside=tuple(others(gateway, scopes)))
    found = _yaml(path)
    kept: dict[str, Any] = {key: found[key] for key in _BERRY if key in found and "$" not in str(found[key])}
    notes: list[str] = []
    named: tuple[str, ...] = ()
    server = found.get("npmRegistryServer")
    if isinstance(server, str):
        if gateway.may_be_told(server):
            kept["npmRegistryServer"] = server
            named = (server,)
        else:
            notes.append(left_out(path, "npmRegistryServer"))
    if gateway.trusting or (isinstance(server, str) and gateway.has(server)):
        kept |= {key: found[key] for key in ("npmAuthToken", "npmAlwaysAuth", "npmAuthIdent") if key in found}
    own_scopes = _berry_scopes(found)
    scopes |= own_scopes
    if told := {scope: url for scope, url in own_scopes.items() if gateway.may_be_told(url)}:
        kept["npmScopes"] = {scope.removeprefix("@"): {"npmRegistryServer": url} for scope, url in told.items()}
    if "yarnPath" in found:
        notes.append(f"{path} names a yarn of the project's own (yarnPath): that one was not run")
    files = {".yarnrc.yml": json.dumps(kept)} if kept else {}
    return Carried(files, named, tuple(others(gateway, scopes)), tuple(notes))


def _berry_scopes(found: Mapping[str, Any]) -> dict[str, str]:
    scopes = found.get("npmScopes")
    return {
        f"@{scope}": said["npmRegistryServer"]
        for scope, said in (scopes.items() if isinstance(scopes, dict) else ())
        if isinstance(said, dict) and isinstance(said.get("npmRegistryServer"), str)
    }


def bun(project: Path, gateway: Gateway, environ: Mapping[str, str]) -> Carried:
    """Carry an .npmrc and what a bunfig.toml says of registries."""
    rc = npmrc(project, gateway, environ)
    # It has no command that tells its registry.
    every = {name.lower(): value for name, value in environ.items()}
    variables = [value for name in ("bun_config_registry", "npm_config_registry") if (value := every.get(name))]
    own = [level.settings["registry"] for level in read_levels(project, environ) if "registry" in level.settings]
    weakest = (*rc.named, *(expand(each, environ) for each in own))
    path = nearest(project, "bunfig.toml")
    install = read_toml(path).get("install") if path else None
    if path is None or not isinstance(install, dict):
        return msgspec.structs.replace(rc, named=tuple([*variables, *weakest][:1]))
    kept: dict[str, Any] = {}
    notes: list[str] = []
    scopes: dict[str, str] = {}
    named: list[str] = []
    said = {"": install.get("registry"), **(install["scopes"] if isinstance(install.get("scopes"), dict) else {})}
    for scope, value in said.items():
        url = value.get("url") if isinstance(value, dict) else value
        if not isinstance(url, str):
            continue
        if not gateway.may_be_told(url):
            notes.append(left_out(path, scope or "registry"))
            continue
        told = value if gateway.has(url) or gateway.trusting else url
        if scope:
            kept.setdefault("scopes", {})[scope] = told
            scopes[f"@{scope.removeprefix('@')}"] = url
        else:
            kept["registry"] = told
            named.insert(0, url)
    files = {**rc.files, **({"bunfig.toml": tomli_w.dumps({"install": kept})} if kept else {})}
    beside = dict.fromkeys((*rc.beside, *others(gateway, scopes)))
    return Carried(files, tuple([*variables, *named, *weakest][:1]), tuple(beside), (*rc.notes, *notes))


def _yaml(path: Path) -> dict[str, Any]:
    """Read the first document of a file; empty where it is none."""
    try:
        document = next(iter(yaml_documents(read_text(path).encode())), None)
    except UnreadableError:
        return {}
    value = getattr(document, "value", None)
    return value if isinstance(value, dict) else {}
