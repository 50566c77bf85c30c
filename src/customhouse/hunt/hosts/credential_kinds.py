"""Where credentials lie, and which variables hold some. From the write-ups of what attacks on packages take."""

import re

from customhouse.model.campaign import Platform

#: Paths below a home, with what they open; `*` stands for any name of one component, a folder for what is in it.
OF_HOME: tuple[tuple[str, str], ...] = (
    ("pypi", ".pypirc"),
    ("netrc", ".netrc"),
    ("netrc", "_netrc"),
    ("git", ".git-credentials"),
    ("git", ".config/git/credentials"),
    ("github-cli", ".config/gh/hosts.yml"),
    ("github-cli", "AppData/Roaming/GitHub CLI/hosts.yml"),
    ("gitlab-cli", ".config/glab-cli/config.yml"),
    ("aws", ".aws/credentials"),
    ("aws", ".aws/config"),
    ("aws", ".aws/sso/cache/*.json"),
    ("aws", ".aws/cli/cache/*.json"),
    ("azure", ".azure/accessTokens.json"),
    ("azure", ".azure/msal_token_cache.*"),
    ("azure", ".azure/service_principal_entries.*"),
    ("gcloud", ".config/gcloud/application_default_credentials.json"),
    ("gcloud", ".config/gcloud/credentials.db"),
    ("gcloud", ".config/gcloud/access_tokens.db"),
    ("gcloud", ".config/gcloud/legacy_credentials/*/adc.json"),
    ("gcloud", "AppData/Roaming/gcloud/application_default_credentials.json"),
    ("gcloud", "AppData/Roaming/gcloud/credentials.db"),
    ("kubernetes", ".kube/config"),
    ("docker", ".docker/config.json"),
    ("containers", ".config/containers/auth.json"),
    ("vault", ".vault-token"),
    ("terraform", ".terraform.d/credentials.tfrc.json"),
    ("terraform", ".terraformrc"),
    ("cargo", ".cargo/credentials.toml"),
    ("cargo", ".cargo/credentials"),
    ("rubygems", ".gem/credentials"),
    ("maven", ".m2/settings.xml"),
    ("gradle", ".gradle/gradle.properties"),
    ("composer", ".composer/auth.json"),
    ("composer", ".config/composer/auth.json"),
    ("nuget", ".nuget/NuGet/NuGet.Config"),
    ("poetry", ".config/pypoetry/auth.toml"),
    ("uv", ".local/share/uv/credentials/credentials.toml"),
    ("postgres", ".pgpass"),
    ("postgres", "AppData/Roaming/postgresql/pgpass.conf"),
    ("mysql", ".my.cnf"),
    ("mysql", ".mylogin.cnf"),
    ("mongodb", ".mongorc.js"),
    ("agent", ".claude.json"),
    ("agent", ".claude/.credentials.json"),
    ("agent", ".claude/settings.json"),
    ("agent", ".cursor/mcp.json"),
    ("agent", ".gemini/oauth_creds.json"),
    ("agent", ".gemini/settings.json"),
    ("agent", ".codex/auth.json"),
    ("agent", ".codex/config.toml"),
    ("agent", ".config/github-copilot/*.json"),
    ("agent", ".mcp.json"),
    ("agent", "Library/Application Support/Claude/claude_desktop_config.json"),
    ("agent", "AppData/Roaming/Claude/claude_desktop_config.json"),
    ("gpg", ".gnupg/private-keys-v1.d/*.key"),
    ("gpg", ".gnupg/secring.gpg"),
    ("keyring", ".local/share/keyrings/*.keyring"),
    ("keyring", ".password-store/*"),
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
    ("windows-credentials", "AppData/Roaming/Microsoft/Credentials/*"),
    ("windows-credentials", "AppData/Local/Microsoft/Credentials/*"),
    ("wallet", ".bitcoin/wallet.dat"),
    ("wallet", ".electrum/wallets/*"),
    ("wallet", ".ethereum/keystore/*"),
    ("wallet", ".config/solana/id.json"),
    ("wallet", ".config/Exodus/exodus.wallet/*"),
    ("wallet", "Library/Application Support/Exodus/exodus.wallet/*"),
    ("wallet", "AppData/Roaming/Exodus/exodus.wallet/*"),
    ("history", ".bash_history"),
    ("history", ".zsh_history"),
    ("history", ".local/share/fish/fish_history"),
    ("history", ".python_history"),
    ("history", ".node_repl_history"),
    ("history", ".psql_history"),
    ("history", ".mysql_history"),
    ("history", "AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine/ConsoleHost_history.txt"),
)
#: Paths of the system.
OF_SYSTEM: dict[Platform, tuple[tuple[str, str], ...]] = {
    "linux": (
        ("kubernetes", "/var/run/secrets/kubernetes.io/serviceaccount/token"),
        ("kubernetes", "/run/secrets/kubernetes.io/serviceaccount/token"),
        ("kubernetes", "/etc/kubernetes/admin.conf"),
        ("kubernetes", "/etc/rancher/k3s/k3s.yaml"),
        ("docker", "/run/secrets/*"),
        ("accounts", "/etc/shadow"),
        ("ssh", "/etc/ssh/ssh_host_*_key"),
        ("tls", "/etc/letsencrypt/live/*/privkey.pem"),
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
