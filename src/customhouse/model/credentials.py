"""Kinds of credentials: what a campaign takes, and where each kind lies on a machine or in a build's environment.

The names are those of `Campaign.takes`. Files are written as a home folder has them (`~`), variables by their names
alone, `*` for any part of one. A campaign that names no kind has not been told of: whatever was within reach counts.
"""

from fnmatch import fnmatchcase

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
        "npm-token", "npm and yarn registry tokens", ("~/.npmrc", "~/.yarnrc", "~/.yarnrc.yml"),
        ("NPM_*TOKEN", "NODE_AUTH_TOKEN", "YARN_NPM_AUTH_*"),
    ),
    CredentialKind(
        "pypi-token", "PyPI upload tokens", ("~/.pypirc", "~/.config/pypoetry/auth.toml"),
        ("PYPI_*", "TWINE_*", "UV_PUBLISH_*", "POETRY_PYPI_TOKEN_*", "POETRY_HTTP_BASIC_*"),
    ),
    CredentialKind(
        "cargo-token", "Cargo registry tokens", ("~/.cargo/credentials.toml",), ("CARGO_REGISTRY_TOKEN",)
    ),
    CredentialKind(
        "package-registries", "Logins of other package registries: Maven, Gradle, NuGet, RubyGems, Composer",
        ("~/.m2/settings.xml", "~/.gradle/gradle.properties", "~/.gem/credentials"), ("NUGET_*", "GEM_HOST_API_KEY"),
    ),
    CredentialKind(
        "github-token", "GitHub tokens", ("~/.config/gh/hosts.yml",),
        ("GITHUB_*TOKEN", "GH_*TOKEN", "GH_PAT", "GITHUB_PAT"),
    ),
    CredentialKind(
        "gitlab-token", "GitLab tokens", ("~/.config/glab-cli/config.yml",), ("GITLAB_*TOKEN", "CI_JOB_TOKEN")
    ),
    CredentialKind("git-credentials", "Passwords that git and HTTP clients keep", ("~/.git-credentials", "~/.netrc")),
    CredentialKind(
        "ci-secrets", "Secrets and identity tokens of builds", (), ("ACTIONS_ID_TOKEN_REQUEST_*", "ACTIONS_RUNTIME_*")
    ),
    CredentialKind("ssh", "SSH keys", ("~/.ssh",), ("SSH_*", "DEPLOY_KEY")),
    CredentialKind("gpg", "GPG keys", ("~/.gnupg",), ("GPG_*",)),
    CredentialKind("tls-keys", "Private keys of certificates", ("*.pfx", "*.p12", "*.jks")),
    CredentialKind("aws", "AWS keys and sessions", ("~/.aws", "~/.aws/sso/cache"), ("AWS_*",)),
    CredentialKind("azure", "Azure sessions", ("~/.azure",), ("AZURE_*", "ARM_*")),
    CredentialKind(
        "gcp", "Google Cloud keys", ("~/.config/gcloud",), ("GOOGLE_APPLICATION_CREDENTIALS", "GCP_*", "GCLOUD_*")
    ),
    CredentialKind("instance-metadata", "Roles that a machine's metadata service hands out"),
    CredentialKind(
        "kubernetes", "Kubernetes access and service-account tokens", ("~/.kube/config",), ("KUBECONFIG", "KUBE_*")
    ),
    CredentialKind("docker", "Container registry logins", ("~/.docker/config.json",), ("DOCKER_*",)),
    CredentialKind("vault", "Vault tokens", ("~/.vault-token",), ("VAULT_*",)),
    CredentialKind(
        "terraform", "Terraform logins, variables and state", ("~/.terraform.d", "*.tfvars", "*.tfstate"), ("TF_*",)
    ),
    CredentialKind(
        "database", "Database passwords", ("~/.pgpass", "~/.my.cnf"),
        ("DATABASE_URL", "PGPASSWORD", "POSTGRES_*", "MYSQL_*", "REDIS_*", "MONGO*"),
    ),
    CredentialKind("env-files", "Whatever environment files hold", (".env*",)),
    CredentialKind("environment", "Secrets in the environment: variables, and files that containers are given"),
    CredentialKind(
        "llm-keys", "Keys of language models, settings of agents and their MCP servers", (),
        ("OPENAI_*", "ANTHROPIC_*", "GEMINI_*", "HF_TOKEN", "HUGGINGFACE_*"),
    ),
    CredentialKind("browser", "Passwords and sessions that browsers store"),
    CredentialKind("keychain", "Keychains and key rings"),
    CredentialKind("wallets", "Cryptocurrency wallets"),
    CredentialKind("histories", "Secrets that were typed: histories of shells and clients"),
    CredentialKind("accounts", "Passwords of the system's own accounts"),
)  # fmt: skip
BY_SLUG: dict[str, CredentialKind] = {kind.slug: kind for kind in KINDS}


def kind_of_variable(name: str) -> str:
    """Return the slug of what a variable of this name holds; empty where the name does not tell."""
    upper = name.upper()
    return next((kind.slug for kind in KINDS if any(fnmatchcase(upper, each) for each in kind.variables)), "")
