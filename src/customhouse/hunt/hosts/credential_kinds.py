"""Where credentials lie, and which variables hold some. From the write-ups of what attacks on packages take.

Kinds are the slugs of `model.credentials`.
"""

import re

from customhouse.model.campaign import Platform

#: Paths below a home, with what they open; `*` stands for any name of one component, a folder for what is in it.
OF_HOME: tuple[tuple[str, str], ...] = (
    ("pypi-token", ".pypirc"),
    ("git-credentials", ".netrc"),
    ("git-credentials", "_netrc"),
    ("git-credentials", ".git-credentials"),
    ("git-credentials", ".config/git/credentials"),
    ("github-token", ".config/gh/hosts.yml"),
    ("github-token", "AppData/Roaming/GitHub CLI/hosts.yml"),
    ("gitlab-token", ".config/glab-cli/config.yml"),
    ("aws", ".aws/credentials"),
    ("aws", ".aws/config"),
    ("aws", ".aws/sso/cache/*.json"),
    ("aws", ".aws/cli/cache/*.json"),
    ("azure", ".azure/accessTokens.json"),
    ("azure", ".azure/msal_token_cache.*"),
    ("azure", ".azure/service_principal_entries.*"),
    ("gcp", ".config/gcloud/application_default_credentials.json"),
    ("gcp", ".config/gcloud/credentials.db"),
    ("gcp", ".config/gcloud/access_tokens.db"),
    ("gcp", ".config/gcloud/legacy_credentials/*/adc.json"),
    ("gcp", "AppData/Roaming/gcloud/application_default_credentials.json"),
    ("gcp", "AppData/Roaming/gcloud/credentials.db"),
    ("kubernetes", ".kube/config"),
    ("docker", ".docker/config.json"),
    ("docker", ".config/containers/auth.json"),
    ("vault", ".vault-token"),
    ("terraform", ".terraform.d/credentials.tfrc.json"),
    ("terraform", ".terraformrc"),
    ("cargo-token", ".cargo/credentials.toml"),
    ("cargo-token", ".cargo/credentials"),
    ("package-registries", ".gem/credentials"),
    ("package-registries", ".m2/settings.xml"),
    ("package-registries", ".gradle/gradle.properties"),
    ("package-registries", ".composer/auth.json"),
    ("package-registries", ".config/composer/auth.json"),
    ("package-registries", ".nuget/NuGet/NuGet.Config"),
    ("pypi-token", ".config/pypoetry/auth.toml"),
    ("pypi-token", ".local/share/uv/credentials/credentials.toml"),
    ("database", ".pgpass"),
    ("database", "AppData/Roaming/postgresql/pgpass.conf"),
    ("database", ".my.cnf"),
    ("database", ".mylogin.cnf"),
    ("database", ".mongorc.js"),
    ("llm-keys", ".claude.json"),
    ("llm-keys", ".claude/.credentials.json"),
    ("llm-keys", ".claude/settings.json"),
    ("llm-keys", ".cursor/mcp.json"),
    ("llm-keys", ".gemini/oauth_creds.json"),
    ("llm-keys", ".gemini/settings.json"),
    ("llm-keys", ".codex/auth.json"),
    ("llm-keys", ".codex/config.toml"),
    ("llm-keys", ".config/github-copilot/*.json"),
    ("llm-keys", ".mcp.json"),
    ("llm-keys", "Library/Application Support/Claude/claude_desktop_config.json"),
    ("llm-keys", "AppData/Roaming/Claude/claude_desktop_config.json"),
    ("gpg", ".gnupg/private-keys-v1.d/*.key"),
    ("gpg", ".gnupg/secring.gpg"),
    ("keychain", ".local/share/keyrings/*.keyring"),
    ("keychain", ".password-store/*"),
    ("keychain", "Library/Keychains/*.keychain-db"),
    ("keychain", "Library/Keychains/*.keychain"),
    ("browser", ".mozilla/firefox/*/logins.json"),
    ("browser", ".config/google-chrome/*/Login Data"),
    ("browser", ".config/google-chrome/*/Cookies"),
    ("browser", ".config/chromium/*/Login Data"),
    ("browser", ".config/BraveSoftware/Brave-Browser/*/Login Data"),
    ("browser", "Library/Application Support/Google/Chrome/*/Login Data"),
    ("browser", "Library/Application Support/Firefox/Profiles/*/logins.json"),
    ("browser", "Library/Application Support/BraveSoftware/Brave-Browser/*/Login Data"),
    ("browser", "AppData/Local/Google/Chrome/User Data/*/Login Data"),
    ("browser", "AppData/Local/Microsoft/Edge/User Data/*/Login Data"),
    ("browser", "AppData/Roaming/Mozilla/Firefox/Profiles/*/logins.json"),
    ("keychain", "AppData/Roaming/Microsoft/Credentials/*"),
    ("keychain", "AppData/Local/Microsoft/Credentials/*"),
    ("wallets", ".bitcoin/wallet.dat"),
    ("wallets", ".electrum/wallets/*"),
    ("wallets", ".ethereum/keystore/*"),
    ("wallets", ".config/solana/id.json"),
    ("wallets", ".config/Exodus/exodus.wallet/*"),
    ("wallets", "Library/Application Support/Exodus/exodus.wallet/*"),
    ("wallets", "AppData/Roaming/Exodus/exodus.wallet/*"),
    ("histories", ".bash_history"),
    ("histories", ".zsh_history"),
    ("histories", ".local/share/fish/fish_history"),
    ("histories", ".python_history"),
    ("histories", ".node_repl_history"),
    ("histories", ".psql_history"),
    ("histories", ".mysql_history"),
    ("histories", "AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine/ConsoleHost_history.txt"),
)
#: Paths of the system.
OF_SYSTEM: dict[Platform, tuple[tuple[str, str], ...]] = {
    "linux": (
        ("kubernetes", "/var/run/secrets/kubernetes.io/serviceaccount/token"),
        ("kubernetes", "/run/secrets/kubernetes.io/serviceaccount/token"),
        ("kubernetes", "/etc/kubernetes/admin.conf"),
        ("kubernetes", "/etc/rancher/k3s/k3s.yaml"),
        ("environment", "/run/secrets/*"),
        ("accounts", "/etc/shadow"),
        ("ssh", "/etc/ssh/ssh_host_*_key"),
        ("tls-keys", "/etc/letsencrypt/live/*/privkey.pem"),
    ),
    "macos": (("keychain", "/Library/Keychains/System.keychain"), ("ssh", "/etc/ssh/ssh_host_*_key")),
    "windows": (("accounts", "/Windows/System32/config/SAM"), ("ssh", "/ProgramData/ssh/ssh_host_*_key")),
    "any": (),
}
#: Files of a project, by their name or its end.
PROJECT_FILES = re.compile(
    r"(?P<env>\.env(?:\.(?!example$|sample$|template$|dist$|defaults$)[\w.-]+)?|[\w-]+\.env)"
    r"|(?P<terraform>.*\.(?:tfvars|tfvars\.json|tfstate|tfstate\.backup))"
    r"|(?P<npm>\.npmrc|\.yarnrc\.yml|\.yarnrc)|(?P<agent>\.mcp\.json)"
    r"|(?P<runner>\.credentials_rsaparams)|(?P<gcloud>.*service[-_]?account.*\.json)"
    r"|(?P<tls>.*\.(?:pfx|p12|jks))",
    re.IGNORECASE,
)
#: The groups of `PROJECT_FILES`, and the kinds that they stand for.
KIND_OF_GROUP = {
    "env": "env-files",
    "terraform": "terraform",
    "npm": "npm-token",
    "agent": "llm-keys",
    "runner": "ci-secrets",
    "gcloud": "gcp",
    "tls": "tls-keys",
}
#: Parts of a variable's name that say it holds a credential.
_PARTS = re.compile(
    r"(?:^|_)(?:TOKEN|TOKENS|SECRET|SECRETS|PASSWORD|PASSWD|PASS|PWD|PASSPHRASE|CREDENTIALS?|APIKEY|AUTH|AUTHTOKEN|DSN"
    r"|COOKIE|PAT)(?:$|_)|(?:^|_)(?:API|ACCESS|SECRET|PRIVATE|SIGNING|ENCRYPTION|ACCOUNT|SERVICE|DEPLOY|MASTER)_?KEY"
    r"|^(?:AWS|AZURE|ARM)_|^(?:KUBECONFIG|DATABASE_URL|REDIS_URL|MONGO(?:DB)?_UR[IL]|CONNECTION_STRING|SSH_AUTH_SOCK"
    r"|GOOGLE_APPLICATION_CREDENTIALS|ACTIONS_ID_TOKEN_REQUEST_URL|ACTIONS_RUNTIME_URL)$",
    re.IGNORECASE,
)
_NONE = frozenset({"PWD", "OLDPWD", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PAGER", "AWS_PROFILE", "ARM_ARCH"})


def is_credential_name(name: str) -> bool:
    """Say whether a variable's name is one of those that hold credentials: `NPM_TOKEN`, `AWS_SECRET_ACCESS_KEY`."""
    return name not in _NONE and bool(_PARTS.search(name))
