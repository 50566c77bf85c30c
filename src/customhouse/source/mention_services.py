"""Mentions of services and tools: what takes data in, tells addresses, publishes, and holds repositories."""

from customhouse.source.mention_sign import Sign, hosts

# fmt: off
# ruff: noqa: E501 - one line a pattern

DROPS = (
    *hosts("drop-service", """
    webhook.site requestbin.com requestbin.net requestcatcher.com pipedream.net beeceptor.com webhook.cool hookdeck.com
    hookb.in typedwebhook.tools webhooks.fyi mockbin.org putsreq.com requestinspector.com smee.io ntfy.sh
    pastebin.com paste.ee rentry.co rentry.org hastebin.com ghostbin.com pastes.io dpaste.org dpaste.com controlc.com
    paste.rs termbin.com ix.io sprunge.us privatebin.net justpaste.it write.as telegra.ph pastie.org jsonkeeper.com
    npoint.io jsonbin.io jsonblob.com extendsclass.com jsonsilo.com mocki.io
    transfer.sh file.io 0x0.st anonfiles.com anonfile.com bayfiles.com gofile.io catbox.moe uguu.se tmpfiles.org
    temp.sh oshi.at pixeldrain.com bashupload.com filebin.net keep.sh store.rg-adguard.net
    oastify.com burpcollaborator.net interact.sh oast.fun oast.pro oast.live oast.site oast.online oast.me
    dnslog.cn ceye.io canarytokens.com bxss.me interactsh.com requestrepo.com dnsbin.zhack.ca
    ngrok.io ngrok.app ngrok-free.app ngrok-free.dev ngrok.dev trycloudflare.com serveo.net localhost.run lhr.life
    loca.lt localtunnel.me localtonet.com pagekite.me bore.pub pinggy.io pinggy.link playit.gg portmap.io telebit.io
    """),
    Sign("drop-service", "Discord webhook", r"\bdiscord(app)?\.com\/api\/(v[0-9]{1,2}\/)?webhooks\b"),
    Sign("drop-service", "Slack webhook", r"\bhooks\.slack\.com\/(services|workflows|triggers)\b"),
    Sign("drop-service", "Teams webhook", r"\b(webhook\.office\.com\/webhookb2|outlook\.office\.com\/webhook)\b"),
    Sign("drop-service", "Telegram bot", r"\bapi\.telegram\.org\b"),
    Sign("drop-service", "Google Forms", r"\bdocs\.google\.com\/forms\/[a-z0-9\/_-]{1,120}\/formResponse\b"),
    Sign("drop-service", "Google Apps Script", r"\bscript\.google\.com\/macros\/s\/"),
    Sign("drop-service", "gist", r"\bgist\.githubusercontent\.com\/"),
)

THROWAWAY = (
    *hosts("throwaway-host", """
    duckdns.org ddns.net no-ip.org no-ip.biz noip.me hopto.org zapto.org sytes.net serveftp.com servebeer.com myftp.biz
    dynu.net dynu.com freedns.afraid.org mooo.com chickenkiller.com crabdance.com nip.io sslip.io dyndns.org gotdns.ch
    bounceme.net redirectme.net servehttp.com 3utilities.com
    """),
    Sign("throwaway-host", "onion service", r"\b[a-z2-7]{56}\.onion\b"),
    Sign("throwaway-host", "Tor gateway", r"\b[a-z2-7]{16,56}\.(onion|tor2web)\.[a-z]{2,6}\b"),
)

ADDRESSES = (
    Sign("raw-address", "", r"\b[a-z]{2,6}:(\\?\/){2}([^\s\/@\"'`]{1,64}@)?[0-9]{1,3}(\.[0-9]{1,3}){3}(:[0-9]{1,5})?"),
    Sign("raw-address", "", r"\b[a-z]{2,6}:(\\?\/){2}\[[0-9a-f:.]{4,45}\](:[0-9]{1,5})?"),
    Sign("raw-address", "", r"\b[a-z]{2,6}:\/\/(0x[0-9a-f]{8}|[0-9]{8,10})[:\/\"'`?]"),
    Sign("raw-address", "", r"[\"'`][0-9]{1,3}(\.[0-9]{1,3}){3}(:[0-9]{1,5})?(\/[^\s\"'`]{0,200})?[\"'`]"),
)

