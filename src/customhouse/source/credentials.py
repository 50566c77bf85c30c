"""Which constants name a place where credentials lie, and which environment variables hold them.

Shared by the readers of every language. The table follows what stealers of the last years looked for and what a
responder must therefore rotate: clients' files, cloud and cluster access, browser and wallet stores, shell histories,
and the addresses of instance metadata services.
"""

import re

from customhouse.model.lazy_regex import lazy_regex

#: Characters of a constant that are searched; a path that stands behind more text than this is not a path.
MAX_TEXT = 64 * 1024

# Canonical name; words of which one stands in every match (in lower case, `|` between them), looked for first because
# that is cheap; the pattern, in lower case with `/` as separator. `#` in it stands for "no word before", so that
# `sdk.aws/` is no `.aws/`.
_PLACES: tuple[tuple[str, str, str], ...] = (
    (".npmrc", ".npmrc", r"#\.npmrc\b"),
    (".yarnrc", ".yarnrc", r"#\.yarnrc\b"),
    (".pypirc", ".pypirc", r"#\.pypirc\b"),
    (".netrc", ".netrc|_netrc", r"#[._]netrc\b"),
    (".git-credentials", ".git-credentials|git/credentials", r"#\.git-credentials\b|#\.config/git/credentials\b"),
    ("gh/hosts.yml", "gh/hosts.yml|.config/hub", r"\bgh/hosts\.yml\b|#\.config/hub\b"),
    (".ssh", ".ssh|ssh_host_", r"#\.ssh(?![\w.-])|/etc/ssh/ssh_host_"),
    (".ssh", "id_rsa|id_dsa|id_ecdsa|id_ed25519", r"\bid_(?:rsa|dsa|ecdsa|ed25519)(?!\w)"),
    (".aws", ".aws", r"#\.aws(?![\w.-])"),
    (".azure", ".azure", r"#\.azure(?![\w.-])"),
    (
        "gcloud",
        "gcloud",
        r"\.config/gcloud\b|\bgcloud/(?:credentials|access_tokens|legacy_credentials|application_default)",
    ),
    ("gcloud", "application_default_cred", r"\bapplication_default_credentials\b"),
    (
        ".kube",
        ".kube|/etc/kubernetes|/k3s",
        r"#\.kube(?![\w.-])|/etc/kubernetes/[\w-]+\.conf\b|/etc/rancher/k3s/k3s\.yaml\b",
    ),
    ("service account", "secrets/", r"secrets/kubernetes\.io/serviceaccount|secrets/eks\.amazonaws\.com"),
    ("/run/secrets", "/run/secrets", r"(?<!\w)/run/secrets\b"),
    (".docker/config.json", ".docker", r"#\.docker(?:/config\.json\b|/?$)|\.dockercfg\b|\.dockerconfigjson\b"),
    (".vault-token", ".vault-token", r"#\.vault-token\b"),
    ("terraform", ".terraform|.tfvars", r"#\.terraform\.d\b|\.terraformrc\b|\.tfvars\b"),
    ("terraform", ".tfstate|.tfrc", r"\bterraform\.tfstate\b|\bcredentials\.tfrc\b"),
    (".cargo/credentials", ".cargo/cred", r"\.cargo/credentials\b"),
    (".gem/credentials", ".gem/cred", r"\.gem/credentials\b"),
    ("composer/auth.json", "composer/auth", r"composer/auth\.json\b"),
    (".m2/settings.xml", ".m2/set", r"\.m2/settings(?:-security)?\.xml\b"),
    (".gradle/gradle.properties", ".gradle/", r"\.gradle/gradle\.properties\b"),
    (".pgpass", ".pgpass", r"#\.pgpass\b"),
    (".my.cnf", ".my.cnf|.mylogin", r"#\.my\.cnf\b|#\.mylogin\.cnf\b"),
    (".env", ".env", r"(?:^|[/\s])\.env(?:\.(?:local|prod|production|dev|development|staging|stage|test))?$"),
    ("gnupg", ".gnupg|secring|pubring", r"#\.gnupg(?![\w.-])|\bsecring\.gpg\b|\bpubring\.kbx\b"),
    ("password store", ".password-store", r"#\.password-store\b"),
    ("rclone.conf", "rclone.conf", r"\brclone\.conf\b"),
    (".s3cfg", ".s3cfg|.boto|.passwd-s3fs", r"#\.s3cfg\b|#\.boto\b|#\.passwd-s3fs\b"),
    (".databrickscfg", ".databrickscfg", r"#\.databrickscfg\b"),
    (".huggingface/token", "huggingface/", r"\bhuggingface/(?:token|stored_tokens)\b"),
    (".kaggle/kaggle.json", ".kaggle/", r"#\.kaggle/kaggle\.json\b"),
    ("filezilla", "filezilla/", r"\bfilezilla/(?:recentservers|sitemanager)\.xml\b"),
    ("winscp.ini", "winscp", r"\bwinscp\.ini\b|software/martin prikryl/winscp"),
    (".putty", ".putty|putty/sessions", r"#\.putty\b|simontatham/putty/sessions\b"),
    (
        "agent configuration",
        ".claude|claude_desk",
        r"#\.claude\.json\b|\.claude/\.credentials|\bclaude_desktop_config\b",
    ),
    ("agent configuration", "/mcp.json|/auth.json", r"\.(?:cursor|vscode)/mcp\.json\b|\.codex/auth\.json\b"),
    ("agent configuration", ".gemini/|/github-copilot", r"\.gemini/oauth_creds|\.config/github-copilot\b"),
    ("browser store", "login data|logins.json", r"(?:^|[/\"'])login data(?!\w)|\blogins\.json\b"),
    ("browser store", "key3.db|key4.db|cookies", r"\bkey[34]\.db\b|\bcookies\.sqlite\b|/network/cookies\b"),
    ("browser store", "/user data", r"\b(?:chrome|chromium|edge|brave-browser|opera software|vivaldi)/user data\b"),
    ("browser store", "application support/", r"application support/(?:google/chrome|bravesoftware|firefox)"),
    ("browser store", ".config/|.mozilla", r"\.config/(?:google-chrome|chromium)\b|#\.mozilla/firefox\b"),
    ("browser store", "firefox/profiles", r"mozilla/firefox/profiles\b"),
    ("keychain", "/keychains|.keychain|dump-keychain", r"\blibrary/keychains\b|\blogin\.keychain\b|\bdump-keychain\b"),
    ("keychain", "-password", r"\bfind-(?:generic|internet)-password\b"),
    ("keychain", "/keyrings|kwallet", r"\.local/share/keyrings\b|\bkwalletd?/"),
    (
        "windows credentials",
        "microsoft/|system32/",
        r"\bmicrosoft/(?:credentials|protect|vault)\b|\bsystem32/config/(?:sam|security)\b",
    ),
    ("wallet", "wallet.dat|.electrum|exodus.wallet", r"\bwallet\.dat\b|#\.electrum\b|\bexodus\.wallet\b"),
    (
        "wallet",
        "ethereum|.bitcoin|solana/id",
        r"#\.ethereum\b|ethereum/keystore\b|#\.bitcoin\b|\.config/solana/id\.json\b",
    ),
    ("wallet", "atomic/local|coinomi/|ledger live", r"\batomic/local storage\b|\bcoinomi/|\bledger live\b"),
    # The identifiers of wallet extensions (MetaMask, Phantom, Coinbase, TronLink, Binance), as their stores' folders.
    ("wallet", "nkbihfbeogaeaoeh", r"nkbihfbeogaeaoehlefnkodbefgpgknn"),
    ("wallet", "bfnaelmomeimhlpm", r"bfnaelmomeimhlpmgjnjophhpkkoljpa"),
    ("wallet", "hnfanknocfeofbdd", r"hnfanknocfeofbddgcijnmhnfnkdnaad"),
    ("wallet", "ibnejdfjmmkpcnlp", r"ibnejdfjmmkpcnlpebklmnkoeoihofec"),
    ("wallet", "fhbohimaelbohpjb", r"fhbohimaelbohpjbbldcngcnapndodjp"),
    ("messenger session", "/local storage|/tdata", r"\bdiscord\w*/local storage\b|\btelegram desktop/tdata\b"),
    (
        "shell history",
        "_history",
        r"#\.(?:bash|zsh|sh|python|node_repl|psql|mysql|sqlite|rediscli)_history\b|\bfish_history\b",
    ),
    ("shell history", "consolehost_hist", r"\bconsolehost_history\b"),
    ("/etc/shadow", "shadow|master.passwd", r"(?<!\w)/etc/(?:g?shadow|master\.passwd)\b"),
    ("process environment", "/proc/", r"/proc/[\w*{}$]+/(?:environ|mem|maps)\b"),
    ("instance metadata", "169.254.1", r"\b169\.254\.169\.254\b|\b169\.254\.170\.(?:2|23)\b"),
    ("instance metadata", "100.100.100.200|fd00:ec2::", r"\b100\.100\.100\.200\b|\bfd00:ec2::"),
    ("instance metadata", "metadata.", r"\bmetadata\.google\.internal\b|\bmetadata\.azure\.internal\b"),
)
#: In every constant that names a place, one of these stands (lower case, `/` as separator); variables' names aside.
TRIGGERS = tuple(dict.fromkeys(word for _, words, _ in _PLACES for word in words.split("|")))
_PATTERNS = tuple(
    (tuple(words.split("|")), name, lazy_regex(pattern.replace("#", r"(?<![\w.)\]*])")))
    for name, words, pattern in _PLACES
)

