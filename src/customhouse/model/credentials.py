"""Kinds of credentials: what a campaign takes, and where each kind lies on a machine or in a build's environment.

The names are those of `Campaign.takes`. Files are written as a home folder has them (`~`), variables by their names
alone, `*` for any part of one. A campaign that names no kind has not been told of: whatever was within reach counts.
"""

import msgspec


class CredentialKind(msgspec.Struct, frozen=True):
    """One kind. `slug` is what campaigns call it."""

    slug: str
    title: str
    #: Paths or file names where it lies.
    files: tuple[str, ...] = ()
    #: Names of environment variables that hold it, or the path of what does.
    variables: tuple[str, ...] = ()


KINDS: tuple[CredentialKind, ...] = (
    CredentialKind(
        "npm-token", "npm and yarn registry tokens", ("~/.npmrc", "~/.yarnrc", "~/.yarnrc.yml"), ("NPM_TOKEN",)
    ),
    CredentialKind("pypi-token", "PyPI upload tokens", ("~/.pypirc",)),
    CredentialKind("cargo-token", "Cargo registry tokens", ("~/.cargo/credentials.toml",)),
    CredentialKind("github-token", "GitHub tokens", ("~/.config/gh/hosts.yml",), ("GITHUB_TOKEN",)),
    CredentialKind("git-credentials", "Passwords that git and HTTP clients keep", ("~/.git-credentials", "~/.netrc")),
    CredentialKind("ci-secrets", "Secrets and identity tokens of builds", (), ("ACTIONS_ID_TOKEN_REQUEST_TOKEN",)),
    CredentialKind("ssh", "SSH keys", ("~/.ssh",)),
    CredentialKind("gpg", "GPG keys", ("~/.gnupg",)),
    CredentialKind("aws", "AWS keys and sessions", ("~/.aws", "~/.aws/sso/cache"), ("AWS_*",)),
    CredentialKind("azure", "Azure sessions", ("~/.azure",), ("AZURE_*",)),
    CredentialKind("gcp", "Google Cloud keys", ("~/.config/gcloud",), ("GOOGLE_APPLICATION_CREDENTIALS",)),
    CredentialKind("instance-metadata", "Roles that a machine's metadata service hands out"),
    CredentialKind("kubernetes", "Kubernetes access and service-account tokens", ("~/.kube/config",), ("KUBECONFIG",)),
    CredentialKind("docker", "Container registry logins", ("~/.docker/config.json",)),
    CredentialKind("vault", "Vault tokens", ("~/.vault-token",), ("VAULT_TOKEN",)),
    CredentialKind("terraform", "Terraform logins, variables and state", ("~/.terraform.d", "*.tfvars", "*.tfstate")),
    CredentialKind("database", "Database passwords", ("~/.pgpass", "~/.my.cnf")),
    CredentialKind("env-files", "Whatever environment files hold", (".env*",)),
    CredentialKind("llm-keys", "Keys of language models, settings of agents and their MCP servers"),
    CredentialKind("browser", "Passwords and sessions that browsers store"),
    CredentialKind("keychain", "Keychains and key rings"),
    CredentialKind("wallets", "Cryptocurrency wallets"),
    CredentialKind("histories", "Secrets that were typed: histories of shells and clients"),
)  # fmt: skip
BY_SLUG: dict[str, CredentialKind] = {kind.slug: kind for kind in KINDS}