LOOKUPS = (
    *hosts("ip-lookup", """
    ipify.org ipinfo.io ip-api.com ifconfig.me ifconfig.co ifconfig.io icanhazip.com checkip.amazonaws.com ipapi.co
    ipapi.is ident.me myexternalip.com wtfismyip.com ipecho.net geojs.io ipwho.is ipwhois.app freegeoip.app ip.sb
    ipgeolocation.io ipdata.co ipregistry.co whatismyip.com whatismyipaddress.com checkip.dyndns.org api.myip.com
    geoplugin.net db-ip.com seeip.org bigdatacloud.net iplocate.io
    """),
    Sign("ip-lookup", "httpbin.org/ip", r"\bhttpbin\.org\/ip\b"),
)

METADATA = (
    Sign("cloud-metadata", "169.254.169.254", r"\b169\.254\.169\.254\b"),
    Sign("cloud-metadata", "169.254.169.254", r":\/\/(0xa9fea9fe|2852039166|0251\.0376\.0251\.0376)\b"),
    Sign("cloud-metadata", "169.254.170.2", r"\b169\.254\.170\.(2|23)\b"),
    Sign("cloud-metadata", "100.100.100.200", r"\b100\.100\.100\.200\b"),
    Sign("cloud-metadata", "fd00:ec2::254", r"\bfd00:ec2::(254|23)\b"),
    Sign("cloud-metadata", "metadata.google.internal", r"\bmetadata\.google\.internal\b"),
    Sign("cloud-metadata", "metadata.azure.internal", r"\bmetadata\.azure\.internal\b"),
    Sign("cloud-metadata", "security-credentials", r"\bmeta-data\/iam\/security-credentials\b"),
    Sign("cloud-metadata", "service-accounts", r"\bcomputeMetadata\/v1\b"),
)

PUBLISHING = (
    Sign("self-publish", "npm publish", r"\b(npm|pnpm|yarn|bun)([\"'`], ?\[?[\"'`]| )(npm )?publish\b", "sc"),
    Sign("self-publish", "npm whoami", r"\bnpm([\"'`], ?\[?[\"'`]| )whoami\b|\/-\/whoami\b", "sc"),
    Sign("self-publish", "npm tokens", r"\/-\/npm\/v1\/(tokens|user|security)\b|\bnpm([\"'`], ?\[?[\"'`]| )token\b", "sc"),
    Sign("self-publish", "npm packages of an account", r"\/-\/(v1\/search\?text=(maintainer|author):|org\/[\w${}.-]{1,60}\/package|user\/[\w${}.-]{1,60}\/package)"),
    Sign("self-publish", "npm packages of an account", r"\btext=maintainer(:|%3A)|\bmaintainer:(\$\{|[\"'`])"),
    Sign("self-publish", "npm access", r"\bnpm([\"'`], ?\[?[\"'`]| )(access (list|ls-packages)|owner (add|ls))\b", "sc"),
    Sign("self-publish", "npm trusted publishing", r"\/-\/npm\/v1\/oidc\/token\/exchange\b"),
    Sign("self-publish", "npm authentication", r"\/\/[\w.${}-]{1,80}\/:_authToken\b|\b_authToken\b"),
    Sign("self-publish", "package attachments", r"[\"'`]?_attachments[\"'`]?\b", "sc", exact=True),
    Sign("self-publish", "twine upload", r"\btwine([\"'`], ?\[?[\"'`]| )upload\b|\b(poetry|flit|hatch|uv|pdm|maturin)([\"'`], ?\[?[\"'`]| )publish\b", "sc"),
    Sign("self-publish", "PyPI upload", r"\bupload\.[\w-]{1,20}\.[a-z]{2,10}\/legacy\b|:action[\"'`]?[:,] ?[\"'`]file_upload\b"),
    Sign("self-publish", "cargo publish", r"\b(cargo|gem|vsce|ovsx)([\"'`], ?\[?[\"'`]| )(publish|push)\b", "sc"),
)

