"""Cases made from records: axios on a project, a build and a machine; a campaign whose monitor wipes on revocation."""

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from customhouse.model.campaign import AffectedReleases, Campaign, Danger, Fact
from customhouse.model.exposure import AssetExposure, CredentialPlace
from customhouse.model.hunt import Hit, Hunted, Moment, Place, in_order
from customhouse.respond.owners import Owners
from customhouse.respond.plan import plan
from customhouse.respond.projects import projects

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
AT = datetime(2026, 3, 31, 1, 30, tzinfo=UTC)
#: Stands in every fixture file that could leak one.
SECRET = "the-value-nobody-may-see"  # noqa: S105 - inert
AXIOS = Campaign(
    "axios-2026-03", "axios", "axios.", None, None,
    (AffectedReleases("npm", "axios", ("1.14.1",)), AffectedReleases("npm", "axios", ("0.30.4",)),
     AffectedReleases("npm", "plain-crypto-js", ("4.2.1",), runs="install")),
    (Fact("domain", "sfrclak.com", "contact"),),
)  # fmt: skip
WIPER = Campaign(
    "wiper-2026", "Wiper", "Wiper.", None, None, (AffectedReleases("npm", "keyv", ("6.0.0",)),),
    (Fact("service", "watch-tokens", "persistence", "linux"), Fact("path", "~/.config/watch.sh", "persistence")),
    dangers=(Danger("revoke a stolen token", "stop the monitors on every affected machine", "its monitors wipe"),),
)  # fmt: skip


def hit(asset, area, grade, path, campaign="axios-2026-03", subject="pkg:npm/axios@1.14.1", **parts):
    return Hit(
        campaign, asset, area, grade, subject, parts.pop("message", "found"), Place(path), when=Moment(AT), **parts
    )


def hunted(*hits, exposure=(), campaigns=("axios-2026-03",), unexamined=()):
    return Hunted(campaigns, None, None, NOW, 1.0, in_order(hits), (), unexamined, exposure)


def planned(found, *campaigns, contacts=()):
    owners = Owners(contacts)
    facts, notes = projects(found, campaigns, owners)
    return plan(found, campaigns, facts, owners, case="case", made=NOW, notes=notes)


def git(folder, *words):
    subprocess.run(
        ["git", "-C", folder, "-c", "user.name=A", "-c", "user.email=a@a.test", "-c", "commit.gpgsign=false", *words],
        check=True, capture_output=True,
    )  # fmt: skip


def lock(version, name="axios", **more):
    packages = {"": {"dependencies": {name: "^1.0.0"}}, f"node_modules/{name}": {"version": version}, **more}
    return json.dumps({"lockfileVersion": 3, "packages": packages}, indent=2)


def shop(tmp_path, dependencies=None):
    """A repository whose lock pinned axios 1.14.0, and pins 1.14.1 now."""
    folder = tmp_path / "shop"
    (folder / ".github" / "workflows").mkdir(parents=True)
    manifest = {"name": "shop", "dependencies": dependencies or {"axios": "^1.13.0"}}
    (folder / "package.json").write_text(json.dumps(manifest, indent=4) + "\n")
    (folder / ".github" / "workflows" / "ci.yml").write_text(
        f"env: {{A: '${{{{ secrets.NPM_TOKEN }}}}', B: {SECRET}}}\n"
    )
    (folder / ".github" / "CODEOWNERS").write_text("* @acme/everybody\n/package-lock.json @acme/shop # why\n")
    git(tmp_path, "init", "-q", "-b", "main", str(folder))
    for version in ("1.12.0", "1.14.0", "1.14.1"):
        (folder / "package-lock.json").write_text(lock(version))
        git(folder, "add", ".")
        git(folder, "commit", "-q", "-m", version)
    return folder


def everything(folder: Path, home: Path):
    """The axios case: the repository, a build of it, a machine where it ran."""
    places = (
        CredentialPlace("npm-token", f"{home}/.npmrc", ("_authToken",), "dev"),
        CredentialPlace("aws", f"{home}/.aws/credentials", (), "dev"),
        CredentialPlace("env-files", f"{home}/app/.env", ("DATABASE_URL", "STRIPE_KEY"), "dev"),
        CredentialPlace("histories", f"{home}/.bash_history", (), "dev"),
    )
    exposure = (
        AssetExposure(str(home), places, root=str(home)),
        AssetExposure(str(folder), ci_secrets=("GITHUB_TOKEN", "NPM_TOKEN")),
        AssetExposure("acme/shop: build", ci_secrets=("GITHUB_TOKEN", "NPM_TOKEN", "SIGNING_PHRASE")),
    )
    return hunted(
        hit(str(folder), "project", "resolved", str(folder / "package-lock.json")),
        hit("acme/shop: build", "log", "fetched", "logs/1.log", excerpt="npm http fetch axios"),
        hit(f"{home}/app", "install", "script-ran", f"{home}/app/node_modules/.package-lock.json",
            subject="pkg:npm/plain-crypto-js@4.2.1", excerpt="hidden"),
        exposure=exposure,
    )  # fmt: skip
