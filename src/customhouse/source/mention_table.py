"""What constants and names can speak of: the table behind `Mention`, one line a pattern.

A pattern is a regular expression of yara-x (no lookaround, bounded repetition; `\\b` works), without regard to case
unless it says so. It is searched in the bytes of a file that can act, and in every text that was folded or decoded.
`where` says what a match may stand in: `s` a string or a template, `c` code (names, calls), `p` the pattern of a regular
expression. A match in a comment or a docstring counts nowhere. Facts only: whether a mention means anything is for the
rules, which see in what phase it stands and what else the file can do.

The services and tools are those of public write-ups on malicious packages of the last years.
"""

from typing import NamedTuple

from customhouse.model.code import MentionKind


class Sign(NamedTuple):
    """One line: `label` is the mention's detail; empty where it is to be what was matched."""

    kind: MentionKind
    label: str
    pattern: str
    where: str = "s"
    #: Whether letters' case matters.
    exact: bool = False


def _hosts(kind: MentionKind, names: str) -> tuple[Sign, ...]:
    """Names of services: themselves and what is below them, not `notwebhook.site` and not `webhook.site.example`."""
    return tuple(Sign(kind, name, rf"\b{name.replace('.', chr(92) + '.')}\b") for name in names.split())


_DROPS = _hosts(
    "drop-service",
    """
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
    """,
) + (
    Sign("drop-service", "Discord webhook", r"\bdiscord(app)?\.com\/api\/(v[0-9]{1,2}\/)?webhooks\b"),
    Sign("drop-service", "Slack webhook", r"\bhooks\.slack\.com\/(services|workflows|triggers)\b"),
    Sign("drop-service", "Teams webhook", r"\b(webhook\.office\.com\/webhookb2|outlook\.office\.com\/webhook)\b"),
    Sign("drop-service", "Telegram bot", r"\bapi\.telegram\.org\b"),
    Sign("drop-service", "Google Forms", r"\bdocs\.google\.com\/forms\/[a-z0-9\/_-]{1,120}\/formResponse\b"),
    Sign("drop-service", "Google Apps Script", r"\bscript\.google\.com\/macros\/s\/"),
    Sign("drop-service", "gist", r"\bgist\.githubusercontent\.com\/"),
)
_THROWAWAY = _hosts(
    "throwaway-host",
    """
    duckdns.org ddns.net no-ip.org no-ip.biz noip.me hopto.org zapto.org sytes.net serveftp.com servebeer.com myftp.biz
    dynu.net dynu.com freedns.afraid.org mooo.com chickenkiller.com crabdance.com nip.io sslip.io dyndns.org gotdns.ch
    bounceme.net redirectme.net servehttp.com 3utilities.com
    """,
) + (
    Sign("throwaway-host", "onion service", r"\b[a-z2-7]{56}\.onion\b"),
    Sign("throwaway-host", "Tor gateway", r"\b[a-z2-7]{16,56}\.(onion|tor2web)\.[a-z]{2,6}\b"),
    Sign("throwaway-host", "name by smart contract", r"\.(bit|lib|emc|coin)['\"`\/:]"),
)
_ADDRESSES = (
    Sign("raw-address", "", r":(\\?\/){2}([^\s\/@\"'`]{1,64}@)?[0-9]{1,3}(\.[0-9]{1,3}){3}"),
    Sign("raw-address", "", r":(\\?\/){2}\[[0-9a-f:.]{4,45}\]"),
    Sign("raw-address", "", r":\/\/(0x[0-9a-f]{8}|[0-9]{8,10})[:\/\"'`?]"),
    Sign("raw-address", "", r"[\"'`][0-9]{1,3}(\.[0-9]{1,3}){3}(:[0-9]{1,5})?(\/[^\s\"'`]{0,200})?[\"'`]"),
)
_LOOKUPS = _hosts(
    "ip-lookup",
    """
    ipify.org ipinfo.io ip-api.com ifconfig.me ifconfig.co ifconfig.io icanhazip.com checkip.amazonaws.com ipapi.co
    ipapi.is ident.me myexternalip.com wtfismyip.com ipecho.net geojs.io ipwho.is ipwhois.app freegeoip.app ip.sb
    ipgeolocation.io ipdata.co ipregistry.co whatismyip.com whatismyipaddress.com checkip.dyndns.org api.myip.com
    geoplugin.net db-ip.com seeip.org bigdatacloud.net iplocate.io
    """,
) + (Sign("ip-lookup", "httpbin.org/ip", r"\bhttpbin\.org\/ip\b"),)
_METADATA = (
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
_SHELLS = (
    Sign("reverse-shell", "/dev/tcp", r"\/dev\/(tcp|udp)\/"),
    Sign("reverse-shell", "bash -i", r"\b(ba|z|da|k)?sh -i\b.{0,20}[>|]"),
    Sign("reverse-shell", "nc -e", r"\b(nc|ncat|netcat)(\.exe)? (-[a-z]{1,6} ){0,4}-[a-z]{0,4}[ec]\b"),
    Sign("reverse-shell", "mkfifo", r"\bmkfifo \/tmp\/"),
    Sign("reverse-shell", "pty.spawn", r"\bpty\.spawn\([\"'\\]{1,3}(\/bin\/)?(ba|z|da)?sh\b", "sc"),
    Sign("reverse-shell", "socat exec", r"\bsocat\b.{0,80}\bexec:"),
    Sign("reverse-shell", "TCPClient", r"\bNet\.Sockets\.TCPClient\b"),
)
_PERSISTENCE = (
    Sign("persistence-path", "crontab", r"(\bcrontab\b|\/etc\/cron\.?[a-z]{0,8}\b|\/var\/spool\/cron\b|@reboot\b)"),
    Sign("persistence-path", "crontab", r"\bnode-?cron\b.{0,20}install", "s"),
    Sign(
        "persistence-path", "systemd unit", r"\bsystemd\/(system|user)\b|\bsystemctl\b.{0,40}\b(enable|daemon-reload)\b"
    ),
    Sign("persistence-path", "systemd unit", r"\bWantedBy ?= ?(multi-user|default|graphical)\.target\b"),
    Sign("persistence-path", "systemd unit", r"\bloginctl enable-linger\b"),
    Sign("persistence-path", "init script", r"\/etc\/(init\.d|rc\.local|profile\.d)\b"),
    Sign("persistence-path", "autostart", r"\.config\/autostart\b"),
    Sign(
        "persistence-path",
        "LaunchAgent",
        r"\bLibrary\/Launch(Agents|Daemons)\b|\blaunchctl\b.{0,20}\b(load|bootstrap|enable)\b",
    ),
    Sign("persistence-path", "login item", r"\bmake login item at end\b|\bLSSharedFileList\b"),
    Sign("persistence-path", "Run key", r"\bCurrentVersion[\\\/]{1,4}Run(Once)?\b"),
    Sign(
        "persistence-path", "Startup folder", r"\bStart Menu[\\\/]{1,4}Programs[\\\/]{1,4}Startup\b|\bshell:startup\b"
    ),
    Sign("persistence-path", "Startup folder", r"[\\\/]Startup[\\\/]{1,4}[\w.-]{1,60}\.(exe|lnk|bat|vbs|cmd|js|ps1)\b"),
    Sign("persistence-path", "scheduled task", r"\bschtasks(\.exe)?\b.{0,30}\/create\b|\bRegister-ScheduledTask\b"),
    Sign("persistence-path", "Windows service", r"\bsc(\.exe)? create [\w-]|\bNew-Service\b"),
    Sign("persistence-path", "Winlogon", r"\bWinlogon[\\\/]{0,4}(Shell|Userinit)?\b|\bImage File Execution Options\b"),
    Sign(
        "persistence-path",
        "shell startup file",
        r"(^|[\"'`\/~ >])\.(bashrc|bash_profile|bash_login|zshrc|zprofile|zshenv|profile|config\/fish\/config\.fish)\b",
    ),
    Sign("persistence-path", "PowerShell profile", r"\bMicrosoft\.PowerShell_profile\.ps1\b"),
    Sign("persistence-path", "authorized_keys", r"\bauthorized_keys\b"),
    Sign("persistence-path", "ld.so.preload", r"\bld\.so\.preload\b"),
    Sign("persistence-path", "LD_PRELOAD", r"\b(LD_PRELOAD|DYLD_INSERT_LIBRARIES)\b"),
    Sign(
        "persistence-path",
        "Python startup file",
        r"\b(sitecustomize|usercustomize)\.py\b|\bsite-packages\/[\w.-]{1,60}\.pth\b",
    ),
    Sign("persistence-path", "Node preload", r"\bNODE_OPTIONS\b.{0,20}--(require|import)\b"),
    Sign("persistence-path", "sudoers", r"\/etc\/sudoers\b"),
)
_HOOKS = (
    Sign("project-hook", "GitHub workflow", r"\.github[\\\/]{1,2}workflows\b"),
    Sign(
        "project-hook",
        "GitHub runner",
        r"\bactions[\\\/-]runner\b|\brunners\/registration-token\b|\bconfig\.sh --url\b",
    ),
    Sign("project-hook", "GitLab pipeline", r"\.gitlab-ci\.yml\b"),
    Sign("project-hook", "git hook", r"\.git[\\\/]{1,2}hooks\b|\bcore\.hooksPath\b"),
    Sign(
        "project-hook",
        "editor task",
        r"\.vscode[\\\/]{1,2}(tasks|settings|launch)\.json\b|\brunOn[\"']{0,2}: ?[\"']{0,2}folderOpen\b",
    ),
    Sign("project-hook", "editor extension", r"\.(vscode|cursor|windsurf)[\\\/]{1,2}extensions\b"),
    Sign(
        "project-hook",
        "agent settings",
        r"\.claude[\\\/]{1,2}(settings(\.local)?\.json|commands|hooks|agents)\b|\bCLAUDE\.md\b|\bAGENTS\.md\b|\.cursorrules\b|\.cursor[\\\/]{1,2}rules\b",
    ),
    Sign(
        "project-hook",
        "agent settings",
        r"\.gemini[\\\/]{1,2}settings\.json\b|\.codex[\\\/]{1,2}config\.toml\b|\bcopilot-instructions\.md\b|\.mcp\.json\b|\bmcp\.json\b",
    ),
    Sign("project-hook", "dev container", r"\.devcontainer[\\\/]{1,2}devcontainer\.json\b"),
)
_MINERS = (
    Sign("miner", "stratum", r"\bstratum\+(tcp|ssl|tls|udp):"),
    Sign(
        "miner",
        "xmrig",
        r"\b(xmrig|xmr-stak|cpuminer|minerd|ccminer|nbminer|t-rex\.exe|phoenixminer|lolminer|nanominer|cgminer|claymore)\b",
        "sc",
    ),
    Sign("miner", "coinhive", r"\b(coinhive|cryptoloot|coin-?imp|webminepool|deepminer|jsecoin)\b", "sc"),
    Sign(
        "miner",
        "mining pool",
        r"\b(minexmr|supportxmr|nanopool|moneroocean|hashvault|2miners|f2pool|nicehash|unmineable|herominers|c3pool|dwarfpool|xmrpool|monerohash)\.(com|org|stream|pro|eu|net|to)\b",
    ),
    Sign("miner", "mining options", r"--(donate-level|cpu-max-threads-hint|randomx-|coin=monero|rig-id)\b"),
    Sign("miner", "randomx", r"\b(randomx|cryptonight|kawpow|ethash|progpow)\b", "sc"),
)
_WALLETS = (
    Sign("wallet", "Ethereum address", r"\b0x[0-9a-f]{40}\b"),
    Sign("wallet", "Bitcoin address", r"\b(bc1[qp][0-9a-z]{38,58})\b", "s", exact=True),
    Sign("wallet", "Bitcoin address", r"\b[13][1-9A-HJ-NP-Za-km-z]{32,34}\b", "s", exact=True),
    Sign("wallet", "Tron address", r"\bT[1-9A-HJ-NP-Za-km-z]{33}\b", "s", exact=True),
    Sign("wallet", "Monero address", r"\b4[0-9AB][1-9A-HJ-NP-Za-km-z]{93}\b", "s", exact=True),
    Sign("wallet", "Litecoin address", r"\b(ltc1[0-9a-z]{39,59}|[LM][1-9A-HJ-NP-Za-km-z]{33})\b", "s", exact=True),
    Sign("wallet", "Ripple address", r"\br[1-9A-HJ-NP-Za-km-z]{33}\b", "s", exact=True),
    Sign("wallet", "Bitcoin Cash address", r"\bbitcoincash:[qp][0-9a-z]{41}\b"),
    Sign("wallet", "Solana address", r"[\"'`][1-9A-HJ-NP-Za-km-z]{43,44}[\"'`]", "s", exact=True),
    Sign(
        "wallet",
        "address pattern",
        r"\^?\(?(\?:)?0x\)?\[a-fA-F0-9\]\{40\}|\[13\]\[a-km-zA-HJ-NP-Z1-9\]\{2[56],3[345]\}|bc1\)?\[|\[1-9A-HJ-NP-Za-km-z\]\{3[2-9],4[0-9]\}",
        "sp",
        exact=True,
    ),
    Sign(
        "wallet",
        "window.ethereum",
        r"\b(window|globalThis|self)\.(ethereum|solana|tronWeb|tronLink|phantom|bitkeep|okxwallet)\b",
        "sc",
    ),
    Sign("wallet", "ethereum.request", r"\bethereum\.(request|send|sendAsync|enable)\b", "sc"),
    Sign(
        "wallet",
        "eth_sendTransaction",
        r"\b(eth_sendTransaction|eth_requestAccounts|eth_accounts|signAndSendTransaction|personal_sign)\b",
        "sc",
    ),
    Sign(
        "wallet",
        "wallet extension",
        r"\b(nkbihfbeogaeaoehlefnkodbefgpgknn|bfnaelmomeimhlpmgjnjophhpkkoljpa|hnfanknocfeofbddgcijnmhnfnkdnaad|ibnejdfjmmkpcnlpebklmnkoeoihofec|fhbohimaelbohpjbbldcngcnapndodjp|egjidjbpglichdcondbcbdnbeeppgdph|acmacodkjbdgmoleebolmdjonilkdbch|mcohilncbfahbmgdjkbpemcciiolgcge|aholpfdialjgjfhomihkjbmgjidlcdno|ejbalbakoplchlghecdalmeeeajnimhm|ffnbelfdoeiohenkjibnmadjiehjhajb|dmkamcknogkgcdfhhbddcghachkejeap|bhhhlbepdkbapadjdnnojkbgioiodbic)\b",
    ),
    Sign(
        "wallet",
        "wallet files",
        r"\b(wallet\.dat|exodus\.wallet|electrum[\\\/]{1,2}wallets|\.config[\\\/]solana[\\\/]id\.json|atomic[\\\/]local storage|ledger live|coinomi[\\\/])",
    ),
    Sign(
        "wallet",
        "seed phrase",
        r"\b(seed ?phrase|mnemonic|recovery phrase|private ?key)\b.{0,20}\b(wallet|metamask|phantom|exodus|trust)\b",
    ),
)
_CAPTURE = (
    Sign(
        "capture",
        "keys",
        r"\b(pynput|keyboard\.(on_press|hook|record|read_event)|pyHook|pyxhook|SetWindowsHookEx[AW]?|GetAsyncKeyState|iohook|node-global-key-listener|uiohook-napi|gkm|keylogger)\b",
        "sc",
    ),
    Sign("capture", "keys", r"\bpynput\.keyboard\b|\bdocument\.(on)?key(down|press|up)\b", "sc"),
    Sign(
        "capture",
        "clipboard",
        r"\b(pyperclip|clipboardy|navigator\.clipboard\.readText|Get-Clipboard|pbpaste|xclip|xsel|wl-paste|win32clipboard|GetClipboardData|clipboard\.readText)\b",
        "sc",
    ),
    Sign(
        "capture",
        "screen",
        r"\b(ImageGrab\.grab|pyautogui\.screenshot|mss\.mss|screenshot-desktop|desktopCapturer|screencapture|gnome-screenshot|scrot|CopyFromScreen|getDisplayMedia|nircmd)\b",
        "sc",
    ),
    Sign("capture", "camera", r"\b(cv2\.VideoCapture|node-webcam|imagesnap|avfoundation|getUserMedia)\b", "sc"),
    Sign("capture", "microphone", r"\b(sounddevice\.rec|pyaudio\.PyAudio|node-record-lpcm16|arecord)\b", "sc"),
)
_ANALYSIS = (
    Sign(
        "analysis",
        "virtual machine",
        r"\b(VirtualBox|VMware|VBoxGuest|VBoxService|vmtoolsd|QEMU|xenservice|Parallels|Hyper-V|innotek)\b",
    ),
    Sign(
        "analysis",
        "virtual machine",
        r"\b(vboxservice|vboxtray|vmwaretray|vmwareuser|vmusrvc|prl_tools|qemu-ga|df5serv|vgauthservice)(\.exe)?\b",
    ),
    Sign(
        "analysis",
        "analysis tool",
        r"\b(wireshark|fiddler|procmon|process ?hacker|ollydbg|x64dbg|x32dbg|ida64?|httpdebugger\w*|ksdumper\w*|dumpcap|tcpdump|cheatengine|pestudio|regmon|joeboxcontrol|joeboxserver)(\.exe)?\b",
    ),
    Sign(
        "analysis",
        "sandbox",
        r"\b(sandboxie|sbiedll|cuckoo|anyrun|any\.run|hybrid-analysis|joesandbox|triage|SbieDll\.dll|snxhk|wpespy|dir_watch\.dll)\b",
    ),
    Sign(
        "analysis",
        "debugger",
        r"\b(IsDebuggerPresent|CheckRemoteDebuggerPresent|NtQueryInformationProcess|ptrace|TracerPid|sys\.gettrace)\b",
        "sc",
    ),
    Sign(
        "analysis",
        "sandbox user",
        r"[\"'`](WDAGUtilityAccount|sandbox|malware|maltest|virus|test ?user|john ?doe|hapubws|currentuser|Abby|hmarc|patex|RDhJ0CNFevzX|8Nl0ColNQ5bq|DESKTOP-[0-9A-Z]{7}|WIN-[0-9A-Z]{10,11}|LISA-PC|JOHN-PC|COMPNAME_\d+)[\"'`]",
    ),
    Sign(
        "analysis",
        "CI",
        r"[\"'`.](GITHUB_ACTIONS|GITLAB_CI|CIRCLECI|TRAVIS|JENKINS_URL|BUILDKITE|APPVEYOR|TEAMCITY_VERSION|CODESPACES|BITBUCKET_BUILD_NUMBER|TF_BUILD|CODEBUILD_BUILD_ID)\b",
        "sc",
        exact=True,
    ),
    Sign(
        "analysis", "locale", r"[\"'`](ru[-_]RU|uk[-_]UA|be[-_]BY|fa[-_]IR|zh[-_]CN|ko[-_]KP|he[-_]IL)(\.UTF-8)?[\"'`]"
    ),
    Sign(
        "analysis",
        "locale",
        r"\b(GetUserDefaultLocaleName|GetSystemDefaultUILanguage|GetKeyboardLayoutList|locale\.getdefaultlocale|Intl\.DateTimeFormat\(\)\.resolvedOptions)\b",
        "sc",
    ),
    Sign(
        "analysis",
        "time zone",
        r"[\"'`](Europe\/(Moscow|Kiev|Kyiv|Minsk|Samara)|Asia\/(Tehran|Jerusalem|Shanghai|Pyongyang|Yekaterinburg|Novosibirsk))[\"'`]",
    ),
    Sign(
        "analysis",
        "security product",
        r"\b(crowdstrike|falcon-sensor|sentinelone|carbonblack|cylance|sophos|eset|kaspersky|malwarebytes|MsMpEng|windows ?defender|littlesnitch|LuLu\.app|blockblock|harden-runner|step-?security)\b",
    ),
    Sign("analysis", "exclusion", r"\bAdd-MpPreference\b|\bSet-MpPreference\b|\bDisableRealtimeMonitoring\b"),
)
_PUBLISHING = (
    Sign("self-publish", "npm publish", r"\b(npm|pnpm|yarn|bun)([\"'`], ?\[?[\"'`]| )(npm )?publish\b", "sc"),
    Sign("self-publish", "npm whoami", r"\bnpm([\"'`], ?\[?[\"'`]| )whoami\b|\/-\/whoami\b", "sc"),
    Sign(
        "self-publish", "npm tokens", r"\/-\/npm\/v1\/(tokens|user|security)\b|\bnpm([\"'`], ?\[?[\"'`]| )token\b", "sc"
    ),
    Sign(
        "self-publish",
        "npm packages of an account",
        r"\/-\/(v1\/search\?text=(maintainer|author):|org\/[\w${}.-]{1,60}\/package|user\/[\w${}.-]{1,60}\/package)",
    ),
    Sign("self-publish", "npm packages of an account", r"\btext=maintainer(:|%3A)|\bmaintainer:(\$\{|[\"'`])"),
    Sign(
        "self-publish", "npm access", r"\bnpm([\"'`], ?\[?[\"'`]| )(access (list|ls-packages)|owner (add|ls))\b", "sc"
    ),
    Sign("self-publish", "npm trusted publishing", r"\/-\/npm\/v1\/oidc\/token\/exchange\b"),
    Sign("self-publish", "npm authentication", r"\/\/[\w.${}-]{1,80}\/:_authToken\b|\b_authToken\b"),
    Sign("self-publish", "package attachments", r"[\"'`]?_attachments[\"'`]?\b", "sc", exact=True),
    Sign(
        "self-publish",
        "twine upload",
        r"\btwine([\"'`], ?\[?[\"'`]| )upload\b|\b(poetry|flit|hatch|uv|pdm|maturin)([\"'`], ?\[?[\"'`]| )publish\b",
        "sc",
    ),
    Sign(
        "self-publish",
        "PyPI upload",
        r"\bupload\.[\w-]{1,20}\.[a-z]{2,10}\/legacy\b|:action[\"'`]?[:,] ?[\"'`]file_upload\b",
    ),
    Sign("self-publish", "cargo publish", r"\b(cargo|gem|vsce|ovsx)([\"'`], ?\[?[\"'`]| )(publish|push)\b", "sc"),
)
_SOURCE_HOSTS = (
    Sign("source-host", "repository of the account", r"\bapi\.github\.com\/user\/repos\b|[\"'`]\/user\/repos\b"),
    Sign(
        "source-host",
        "create repository",
        r"\b(createForAuthenticatedUser|createRepository|gh repo create|create_repo)\b",
        "sc",
    ),
    Sign(
        "source-host",
        "make public",
        r"[\"'`]?private[\"'`]?: ?(false|!1)\b|\bgh repo edit\b.{0,60}--visibility\b|[\"'`]?visibility[\"'`]?: ?[\"'`]public\b",
        "c",
    ),
    Sign(
        "source-host", "write files", r"\/repos\/[\w${}.\/+\"'` -]{1,80}\/(contents|git\/(refs|trees|commits|blobs))\b"
    ),
    Sign("source-host", "secrets", r"\/actions\/(organization-)?secrets\b|\/actions\/variables\b"),
    Sign("source-host", "gist", r"\bapi\.github\.com\/gists\b"),
    Sign("source-host", "git push", r"\bgit([\"'`], ?\[?[\"'`]| )push\b", "sc"),
    Sign("source-host", "git commit", r"\bgit([\"'`], ?\[?[\"'`]| )(commit|config --global user)\b", "sc"),
    Sign("source-host", "token of gh", r"\bgh([\"'`], ?\[?[\"'`]| )auth( |[\"'`, ]{1,5})(token|status)\b", "sc"),
    Sign("source-host", "orphan runner", r"\bactions\/runners\b"),
)
_DESTRUCTION = (
    Sign(
        "destructive",
        "rm -rf home",
        r"\brm (-[a-z]{1,4} ){1,3}(--no-preserve-root )?[\"']?(\/|~|\$HOME|\$\{HOME\}|%USERPROFILE%)(\/\*|\/)?[\"' ;&|)]",
    ),
    Sign("destructive", "rm -rf home", r"\brm (-[a-z]{1,4} ){0,3}--no-preserve-root\b"),
    Sign("destructive", "recursive delete", r"\b(del|erase) (\/[a-z] ){1,4}.{0,40}(%USERPROFILE%|%SYSTEMDRIVE%|C:\\)"),
    Sign("destructive", "recursive delete", r"\b(rd|rmdir) (\/[a-z] ){1,3}.{0,40}(%USERPROFILE%|%SYSTEMDRIVE%|C:\\)"),
    Sign("destructive", "shred", r"\bshred (-[a-z-]{1,12} ){1,5}"),
    Sign("destructive", "cipher /w", r"\bcipher(\.exe)? \/w\b"),
    Sign("destructive", "format", r"\bformat [a-z]: \/|\bmkfs(\.[a-z0-9]{2,5})? \/dev\/|\bdiskpart\b.{0,40}\bclean\b"),
    Sign("destructive", "overwrite disk", r"\bdd if=\/dev\/(zero|u?random) of=\/dev\/"),
    Sign(
        "destructive",
        "shadow copies",
        r"\bvssadmin(\.exe)? delete shadows\b|\bwbadmin delete\b|\bbcdedit\b.{0,40}recoveryenabled no\b",
    ),
    Sign("destructive", "shutdown", r"\bshutdown(\.exe)? (-[a-z]|\/[a-z]|now)|\bpoweroff -f\b"),
    Sign("destructive", "fork bomb", r":\(\) ?\{ ?:\|:& ?\};:"),
)
_DELETION = (
    Sign(
        "self-delete",
        "own file",
        r"\b(unlink|unlinkSync|rm|rmSync)\(\s*(__filename|process\.argv\[1\]|require\.main\.filename|new URL\(import\.meta\.url|fileURLToPath\(import\.meta\.url)",
        "c",
    ),
    Sign(
        "self-delete",
        "own file",
        r"\b(os\.remove|os\.unlink)\(\s*(__file__|sys\.argv\[0\])|\bPath\(__file__\)\.unlink\b",
        "c",
    ),
    Sign(
        "self-delete",
        "own manifest",
        r"\b(rename|renameSync|copyFile|copyFileSync|writeFile|writeFileSync)\([^;\n]{0,120}package\.(json|md)\b",
        "c",
    ),
    Sign("self-delete", "package.md", r"[\"'`\/]package\.md[\"'`]"),
)
_SCANNERS = (
    Sign("secret-scanner", "trufflehog", r"\btruffle-?hog\b", "sc"),
    Sign("secret-scanner", "gitleaks", r"\bgitleaks\b", "sc"),
    Sign(
        "secret-scanner",
        "other scanner",
        r"\b(detect-secrets|ggshield|noseyparker|whispers|git-secrets|lazagne|mimikatz|laZagne\.exe|linpeas|winpeas|pypykatz|SharpHound|hackbrowserdata)\b",
        "sc",
    ),
)
_TOKENS = (
    Sign(
        "secret-pattern", "GitHub token", r"\b(gh[pousr]|\(\?:gh[pousr]|gh\[[pousr]{1,6}\]|github_pat)_\\?\(?\[", "sp"
    ),
    Sign("secret-pattern", "npm token", r"\bnpm_\\?\(?\[", "sp"),
    Sign("secret-pattern", "PyPI token", r"\bpypi-(AgE|\\?\[)", "sp"),
    Sign("secret-pattern", "AWS key", r"\b\(?(\?:)?(AKIA|A3T\[)[A-Z|()\]0-9]{0,60}\[", "sp", exact=True),
    Sign("secret-pattern", "private key", r"-----BEGIN[^-\"'`]{0,60}(\[|\(|\\|\.\*|\?)[^-\"'`]{0,60}PRIVATE KEY", "sp"),
    Sign(
        "secret-pattern",
        "API key",
        r"\b(sk-|sk-ant-|sk_live_|xox\[?[abpr]{1,5}\]?-|AIza|glpat-)\\?\[",
        "sp",
        exact=True,
    ),
)
_RUNNERS = (
    Sign(
        "package-runner",
        "bun",
        r"\bbun\.(sh|com)\/install\b|\boven-sh\/bun\b|\b(setup_bun|bun_environment)\b|\bbun(\.exe)? run\b|\.bun[\\\/]{1,2}bin\b",
    ),
    Sign("package-runner", "deno", r"\bdeno\.land\/(x\/)?install\b|\bdenoland\/deno\/releases\b"),
    Sign("package-runner", "python", r"\bastral\.sh\/uv\b|\bpython-build-standalone\b|\bpython\.org\/ftp\/python\b"),
    Sign("package-runner", "pip install", r"\b(pip3?|-m[\"'`, ]{1,5}pip)[\"'`, ]{1,5}install\b"),
    Sign(
        "package-runner",
        "npm install",
        r"\b(npm|pnpm|yarn|bun)[\"'`, \[]{1,5}(install|i|add)[\"'`, ]{1,5}(-g\b|--global\b|[@a-z])",
    ),
    Sign("package-runner", "npx", r"\b(npx|bunx|pnpm dlx|yarn dlx|uvx|pipx run)[\"'`, \[]{1,5}(-y\b|--yes\b|[@a-z])"),
    Sign("package-runner", "node", r"\bnodejs\.org\/dist\/"),
)
_ASSISTANTS = (
    Sign(
        "ai-tool",
        "permissions skipped",
        r"--(dangerously-skip-permissions|yolo|trust-all-tools|dangerously-bypass-approvals-and-sandbox)\b",
    ),
    Sign(
        "ai-tool",
        "assistant started",
        r"\b(claude|gemini|q|codex|cursor-agent|opencode)[\"'`, \[]{1,5}(-p|--print|--prompt|chat|exec)\b",
    ),
)

SIGNS: tuple[Sign, ...] = (
    *_DROPS, *_THROWAWAY, *_ADDRESSES, *_LOOKUPS, *_METADATA, *_SHELLS, *_PERSISTENCE, *_HOOKS, *_MINERS, *_WALLETS,
    *_CAPTURE, *_ANALYSIS, *_PUBLISHING, *_SOURCE_HOSTS, *_DESTRUCTION, *_DELETION, *_SCANNERS, *_TOKENS, *_RUNNERS,
    *_ASSISTANTS,
)  # fmt: skip

#: Kinds that make a file worth reading even where nothing in it acts: another file may use its constants.
TELLING_KINDS: frozenset[MentionKind] = frozenset(
    {"drop-service", "throwaway-host", "raw-address", "cloud-metadata", "reverse-shell", "miner", "secret-scanner"}
)