SOURCE_HOSTS = (
    Sign("source-host", "repository of the account", r"\bapi\.github\.com\/user\/repos\b|[\"'`]\/user\/repos\b"),
    Sign("source-host", "create repository", r"\b(createForAuthenticatedUser|createRepository|gh repo create|create_repo)\b", "sc"),
    Sign("source-host", "make public", r"[\"'`]?private[\"'`]?: ?(false|!1)\b|\bgh repo edit\b.{0,60}--visibility\b|[\"'`]?visibility[\"'`]?: ?[\"'`]public\b", "c"),
    Sign("source-host", "write files", r"\/repos\/[\w${}.\/+\"'` -]{1,80}\/(contents|git\/(refs|trees|commits|blobs))\b"),
    Sign("source-host", "secrets", r"\/actions\/(organization-)?secrets\b|\/actions\/variables\b"),
    Sign("source-host", "gist", r"\bapi\.github\.com\/gists\b"),
    Sign("source-host", "git push", r"\bgit([\"'`], ?\[?[\"'`]| )push\b", "sc"),
    Sign("source-host", "git commit", r"\bgit([\"'`], ?\[?[\"'`]| )(commit|config --global user)\b", "sc"),
    Sign("source-host", "token of gh", r"\bgh([\"'`], ?\[?[\"'`]| )auth( |[\"'`, ]{1,5})(token|status)\b", "sc"),
    Sign("source-host", "orphan runner", r"\bactions\/runners\b"),
)

SCANNERS = (
    Sign("secret-scanner", "trufflehog", r"\btruffle-?hog\b", "sc"),
    Sign("secret-scanner", "gitleaks", r"\bgitleaks\b", "sc"),
    Sign("secret-scanner", "other scanner", r"\b(detect-secrets|ggshield|noseyparker|whispers|git-secrets|lazagne|mimikatz|laZagne\.exe|linpeas|winpeas|pypykatz|SharpHound|hackbrowserdata)\b", "sc"),
)

TOKENS = (
    Sign("secret-pattern", "GitHub token", r"\b(gh[pousr]|\(\?:gh[pousr]|gh\[[pousr]{1,6}\]|github_pat)_\\?\(?\[", "sp"),
    Sign("secret-pattern", "npm token", r"\bnpm_\\?\(?\[", "sp"),
    Sign("secret-pattern", "PyPI token", r"\bpypi-(AgE|\\?\[)", "sp"),
    Sign("secret-pattern", "AWS key", r"\b\(?(\?:)?(AKIA|A3T\[)[A-Z|()\]0-9]{0,60}\[", "sp", exact=True),
    Sign("secret-pattern", "private key", r"-----BEGIN[^-\"'`]{0,60}(\[|\(|\\|\.\*|\?)[^-\"'`]{0,60}PRIVATE KEY", "sp"),
    Sign("secret-pattern", "API key", r"\b(sk-|sk-ant-|sk_live_|xox\[?[abpr]{1,5}\]?-|AIza|glpat-)\\?\[", "sp", exact=True),
)

RUNNERS = (
    Sign("package-runner", "bun", r"\bbun\.(sh|com)\/install\b|\boven-sh\/bun\b|\b(setup_bun|bun_environment)\b|\bbun(\.exe)? run\b|\.bun[\\\/]{1,2}bin\b"),
    Sign("package-runner", "deno", r"\bdeno\.land\/(x\/)?install\b|\bdenoland\/deno\/releases\b"),
    Sign("package-runner", "python", r"\bastral\.sh\/uv\b|\bpython-build-standalone\b|\bpython\.org\/ftp\/python\b"),
    Sign("package-runner", "pip install", r"\b(pip3?|-m[\"'`, ]{1,5}pip)[\"'`, ]{1,5}install\b"),
    Sign("package-runner", "npm install", r"\b(npm|pnpm|yarn|bun)[\"'`, \[]{1,5}(install|i|add)[\"'`, ]{1,5}(-g\b|--global\b|[@a-z])"),
    Sign("package-runner", "npx", r"\b(npx|bunx|pnpm dlx|yarn dlx|uvx|pipx run)[\"'`, \[]{1,5}(-y\b|--yes\b|[@a-z])"),
    Sign("package-runner", "node", r"\bnodejs\.org\/dist\/"),
)

ASSISTANTS = (
    Sign("ai-tool", "permissions skipped", r"--(dangerously-skip-permissions|yolo|trust-all-tools|dangerously-bypass-approvals-and-sandbox)\b"),
    Sign("ai-tool", "assistant started", r"\b(claude|gemini|q|codex|cursor-agent|opencode)[\"'`, \[]{1,5}(-p|--print|--prompt|chat|exec)\b"),
)
