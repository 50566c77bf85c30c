"""The twenty archives that readers are compared over: popular packages, fetched by name once and kept."""

import asyncio
import os
from pathlib import Path

from customhouse.ecosystems.registries import open_registries
from customhouse.model.purl import parse_purl

NAMES = (
    "pkg:npm/axios@1.14.0",
    "pkg:npm/lodash@4.17.21",
    "pkg:npm/express@4.21.2",
    "pkg:npm/debug@4.3.4",
    "pkg:npm/chalk@4.1.2",
    "pkg:npm/semver@7.6.3",
    "pkg:npm/uuid@9.0.1",
    "pkg:npm/winston@3.17.0",
    "pkg:npm/yargs@17.7.2",
    "pkg:npm/dotenv@16.4.5",
    "pkg:npm/left-pad@1.3.0",
    "pkg:npm/commander@12.1.0",
    "pkg:npm/react-dom@18.2.0",
    "pkg:npm/esbuild@0.21.5",
    "pkg:pypi/requests@2.32.3",
    "pkg:pypi/flask@3.0.3",
    "pkg:pypi/click@8.1.7",
    "pkg:pypi/jinja2@3.1.4",
    "pkg:pypi/rich@13.9.4",
    "pkg:pypi/six@1.17.0",
)


def fetch(folder: Path) -> list[Path]:
    """Fetch what is not there yet: the tarball of npm releases, of PyPI releases the sdist (peers read those)."""
    return asyncio.run(_fetch(folder))


async def _fetch(folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    found: list[Path] = []
    async with open_registries(Path(), os.environ) as registries:
        for name in NAMES:
            purl = parse_purl(name)
            known = sorted(folder.glob(f"{purl.ecosystem}-{purl.name}-{purl.version}.*"))
            if known:
                found.append(known[0])
                continue
            registry = registries.for_(purl.ecosystem)
            release = (await registry.project(purl.name)).release(purl.version or "")
            if release is None:
                raise SystemExit(f"the configured registry does not have {purl.display}")
            artifact = next(each for each in release.artifacts if each.kind in ("npm-tarball", "sdist"))
            suffix = ".tgz" if purl.ecosystem == "npm" else ".tar.gz"
            path = folder / f"{purl.ecosystem}-{purl.name}-{purl.version}{suffix}"
            path.write_bytes(await registry.fetch(purl, artifact))
            found.append(path)
    return found