_VARIABLE = lazy_regex(r"[A-Z][A-Z0-9_]{2,79}")
_VARIABLES_TEXT = """
GITHUB_TOKEN GH_TOKEN GITHUB_PAT ACTIONS_ID_TOKEN_REQUEST_TOKEN ACTIONS_ID_TOKEN_REQUEST_URL ACTIONS_RUNTIME_TOKEN
GITLAB_TOKEN CI_JOB_TOKEN CI_JOB_JWT CI_REGISTRY_PASSWORD BITBUCKET_TOKEN CIRCLE_TOKEN BUILDKITE_AGENT_TOKEN
NPM_TOKEN NODE_AUTH_TOKEN NPM_AUTH_TOKEN NPM_CONFIG__AUTH TWINE_PASSWORD PYPI_TOKEN PYPI_API_TOKEN UV_PUBLISH_TOKEN
POETRY_PYPI_TOKEN_PYPI FLIT_PASSWORD HATCH_INDEX_AUTH CARGO_REGISTRY_TOKEN GEM_HOST_API_KEY AWS_ACCESS_KEY_ID
AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_WEB_IDENTITY_TOKEN_FILE AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN AZURE_CLIENT_SECRET
AZURE_CLIENT_CERTIFICATE_PATH AZURE_PASSWORD AZURE_STORAGE_KEY AZURE_STORAGE_CONNECTION_STRING AZURE_DEVOPS_EXT_PAT
ARM_CLIENT_SECRET GOOGLE_APPLICATION_CREDENTIALS GOOGLE_CREDENTIALS GCP_SERVICE_ACCOUNT_KEY
CLOUDSDK_AUTH_ACCESS_TOKEN DIGITALOCEAN_ACCESS_TOKEN HCLOUD_TOKEN CLOUDFLARE_API_TOKEN VERCEL_TOKEN
NETLIFY_AUTH_TOKEN HEROKU_API_KEY FLY_API_TOKEN VAULT_TOKEN KUBECONFIG KUBE_TOKEN DOCKER_PASSWORD DOCKERHUB_TOKEN
DOCKER_AUTH_CONFIG OPENAI_API_KEY ANTHROPIC_API_KEY GEMINI_API_KEY GOOGLE_API_KEY MISTRAL_API_KEY GROQ_API_KEY
HF_TOKEN HUGGING_FACE_HUB_TOKEN HUGGINGFACE_TOKEN SLACK_TOKEN SLACK_BOT_TOKEN SLACK_WEBHOOK_URL DISCORD_TOKEN
TELEGRAM_TOKEN STRIPE_SECRET_KEY TWILIO_AUTH_TOKEN SENDGRID_API_KEY SENTRY_AUTH_TOKEN DATABASE_URL MONGODB_URI
REDIS_URL PGPASSWORD MYSQL_PWD MYSQL_ROOT_PASSWORD POSTGRES_PASSWORD SSH_PRIVATE_KEY GPG_PRIVATE_KEY GPG_PASSPHRASE
SSH_AUTH_SOCK SONAR_TOKEN CODECOV_TOKEN SNYK_TOKEN DD_API_KEY TF_TOKEN TFE_TOKEN PULUMI_ACCESS_TOKEN KAGGLE_KEY
WANDB_API_KEY SUDO_PASS BW_SESSION OP_SERVICE_ACCOUNT_TOKEN
"""
_VARIABLES = frozenset(_VARIABLES_TEXT.split())
_VARIABLE_ENDS = lazy_regex(
    r"(?:^|_)(?:TOKEN|SECRET|SECRETS|PASSWORD|PASSWD|PASSPHRASE|API_?KEY|ACCESS_KEY|SECRET_KEY|PRIVATE_KEY|AUTH_KEY"
    r"|CREDENTIAL|CREDENTIALS|PAT|SEED_PHRASE|MNEMONIC)(?:_ID|_FILE|_PATH|_JSON|_BASE64|_B64)?$"
)


def credential_reference(text: str) -> str | None:
    """Give the canonical name of the credential store, metadata address or token variable that a constant names.

    The constant may be a path with either separator (`~/.aws/credentials`), a part of one (`.npmrc`), a command line
    or URL that holds one, or exactly the name of a variable that is known to hold a credential (`NPM_TOKEN`).
    None when it names none. Only the first `MAX_TEXT` characters are searched.
    """
    lowered = text[:MAX_TEXT].replace("\\", "/").lower()
    if "//" in lowered:
        lowered = re.sub(r"(?<!:)/{2,}", "/", lowered)
    if any(map(lowered.__contains__, TRIGGERS)):
        for words, name, pattern in _PATTERNS:
            if any(map(lowered.__contains__, words)) and pattern.search(lowered) is not None:
                return name
    return text if text in _VARIABLES else None


def credential_variable(name: str) -> bool:
    """Whether an environment variable of this name is expected to hold a credential, or to name the file of one.

    Known names in any case (Windows folds them), and names that end as such names do (`…_TOKEN`, `…_API_KEY`).
    """
    upper = name.upper()
    if _VARIABLE.fullmatch(upper) is None:
        return False
    return upper in _VARIABLES or _VARIABLE_ENDS.search(upper) is not None
