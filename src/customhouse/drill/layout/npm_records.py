"""What npm writes in a home: its cache's index (`_cacache`, cacache's `index-v5`) and its debug logs."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from customhouse.drill.layout.ground import Ground
from customhouse.drill.layout.packages import REGISTRY, Release


def cached(ground: Ground, home: str, release: Release, at: datetime) -> str:
    """Note in a cache that an archive was fetched, without its bytes; return the index's file."""
    return _entry(ground, home, f"make-fetch-happen:request-cache:{release.url}", release.integrity, at)


def asked_about(ground: Ground, home: str, name: str, at: datetime) -> str:
    """Note in a cache that a package's document was fetched, which every resolving does; return the index's file."""
    release = Release(name, "0.0.0")
    return _entry(ground, home, f"make-fetch-happen:request-cache:{REGISTRY}/{name}", release.integrity, at)


def debug_log(ground: Ground, home: str, cwd: str, at: datetime, releases: Sequence[Release], *words: str) -> str:
    """Write the log of an `npm` with `words`, which fetched releases and ran their scripts; return its path."""
    arguments = " ".join(f'"{word}"' for word in words)
    lines = [
        "info using npm@11.4.2",
        "info using node@v24.2.0",
        f"verbose title npm {' '.join(words)}",
        f"verbose argv {arguments}",
        f"verbose cwd {cwd}",
    ]
    lines += [f"silly placeDep ROOT {each.name}@{each.version} OK for: root@2.3.1 want: *" for each in releases]
    lines += [f"http fetch GET 200 {each.url} 118ms (cache miss)" for each in releases]
    for each in releases if "--ignore-scripts" not in words else ():
        if each.script:
            lines.append(
                f"info run {each.name}@{each.version} {each.script} node_modules/{each.name} node {each.program}"
            )
            ended = "{ code: 0, signal: null }"
            lines.append(f"info run {each.name}@{each.version} {each.script} {ended}")
    lines += ["verbose os Linux 6.8.0", "verbose exit 0", "info ok"]
    stamp = at.strftime("%Y-%m-%dT%H_%M_%S_") + f"{at.microsecond // 1000:03}Z"
    text = "\n".join(f"{number} {line}" for number, line in enumerate(lines)) + "\n"
    return ground.write(f"{home}/.npm/_logs/{stamp}-debug-0.log", text, at)


def _entry(ground: Ground, home: str, key: str, integrity: str, at: datetime) -> str:
    row = {"key": key, "integrity": integrity, "time": int(at.timestamp() * 1000), "size": 4096}
    text = json.dumps(row, separators=(",", ":")).encode()
    bucket = hashlib.sha256(key.encode()).hexdigest()
    path = f"{home}/.npm/_cacache/index-v5/{bucket[:2]}/{bucket[2:4]}/{bucket[4:]}"
    line = b"\n" + hashlib.sha1(text, usedforsecurity=False).hexdigest().encode() + b"\t" + text
    return ground.write(path, line, at)
