"""What to rotate, in which order, and where: publishing tokens, then builds and code hosts, clouds, the rest.

What was published with a stolen token reaches others, so those come first. Where it is done is said in plain words:
the pages of the services move, their names seldom.
"""

from collections.abc import Sequence

from customhouse.model.credentials import BY_SLUG
from customhouse.model.response import AffectedAsset, Rotation, Urgency

#: Slug → how it is done. The order is the order of rotation.
_HOW: dict[str, str] = {
    "npm-token": "on the registry's website, under Access Tokens of every account concerned: delete all, then make new "
    "ones that are narrow and end soon; better, let the build publish by its identity (trusted publishing)",
    "pypi-token": "on the index's website, under Account settings, API tokens: remove all, then make new ones for one "
    "project each; better, let the build publish by its identity (trusted publishing)",
    "cargo-token": "on the crate registry's website, under Account settings, API Tokens: revoke all",
    "package-registries": "in each registry that the file names: change the password or key of that account",
    "docker": "in each container registry that the file names: revoke the access token or change the password; then "
    "compare the digests of the tags pushed since with those that your builds recorded",
    "gpg": "by a new signing key, and publish the old one's revocation certificate (gpg --gen-revoke)",
    "ci-secrets": "in the settings of the build system: replace every secret that the build was handed, at its source "
    "first; identity tokens end by themselves within the hour, what was got with them does not",
    "github-token": "on GitHub, Settings, Developer settings: delete personal access tokens, and under Applications "
    "revoke authorised apps and sessions; GITHUB_TOKEN of a build ends with its job",
    "gitlab-token": "on GitLab, Preferences, Access tokens, and in the project's settings: revoke personal, project, "
    "deploy and runner tokens; CI_JOB_TOKEN ends with its job",
    "git-credentials": "on each host that the file names: change the password or revoke the token",
    "ssh": "by a new pair: take the old public key out of every code host and authorized_keys; a machine's own keys "
    "are made anew with the machine",
    "instance-metadata": "in the cloud's console: revoke active sessions of the machine's role, and narrow the role",
    "aws": "in IAM: deactivate, then delete the access keys; of roles and single sign-on revoke active sessions",
    "azure": "in Entra ID: revoke the user's sessions, and replace secrets and certificates of app registrations",
    "gcp": "in IAM and Admin, Service accounts: delete the keys; end users' sessions with gcloud auth revoke",
    "kubernetes": "by deleting and making anew the service accounts' tokens and users' certificates that it names",
    "vault": "by their accessors with all their children (vault token revoke -accessor), then rotate what "
    "they could read, by the audit log",
    "terraform": "by revoking the login in the service, and rotate every secret that state and variables hold",
    "wallets": "by moving everything to a wallet whose keys were made on a clean machine",
    "database": "by changing the accounts' passwords, and look at who connected since",
    "env-files": "at the service that each variable's name tells",
    "environment": "at the service that each variable's name tells",
    "llm-keys": "in the provider's console, under API keys: delete them, and look at the usage since",
    "tls-keys": "by new keys: have the certificates issued anew, and the old ones revoked",
    "browser": "by ending the sessions of every service used in that browser, then changing the passwords stored in it",
    "keychain": "by changing every password that they hold, from a clean machine",
    "histories": "by reading the histories for what was typed there",
    "accounts": "else they are used; the machine itself is built anew",
}  # fmt: skip


def rank(kind: str) -> int:
    """Return where a kind stands in the order; one that is not known comes last."""
    order = list(_HOW)
    return order.index(kind) if kind in order else len(order)


def rotations(assets: Sequence[AffectedAsset]) -> tuple[Rotation, ...]:
    """Gather what is within reach of all assets, kind by kind: what was taken for sure before what may have been."""
    places: dict[str, dict[str, tuple[str, ...]]] = {}
    urgencies: dict[str, Urgency] = {}
    for asset in assets:
        for reach in asset.reach:
            mine = places.setdefault(reach.kind, {})
            mine[asset.asset] = tuple(dict.fromkeys((*mine.get(asset.asset, ()), *reach.where)))
            if urgencies.get(reach.kind) != "now":
                urgencies[reach.kind] = reach.urgency
    found = [
        Rotation(
            kind,
            BY_SLUG[kind].title if kind in BY_SLUG else kind,
            _HOW.get(kind, "at the service that it opens"),
            urgencies[kind],
            tuple(by_asset.items()),
        )
        for kind, by_asset in places.items()
    ]
    return tuple(sorted(found, key=lambda each: (each.urgency != "now", rank(each.kind), each.kind)))
